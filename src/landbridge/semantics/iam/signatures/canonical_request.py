"""The canonical request and the signature that follows from it.

AWS: "Create a signed AWS API request"
"""

import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from landbridge.model.exchange import HttpRequest, all_values
from landbridge.semantics.iam.signatures.parts import SIGNATURE_PARAMETER, Carrier, SignatureParts
from landbridge.semantics.iam.signatures.query import query_pairs

UNRESERVED = "-_.~"
EMPTY_PAYLOAD = hashlib.sha256(b"").hexdigest()
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
CONTENT_SHA256 = "x-amz-content-sha256"


@dataclass(frozen=True, slots=True)
class CanonicalRequest:
    """Its six parts; the text is what is hashed."""

    method: str
    uri: str
    query: str
    headers: tuple[tuple[str, str], ...]
    """Signed ones: names in lower case and values, sorted by name."""
    payload_hash: str

    @property
    def text(self) -> str:
        """As the string to sign has its hash."""
        lines = "".join(f"{name}:{value}\n" for name, value in self.headers)
        names = ";".join(name for name, _ in self.headers)
        return f"{self.method}\n{self.uri}\n{self.query}\n{lines}\n{names}\n{self.payload_hash}"


def canonical_request(
    request: HttpRequest, parts: SignatureParts, payload_hash: str, *, path_as_sent: bool
) -> CanonicalRequest:
    """What the request that arrived comes to; S3 takes the path as sent, other services encode it again.

    AWS: "Create a signed AWS API request"
    """
    without = SIGNATURE_PARAMETER if parts.carrier is Carrier.QUERY else ""
    return CanonicalRequest(
        request.method,
        canonical_path_of_s3(request.path) if path_as_sent else canonical_path(request.path),
        canonical_query(request.query, without),
        tuple((name, canonical_header(request, name)) for name in sorted(set(parts.signed_headers))),
        payload_hash,
    )


def canonical_path(path: str) -> str:
    """Without dots and double slashes, each segment encoded once more than it was sent."""
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(segment)
    end = "/" if kept and path.endswith(("/", "/.", "/..")) else ""
    return quote("/" + "/".join(kept) + end, safe="/" + UNRESERVED)


def canonical_path_of_s3(path: str) -> str:
    """Each character of the key encoded once, whichever of them the client encoded."""
    return quote(unquote_to_bytes(path), safe="/" + UNRESERVED) or "/"


def canonical_query(query: str, without: str = "") -> str:
    """Parameters encoded and sorted, but for the signature itself."""
    if not query:
        return ""
    encoded = [(_encode(name), _encode(value)) for name, value in query_pairs(query) if name != without]
    return "&".join(f"{name}={value}" for name, value in sorted(encoded))


def canonical_header(request: HttpRequest, name: str) -> str:
    """The values of a header, trimmed, their spaces collapsed, joined by commas."""
    value = ",".join(" ".join(each.split()) for each in all_values(request.headers, name))
    return value if value.isascii() else value.encode("latin-1", "replace").decode("utf-8", "surrogateescape")


def payload_hash(body: bytes) -> str:
    """The hash of a body, in hexadecimal."""
    return hashlib.sha256(body).hexdigest() if body else EMPTY_PAYLOAD


def string_to_sign(canonical: str, parts: SignatureParts) -> str:
    """What is signed: the algorithm, the time, the scope and the hash of the canonical request."""
    hashed = hashlib.sha256(canonical.encode("utf-8", "surrogateescape")).hexdigest()
    return f"{parts.algorithm}\n{parts.timestamp}\n{parts.credential.scope}\n{hashed}"


def sign(secret: str, parts: SignatureParts, to_sign: str) -> str:
    """The signature with a key derived from the secret for the scope.

    AWS: "Create a signed AWS API request"
    """
    scope = parts.credential
    key = f"AWS4{secret}".encode()
    for part in (scope.date, scope.region, scope.service, scope.terminator):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, to_sign.encode(), "sha256").hex()


def _encode(text: str) -> str:
    return quote(text, safe=UNRESERVED, errors="surrogateescape")
