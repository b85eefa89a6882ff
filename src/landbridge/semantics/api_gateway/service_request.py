"""The request that API Gateway sends to an AWS service, and which operation of the service it is.

AWS: "Choose an API Gateway API integration type"
"""

import json
from dataclasses import dataclass
from urllib.parse import parse_qsl

from landbridge.model.exchange import Headers, HttpRequest
from landbridge.semantics.api_gateway.backend_request import WITHOUT_BODY, http_method, target
from landbridge.semantics.api_gateway.integration_request import IntegrationRequest
from landbridge.semantics.api_gateway.proxy_response import trace_root
from landbridge.semantics.api_gateway.request import MethodRequest
from landbridge.semantics.api_gateway.request_parameters import Values
from landbridge.semantics.api_gateway.service_permission import SERVICES, Service
from landbridge.semantics.api_gateway.service_uri import ACTION, ServiceUri, request_path

Arguments = dict[str, object]
TARGET = "x-amz-target"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
_DROPPED = frozenset({"host", "referer", "proxy-authenticate", "expect", "te", "content-length"})


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """What is sent, and what it asks for."""

    request: HttpRequest
    operation: str
    """Empty where nobody can tell."""
    arguments: Arguments
    path: str
    """The decoded path of a URI by path: an SQS queue has its account and name there."""


def service_request(request: MethodRequest, uri: ServiceUri, made: IntegrationRequest) -> ServiceRequest:
    """The request by path or by action; X-Amz-Target or the parameter ``Action`` names the operation."""
    filled = uri.filled(made.parameters.path)
    parameters, path = made.parameters.querystring, filled
    extra: dict[str, str] = {}
    if uri.kind == ACTION:
        action, _, more = filled.partition("&")
        path = ""
        parameters, extra = _by_action(SERVICES.get(uri.service), action, dict(parse_qsl(more)), parameters)
    headers = service_headers(request, made, f"{uri.service}.{uri.region}.amazonaws.com", extra)
    method = http_method(request)
    body = b"" if method in WITHOUT_BODY else made.body
    sent = HttpRequest(method, target(request_path(path), "", parameters), headers, body)
    operation, arguments = _operation(sent, parameters)
    return ServiceRequest(sent, operation, arguments, path)


def service_headers(
    request: MethodRequest, made: IntegrationRequest, host: str, extra: dict[str, str]
) -> Headers:
    """The headers that are mapped, and what API Gateway adds; `extra` only where it is not mapped.

    AWS: "Amazon API Gateway important notes"
    """
    mapped = {
        name: ",".join(values)
        for name, values in made.parameters.header.items()
        if name.lower() not in _DROPPED
    }
    defaults = {"Accept": JSON, "User-Agent": f"AmazonAPIGateway_{request.call.api.id}"}
    if made.body:
        defaults["Content-Type"] = request.call.request.header("content-type") or JSON
    given = {name.lower() for name in mapped}
    added = (pair for pair in (defaults | extra).items() if pair[0].lower() not in given)
    return (("Host", host), *mapped.items(), *added, ("X-Amzn-Trace-Id", f"Root={trace_root(request)}"))


def _by_action(
    service: Service | None, action: str, more: dict[str, str], mapped: Values
) -> tuple[Values, dict[str, str]]:
    """Parameters and headers that name the action: each service in its own protocol.

    Services that speak JSON get X-Amz-Target, but for some the API has to map that header itself.
    """
    parameters: Values = {name: [value] for name, value in more.items()} | mapped
    if service is not None and service.target:
        if not service.names_target:
            return parameters, {}
        extra = {"X-Amz-Target": f"{service.target}.{action}", "Content-Type": service.content_type}
        return parameters, extra
    version = {"Version": [service.version]} if service is not None and service.version else {}
    return {"Action": [action], **version, **parameters}, {}


def _operation(sent: HttpRequest, parameters: Values) -> tuple[str, Arguments]:
    """The operation and its arguments, by the request's header, query string or form."""
    named = sent.header(TARGET)
    if named is not None:
        return named.rpartition(".")[2], _json_arguments(sent.body)
    arguments: Arguments = {name: values[-1] for name, values in parameters.items() if values}
    if (sent.header("content-type") or "").startswith(FORM):
        arguments |= dict(parse_qsl(sent.body.decode("utf-8", "replace"), keep_blank_values=True))
    return str(arguments.pop("Action", "")), arguments


def _json_arguments(body: bytes) -> Arguments:
    try:
        arguments = json.loads(body or b"{}")
    except ValueError:
        return {}
    return arguments if isinstance(arguments, dict) else {}
