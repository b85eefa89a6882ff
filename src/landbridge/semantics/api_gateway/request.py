"""A request on its way through API Gateway: before and after its resource and method are known."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from landbridge.model.api_gateway import Integration, RestApi, Stage
from landbridge.model.api_gateway_usage import ApiKey
from landbridge.model.exchange import Headers, HttpRequest, HttpResponse, Moment
from landbridge.semantics.api_gateway.routing import Match
from landbridge.semantics.iam.signers import Signer
from landbridge.semantics.journey.arrival import Arrival
from landbridge.semantics.world import World
from landbridge.trace.codes import GatewayResponseType
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
    via_domain_arn: str = ""
    """The private custom domain name it was called by, as policies about ``execute-api`` name it."""
    lower_case_header_names: bool = False
    """Whether a base path mapping on several levels led here."""
    signer: Signer | None = None
    """Who signed it, where the method's authorization type is AWS_IAM."""
    is_canary: bool = False
    """Whether the canary of its stage serves it."""
    arrival: Arrival | None = None
    """What is known around it, for private integrations."""

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
class Authorization:
    """What authorization found out about the caller.

    AWS: "Variables for access logging for API Gateway"
    """

    authorizer: Mapping[str, object] = field(default_factory=dict)
    """``$context.authorizer`` and a proxy event's ``requestContext.authorizer``; empty without one."""
    usage_identifier_key: str = ""
    """The API key that an authorizer names, for APIs whose keys come from there."""
    api_key: ApiKey | None = None
    """The key of a method that requires one."""


NOBODY = Authorization()


@dataclass(frozen=True, slots=True)
class MethodRequest:
    """A request whose resource and method are known, with all that later steps need."""

    world: World
    call: ApiRequest
    match: Match
    moment: Moment
    authorization: Authorization = NOBODY
    """Whom authorization has found; nobody before it and without it."""
    authorizer_call: "BackendCall | None" = None
    """What a Lambda authorizer was asked and answered; where the stage logs, and no kept answer would do."""

    @property
    def integration(self) -> Integration:
        """The method's integration; ``execution`` has made sure that there is one."""
        assert self.match.method.integration is not None
        return self.match.method.integration


@dataclass(frozen=True, slots=True)
class BackendCall:
    """What an integration asked its backend, and what came back."""

    uri: str
    headers: Headers
    body: bytes
    status: int | None
    """Of the service that was asked, as Lambda and not the function; None where nothing came back."""
    answer_headers: Headers = ()
    answer: bytes = b""
    request_id: str = ""
    """The service's own."""
    latency_ms: int = 0


@dataclass(frozen=True, slots=True)
class Executed:
    """The response, and every step that led to it."""

    response: HttpResponse
    hops: tuple[Hop, ...]
    error_type: GatewayResponseType | None = None
    """Where API Gateway itself answered."""
    error_message: str = ""
    request: MethodRequest | None = None
    """Once its method is known; where the stage logs, or API Gateway itself answered."""
    backend: BackendCall | None = None
    """Where the stage logs, and the integration has a backend that was asked."""
    validation_error: str = ""
    """What request validation found."""


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
