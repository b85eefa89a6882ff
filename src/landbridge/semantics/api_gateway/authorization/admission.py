"""What authorization says of a request."""

from dataclasses import dataclass

from landbridge.semantics.api_gateway.gateway_responses import GatewayError
from landbridge.semantics.api_gateway.request import MethodRequest, stage_reference
from landbridge.trace.decision import Decision, Hop, Hops, ResourceRef, Step


@dataclass(frozen=True, slots=True)
class Admitted:
    """The request may go on; it knows its caller."""

    request: MethodRequest
    hops: Hops


@dataclass(frozen=True, slots=True)
class Barred:
    """The request ends here; it knows its caller as far as that was found out."""

    request: MethodRequest
    hops: Hops
    """Up to the one that stops it, and without it."""
    hop: Hop
    error: GatewayError


Admission = Admitted | Barred


def authorization_hop(request: MethodRequest, decision: Decision) -> Hop:
    """A hop of the stage about who may invoke the method."""
    return Hop(stage_reference(request.world, request.call), Step.AUTHORIZATION, decision)


def authorizer_reference(request: MethodRequest) -> ResourceRef:
    """The method's authorizer as the thing cited."""
    authorizer, api_id = request.match.method.authorizer, request.call.api.id
    name, identifier = (authorizer.name, authorizer.id) if authorizer is not None else ("none", "")
    arn = f"arn:aws:apigateway:{request.world.topology.region}::/restapis/{api_id}/authorizers/{identifier}"
    return ResourceRef("AWS::ApiGateway::Authorizer", name, arn)
