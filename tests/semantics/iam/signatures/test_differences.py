"""What a client signed that did not arrive."""

from dataclasses import replace

import pytest
from tests.semantics.iam.signing import ANN, MOMENT, SESSION, finish, signed
from tests.topologies import ALB_NAME, API, BUCKET, DOMAIN, ENDPOINT, REGION, private_app

from landbridge.model.exchange import HttpRequest
from landbridge.semantics.iam.signatures.differences import (
    MOST_GUESSES,
    Difference,
    find_differences,
    remedy_for,
)
from landbridge.semantics.iam.signatures.explanation import explain, without_token
from landbridge.semantics.iam.signatures.parts import read_signature
from landbridge.semantics.iam.signatures.verification import (
    EXECUTE_API,
    S3,
    Refused,
    SigningService,
    verify,
)
from landbridge.semantics.world import World
from landbridge.trace.codes import GatewayResponseType
from landbridge.trace.decision import ResourceRef

WORLD = World(private_app())
OWN = f"{API}.execute-api.{REGION}.amazonaws.com"
ALIAS = f"{API}-{ENDPOINT}.execute-api.{REGION}.amazonaws.com"
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
TEXT_HASH = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"


def refused(request: HttpRequest, service: SigningService = EXECUTE_API) -> Refused:
    parts = read_signature(request)
    assert parts is not None
    result = finish(verify(request, parts, service, REGION, MOMENT), ANN, SESSION)
    assert isinstance(result, Refused)
    return result


def arriving(
    request: HttpRequest, *, host: str = "", target: str = "", method: str = "", body: bytes | None = None
) -> HttpRequest:
    headers = tuple((name, host if host and name == "Host" else value) for name, value in request.headers)
    return replace(
        request,
        headers=headers,
        target=target or request.target,
        method=method or request.method,
        body=request.body if body is None else body,
    )


@pytest.mark.parametrize(
    ("sent", "arrived", "differences"),
    [
        (
            signed(f"https://{OWN}/live/orders"),
            {"host": DOMAIN},
            (("Host", OWN, DOMAIN),),
        ),
        (signed(f"https://{DOMAIN}/orders"), {"host": OWN}, (("Host", DOMAIN, OWN),)),
        (signed(f"https://{ALIAS}/live"), {"host": OWN}, (("Host", ALIAS, OWN),)),
        (signed(f"http://{ALB_NAME}/live"), {"host": OWN}, (("Host", ALB_NAME, OWN),)),
        (
            signed(f"https://{DOMAIN}/orders"),
            {"host": f"{DOMAIN}:8443"},
            (("Host", DOMAIN, f"{DOMAIN}:8443"),),
        ),
        (signed(f"https://{OWN}/live/orders"), {"target": "/orders"}, (("path", "/live/orders", "/orders"),)),
        (
            signed(f"https://{OWN}/live/orders"),
            {"target": "/orders", "host": DOMAIN},
            (("path", "/live/orders", "/orders"), ("Host", OWN, DOMAIN)),
        ),
        (signed(f"https://{OWN}/a"), {"target": "/a/"}, (("path", "/a", "/a/"),)),
        (signed(f"https://{OWN}/a", "POST"), {"body": b"x"}, (("payload hash", EMPTY, TEXT_HASH),)),
        (signed(f"https://{OWN}/a"), {"target": "/a?b=c"}, (("query", "", "b=c"),)),
        (signed(f"https://{OWN}/a"), {"method": "HEAD"}, (("method", "GET", "HEAD"),)),
        (signed(f"https://{OWN}/a"), {"target": "/b"}, ()),
    ],
)
def test_the_part_that_was_changed_on_the_way_is_named_with_both_its_values(
    sent: HttpRequest, arrived: dict[str, str], differences: tuple[tuple[str, str, str], ...]
) -> None:
    request = arriving(sent, **arrived)  # type: ignore[arg-type]
    found = find_differences(WORLD, request, refused(request), EXECUTE_API)
    assert found == tuple(Difference(*each) for each in differences)


def test_a_bucket_addressed_by_another_style_is_named() -> None:
    sent = signed(f"https://{BUCKET}.s3.{REGION}.amazonaws.com/k", service="s3")
    request = arriving(sent, host="files.corp.example")
    (found,) = find_differences(WORLD, request, refused(request, S3), S3)
    assert (found.part, found.signed) == ("Host", f"{BUCKET}.s3.{REGION}.amazonaws.com")


def test_what_a_load_balancer_appended_to_a_signed_header_is_named() -> None:
    sent = signed(f"https://{OWN}/a", headers={"X-Forwarded-For": "192.168.0.10"})
    headers = tuple((n, f"{v}, 10.20.1.10" if n == "X-Forwarded-For" else v) for n, v in sent.headers)
    request = replace(sent, headers=headers)
    (found,) = find_differences(WORLD, request, refused(request), EXECUTE_API)
    assert found == Difference("x-forwarded-for", "192.168.0.10", "192.168.0.10, 10.20.1.10")


def test_a_remedy_says_what_was_signed_and_what_the_endpoint_saw() -> None:
    request = arriving(signed(f"https://{OWN}/live"), host=DOMAIN)
    decision = explain(
        WORLD,
        request,
        refused(request),
        EXECUTE_API,
        MOMENT,
        GatewayResponseType.INVALID_SIGNATURE,
        ResourceRef("AWS::ApiGateway::Method", "GET /"),
    )
    assert decision.remedy.startswith(f"The Host that was signed is {OWN}, the endpoint saw {DOMAIN}")
    assert ("Host signed", OWN) in decision.facts
    assert ANN.secret not in repr(decision)


def test_a_session_token_is_cut_short_in_what_a_trace_shows() -> None:
    for expires_s in (None, 60):
        request = arriving(signed(f"https://{OWN}/x", key=SESSION, expires_s=expires_s), target="")
        request = replace(request, method="PATCH")
        computed = refused(request).computed
        assert computed is not None
        assert SESSION.session_token not in without_token(computed.canonical)
        assert "…" in without_token(computed.canonical)


def test_without_a_guess_that_fits_signed_headers_that_change_are_named_or_else_the_secret() -> None:
    plain = refused(arriving(signed(f"https://{OWN}/a"), target="/b")).computed
    risky_request = signed(f"https://{OWN}/a", headers={"X-Forwarded-For": "x"})
    risky = refused(arriving(risky_request, target="/b")).computed
    assert plain is not None
    assert risky is not None
    assert "secret access key" in remedy_for((), plain.canonical)
    assert "x-forwarded-for" in remedy_for((), risky.canonical)


def test_the_number_of_guesses_is_bounded() -> None:
    assert MOST_GUESSES <= 5_000
