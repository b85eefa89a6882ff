"""What is too long for API Gateway: the URL, the headers, the payload; and payloads packed in no known way.

AWS: "Amazon API Gateway quotas"
"""

from dataclasses import replace

from landbridge.model.exchange import Moment
from landbridge.semantics.api_gateway.compression import unpacked
from landbridge.semantics.api_gateway.gateway_responses import (
    GatewayError,
    content_too_long,
    gateway_response,
    request_line_or_headers_too_long,
    unsupported_media_type,
)
from landbridge.semantics.api_gateway.refusal import refuse
from landbridge.semantics.api_gateway.request import ApiRequest, Executed, MethodRequest, stage_reference
from landbridge.semantics.world import World
from landbridge.trace.codes import GatewayResponseType
from landbridge.trace.decision import Hop, Hops, Step, denied

PAYLOAD_BYTES = 10_485_760
HEADER_BYTES = 10_240
HEADER_BYTES_PRIVATE = 8_000
URL_CHARACTERS = 10_240
URL_CHARACTERS_PRIVATE = 8_192


def oversized(world: World, call: ApiRequest, moment: Moment) -> Executed | None:
    """The answer to a request that is too long for API Gateway; None for one that is not."""
    private = call.through_endpoint
    url_limit = URL_CHARACTERS_PRIVATE if private else URL_CHARACTERS
    header_limit = HEADER_BYTES_PRIVATE if private else HEADER_BYTES
    url, headers, payload = len(call.request.target), call.request.header_characters, len(call.request.body)
    if url > url_limit:
        error = request_line_or_headers_too_long(414, "Request URI too long")
        return _refuse(world, call, moment, error, ("URL", f"{url} of at most {url_limit} characters"))
    if headers > header_limit:
        error = request_line_or_headers_too_long(431, "Request header fields too large")
        return _refuse(world, call, moment, error, ("headers", f"{headers} of at most {header_limit} bytes"))
    if payload > PAYLOAD_BYTES:
        error = content_too_long(PAYLOAD_BYTES)
        return _refuse(world, call, moment, error, ("payload", f"{payload} of at most {PAYLOAD_BYTES} bytes"))
    return None


def unpack(request: MethodRequest, hops: Hops) -> MethodRequest | Executed:
    """The request with its payload unpacked; or the answer where that is impossible, or makes it too large.

    Signatures are of the payload as it was sent, and so verified before.
    AWS: "Call an API method with a compressed payload in API Gateway"
    """
    call = unpacked(request.call, PAYLOAD_BYTES)
    if call is request.call:
        return request
    if call is None:
        return _refuse_coding(request, hops)
    if len(call.request.body) > PAYLOAD_BYTES:
        hop = _hop(request.world, call, ("payload", f"more than {PAYLOAD_BYTES} bytes when unpacked"))
        return refuse(request, hops, hop, content_too_long(PAYLOAD_BYTES))
    return replace(request, call=call)


def _refuse_coding(request: MethodRequest, hops: Hops) -> Executed:
    component = stage_reference(request.world, request.call)
    decision = denied(
        GatewayResponseType.UNSUPPORTED_MEDIA_TYPE,
        component,
        ("content encoding", request.call.request.header("content-encoding") or ""),
        remedy="Send the payload as it is, or packed as its Content-Encoding says: gzip, deflate or identity",
    )
    return refuse(request, hops, Hop(component, Step.HTTP_REQUEST, decision), unsupported_media_type())


def _refuse(
    world: World, call: ApiRequest, moment: Moment, error: GatewayError, fact: tuple[str, str]
) -> Executed:
    response = gateway_response(world, call, None, moment, error)
    return Executed(response, (_hop(world, call, fact),), error.type, error.message)


def _hop(world: World, call: ApiRequest, fact: tuple[str, str]) -> Hop:
    component = stage_reference(world, call)
    decision = denied(
        GatewayResponseType.REQUEST_TOO_LARGE,
        component,
        fact,
        remedy=f"Send less: the {fact[0]} of a request has a fixed limit in API Gateway; large bodies belong "
        "in S3, by a presigned URL, and large headers are often cookies or tokens",
    )
    return Hop(component, Step.HTTP_REQUEST, decision)
