import pytest
from tests.semantics.function_urls.urls import HOST
from tests.semantics.iam.signing import MOMENT

from landbridge.model.exchange import Headers, HttpRequest, HttpResponse
from landbridge.model.functions import Cors, FunctionUrl
from landbridge.semantics.function_urls.cross_origin import is_preflight, preflight, with_cors
from landbridge.trace.decision import ResourceRef

SHOP = "https://shop.example"
SETTINGS = Cors((SHOP,), ("GET", "PUT"), ("x-tag", "date"), ("x-count",), max_age_s=60)
ASKING = (("Origin", SHOP), ("Access-Control-Request-Method", "PUT"))
REFERENCE = ResourceRef("AWS::Lambda::Url", HOST)


def request(method: str, headers: Headers) -> HttpRequest:
    return HttpRequest(method, "/", (("Host", HOST), *headers))


def of_cors(headers: Headers) -> dict[str, str]:
    wanted = ("access-control-", "vary")
    return {name.lower(): value for name, value in headers if name.lower().startswith(wanted)}


@pytest.mark.parametrize(
    ("method", "headers", "expected"),
    [
        ("OPTIONS", ASKING, True),
        ("OPTIONS", (("Origin", SHOP),), False),
        ("OPTIONS", ASKING[1:], False),
        ("GET", ASKING, False),
    ],
)
def test_a_preflight_request_has_an_origin_and_a_method(
    method: str, headers: Headers, expected: bool
) -> None:
    assert is_preflight(request(method, headers)) is expected


def test_a_preflight_request_is_answered_with_the_settings() -> None:
    response, decision = preflight(SETTINGS, request("OPTIONS", ASKING), MOMENT, REFERENCE)
    assert (response.status, response.body, decision.allowed) == (200, b"", True)
    assert of_cors(response.headers) == {
        "access-control-allow-origin": SHOP,
        "vary": "Origin",
        "access-control-allow-methods": "GET,PUT",
        "access-control-allow-headers": "x-tag,date",
        "access-control-max-age": "60",
    }


def test_an_origin_that_is_not_allowed_is_told_nothing() -> None:
    asking = (("Origin", "https://evil.example"), ASKING[1])
    response, _ = preflight(SETTINGS, request("OPTIONS", asking), MOMENT, REFERENCE)
    assert (response.status, of_cors(response.headers)) == (200, {})


@pytest.mark.parametrize(
    ("cors", "origin", "expected"),
    [
        (SETTINGS, SHOP, {"access-control-allow-origin": SHOP, "access-control-expose-headers": "x-count"}),
        (SETTINGS, "https://evil.example", None),
        (Cors(("*",)), SHOP, {"access-control-allow-origin": "*"}),
        (
            Cors(("*",), allow_credentials=True),
            SHOP,
            {"access-control-allow-origin": SHOP, "access-control-allow-credentials": "true"},
        ),
    ],
)
def test_the_settings_win_over_the_function_s_own_headers(
    cors: Cors, origin: str, expected: dict[str, str] | None
) -> None:
    own = HttpResponse(200, (("Access-Control-Allow-Origin", "https://own.example"), ("X-A", "1")))
    url = FunctionUrl(HOST, "NONE", cors=cors)
    response = with_cors(url, request("GET", (("Origin", origin),)), own)
    assert of_cors(response.headers) == ({**expected, "vary": "Origin"} if expected else {})
    assert response.header("x-a") == "1"


@pytest.mark.parametrize(("cors", "headers"), [(None, (("Origin", SHOP),)), (SETTINGS, ())])
def test_without_settings_or_origin_the_response_is_the_function_s(
    cors: Cors | None, headers: Headers
) -> None:
    own = HttpResponse(200, (("Access-Control-Allow-Origin", "https://own.example"),))
    assert with_cors(FunctionUrl(HOST, "NONE", cors=cors), request("GET", headers), own) is own
