"""The function that a method invokes: found by the integration's URI, and whether it may be invoked.

AWS: "Integrations for REST APIs in API Gateway"
"""

import re
from dataclasses import dataclass

from landbridge.model.api_gateway import Integration
from landbridge.model.functions import Function
from landbridge.model.identifiers import Arn
from landbridge.semantics.api_gateway.gateway_responses import GatewayError, internal_server_error
from landbridge.semantics.api_gateway.integration_role import (
    CALLER,
    INTEGRATION_SERVICE,
    integration_role_hops,
)
from landbridge.semantics.api_gateway.refusal import (
    configuration_error,
    configuration_hop,
    failed,
    unmodelled_hop,
)
from landbridge.semantics.api_gateway.request import MethodRequest, execute_api_arn, method_reference
from landbridge.semantics.api_gateway.stage_variables import with_stage_variables
from landbridge.semantics.functions.permission import INVOKE, function_policy_hop, function_reference
from landbridge.semantics.functions.versions import how_to_create, version_facts
from landbridge.trace.codes import GatewayResponseType, LambdaErrorType
from landbridge.trace.decision import Hop, Hops, ResourceRef, Step, allowed

INVOCATION = ("2015-03-31", "invocations")
STREAMING_INVOCATION = ("2021-11-15", "response-streaming-invocations")
"""The version of Lambda's API and its operation, as the URI names them."""
_URI = re.compile(
    r"arn:[a-z-]+:apigateway:[a-z0-9-]+:lambda:path/(?P<version>[0-9-]+)/functions/(?P<function>.+)/"
    r"(?P<operation>invocations|response-streaming-invocations)"
)


@dataclass(frozen=True, slots=True)
class NoTarget:
    """Every request to this method ends the same way, for a reason that is in the topology."""

    hops: Hops
    hop: Hop
    error: GatewayError


@dataclass(frozen=True, slots=True)
class FunctionTarget:
    """The function that a method invokes and may invoke."""

    function: Function
    hops: Hops
    """What was decided on the way, the same for every request."""
    invoked: Hops
    """The same and that the function ran."""


def function_target(request: MethodRequest) -> FunctionTarget | NoTarget:
    """What the topology says of the method's integration; once, or for each caller who acts."""
    call, match = request.call, request.match
    if request.integration.credentials == CALLER:
        return _read_uri(request, request.integration)
    return request.world.remember(
        ("function target", call.api.id, call.stage.name, match.resource.id, match.http_method),
        lambda: _read_uri(request, request.integration),
    )


def _read_uri(request: MethodRequest, integration: Integration) -> FunctionTarget | NoTarget:
    if integration.http_method != "POST":
        facts = (("integration HTTP method", integration.http_method or "none"),)
        remedy = "Lambda is invoked by POST whatever the method: set the integration's HTTP method to POST"
        return NoTarget((), configuration_hop(request, facts, remedy), configuration_error())
    parsed = _URI.fullmatch(with_stage_variables(integration.uri, request.call.stage.variables))
    if parsed is None:
        remedy = (
            "The URI of the integration must be arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/"
            "<function ARN>/invocations"
        )
        hop = configuration_hop(request, (("uri", integration.uri),), remedy)
        return NoTarget((), hop, configuration_error())
    operation = STREAMING_INVOCATION if integration.streams else INVOCATION
    if (parsed["version"], parsed["operation"]) != operation:
        return _wrong_operation(request, integration, operation)
    return _decide_target(request, integration, Arn(parsed["function"]))


def _wrong_operation(
    request: MethodRequest, integration: Integration, operation: tuple[str, str]
) -> NoTarget:
    """The URI and the response transfer mode do not go together; API Gateway refuses that when it is put.

    AWS: "Set up a Lambda proxy integration with payload response streaming in API Gateway"
    """
    if integration.type != "AWS_PROXY":
        return NoTarget((), unmodelled_hop(request, "streaming without a proxy"), configuration_error())
    mode = integration.response_transfer_mode.value
    facts = (("response transfer mode", mode), ("uri", integration.uri))
    path = f"{operation[0]}/functions/<function ARN>/{operation[1]}"
    remedy = f"With {mode} the URI must be arn:aws:apigateway:<region>:lambda:path/{path}"
    return NoTarget((), configuration_hop(request, facts, remedy), configuration_error())


def _decide_target(
    request: MethodRequest, integration: Integration, function_arn: Arn
) -> FunctionTarget | NoTarget:
    """Is there such a function, and may API Gateway invoke it for this method."""
    function = request.world.topology.functions.by_invoked_arn.get(function_arn)
    if function is None:
        return _no_function(request, function_arn)
    reference = function_reference(function)
    invoked = Hop(reference, Step.INVOKE, allowed(reference, *version_facts(function)))
    if integration.credentials:
        credentials = with_stage_variables(integration.credentials, request.call.stage.variables)
        hops = integration_role_hops(request, credentials, INVOKE, function.arn, reference)
    else:
        hops = (_permission(request, function),)
    if not hops[-1].decision.allowed:
        code = GatewayResponseType.API_CONFIGURATION_ERROR
        return NoTarget(hops[:-1], hops[-1], internal_server_error(code, reached_integration=True))
    return FunctionTarget(function, hops, (*hops, invoked))


def _no_function(request: MethodRequest, function_arn: Arn) -> NoTarget:
    decision = failed(
        LambdaErrorType.RESOURCE_NOT_FOUND,
        method_reference(request.match),
        f"Execution failed due to configuration error: Function not found: {function_arn}",
        f"{how_to_create(request.world, function_arn)}, or correct the integration's URI and deploy again",
        ("function", function_arn),
    )
    hop = Hop(ResourceRef("AWS::Lambda::Function", function_arn, function_arn), Step.INVOKE, decision)
    error = internal_server_error(GatewayResponseType.API_CONFIGURATION_ERROR, reached_integration=True)
    return NoTarget((), hop, error)


def _permission(request: MethodRequest, function: Function) -> Hop:
    """Does the function's policy admit this method; the source ARN has the resource's template as path.

    AWS: "Granting Lambda function access to AWS services"
    """
    match, path = request.match, request.match.resource.path
    source_arn = execute_api_arn(request.world, request.call, match.http_method, path)
    permitted = _arn_to_permit(request, path)
    return function_policy_hop(
        request.world,
        function,
        INTEGRATION_SERVICE,
        source_arn,
        "Invalid permissions on Lambda function: add a permission (lambda add-permission) on "
        f"{function.qualified_name} for principal {INTEGRATION_SERVICE} with source ARN {permitted}",
    )


def _arn_to_permit(request: MethodRequest, path: str) -> str:
    """The source ARN that consoles and templates write: any stage, path parameters as ``*``."""
    topology = request.world.topology
    method = request.match.method.http_method.replace("ANY", "*")
    pattern = re.sub(r"\{[^}]*\}", "*", path)
    return (
        f"arn:aws:execute-api:{topology.region}:{topology.account_id}:"
        f"{request.call.api.id}/*/{method}{pattern}"
    )
