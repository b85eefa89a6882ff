"""The canonical request, by the example that AWS publishes and by what is special about paths and headers."""

import pytest

from landbridge.model.exchange import HttpRequest
from landbridge.semantics.iam.signatures.canonical_request import (
    EMPTY_PAYLOAD,
    canonical_header,
    canonical_path,
    canonical_path_of_s3,
    canonical_query,
    canonical_request,
    sign,
    string_to_sign,
)
from landbridge.semantics.iam.signatures.parts import SignatureParts, read_signature

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
VANILLA = HttpRequest(
    "GET",
    "/?Param2=value2&Param1=value1",
    (
        ("Host", "example.amazonaws.com"),
        ("X-Amz-Date", "20150830T123600Z"),
        (
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            "SignedHeaders=host;x-amz-date, "
            "Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ),
    ),
)


def test_the_published_example_comes_to_the_published_signature() -> None:
    parts = read_signature(VANILLA)
    assert isinstance(parts, SignatureParts)
    canonical = canonical_request(VANILLA, parts, EMPTY_PAYLOAD, path_as_sent=False)
    assert canonical.text == (
        "GET\n/\nParam1=value1&Param2=value2\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\n"
        f"host;x-amz-date\n{EMPTY_PAYLOAD}"
    )
    assert sign(SECRET, parts, string_to_sign(canonical.text, parts)) == parts.signature


@pytest.mark.parametrize(
    ("path", "canonical", "of_s3"),
    [
        ("", "/", "/"),
        ("/", "/", "/"),
        ("/a/b", "/a/b", "/a/b"),
        ("/a/", "/a/", "/a/"),
        ("/a/.", "/a/", "/a/."),
        ("/a/..", "/", "/a/.."),
        ("//a//b", "/a/b", "//a//b"),
        ("/a/../../b", "/b", "/a/../../b"),
        ("/a%20b", "/a%2520b", "/a%20b"),
        ("/a b", "/a%20b", "/a%20b"),
        ("/%7Ea/%41", "/%257Ea/%2541", "/~a/A"),
        ("/a%2Fb", "/a%252Fb", "/a/b"),
        ("/\xc3\xa9", "/%C3%83%C2%A9", "/%C3%83%C2%A9"),
    ],
)
def test_a_path_is_encoded_once_more_but_for_s3(path: str, canonical: str, of_s3: str) -> None:
    assert canonical_path(path) == canonical
    assert canonical_path_of_s3(path) == of_s3


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("", ""),
        ("b=2&a=1&a=0&a", "a=&a=0&a=1&b=2"),
        ("a=x%20y+z%2B%2f", "a=x%20y%20z%2B%2F"),
        ("A=1&a=2&-=3", "-=3&A=1&a=2"),
        ("a=1&X-Amz-Signature=0f", "X-Amz-Signature=0f&a=1"),
    ],
)
def test_a_query_is_decoded_encoded_and_sorted(query: str, canonical: str) -> None:
    assert canonical_query(query) == canonical


def test_the_signature_itself_is_not_part_of_a_presigned_query() -> None:
    assert canonical_query("a=1&X-Amz-Signature=0f", "X-Amz-Signature") == "a=1"


@pytest.mark.parametrize(
    ("values", "canonical"),
    [
        ((), ""),
        (("  a   b  ",), "a b"),
        (("a", " b "), "a,b"),
        (("\xc3\xa9",), "é"),
    ],
)
def test_a_header_is_trimmed_and_joined(values: tuple[str, ...], canonical: str) -> None:
    request = HttpRequest("GET", "/", tuple(("X-Two", value) for value in values))
    assert canonical_header(request, "x-two") == canonical
