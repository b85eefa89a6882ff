"""``AWS``: an AWS service as the backend, called as the integration's role.

AWS: "Choose an API Gateway API integration type"
"""

from dataclasses import dataclass

from landbridge.semantics.api_gateway.integration_request import IntegrationRequest, prepare
from landbridge.semantics.api_gateway.integration_role import (
    CALLER,
    integration_role,
    role_principal,
    signer_hop,
)
from landbridge.semantics.api_gateway.lambda_integration import invoke_with_mapping
from landbridge.semantics.api_gateway.refusal import (
    configuration_error,
    refuse,
    refuse_configuration,
    refuse_unmodelled,
)
from landbridge.semantics.api_gateway.request import Executed, MethodRequest
from landbridge.semantics.api_gateway.s3_integration import use_storage
from landbridge.semantics.api_gateway.service_integration import use_service
from landbridge.semantics.api_gateway.service_uri import PATH, ServiceUri, read_service_uri
from landbridge.semantics.api_gateway.stage_variables import with_stage_variables
from landbridge.semantics.needs import Steps
from landbridge.semantics.storage.permission import ANYONE, Caller
from landbridge.trace.decision import Hop, Hops

SECURE = {"aws:securetransport": ("true",)}


def call_service(request: MethodRequest, hops: Hops) -> Steps[Executed]:
    """The service's answer, mapped; or what API Gateway says in its place."""
    service = _service(request)
    if service.uri is None:
        facts = (("uri", request.integration.uri),)
        remedy = (
            "The URI must be arn:aws:apigateway:<region>:<service>:path/<path> or "
            "arn:aws:apigateway:<region>:<service>:action/<action>"
        )
        return refuse_configuration(request, hops, facts, remedy)
    if service.uri.service == "lambda":
        return (yield from invoke_with_mapping(request, hops))
    if service.unmodelled:
        return refuse_unmodelled(request, hops, service.unmodelled)
    made = prepare(request, hops)
    if isinstance(made, Executed):
        return made
    if request.integration.credentials == CALLER:
        return (yield from _call_as_signer(request, hops, service.uri, made))
    return (yield from _call_as_role(request, hops, service, service.uri, made))


def _call_as_role(
    request: MethodRequest, hops: Hops, service: "_Service", uri: ServiceUri, made: IntegrationRequest
) -> Steps[Executed]:
    """The service called as the integration's role, which API Gateway assumes."""
    if service.assumed is None:
        facts = (("credentials", "none"),)
        remedy = (
            "Give the integration the ARN of a role that API Gateway may assume and that may use "
            f"{uri.service}"
        )
        return refuse_configuration(request, hops, facts, remedy)
    if service.caller.role is None:
        return refuse(request, hops, service.assumed, configuration_error())
    hops += (service.assumed,)
    if uri.service == "s3":
        return (yield from use_storage(request, hops, uri, service.caller, made))
    return (yield from use_service(request, hops, uri, service.caller.role, made))


def _call_as_signer(
    request: MethodRequest, hops: Hops, uri: ServiceUri, made: IntegrationRequest
) -> Steps[Executed]:
    """The service called with the credentials of whoever signed the request.

    AWS: "Integration" (Amazon API Gateway API reference)
    """
    hop, signer = signer_hop(request), request.call.signer
    if signer is None:
        return refuse(request, hops, hop, configuration_error())
    hops += (hop,)
    if uri.service != "s3":
        return refuse_unmodelled(request, hops, f"the caller's own credentials at {uri.service}")
    caller = Caller(signer.principal, None, {**SECURE, **signer.keys}, signer=signer)
    return (yield from use_storage(request, hops, uri, caller, made))


@dataclass(frozen=True, slots=True)
class _Service:
    """What the topology says of a method's integration with a service."""

    uri: ServiceUri | None
    unmodelled: str
    """What of it is not modelled; empty for nothing."""
    assumed: Hop | None
    """Whether API Gateway may become the role; None without credentials."""
    caller: Caller
    """Who calls, as the role; anyone without one."""


def _service(request: MethodRequest) -> _Service:
    """Decided once for each method."""
    call, match = request.call, request.match
    return request.world.remember(
        ("service", call.api.id, call.stage.name, match.resource.id, match.http_method),
        lambda: _decide(request),
    )


def _decide(request: MethodRequest) -> _Service:
    uri = read_service_uri(request)
    what = _unmodelled(request, uri)
    role_arn = with_stage_variables(request.integration.credentials, request.call.stage.variables)
    if uri is None or what or role_arn in ("", CALLER):
        return _Service(uri, what, None, ANYONE)
    role, assumed = integration_role(request, role_arn)
    if role is None:
        return _Service(uri, "", assumed, ANYONE)
    return _Service(uri, "", assumed, Caller(role_principal(request.world, role), role, SECURE))


def _unmodelled(request: MethodRequest, uri: ServiceUri | None) -> str:
    """What of the integration is not modelled; empty for nothing."""
    if uri is None:
        return ""
    if uri.region != request.world.topology.region:
        return f"AWS integrations with another region ({uri.region})"
    if uri.service == "s3" and uri.kind != PATH:
        return f"AWS integrations with {uri.service}:{uri.kind}"
    if uri.subdomain and uri.service != "s3":
        return f"AWS integrations with {uri.subdomain}.{uri.service}"
    return ""
