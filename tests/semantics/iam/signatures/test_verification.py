"""Whether a signature is right, against requests that botocore signed."""

from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.semantics.iam.signing import ANN, MOMENT, NOW_S, SESSION, finish, signed
from tests.topologies import REGION

from landbridge.model.exchange import HttpRequest
from landbridge.model.identity import AccessKey
from landbridge.semantics.iam.signatures.parts import read_signature
from landbridge.semantics.iam.signatures.verification import (
    EXECUTE_API,
    S3,
    Failure,
    Refused,
    SigningService,
    Verified,
    verify,
)

HOST = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com"
SITE = "https://site.s3.eu-central-1.amazonaws.com"


def verified(
    request: HttpRequest, *keys: AccessKey, service: SigningService = EXECUTE_API
) -> Verified | Refused:
    parts = read_signature(request)
    assert parts is not None
    return finish(verify(request, parts, service, REGION, MOMENT), *(keys or (ANN, SESSION)))


def failure(request: HttpRequest, *keys: AccessKey, service: SigningService = EXECUTE_API) -> Failure | None:
    result = verified(request, *keys, service=service)
    return result.failure if isinstance(result, Refused) else None


@pytest.mark.parametrize(
    ("url", "method", "headers", "body"),
    [
        (f"{HOST}/live/orders", "GET", {}, b""),
        (HOST, "GET", {}, b""),
        (f"{HOST}/live/orders/", "GET", {}, b""),
        (f"{HOST}/live//orders/./a/../b", "GET", {}, b""),
        (f"{HOST}/live/a%20b/%C3%A9/x%2Fy", "GET", {}, b""),
        (f"{HOST}/live/a~b-c_d.e/(1)*'!$&,;=:@", "GET", {}, b""),
        (f"{HOST}/live/o?b=2&a=1&a=0&c", "GET", {}, b""),
        (f"{HOST}/live/o?q=a%20b%2Bc&e=&f=%2F%3D", "GET", {}, b""),
        (f"{HOST}/live/orders", "POST", {"Content-Type": "application/json"}, b'{"a": "\xc3\xa9"}'),
        (f"{HOST}/live/orders", "PUT", {"X-Two": "a   b", "X-Empty": ""}, b"\x00\xff"),
        (f"{HOST}:8443/live/orders", "DELETE", {"User-Agent": "me"}, b""),
    ],
)
@pytest.mark.parametrize("key", [ANN, SESSION])
@pytest.mark.parametrize("expires_s", [None, 60])
def test_what_botocore_signs_for_execute_api_is_verified(
    url: str, method: str, headers: dict[str, str], body: bytes, key: AccessKey, expires_s: int | None
) -> None:
    request = signed(url, method, key=key, headers=headers, body=body, expires_s=expires_s)
    if expires_s is not None:
        request = replace(request, body=b"")
    assert verified(request) == Verified(key, read_signature(request))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "method", "body"),
    [
        ("/index.html", "GET", b""),
        ("/a//b/../c", "GET", b""),
        ("/a%20b/%C3%A9%2B.txt", "GET", b""),
        ("/k?response-content-type=text%2Fplain&versionId=x", "GET", b""),
        ("/?list-type=2&prefix=a%2F&delimiter=%2F", "GET", b""),
        ("/up.bin", "PUT", b"\x00\x01"),
    ],
)
@pytest.mark.parametrize("key", [ANN, SESSION])
@pytest.mark.parametrize("expires_s", [None, 604_800])
def test_what_botocore_signs_for_s3_is_verified(
    path: str, method: str, body: bytes, key: AccessKey, expires_s: int | None
) -> None:
    request = signed(f"{SITE}{path}", method, key=key, body=body, service="s3", expires_s=expires_s)
    assert isinstance(verified(request, service=S3), Verified)


CHARACTERS = st.sampled_from("abcXYZ019-_.~%20+*()é ü")
SEGMENTS = st.text(CHARACTERS, max_size=6)
NAMES = st.text(CHARACTERS, min_size=1, max_size=6)


@given(path=st.lists(SEGMENTS, max_size=4), query=st.lists(st.tuples(NAMES, SEGMENTS), max_size=4))
def test_any_path_and_query_as_botocore_encodes_them_are_verified(
    path: list[str], query: list[tuple[str, str]]
) -> None:
    url = HOST + "/" + "/".join(quote(each) for each in path)
    if query:
        url += "?" + "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query)
    assert isinstance(verified(signed(url)), Verified)


def without(request: HttpRequest, *names: str) -> HttpRequest:
    return replace(request, headers=tuple(pair for pair in request.headers if pair[0].lower() not in names))


def with_header(request: HttpRequest, name: str, value: str) -> HttpRequest:
    kept = without(request, name.lower()).headers
    return replace(request, headers=(*kept, (name, value)))


TOKEN = "X-Amz-Security-Token"
GET = signed(f"{HOST}/live/orders?a=1")
PRESIGNED = signed(f"{HOST}/live/orders?a=1", expires_s=60)
OF_SESSION = signed(f"{HOST}/live/orders", key=SESSION)


