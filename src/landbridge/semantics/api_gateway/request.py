"""A request on its way through API Gateway: before and after its resource and method are known."""

from dataclasses import dataclass

from landbridge.model.api_gateway import Integration, RestApi, Stage
from landbridge.model.exchange import HttpRequest, HttpResponse, Moment
from landbridge.semantics.api_gateway.routing import Match
from landbridge.semantics.world import World
from landbridge.trace.decision import Hop, ResourceRef


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request as API Gateway sees it, its API and stage already chosen."""

    api: RestApi
    stage: Stage
    request: HttpRequest
    resource_path: str
    """The undecoded path to match against resources: stage or base path removed, starts with ``/``."""
    event_path: str
    """``path`` of a proxy event: with the base path of a custom domain, without the stage."""
    context_path: str
    """``requestContext.path``: with the stage on a default host."""
    domain_name: str
    """The Host without its port."""
    source_address: str
    """The TCP peer, for example the private address of a load balancer's node."""
    vpc_id: str | None
    """None, as the endpoint's id, when the request did not come through a VPC endpoint."""
    vpc_endpoint_id: str | None
    default_endpoint_policy: bool
    tls_version: str
    """For example ``TLSv1.2``."""
    cipher_suite: str
    """For example ``ECDHE-RSA-AES128-GCM-SHA256``."""

    @property
    def through_endpoint(self) -> bool:
        """Whether the request came through a VPC endpoint."""
        return self.vpc_endpoint_id is not None

    @property
    def http_method(self) -> str:
        """The method that is looked up: ``X-HTTP-Method-Override`` replaces the request line's.

        AWS: "Amazon API Gateway important notes"
        """
        return (self.request.header("x-http-method-override") or self.request.method).upper()


@dataclass(frozen=True, slots=True)
class MethodRequest:
    """A request whose resource and method are known, with all that later steps need."""

    world: World
    call: ApiRequest
    match: Match
    moment: Moment

    @property
    def integration(self) -> Integration:
        """The method's integration; ``execution`` has made sure that there is one."""
        assert self.match.method.integration is not None
        return self.match.method.integration


@dataclass(frozen=True, slots=True)
class Executed:
    """The response, and every step that led to it."""

    response: HttpResponse
    hops: tuple[Hop, ...]


def execute_api_arn(world: World, call: ApiRequest, http_method: str, path: str) -> str:
    """``arn:aws:execute-api:region:account:api/stage/METHOD/path``; `path` starts with ``/``.

    AWS: "Control access for invoking an API"
    """
    topology = world.topology
    return (
        f"arn:aws:execute-api:{topology.region}:{topology.account_id}:"
        f"{call.api.id}/{call.stage.name}/{http_method}{path}"
    )


def stage_reference(world: World, call: ApiRequest) -> ResourceRef:
    """The stage as a component of the path."""
    return world.remember(("stage reference", call.api.id, call.stage.name), lambda: _stage(world, call))


def method_reference(match: Match) -> ResourceRef:
    """The method as the thing cited: ``GET /orders/{id}``."""
    return ResourceRef("AWS::ApiGateway::Method", f"{match.method.http_method} {match.resource.path}")


def _stage(world: World, call: ApiRequest) -> ResourceRef:
    arn = f"arn:aws:apigateway:{world.topology.region}::/restapis/{call.api.id}/stages/{call.stage.name}"
    return ResourceRef("AWS::ApiGateway::Stage", f"{call.api.id}/{call.stage.name}", arn)
