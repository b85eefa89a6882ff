"""Payloads between text and binary: what ``contentHandling`` makes of them, in both directions.

AWS: "Content type conversions in API Gateway"
"""

import base64
import binascii
from dataclasses import dataclass

from landbridge.semantics.api_gateway.vtl.errors import MappingTemplateError

CONVERT_TO_BINARY = "CONVERT_TO_BINARY"
CONVERT_TO_TEXT = "CONVERT_TO_TEXT"


@dataclass(frozen=True, slots=True)
class Payload:
    """A payload after its conversion."""

    content: bytes
    is_binary: bool

    def text(self, direction: str) -> str:
        """What a mapping template reads; raises ``MappingTemplateError`` for binary data, even without any.

        AWS: "Content type conversions in API Gateway"
        """
        if self.is_binary:
            raise MappingTemplateError(
                f"Unable to transform {direction}: the payload is binary; set contentHandling to "
                f"{CONVERT_TO_TEXT} for a template to apply"
            )
        return self.content.decode("utf-8", "replace")


def convert_request(content: bytes, *, payload_is_binary: bool, content_handling: str) -> Payload:
    """The payload for the integration; raises ``MappingTemplateError`` for what is not Base64.

    AWS: "Content type conversions in API Gateway"
    """
    if payload_is_binary:
        if content_handling == CONVERT_TO_TEXT:
            return Payload(base64.b64encode(content), is_binary=False)
        return Payload(content, is_binary=True)
    if content_handling == CONVERT_TO_BINARY:
        return Payload(_decoded(content), is_binary=True)
    return Payload(as_text(content), is_binary=False)


def convert_response(
    content: bytes, *, payload_is_binary: bool, accepts_binary: bool, content_handling: str
) -> Payload:
    """The payload for the client; raises ``MappingTemplateError`` for what is not Base64.

    AWS: "Content type conversions in API Gateway"
    """
    if payload_is_binary:
        to_text = content_handling == CONVERT_TO_TEXT or (not content_handling and not accepts_binary)
        return Payload(base64.b64encode(content) if to_text else content, is_binary=not to_text)
    if content_handling == CONVERT_TO_BINARY or (accepts_binary and not content_handling):
        return Payload(_decoded(content), is_binary=True)
    return Payload(as_text(content), is_binary=False)


def as_text(content: bytes) -> bytes:
    """The payload read as UTF-8; what is not UTF-8 is lost."""
    return content.decode("utf-8", "replace").encode()


def _decoded(content: bytes) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error as error:
        raise MappingTemplateError(f"Unable to base64 decode the body: {error}") from error
