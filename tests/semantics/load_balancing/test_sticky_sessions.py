import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.semantics.load_balancing.builders import request, target_group

from landbridge.model.exchange import HttpResponse
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import TargetKey
from landbridge.semantics.load_balancing.sticky_sessions import (
    Stickiness,
    StickinessType,
    compile_stickiness,
    stick,
    wanted_target,
)

NOW_MS = 1_777_135_516_000
GROUP = target_group("10.0.1.5")
KEY: TargetKey = (GROUP.arn, "10.0.1.5", 443)
LB = Stickiness(StickinessType.LB_COOKIE, 60)


def cookie_for(key: TargetKey) -> str:
    response = stick(LB, key, request(), HttpResponse(200), NOW_MS, again=False)
    return response.headers[0][1].partition(";")[0]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({}, None),
        ({"enabled": "false", "type": "lb_cookie"}, None),
        ({"enabled": "true"}, Stickiness(StickinessType.LB_COOKIE, 86_400)),
        ({"enabled": "true", "lb_cookie.duration_seconds": "5"}, Stickiness(StickinessType.LB_COOKIE, 5)),
        (
            {
                "enabled": "true",
                "type": "app_cookie",
                "app_cookie.cookie_name": "SESSION",
                "app_cookie.duration_seconds": "7",
                "lb_cookie.duration_seconds": "5",
            },
            Stickiness(StickinessType.APP_COOKIE, 7, "SESSION"),
        ),
    ],
)
def test_attributes_say_how_clients_stay(attributes: dict[str, str], expected: Stickiness | None) -> None:
    given = tuple((f"stickiness.{key}", value) for key, value in attributes.items())
    assert compile_stickiness(target_group(attributes=given)) == expected


def test_functions_have_no_stickiness() -> None:
    group = target_group(attributes=(("stickiness.enabled", "true"),), target_type="lambda")
    assert compile_stickiness(group) is None


def test_both_cookies_come_behind_the_leading_headers_and_last_seven_days() -> None:
    response = HttpResponse(200, (("Date", "now"), ("Content-Type", "text/plain"), ("X-A", "1")))
    stuck = stick(LB, KEY, request(), response, NOW_MS, again=False)
    assert [name for name, _ in stuck.headers] == ["Date", "Content-Type", "Set-Cookie", "Set-Cookie", "X-A"]
    assert stuck.headers[2][1].endswith("; Expires=Sat, 02 May 2026 16:45:16 GMT; Path=/")
    assert stuck.headers[3][1].endswith("; Path=/; SameSite=None; Secure")


@pytest.mark.parametrize(("later_ms", "wanted"), [(0, KEY), (59_000, KEY), (60_000, None)])
def test_a_cookie_counts_for_the_duration(later_ms: int, wanted: TargetKey | None) -> None:
    asked = request(headers=(("Cookie", cookie_for(KEY)),))
    assert wanted_target(LB, GROUP, asked, NOW_MS + later_ms) == wanted


def test_a_cookie_of_another_target_group_counts_for_nothing() -> None:
    asked = request(headers=(("Cookie", cookie_for((Arn("other"), "10.0.1.5", 443))),))
    assert wanted_target(LB, GROUP, asked, NOW_MS) is None


@given(st.text(st.characters(exclude_characters=";\r\n"), max_size=200))
def test_no_cookie_that_a_client_makes_up_counts(value: str) -> None:
    asked = request(headers=(("Cookie", f"AWSALB={value}"),))
    assert wanted_target(LB, GROUP, asked, NOW_MS) is None


@given(st.from_regex(r"[-a-z0-9.]{1,40}", fullmatch=True), st.integers(1, 65_535))
def test_a_cookie_names_the_target_it_was_made_for(target_id: str, port: int) -> None:
    key: TargetKey = (GROUP.arn, target_id, port)
    assert wanted_target(LB, GROUP, request(headers=(("Cookie", cookie_for(key)),)), NOW_MS) == key
