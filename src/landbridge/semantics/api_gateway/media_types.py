"""Which payloads a deployment treats as binary.

AWS: "Content type conversions in API Gateway"
"""

from landbridge.model.api_gateway import Deployment

BinaryMediaTypes = frozenset[str]
DEFAULT_CONTENT_TYPE = "application/json"
EVERYTHING = "*/*"


def compile_binary_media_types(deployment: Deployment) -> BinaryMediaTypes:
    """The deployment's binary media types in lower case; compile once with ``world.once``."""
    return frozenset(name.lower() for name in deployment.binary_media_types)


def is_binary(binary_media_types: BinaryMediaTypes, header: str | None) -> bool:
    """Whether the **first** media type of a ``Content-Type`` or ``Accept`` header is among the binary ones.

    ``*/*`` among them makes everything binary; ``*/*`` in the header matches only itself.
    """
    if not binary_media_types:
        return False
    return EVERYTHING in binary_media_types or first_media_type(header) in binary_media_types


def first_media_type(header: str | None) -> str:
    """The first media type without parameters, in lower case: ``text/html``; without a header, JSON's."""
    if not header:
        return DEFAULT_CONTENT_TYPE
    return header.partition(",")[0].partition(";")[0].strip().lower()
