"""What an Authorization header lacks to be a Signature Version 4: its form only, nothing is verified.

AWS: "AWS Signature Version 4 for API requests"
"""

import base64
import hashlib

from landbridge.model.exchange import HttpRequest

ALGORITHMS = ("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")
PARAMETERS = ("Credential", "Signature", "SignedHeaders")
DATE_HEADERS = ("x-amz-date", "date")


def is_signature(authorization: str) -> bool:
    """Whether an Authorization header says that it is a Signature Version 4 or 4A.

    AWS: "AWS Signature Version 4 for API requests"
    """
    return authorization.startswith(ALGORITHMS)


def incomplete_reason(request: HttpRequest, authorization: str) -> str:
    """AWS's words for what is missing; empty for a signature that has all its parts.

    AWS: "How do I troubleshoot HTTP 403 errors from API Gateway?"
    """
    _, _, given = authorization.partition(" ")
    pairs = [pair.strip() for pair in given.split(",") if pair.strip()]
    if any("=" not in pair for pair in pairs):
        return (
            "Invalid key=value pair (missing equal-sign) in Authorization header "
            f"(hashed with SHA-256 and encoded with Base64): '{_digest(authorization)}'."
        )
    present = {pair.partition("=")[0] for pair in pairs}
    lacks = [
        f"Authorization header requires '{parameter}' parameter."
        for parameter in PARAMETERS
        if parameter not in present
    ]
    if all(request.header(name) is None for name in DATE_HEADERS):
        lacks.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    if not lacks:
        return ""
    hashed = f"(Hashed with SHA-256 and encoded with Base64) Authorization={_digest(authorization)}"
    return " ".join((*lacks, hashed))


def _digest(authorization: str) -> str:
    return base64.b64encode(hashlib.sha256(authorization.encode("latin-1", "replace")).digest()).decode()
