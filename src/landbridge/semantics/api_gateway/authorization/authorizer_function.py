"""The function of a Lambda authorizer, and whether API Gateway may invoke it.

AWS: "Use API Gateway Lambda authorizers"
"""

import re
from dataclasses import dataclass

from landbridge.model.authorizers import Authorizer
from landbridge.model.functions import Function
from landbridge.model.identifiers import Arn
from landbridge.semantics.api_gateway.authorization.admission import authorization_hop, authorizer_reference
from landbridge.semantics.api_gateway.gateway_responses import GatewayError, authorizer_failed
from landbridge.semantics.api_gateway.integration_role import INTEGRATION_SERVICE, integration_role_hops
from landbridge.semantics.api_gateway.refusal import failed
from landbridge.semantics.api_gateway.request import MethodRequest
from landbridge.semantics.api_gateway.stage_variables import with_stage_variables
from landbridge.semantics.functions.permission import INVOKE, function_policy_hop, function_reference
from landbridge.semantics.functions.versions import how_to_create, version_facts
from landbridge.trace.codes import GatewayResponseType, LambdaErrorType
from landbridge.trace.decision import Hop, Hops, Step, allowed

CONFIGURATION = GatewayResponseType.AUTHORIZER_CONFIGURATION_ERROR
_URI = re.compile(
    r"arn:[a-z-]+:apigateway:[a-z0-9-]+:lambda:path/2015-03-31/functions/"
    r"(?P<function>arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[^:/]+(?::[^:/]+)?)/invocations"
)


@dataclass(frozen=True, slots=True)
class AuthorizerFunction:
    """A function that may be invoked."""

    function: Function
    hops: Hops
    """What was decided on the way, and that it ran."""


@dataclass(frozen=True, slots=True)
class NoFunction:
    """Nothing to invoke, for a reason that is in the topology."""

    hops: Hops
    hop: Hop
    error: GatewayError


def authorizer_function(request: MethodRequest, authorizer: Authorizer) -> AuthorizerFunction | NoFunction:
    """The function that the authorizer's URI names, decided once for each stage.

    AWS: "Use API Gateway Lambda authorizers"
    """
    call = request.call
    return request.world.remember(
        ("authorizer function", call.api.id, call.stage.name, authorizer.name),
        lambda: _find(request, authorizer),
    )


def _find(request: MethodRequest, authorizer: Authorizer) -> AuthorizerFunction | NoFunction:
    uri = with_stage_variables(authorizer.uri, request.call.stage.variables)
    parsed = _URI.fullmatch(uri)
    if parsed is None:
        remedy = (
            "The authorizer's URI must be arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/"
            "<function ARN>/invocations"
        )
        return _nothing(request, f"Invalid authorizer URI: {uri}", remedy, uri)
    function = request.world.topology.functions.by_invoked_arn.get(Arn(parsed["function"]))
    if function is None:
        remedy = (
            f"{how_to_create(request.world, parsed['function'])}, or correct the authorizer's URI and deploy "
            f"stage {request.call.stage.name} again"
        )
        return _nothing(request, f"Function not found: {parsed['function']}", remedy, uri)
    return _permitted(request, authorizer, function)


def _permitted(
    request: MethodRequest, authorizer: Authorizer, function: Function
) -> AuthorizerFunction | NoFunction:
    """By the role in the authorizer's credentials, or by the function's own policy."""
    reference = function_reference(function)
    credentials = with_stage_variables(authorizer.credentials, request.call.stage.variables)
    if credentials:
        hops = integration_role_hops(request, credentials, INVOKE, function.arn, reference)
    else:
        hops = (_by_function_policy(request, authorizer, function),)
    if not hops[-1].decision.allowed:
        return NoFunction(hops[:-1], hops[-1], authorizer_failed(CONFIGURATION))
    return AuthorizerFunction(
        function, (*hops, Hop(reference, Step.INVOKE, allowed(reference, *version_facts(function))))
    )


def _by_function_policy(request: MethodRequest, authorizer: Authorizer, function: Function) -> Hop:
    """The source ARN is the authorizer's, not a method's.

    AWS: "Use API Gateway Lambda authorizers"
    """
    topology = request.world.topology
    source_arn = (
        f"arn:aws:execute-api:{topology.region}:{topology.account_id}:"
        f"{request.call.api.id}/authorizers/{authorizer.id}"
    )
    return function_policy_hop(
        request.world,
        function,
        INTEGRATION_SERVICE,
        source_arn,
        "Invalid permissions on Lambda function: add a permission (lambda add-permission) on "
        f"{function.qualified_name} for principal {INTEGRATION_SERVICE} with source ARN {source_arn}",
    )


def _nothing(request: MethodRequest, log: str, remedy: str, uri: str) -> NoFunction:
    decision = failed(
        LambdaErrorType.RESOURCE_NOT_FOUND,
        authorizer_reference(request),
        f"Execution failed due to configuration error: {log}",
        remedy,
        ("authorizer URI", uri),
    )
    return NoFunction((), authorization_hop(request, decision), authorizer_failed(CONFIGURATION))
