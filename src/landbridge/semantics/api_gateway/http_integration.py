"""``HTTP`` and ``HTTP_PROXY``: a server as the backend, with mappings or with the request as it is.

AWS: "HTTP integrations for REST APIs in API Gateway"
"""

from dataclasses import replace

from landbridge.model.exchange import Headers, HttpRequest, HttpResponse, with_stream
from landbridge.semantics.api_gateway.backend_failure import refuse_backend, refuse_failure, refuse_uri
from landbridge.semantics.api_gateway.backend_request import (
    WITHOUT_BODY,
    BackendUri,
    http_method,
    mapped_headers,
    passed_headers,
    passed_query,
    read_uri,
    target,
)
from landbridge.semantics.api_gateway.backend_server import find_backend
from landbridge.semantics.api_gateway.integration_request import prepare
from landbridge.semantics.api_gateway.integration_response import BackendAnswer, respond
from landbridge.semantics.api_gateway.media_types import compile_binary_media_types, is_binary
from landbridge.semantics.api_gateway.method_response import (
    DROPPED_FROM_SERVER,
    REMAPPED_FROM_PROXY,
    method_response,
    outbound_headers,
)
from landbridge.semantics.api_gateway.private_integration import backend_path, send_through_link
from landbridge.semantics.api_gateway.proxy_response import trace_root
from landbridge.semantics.api_gateway.refusal import integration_hop
from landbridge.semantics.api_gateway.request import Executed, MethodRequest
from landbridge.semantics.api_gateway.streamed_answer import streaming_body
from landbridge.semantics.needs import HttpAnswered, HttpFailed, SendHttp, Steps, Tls
from landbridge.trace.decision import Hop, Hops, ResourceRef, Step, allowed

MOST_BODY_BYTES = 10 * 1024 * 1024
MOST_HEADERS_BYTES = 10_240
"""AWS: "Quotas for configuring and running a REST API in API Gateway"."""


def send_mapped(request: MethodRequest, hops: Hops) -> Steps[Executed]:
    """``HTTP``: what the mappings make goes to the server, and its answer is mapped back."""
    made = prepare(request, hops)
    if isinstance(made, Executed):
        return made
    uri = read_uri(request, made.parameters.path)
    if uri is None:
        return refuse_uri(request, hops)
    path = target(backend_path(request, uri), uri.query, made.parameters.querystring)
    sent = _request(request, uri, path, mapped_headers(request, made), made.body)
    answered, hops = yield from _send(request, hops, uri, sent)
    if isinstance(answered, Executed):
        return answered
    answer = BackendAnswer(
        answered.response, str(answered.response.status), made.received, f"Root={trace_root(request)}"
    )
    return respond(request, hops, answer)


def pass_on(request: MethodRequest, hops: Hops) -> Steps[Executed]:
    """``HTTP_PROXY``: the request goes to the server and its answer to the client, mapped parameters apart.

    AWS: "Set up HTTP proxy integrations in API Gateway"
    """
    made = prepare(request, hops)
    if isinstance(made, Executed):
        return made
    uri = read_uri(request, made.parameters.path)
    if uri is None:
        return refuse_uri(request, hops)
    path = target(backend_path(request, uri), uri.query, passed_query(request, made.parameters.querystring))
    headers = passed_headers(request, made.parameters.header, made.body)
    sent = _request(request, uri, path, headers, made.body)
    answered, hops = yield from _send(request, hops, uri, sent)
    if isinstance(answered, Executed):
        return answered
    return Executed(_passed_back(request, answered.response), hops)


def _request(
    request: MethodRequest, uri: BackendUri, path: str, headers: Headers, body: bytes
) -> HttpRequest:
    method = http_method(request)
    named = (("Host", uri.authority), *headers, ("Connection", "keep-alive"))
    return HttpRequest(method, path, named, b"" if method in WITHOUT_BODY else body)


def _send(
    request: MethodRequest, hops: Hops, uri: BackendUri, sent: HttpRequest
) -> Steps[tuple[HttpAnswered | Executed, Hops]]:
    """The server's answer, or the client's where there is none; and the hops so far."""
    need = _need(request, uri, sent)
    if request.integration.vpc_link_id:
        result, hops = yield from send_through_link(request, hops, need)
        if isinstance(result, Executed):
            return result, hops
    else:
        backend = find_backend(request, uri.host, uri.port)
        hop = integration_hop(request, backend.decision)
        if not backend.host:
            return refuse_backend(request, hops, hop), hops
        hops = (*hops, hop)
        performed = yield replace(need, host=backend.host, port=backend.port)
        assert isinstance(performed, HttpAnswered | HttpFailed)
        result = performed
    if isinstance(result, HttpFailed):
        return refuse_failure(request, hops, uri, result), hops
    reference = ResourceRef("Server", f"{uri.host}:{uri.port}")
    facts = (("request", f"{sent.method} {sent.target}"), ("status", str(result.response.status)))
    return result, (*hops, Hop(reference, Step.BACKEND, allowed(reference, *facts)))


def _need(request: MethodRequest, uri: BackendUri, sent: HttpRequest) -> SendHttp:
    """To the URI's own host; never over a kept connection, whose end would be met with this request.

    AWS: "TlsConfig" (Amazon API Gateway API reference)
    """
    integration = request.integration
    tls = Tls(True, uri.host, any_authority=integration.insecure_skip_verification)
    return SendHttp(
        uri.host,
        uri.port,
        sent,
        tls if uri.scheme == "https" else None,
        integration.timeout_ms,
        MOST_HEADERS_BYTES,
        MOST_BODY_BYTES,
        reuse=False,
        within_timeout=True,
        streaming=streaming_body(request),
    )


def _passed_back(request: MethodRequest, backend: HttpResponse) -> HttpResponse:
    """The server's answer as the client gets it; it carries no trace id.

    AWS: "Amazon API Gateway important notes"
    """
    headers = outbound_headers(backend.headers, REMAPPED_FROM_PROXY, DROPPED_FROM_SERVER)
    body = _body(request, backend)
    response = method_response(request.call, request.moment, backend.status, headers, body, "")
    return with_stream(response, backend.stream) if backend.stream is not None else response


def _body(request: MethodRequest, backend: HttpResponse) -> bytes:
    """What is compressed is passed on as it is; everything else by its media type.

    AWS: "Content type conversions in API Gateway"
    """
    if backend.header("content-encoding") not in (None, "identity"):
        return backend.body
    binary_media_types = request.world.once(compile_binary_media_types, request.call.stage.deployment)
    payload_is_binary = is_binary(binary_media_types, backend.header("content-type"))
    return backend.body if payload_is_binary else backend.body.decode("utf-8", "replace").encode()
