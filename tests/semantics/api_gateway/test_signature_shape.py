"""What an Authorization header lacks to be a signature, in AWS's words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbridge.model.exchange import Headers, HttpRequest
from landbridge.semantics.api_gateway.signature_shape import incomplete_reason, is_signature

DATE: Headers = (("X-Amz-Date", "20261122T000000Z"),)
CREDENTIAL = "Authorization header requires 'Credential' parameter."
SIGNATURE = "Authorization header requires 'Signature' parameter."
SIGNED_HEADERS = "Authorization header requires 'SignedHeaders' parameter."
NO_DATE = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."


def reason(authorization: str, headers: Headers = ()) -> str:
    return incomplete_reason(HttpRequest("GET", "/", headers), authorization)


@pytest.mark.parametrize(
    ("authorization", "headers", "lacks"),
    [
        ("mock", (), (CREDENTIAL, SIGNATURE, SIGNED_HEADERS, NO_DATE)),
        ("Basic dXNlcjpwYXNzd29yZA==", (), (CREDENTIAL, SIGNATURE, SIGNED_HEADERS, NO_DATE)),
        ("AWS4-HMAC-SHA256 Credential=a", DATE, (SIGNATURE, SIGNED_HEADERS)),
        ("AWS4-HMAC-SHA256 Credential=a,Signature=b, SignedHeaders=c", (), (NO_DATE,)),
        ("AWS4-HMAC-SHA256 Credential=a,Signature=b", (("date", "now"),), (SIGNED_HEADERS,)),
    ],
)
def test_each_missing_part_is_named(authorization: str, headers: Headers, lacks: tuple[str, ...]) -> None:
    words, _, digest = reason(authorization, headers).partition(" (Hashed")
    assert words == " ".join(lacks)
    assert digest.startswith(" with SHA-256 and encoded with Base64) Authorization=")
    assert authorization not in digest


def test_a_bearer_token_is_a_pair_without_equal_sign() -> None:
    assert reason("Bearer x") == (
        "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and "
        "encoded with Base64): 'uTem/WB082UJMN2ajD6lH6UChGpTAddMJSx2iu923No='."
    )


@given(st.permutations(["Credential=a", "Signature=b=", "SignedHeaders=c;d"]))
def test_a_whole_signature_lacks_nothing_in_any_order(parts: list[str]) -> None:
    assert reason(f"AWS4-HMAC-SHA256 {', '.join(parts)}", DATE) == ""


@pytest.mark.parametrize(
    ("authorization", "signature"),
    [
        ("AWS4-HMAC-SHA256 Credential=a", True),
        ("AWS4-ECDSA-P256-SHA256 Credential=a", True),
        ("aws4-hmac-sha256 Credential=a", False),
        ("Bearer AWS4-HMAC-SHA256", False),
        ("", False),
    ],
)
def test_only_an_algorithm_of_version_4_makes_a_signature(authorization: str, signature: bool) -> None:
    assert is_signature(authorization) is signature
