"""``AWS``: an AWS service as the backend. Modelled: Amazon S3, reading an object.

AWS: "Tutorial: Create a REST API as an Amazon S3 proxy"
"""

import re
from dataclasses import dataclass

from landbridge.model.api_gateway import Integration
from landbridge.semantics.api_gateway.integration_request import (
    IntegrationRequest,
    UnsupportedMediaType,
    integration_request,
    refuse_media_type,
)
from landbridge.semantics.api_gateway.integration_response import BackendAnswer, respond, template_failed
from landbridge.semantics.api_gateway.integration_role import integration_role, role_principal
from landbridge.semantics.api_gateway.proxy_response import trace_root
from landbridge.semantics.api_gateway.refusal import (
    configuration_error,
    integration_hop,
    refuse,
    refuse_configuration,
    refuse_unmodelled,
)
from landbridge.semantics.api_gateway.request import Executed, MethodRequest, method_reference
from landbridge.semantics.api_gateway.stage_variables import with_stage_variables
from landbridge.semantics.api_gateway.vtl.errors import MappingTemplateError
from landbridge.semantics.needs import Steps
from landbridge.semantics.storage.conditional import UNCONDITIONAL, ReadConditions, read_conditions
from landbridge.semantics.storage.get_object import ObjectRequest, get_object
from landbridge.semantics.storage.permission import ANYONE, Caller
from landbridge.trace.decision import Hop, Hops, Step, allowed

_URI = re.compile(
    r"arn:[a-z-]+:apigateway:[a-z0-9-]+:(?:(?P<subdomain>.+)\.)?(?P<service>[a-z0-9-]+):"
    r"(?P<kind>path|action)/(?P<rest>.*)",
    re.DOTALL,
)
_PLACEHOLDER = re.compile(r"\{([^{}/]+)\}")
SECURE = {"aws:securetransport": ("true",)}


@dataclass(frozen=True, slots=True)
class _ServiceUri:
    service: str
    kind: str
    path: tuple[str, ...]
    """For S3: bucket and key; every second text is the name of a placeholder such as ``{key}``."""


def call_service(request: MethodRequest, hops: Hops) -> Steps[Executed]:
    """The service's answer, mapped; or what API Gateway says in its place."""
    service = _service(request)
    if service.uri is None:
        facts = (("uri", request.integration.uri),)
        remedy = "The URI must be arn:aws:apigateway:<region>:s3:path/<bucket>/<key>"
        return refuse_configuration(request, hops, facts, remedy)
    if service.unmodelled:
        return refuse_unmodelled(request, hops, service.unmodelled)
    try:
        made = integration_request(request)
    except MappingTemplateError as error:
        return template_failed(request, hops, error, Step.INTEGRATION_REQUEST)
    if isinstance(made, UnsupportedMediaType):
        return refuse_media_type(request, hops, made)
    return (yield from _read_object(request, hops, service, made))


@dataclass(frozen=True, slots=True)
class _Service:
    """What the topology says of a method's integration with a service."""

    uri: _ServiceUri | None
    unmodelled: str
    """What of it is not modelled; empty for nothing."""
    assumed: Hop | None
    """Whether API Gateway may become the role; None without credentials."""
    caller: Caller
    """Who reads, as the role; anyone without one."""


def _service(request: MethodRequest) -> _Service:
    """Decided once for each method."""
    call, match = request.call, request.match
    return request.world.remember(
        ("service", call.api.id, call.stage.name, match.resource.id, match.http_method),
        lambda: _decide(request, request.integration),
    )


def _decide(request: MethodRequest, integration: Integration) -> _Service:
    uri = _read_uri(request, integration)
    what = _unmodelled(uri, integration)
    role_arn = with_stage_variables(integration.credentials, request.call.stage.variables)
    if uri is None or what or not role_arn:
        return _Service(uri, what, None, ANYONE)
    role, assumed = integration_role(request, role_arn)
    if role is None:
        return _Service(uri, "", assumed, ANYONE)
    return _Service(uri, "", assumed, Caller(role_principal(request.world, role), role, SECURE))


def _read_uri(request: MethodRequest, integration: Integration) -> _ServiceUri | None:
    parsed = _URI.fullmatch(with_stage_variables(integration.uri, request.call.stage.variables))
    if parsed is None:
        return None
    path = parsed["rest"]
    if parsed["subdomain"]:
        path = f"{parsed['subdomain']}/{path}"
    return _ServiceUri(parsed["service"], parsed["kind"], tuple(_PLACEHOLDER.split(path)))


def _unmodelled(uri: _ServiceUri | None, integration: Integration) -> str:
    """What of the integration is not modelled; empty for nothing."""
    if uri is None:
        return ""
    if uri.service == "lambda":
        return "Lambda integrations other than AWS_PROXY"
    if uri.service != "s3" or uri.kind != "path":
        return f"AWS integrations with {uri.service}:{uri.kind}"
    if integration.http_method != "GET":
        return f"{integration.http_method} of Amazon S3 objects"
    return ""


def _read_object(
    request: MethodRequest, hops: Hops, service: _Service, made: IntegrationRequest
) -> Steps[Executed]:
    """Read the object as the integration's role; an error of S3 is an answer like any other."""
    if service.assumed is None or service.uri is None:
        facts = (("credentials", "none"),)
        remedy = (
            "Give the integration the ARN of a role that API Gateway may assume and that may read the bucket"
        )
        return refuse_configuration(request, hops, facts, remedy)
    if service.caller.role is None:
        return refuse(request, hops, service.assumed, configuration_error())
    hops += (service.assumed,)
    bucket, key = _object(service.uri, made)
    if not key or made.parameters.querystring:
        what = "listing a bucket" if not key else "query strings to Amazon S3"
        return refuse_unmodelled(request, hops, what)
    hops += (_named(request, bucket, key),)
    wanted = ObjectRequest(bucket, key, service.caller, _conditions(made))
    response, hop = yield from get_object(request.world, wanted, request.moment)
    trace = f"Root={trace_root(request)}"
    answer = BackendAnswer(response, str(response.status), made.received, trace)
    return respond(request, (*hops, hop), answer)


def _named(request: MethodRequest, bucket: str, key: str) -> Hop:
    def make() -> Hop:
        reference = method_reference(request.match)
        return integration_hop(request, allowed(reference, ("bucket", bucket), ("key", key)))

    call, match = request.call, request.match
    return request.world.remember(
        ("object", call.api.id, call.stage.name, match.resource.id, match.http_method, bucket, key),
        make,
        len(bucket) + len(key),
    )


def _object(uri: _ServiceUri, made: IntegrationRequest) -> tuple[str, str]:
    """The bucket and key, each placeholder replaced by its mapped parameter; an unmapped one stays."""
    parts = list(uri.path)
    for place in range(1, len(parts), 2):
        name = parts[place]
        parts[place] = made.parameters.path.get(name, f"{{{name}}}")
    bucket, _, key = "".join(parts).partition("/")
    return bucket, key


def _conditions(made: IntegrationRequest) -> ReadConditions:
    """What is mapped of ``Range`` and the conditional headers."""
    mapped = made.parameters.header
    if not mapped:
        return UNCONDITIONAL
    return read_conditions({name.lower(): value for name, value in mapped.items()}.get)
