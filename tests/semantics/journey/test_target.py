from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from tests.semantics.conversations import converse, healthy
from tests.semantics.journey.worlds import OFFICE_SERVER, instance_app, office_app
from tests.topologies import TARGET_GROUP_ARN

from landbridge.model.exchange import HttpResponse, all_values
from landbridge.model.topology import Topology
from landbridge.semantics.load_balancing.health import HealthState, TargetHealth
from landbridge.semantics.needs import (
    CountRequest,
    HttpAnswered,
    HttpFailed,
    HttpFailure,
    Need,
    Result,
    SendHttp,
    Tls,
)
from landbridge.trace.codes import Code, LocalCode
from landbridge.trace.decision import Verdict

SECOND = replace(OFFICE_SERVER, port=8081, host_port=9001)
STICKY = (("stickiness.enabled", "true"), ("stickiness.type", "lb_cookie"))


def sent(needs: tuple[Need, ...]) -> SendHttp:
    (need,) = [each for each in needs if isinstance(each, SendHttp)]
    return need


def test_a_real_server_in_the_office_gets_the_request_as_a_target_does() -> None:
    done = converse(office_app(), "/shop?a=1")
    need = sent(done.needs)
    assert (need.host, need.port, need.tls, need.timeout_ms) == ("127.0.0.1", 9000, None, 60_000)
    assert need.request.target == "/shop?a=1"
    assert need.request.header("x-forwarded-for") == "192.168.0.10"
    assert need.request.header("host") == "orders.corp.example"
    assert done.response is not None
    assert (done.status, done.response.body, done.response.header("server")) == (200, b"world", "shop")
    assert done.steps[-3:] == ["network ACL return traffic", "destination", "target response"]


def test_a_server_of_an_https_group_is_not_verified_and_sent_no_name() -> None:
    need = sent(converse(office_app(protocol="HTTPS")).needs)
    assert need.tls == Tls(verify=False, security_policy="ELBSecurityPolicy-TLS13-1-0-2021-06")


@pytest.mark.parametrize("app", [instance_app(), instance_app(target_type="ip", target_id="10.20.1.77")])
def test_an_instance_is_reached_at_its_primary_interface(app: Topology) -> None:
    need = sent(converse(app).needs)
    assert (need.host, need.port) == ("127.0.0.1", 9001)


def test_an_instance_without_a_server_that_stands_for_it_is_not_modelled() -> None:
    done = converse(replace(instance_app(), local_servers=()))
    assert (done.status, done.last.verdict, done.needs) == (502, Verdict.NOT_MODELLED, ())


def test_nothing_listens_on_another_port_of_a_host_that_is_known() -> None:
    topology = replace(office_app(), local_servers=(SECOND,))
    done = converse(topology)
    assert (done.status, done.last.code, done.needs) == (502, LocalCode.NOTHING_LISTENS, ())


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        (HttpFailure.NAME_NOT_RESOLVED, 502, LocalCode.TARGET_UNREACHABLE),
        (HttpFailure.CONNECTION_REFUSED, 502, LocalCode.TARGET_UNREACHABLE),
        (HttpFailure.RESET, 502, LocalCode.TARGET_CLOSED_CONNECTION),
        (HttpFailure.TLS, 502, LocalCode.TARGET_TLS_FAILED),
        (HttpFailure.MALFORMED_RESPONSE, 502, LocalCode.TARGET_RESPONSE_MALFORMED),
        (HttpFailure.CONNECT_TIMEOUT, 504, LocalCode.TARGET_TIMED_OUT),
        (HttpFailure.RESPONSE_TIMEOUT, 504, LocalCode.TARGET_TIMED_OUT),
    ],
)
def test_a_target_that_does_not_answer_as_it_should_is_502_or_504(
    failure: HttpFailure, status: int, code: Code
) -> None:
    done = converse(office_app(), results={SendHttp: HttpFailed(failure)})
    assert (done.status, done.last.code) == (status, code)
    assert done.last.remedy
    assert done.response is not None
    assert done.response.header("server") == "awselb/2.0"


def test_a_server_is_waited_for_as_long_as_the_idle_timeout() -> None:
    topology = office_app()
    balancer = topology.load_balancing.load_balancers[0]
    patient = replace(balancer, attributes=(("idle_timeout.timeout_seconds", "120"),))
    section = replace(topology.load_balancing, load_balancers=(patient,))
    assert sent(converse(replace(topology, load_balancing=section)).needs).timeout_ms == 120_000


def ports(topology: Topology, *cookies: str, results: Mapping[type[Need], Result] | None = None) -> int:
    headers = tuple(("Cookie", cookie) for cookie in cookies)
    done = converse(topology, headers=headers, results=results or {})
    return sent(done.needs).port


def cookies_of(response: HttpResponse | None) -> dict[str, str]:
    assert response is not None
    lines = all_values(response.headers, "set-cookie")
    return {line.partition("=")[0]: line.partition("=")[2].partition(";")[0] for line in lines}


