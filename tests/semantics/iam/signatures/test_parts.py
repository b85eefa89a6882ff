import pytest

from landbridge.model.exchange import Headers, HttpRequest
from landbridge.semantics.iam.signatures.parts import (
    Carrier,
    Credential,
    Fault,
    Malformed,
    SignatureParts,
    is_signed,
    read_signature,
)

SCOPE = "AKIA/20261122/eu-central-1/s3/aws4_request"
WHOLE = f"AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders=Host;X-Amz-Date, Signature=0f"
DATE = ("X-Amz-Date", "20261122T101112Z")
QUERY = (
    f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={SCOPE.replace('/', '%2F')}"
    "&X-Amz-Date=20261122T101112Z&X-Amz-SignedHeaders=host%3Bx-amz-date&X-Amz-Signature=0f"
)


def parts(carrier: Carrier, token: str = "", expires_s: int | None = None) -> SignatureParts:
    return SignatureParts(
        carrier,
        "AWS4-HMAC-SHA256",
        Credential("AKIA", "20261122", "eu-central-1", "s3", "aws4_request"),
        ("host", "x-amz-date"),
        "0f",
        "20261122T101112Z",
        token,
        expires_s,
    )


def by_header(authorization: str, *more: tuple[str, str]) -> SignatureParts | Malformed | None:
    return read_signature(HttpRequest("GET", "/", (("Authorization", authorization), *more)))


def by_query(query: str, headers: Headers = ()) -> SignatureParts | Malformed | None:
    return read_signature(HttpRequest("GET", f"/a?{query}", headers))


@pytest.mark.parametrize("separator", [", ", ",", ",  "])
def test_a_header_has_credential_signed_headers_and_signature(separator: str) -> None:
    token = ("x-amz-security-token", "t")
    assert by_header(WHOLE.replace(", ", separator), DATE) == parts(Carrier.HEADER)
    assert by_header(WHOLE, DATE, token) == parts(Carrier.HEADER, "t")


def test_a_presigned_url_has_the_same_in_its_query_and_says_how_long_it_is_good_for() -> None:
    assert by_query(QUERY) == parts(Carrier.QUERY)
    more = "&X-Amz-Expires=60&X-Amz-Security-Token=a%2Bb"
    assert by_query(f"a=b&{QUERY}{more}") == parts(Carrier.QUERY, "a+b", 60)


def test_the_header_comes_before_the_query() -> None:
    request = HttpRequest("GET", f"/?{QUERY}", (("Authorization", WHOLE), DATE))
    found = read_signature(request)
    assert isinstance(found, SignatureParts)
    assert found.carrier is Carrier.HEADER


@pytest.mark.parametrize(
    ("authorization", "target", "signed"),
    [
        ("", "/", False),
        ("Bearer AWS4-HMAC-SHA256", "/", False),
        ("AWS4-HMAC-SHA1 Credential=a", "/", False),
        ("AWS a:b", "/?AWSAccessKeyId=a", False),
        ("", "/?X-Amz-Date=1", False),
        ("", "/X-Amz-Signature", False),
        ("", "/?x=X-Amz-Signature", False),
        ("AWS4-HMAC-SHA256", "/", True),
        ("AWS4-ECDSA-P256-SHA256 x", "/", True),
        ("", "/?X-Amz-Signature=", True),
        ("", "/?X-Amz-Algorithm", True),
    ],
)
def test_what_is_a_signature_says_so(authorization: str, target: str, signed: bool) -> None:
    request = HttpRequest("GET", target, (("Authorization", authorization),) if authorization else ())
    assert is_signed(request) is signed
    assert (read_signature(request) is not None) is signed


@pytest.mark.parametrize(
    ("authorization", "headers", "fault", "missing"),
    [
        ("AWS4-HMAC-SHA256", (DATE,), Fault.PARAMETERS_MISSING, ("Credential", "Signature", "SignedHeaders")),
        ("AWS4-HMAC-SHA256 x", (DATE,), Fault.NOT_KEY_VALUE, ()),
        (WHOLE.replace("Signature=", "S="), (DATE,), Fault.PARAMETERS_MISSING, ("Signature",)),
        (WHOLE, (), Fault.NO_DATE, ()),
        (WHOLE, (("X-Amz-Date", "now"),), Fault.BAD_DATE, ()),
        (WHOLE, (("X-Amz-Date", ""),), Fault.BAD_DATE, ()),
        (WHOLE.replace("/s3", ""), (DATE,), Fault.BAD_CREDENTIAL, ()),
    ],
)
def test_half_a_signature_in_the_header_is_malformed(
    authorization: str, headers: Headers, fault: Fault, missing: tuple[str, ...]
) -> None:
    found = by_header(authorization, *headers)
    assert isinstance(found, Malformed)
    assert (found.carrier, found.fault, found.missing) == (Carrier.HEADER, fault, missing)


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("X-Amz-Signature=0f", Fault.PARAMETERS_MISSING),
        (QUERY.replace("X-Amz-Date", "Date"), Fault.PARAMETERS_MISSING),
        (QUERY.replace("20261122T101112Z", "x"), Fault.BAD_DATE),
        (QUERY.replace("%2Fs3", ""), Fault.BAD_CREDENTIAL),
        (f"{QUERY}&X-Amz-Expires=0", Fault.BAD_EXPIRES),
        (f"{QUERY}&X-Amz-Expires=604801", Fault.BAD_EXPIRES),
        (f"{QUERY}&X-Amz-Expires=-1", Fault.BAD_EXPIRES),
        (f"{QUERY}&X-Amz-Expires=x", Fault.BAD_EXPIRES),
    ],
)
def test_half_a_presigned_url_is_malformed(query: str, fault: Fault) -> None:
    found = by_query(query)
    assert isinstance(found, Malformed)
    assert (found.carrier, found.fault) == (Carrier.QUERY, fault)


@pytest.mark.parametrize(
    "date", ["Sun, 22 Nov 2026 10:11:12 GMT", "20261122T101112Z", "Sun, 22 Nov 2026 11:11:12 +0100"]
)
def test_the_header_date_of_http_is_read_as_well(date: str) -> None:
    found = by_header(WHOLE, ("Date", date))
    assert isinstance(found, SignatureParts)
    assert found.timestamp == "20261122T101112Z"
