"""The query string as a signature reads it: every parameter decoded, in its order, the empty ones too."""

from urllib.parse import unquote_plus


def query_pairs(query: str) -> list[tuple[str, str]]:
    """Names and values, decoded; a plus sign means a space.

    AWS: "Create a signed AWS API request"
    """
    pairs = []
    for part in query.split("&"):
        if part:
            name, _, value = part.partition("=")
            pairs.append(
                (unquote_plus(name, errors="surrogateescape"), unquote_plus(value, errors="surrogateescape"))
            )
    return pairs


SIGNATURE_PARAMETERS = frozenset(
    {
        *("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders"),
        *("X-Amz-Signature", "X-Amz-Security-Token", "X-Amz-Content-Sha256"),
    }
)


def without_signature(query: str) -> str:
    """The query as it was before it was presigned, not decoded."""
    if "X-Amz-" not in query:
        return query
    return "&".join(part for part in query.split("&") if part.partition("=")[0] not in SIGNATURE_PARAMETERS)