def test_a_client_with_the_load_balancers_cookie_stays_with_its_target() -> None:
    one, both = office_app(SECOND, attributes=STICKY), office_app(OFFICE_SERVER, SECOND, attributes=STICKY)
    cookies = cookies_of(converse(one).response)
    assert set(cookies) == {"AWSALB", "AWSALBCORS"}
    assert ports(both) == 9000
    assert ports(both, f"AWSALB={cookies['AWSALB']}") == 9001
    assert ports(both, f"AWSALBCORS={cookies['AWSALBCORS']}") == 9001


@pytest.mark.parametrize(
    "spoil", [lambda value: value[:-8] + "AAAAAAAA", lambda value: "nonsense", lambda _: ""]
)
def test_a_cookie_that_cannot_be_read_counts_for_nothing(spoil: Callable[[str], str]) -> None:
    value = cookies_of(converse(office_app(SECOND, attributes=STICKY)).response)["AWSALB"]
    both = office_app(OFFICE_SERVER, SECOND, attributes=STICKY)
    assert ports(both, f"AWSALB={spoil(value)}") == 9000


def test_a_target_that_became_unhealthy_loses_its_clients() -> None:
    value = cookies_of(converse(office_app(SECOND, attributes=STICKY)).response)["AWSALB"]
    both = office_app(OFFICE_SERVER, SECOND, attributes=STICKY)
    health = {
        node: {**told, (TARGET_GROUP_ARN, "192.168.3.7", 8081): TargetHealth(HealthState.UNHEALTHY)}
        for node, told in healthy(both).items()
    }
    done = converse(both, headers=(("Cookie", f"AWSALB={value}"),), health=health)
    assert sent(done.needs).port == 9000
    assert cookies_of(done.response)["AWSALB"] != value


def test_pages_of_the_load_balancers_own_set_no_cookie() -> None:
    done = converse(
        office_app(attributes=STICKY), results={SendHttp: HttpFailed(HttpFailure.CONNECTION_REFUSED)}
    )
    assert cookies_of(done.response) == {}


APPLICATION = (
    ("stickiness.enabled", "true"),
    ("stickiness.type", "app_cookie"),
    ("stickiness.app_cookie.cookie_name", "SESSION"),
    ("stickiness.app_cookie.duration_seconds", "60"),
)
LOGIN = HttpAnswered(HttpResponse(200, (("Set-Cookie", "SESSION=abc; Path=/"),)))


def test_an_application_cookie_needs_its_companion_to_stay_with_a_target() -> None:
    one, both = (
        office_app(SECOND, attributes=APPLICATION),
        office_app(OFFICE_SERVER, SECOND, attributes=APPLICATION),
    )
    cookies = cookies_of(converse(one, results={SendHttp: LOGIN}).response)
    value = cookies["AWSALBAPP-0"]
    assert [cookies[f"AWSALBAPP-{n}"] for n in (1, 2, 3)] == ["_remove_"] * 3
    assert ports(both, f"SESSION=abc; AWSALBAPP-0={value}") == 9001
    assert ports(both, f"AWSALBAPP-0={value}") == 9000
    assert ports(both, "SESSION=abc") == 9000


def test_without_the_application_cookie_there_is_nothing_to_keep() -> None:
    assert set(cookies_of(converse(office_app(attributes=APPLICATION)).response).values()) == {"_remove_"}


@pytest.mark.parametrize(
    ("agent", "marked"), [("Chrome/79.0", False), ("Chrome/120.0", True), ("curl/8", False)]
)
def test_only_chromium_from_80_on_gets_same_site(agent: str, marked: bool) -> None:
    done = converse(office_app(attributes=APPLICATION), headers=(("User-Agent", agent),))
    assert done.response is not None
    lines = all_values(done.response.headers, "set-cookie")
    assert all(("SameSite=None; Secure" in line) is marked for line in lines)


def test_a_cookie_no_longer_counts_when_its_duration_is_over() -> None:
    short = (*STICKY, ("stickiness.lb_cookie.duration_seconds", "0"))
    value = cookies_of(converse(office_app(SECOND, attributes=short)).response)["AWSALB"]
    assert ports(office_app(OFFICE_SERVER, SECOND, attributes=STICKY), f"AWSALB={value}") == 9000


LEAST = (("load_balancing.algorithm.type", "least_outstanding_requests"),)


def test_requests_are_counted_where_the_algorithm_needs_it() -> None:
    done = converse(office_app(attributes=LEAST))
    assert [type(need) for need in done.needs] == [CountRequest, SendHttp]
    assert [type(need) for need in converse(office_app()).needs] == [SendHttp]


@pytest.mark.parametrize(("node", "status"), [("10.20.1.10", 200), ("10.20.2.10", 503)])
def test_without_cross_zone_load_balancing_a_node_uses_its_own_zone_only(node: str, status: int) -> None:
    app = instance_app()
    (group,) = app.load_balancing.target_groups
    off = replace(group, attributes=(("load_balancing.cross_zone.enabled", "false"),))
    app = replace(app, load_balancing=replace(app.load_balancing, target_groups=(off,)))
    assert converse(app, to=node).status == status
