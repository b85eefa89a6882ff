"""Compressed payloads: requests are unpacked before anything reads them, responses are packed at the end.

AWS: "Payload compression for REST APIs in API Gateway"
"""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from landbridge.semantics.api_gateway.request import ApiRequest, Executed

NOT_PACKED = "identity"
_GZIP, _ZLIB, _RAW = 31, 15, -15
"""Formats as zlib's window bits name them."""


def unpacked(call: ApiRequest, most_bytes: int) -> ApiRequest | None:
    """The request with its payload unpacked, or as it is; None for what cannot be unpacked.

    With compression enabled, payloads below its minimum size are left alone. ``Content-Encoding`` stays.
    At most one byte more than `most_bytes` is unpacked.
    AWS: "Call an API method with a compressed payload in API Gateway"
    """
    body = call.request.body
    coding = call.request.header("content-encoding") if body else None
    smallest = call.stage.deployment.minimum_compression_bytes
    if coding is None or (smallest is not None and len(body) < smallest):
        return call
    unpack = _UNPACK.get(coding.strip().lower())
    plain = unpack(body, most_bytes + 1) if unpack is not None else None
    return None if plain is None else replace(call, request=replace(call.request, body=plain))


def packed(call: ApiRequest, executed: Executed) -> Executed:
    """The integration's response with its payload packed by the coding that the client prefers; or as it is.

    What API Gateway answers by itself is not packed.
    AWS: "Receive an API response with a compressed payload in API Gateway"
    """
    smallest = call.stage.deployment.minimum_compression_bytes
    if smallest is None or executed.error_type is not None:
        return executed
    response = executed.response
    pack = _PACK.get(preferred_coding(call.request.header("accept-encoding")))
    if pack is None or not response.body or len(response.body) < smallest:
        return executed
    if response.header("content-encoding"):
        return executed
    headers = (*response.headers, ("Content-Encoding", pack.coding))
    return replace(executed, response=replace(response, headers=headers, body=_pack(response.body, pack)))


def preferred_coding(accept_encoding: str | None) -> str:
    """The coding with the highest quality, the first of equals; ``identity`` where there is none.

    A coding that API Gateway does not have, preferred to those it has, leaves the payload as it is.
    AWS: "Enable payload compression for an API in API Gateway"
    """
    wanted = [(quality, coding) for coding, quality in _codings(accept_encoding or "") if quality > 0]
    return max(wanted, key=lambda each: each[0])[1] if wanted else NOT_PACKED


def _codings(accept_encoding: str) -> Iterator[tuple[str, float]]:
    """Each coding and its quality; a quality that is none counts as 0."""
    for part in accept_encoding.lower().split(","):
        coding, *parameters = (piece.strip() for piece in part.split(";"))
        named = [text[2:].strip() for text in parameters if text.startswith("q=")]
        quality = named[0] if named else "1"
        if coding:
            yield coding, float(quality) if quality.replace(".", "", 1).isdecimal() else 0.0


def _unpack(body: bytes, most_bytes: int, window_bits: int) -> bytes | None:
    """The whole of it, or its first bytes where there are more; None where it is not in that format."""
    reader = zlib.decompressobj(window_bits)
    try:
        plain = reader.decompress(body, most_bytes)
    except zlib.error:
        return None
    return plain if reader.eof or len(plain) == most_bytes else None


def _inflate(body: bytes, most_bytes: int) -> bytes | None:
    """``deflate`` is zlib's format; clients that send it without zlib's header are understood too."""
    plain = _unpack(body, most_bytes, _ZLIB)
    return plain if plain is not None else _unpack(body, most_bytes, _RAW)


def _pack(body: bytes, packing: "_Packing") -> bytes:
    writer = zlib.compressobj(wbits=packing.window_bits)
    return writer.compress(body) + writer.flush()


@dataclass(frozen=True, slots=True)
class _Packing:
    coding: str
    window_bits: int


_UNPACK: dict[str, Callable[[bytes, int], bytes | None]] = {
    "gzip": lambda body, most_bytes: _unpack(body, most_bytes, _GZIP),
    "deflate": _inflate,
    NOT_PACKED: lambda body, most_bytes: body,
}
_PACK = {each.coding: each for each in (_Packing("gzip", _GZIP), _Packing("deflate", _ZLIB))}