@pytest.mark.parametrize(
    ("sentence", "request_", "keys", "expected"),
    [
        ("the request itself", GET, (ANN,), None),
        ("another method", replace(GET, method="POST"), (ANN,), Failure.MISMATCH),
        ("another path", replace(GET, target="/live/order?a=1"), (ANN,), Failure.MISMATCH),
        ("another query", replace(GET, target="/live/orders?a=2"), (ANN,), Failure.MISMATCH),
        ("another body", replace(GET, body=b"x"), (ANN,), Failure.MISMATCH),
        ("another Host", with_header(GET, "Host", "orders.corp.example"), (ANN,), Failure.MISMATCH),
        ("an unsigned header more", with_header(GET, "X-Forwarded-For", "10.0.0.1"), (ANN,), None),
        ("another secret", GET, (replace(ANN, secret="x"),), Failure.MISMATCH),
        ("a key nobody has", GET, (SESSION,), Failure.UNKNOWN_KEY),
        ("an inactive key", GET, (replace(ANN, active=False),), Failure.INACTIVE_KEY),
        (
            "a user's key with a token",
            with_header(GET, "X-Amz-Security-Token", "x"),
            (ANN,),
            Failure.WRONG_TOKEN,
        ),
        ("a session", OF_SESSION, (SESSION,), None),
        (
            "a session without its token",
            without(OF_SESSION, "x-amz-security-token"),
            (SESSION,),
            Failure.WRONG_TOKEN,
        ),
        ("another session's token", OF_SESSION, (replace(SESSION, session_token="y"),), Failure.WRONG_TOKEN),
        ("a session that is over", OF_SESSION, (replace(SESSION, expires_ms=1),), Failure.SESSION_EXPIRED),
        ("no date", without(GET, "x-amz-date"), (ANN,), Failure.MALFORMED),
        ("an empty date", with_header(GET, "X-Amz-Date", ""), (ANN,), Failure.MALFORMED),
        ("half a presigned URL", replace(GET, target="/live?X-Amz-Signature=0"), (ANN,), None),
        ("a presigned URL", PRESIGNED, (ANN,), None),
        (
            "a changed one",
            replace(PRESIGNED, target=PRESIGNED.target.replace("a=1", "a=2")),
            (ANN,),
            Failure.MISMATCH,
        ),
    ],
)
def test_a_signature_is_for_one_request_and_one_key(
    sentence: str, request_: HttpRequest, keys: tuple[AccessKey, ...], expected: Failure | None
) -> None:
    if sentence == "half a presigned URL":
        request_, expected = without(request_, "authorization"), Failure.MALFORMED
    assert failure(request_, *keys) is expected, sentence


@pytest.mark.parametrize(
    ("service", "at_s", "expires_s", "expected"),
    [
        (EXECUTE_API, 300, None, None),
        (EXECUTE_API, 301, None, Failure.NOT_YET_CURRENT),
        (EXECUTE_API, -300, None, None),
        (EXECUTE_API, -301, None, Failure.EXPIRED),
        (EXECUTE_API, -60, 60, None),
        (EXECUTE_API, -61, 60, Failure.URL_EXPIRED),
        (EXECUTE_API, -3000, 3600, None),
        (S3, 900, None, None),
        (S3, 901, None, Failure.NOT_YET_CURRENT),
        (S3, -901, None, Failure.EXPIRED),
        (S3, -86_400, 604_800, None),
        (S3, 901, 604_800, Failure.NOT_YET_CURRENT),
    ],
)
def test_clocks_may_differ_by_five_minutes_at_api_gateway_and_by_fifteen_at_s3(
    service: SigningService, at_s: int, expires_s: int | None, expected: Failure | None
) -> None:
    request = signed(f"{HOST}/x", service=service.name, at_s=NOW_S + at_s, expires_s=expires_s)
    assert failure(request, service=service) is expected


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"region": "us-east-1"}, ("region",)),
        ({"service": "apigateway"}, ("service",)),
        ({"service": "apigateway", "region": "us-east-1"}, ("region", "service")),
    ],
)
def test_the_scope_is_of_this_region_and_service(changes: dict[str, str], wrong: tuple[str, ...]) -> None:
    result = verified(signed(f"{HOST}/x", **changes))  # type: ignore[arg-type]
    assert isinstance(result, Refused)
    assert (result.failure, result.wrong) == (Failure.SCOPE, wrong)


def test_the_scope_is_of_the_day_of_the_signature_and_ends_in_aws4_request() -> None:
    for old, new, wrong in (
        ("20220405/", "20220404/", "date"),
        ("aws4_request", "aws5_request", "terminator"),
    ):
        authorization = GET.header("authorization") or ""
        result = verified(with_header(GET, "Authorization", authorization.replace(old, new)))
        assert isinstance(result, Refused)
        assert result.wrong == (wrong,)


def test_host_has_to_be_signed_and_for_s3_every_amz_header() -> None:
    authorization = GET.header("authorization") or ""
    assert (
        failure(with_header(GET, "Authorization", authorization.replace("=host;", "=")))
        is Failure.HOST_NOT_SIGNED
    )
    request = with_header(signed(f"{SITE}/k", service="s3"), "x-amz-acl", "private")
    assert failure(request, service=S3) is Failure.HEADERS_NOT_SIGNED


def test_the_date_of_http_will_do() -> None:
    stamped = signed(f"{HOST}/x", headers={"Date": "Tue, 05 Apr 2022 13:38:09 GMT"})
    parts = read_signature(without(stamped, "x-amz-date"))
    assert parts is not None
    assert not hasattr(parts, "fault")
    assert parts.timestamp == "20220405T133809Z"


def test_the_payload_of_s3_may_stay_unsigned_and_that_of_execute_api_may_not() -> None:
    headers = {"x-amz-content-sha256": "UNSIGNED-PAYLOAD"}
    request = signed(f"{SITE}/k", "PUT", headers=headers, body=b"abc", service="s3", expires_s=60)
    assert failure(replace(request, body=b"changed"), service=S3) is None


def test_a_signature_of_another_algorithm_is_not_taken() -> None:
    authorization = (GET.header("authorization") or "").replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")
    assert failure(with_header(GET, "Authorization", authorization)) is Failure.UNSUPPORTED_ALGORITHM


def test_a_secret_is_never_printed() -> None:
    result = verified(replace(GET, method="POST"))
    assert ANN.secret not in repr(result)
    assert SESSION.session_token not in repr(SESSION)
