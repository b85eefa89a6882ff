"""A request that an integration does not carry out: the response for the client and the hop that says why."""

from landbridge.semantics.api_gateway.gateway_responses import (
    GatewayError,
    gateway_response,
    internal_server_error,
)
from landbridge.semantics.api_gateway.request import (
    Executed,
    MethodRequest,
    method_reference,
    stage_reference,
)
from landbridge.trace.codes import Code, GatewayResponseType
from landbridge.trace.decision import Decision, Facts, Hop, Hops, ResourceRef, Step, denied, not_modelled


def refuse(request: MethodRequest, hops: Hops, hop: Hop, error: GatewayError) -> Executed:
    """The stage's gateway response for the error, and the trace up to the hop that caused it."""
    response = gateway_response(
        request.world, request.call, request.match, request.moment, error, request.authorization
    )
    return Executed(
        response,
        (*hops, hop),
        error.type,
        error.message,
        request,
        validation_error=error.validation_error,
    )


def refuse_unmodelled(request: MethodRequest, hops: Hops, what: str) -> Executed:
    """500, and a hop that says that nobody here knows what AWS would have done."""
    return refuse(request, hops, unmodelled_hop(request, what), configuration_error())


def refuse_configuration(request: MethodRequest, hops: Hops, facts: Facts, remedy: str) -> Executed:
    """500 for an integration that is configured wrongly."""
    return refuse(request, hops, configuration_hop(request, facts, remedy), configuration_error())


def configuration_error() -> GatewayError:
    """500 before the integration was attempted."""
    return internal_server_error(GatewayResponseType.API_CONFIGURATION_ERROR)


def unmodelled_hop(request: MethodRequest, what: str) -> Hop:
    """A use of the integration that is not modelled."""
    return integration_hop(request, not_modelled(what, method_reference(request.match)))


def configuration_hop(request: MethodRequest, facts: Facts, remedy: str) -> Hop:
    """An integration that cannot work as it is configured."""
    code = GatewayResponseType.API_CONFIGURATION_ERROR
    decision = denied(code, method_reference(request.match), *facts, remedy=remedy)
    return integration_hop(request, decision)


def integration_hop(request: MethodRequest, decision: Decision, step: Step = Step.INTEGRATION_REQUEST) -> Hop:
    """A hop of the stage about the method's integration."""
    return Hop(stage_reference(request.world, request.call), step, decision)


def failed(code: Code, cited: ResourceRef, log: str, remedy: str, *facts: tuple[str, str]) -> Decision:
    """A denial with the line that API Gateway's execution log has for it."""
    return denied(code, cited, *facts, ("execution log", log), remedy=remedy)
