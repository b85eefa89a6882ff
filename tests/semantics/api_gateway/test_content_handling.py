import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbridge.semantics.api_gateway.content_handling import convert_request, convert_response
from landbridge.semantics.api_gateway.vtl.errors import MappingTemplateError

TEXT, BINARY, ENCODED = "ä".encode(), b"\x89\xff", b"if8="
LOST = b"\xef\xbf\xbd\xef\xbf\xbd"


@pytest.mark.parametrize(
    ("payload", "payload_is_binary", "content_handling", "expected", "is_binary"),
    [
        (TEXT, False, "", TEXT, False),
        (BINARY, False, "", LOST, False),
        (ENCODED, False, "CONVERT_TO_BINARY", BINARY, True),
        (TEXT, False, "CONVERT_TO_TEXT", TEXT, False),
        (BINARY, True, "", BINARY, True),
        (BINARY, True, "CONVERT_TO_BINARY", BINARY, True),
        (BINARY, True, "CONVERT_TO_TEXT", ENCODED, False),
    ],
)
def test_the_table_of_conversions_of_requests(
    payload: bytes, payload_is_binary: bool, content_handling: str, expected: bytes, is_binary: bool
) -> None:
    made = convert_request(payload, payload_is_binary=payload_is_binary, content_handling=content_handling)
    assert (made.content, made.is_binary) == (expected, is_binary)


@pytest.mark.parametrize(
    ("payload", "payload_is_binary", "accepts_binary", "content_handling", "expected", "is_binary"),
    [
        (TEXT, False, False, "", TEXT, False),
        (BINARY, False, False, "", LOST, False),
        (TEXT, False, False, "CONVERT_TO_TEXT", TEXT, False),
        (ENCODED, False, False, "CONVERT_TO_BINARY", BINARY, True),
        (ENCODED, False, True, "", BINARY, True),
        (ENCODED, False, True, "CONVERT_TO_BINARY", BINARY, True),
        (TEXT, False, True, "CONVERT_TO_TEXT", TEXT, False),
        (BINARY, True, False, "", ENCODED, False),
        (BINARY, True, False, "CONVERT_TO_BINARY", BINARY, True),
        (BINARY, True, False, "CONVERT_TO_TEXT", ENCODED, False),
        (BINARY, True, True, "", BINARY, True),
        (BINARY, True, True, "CONVERT_TO_BINARY", BINARY, True),
        (BINARY, True, True, "CONVERT_TO_TEXT", ENCODED, False),
    ],
)
def test_the_table_of_conversions_of_responses(
    payload: bytes,
    payload_is_binary: bool,
    accepts_binary: bool,
    content_handling: str,
    expected: bytes,
    is_binary: bool,
) -> None:
    made = convert_response(
        payload,
        payload_is_binary=payload_is_binary,
        accepts_binary=accepts_binary,
        content_handling=content_handling,
    )
    assert (made.content, made.is_binary) == (expected, is_binary)


def test_what_is_to_be_binary_must_be_base64() -> None:
    with pytest.raises(MappingTemplateError, match="Unable to base64 decode the body"):
        convert_request(b"%", payload_is_binary=False, content_handling="CONVERT_TO_BINARY")
    with pytest.raises(MappingTemplateError, match="Unable to base64 decode the body"):
        convert_response(b"%", payload_is_binary=False, accepts_binary=True, content_handling="")


def test_a_template_cannot_read_a_binary_payload() -> None:
    made = convert_request(b"", payload_is_binary=True, content_handling="")
    with pytest.raises(MappingTemplateError, match="Unable to transform request"):
        made.text("request")


@given(st.binary())
def test_a_binary_payload_as_text_and_back_is_the_same(payload: bytes) -> None:
    text = convert_request(payload, payload_is_binary=True, content_handling="CONVERT_TO_TEXT")
    assert base64.b64decode(text.text("request")) == payload
    back = convert_request(text.content, payload_is_binary=False, content_handling="CONVERT_TO_BINARY")
    assert back.content == payload
