"""API Gateway REST APIs as deployed: what a stage serves is its deployment, not the configuration.

AWS: "Amazon API Gateway concepts"
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from landbridge.model.api_gateway_stages import StageSettings
from landbridge.model.api_gateway_usage import MethodThrottle, Usage
from landbridge.model.authorizers import Authorizer
from landbridge.model.identifiers import Arn, RestApiId, SecurityGroupId, SubnetId, VpcEndpointId
from landbridge.model.policy import PolicyDocument

StringMap = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class IntegrationResponse:
    """One mapping of a backend's answer."""

    status_code: str
    selection_pattern: str = ""
    """A regular expression over the backend's status or error; empty for the default response."""
    response_parameters: StringMap = ()
    response_templates: StringMap = ()
    content_handling: str = ""


class ResponseTransferMode(StrEnum):
    """How the answer of a proxy integration goes to the client.

    AWS: "Stream the integration response for your proxy integrations in API Gateway"
    """

    BUFFERED = "BUFFERED"
    STREAM = "STREAM"


@dataclass(frozen=True, slots=True)
class Integration:
    """Where a method's request goes."""

    type: str
    """``AWS_PROXY``, ``AWS``, ``HTTP``, ``HTTP_PROXY`` or ``MOCK``."""
    http_method: str = ""
    uri: str = ""
    credentials: str = ""
    request_parameters: StringMap = ()
    request_templates: StringMap = ()
    passthrough_behavior: str = "WHEN_NO_MATCH"
    content_handling: str = ""
    timeout_ms: int = 29_000
    cache_key_parameters: tuple[str, ...] = ()
    """``method.request.querystring.page``: what tells requests apart in the stage's cache."""
    cache_namespace: str = ""
    """Methods with the same one share entries; empty for the resource's own."""
    responses: tuple[IntegrationResponse, ...] = ()
    vpc_link_id: str = ""
    """The VPC link it goes through, by id or stage variable; empty for the internet."""
    integration_target: str = ""
    """The load balancer's ARN, for a VPC link V2; a link V1 has its own."""
    insecure_skip_verification: bool = False
    """Whether a backend's certificate may be of any authority."""
    response_transfer_mode: ResponseTransferMode = ResponseTransferMode.BUFFERED

    @property
    def streams(self) -> bool:
        """Whether the client gets the answer piece by piece."""
        return self.response_transfer_mode is ResponseTransferMode.STREAM


@dataclass(frozen=True, slots=True)
class RequestValidation:
    """What a method's request validator checks before the integration.

    AWS: "Request validation for REST APIs in API Gateway"
    """

    required_parameters: tuple[str, ...] = ()
    """``header.x-id``, ``path.id``, ``querystring.q``; none where parameters are not validated."""
    models: StringMap = ()
    """Model by content type, ``$default`` for any other; none where the body is not validated."""


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a resource; ``http_method`` may be ``ANY``."""

    http_method: str
    authorization_type: str = "NONE"
    api_key_required: bool = False
    integration: Integration | None = None
    authorizer: Authorizer | None = None
    """For the types ``CUSTOM`` and ``COGNITO_USER_POOLS``."""
    authorization_scopes: tuple[str, ...] = ()
    """Of an access token, any of which will do; none where an identity token is wanted."""
    validation: RequestValidation | None = None
    """What its request validator checks; None where it has none, or one that checks nothing."""
    unsupported: tuple[str, ...] = ()
    """Features in use that are not modelled, for example ``authorizer``."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource by its whole path: ``/orders/{id}``."""

    id: str
    path: str
    methods: tuple[Method, ...]


@dataclass(frozen=True, slots=True)
class GatewayResponse:
    """A customised gateway response, by AWS's type such as ``ACCESS_DENIED``."""

    type: str
    status_code: str = ""
    response_parameters: StringMap = ()
    response_templates: StringMap = ()


@dataclass(frozen=True, slots=True)
class Deployment:
    """The snapshot that a stage serves.

    AWS: "Deploy REST APIs in API Gateway"
    """

    id: str
    resources: tuple[Resource, ...]
    policy: PolicyDocument | None = None
    binary_media_types: tuple[str, ...] = ()
    gateway_responses: tuple[GatewayResponse, ...] = ()
    models: StringMap = ()
    """JSON schemas as text by the names of the API's models; only those that validation can reach."""
    minimum_compression_bytes: int | None = None
    """From which size on responses are compressed; None for never."""
    api_key_source: str = "HEADER"
    """``HEADER``, that is ``x-api-key``, or ``AUTHORIZER``, that is its ``usageIdentifierKey``."""
    unattached_authorizers: tuple[str, ...] = ()
    """Names of the API's authorizers that no method has; known of a configuration only."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A named stage and its deployment."""

    name: str
    deployment: Deployment
    variables: StringMap = ()
    unsupported: tuple[str, ...] = ()
    """Settings in use that are not modelled, for example ``canary``."""
    throttles: tuple[MethodThrottle, ...] = ()
    """Of its method settings; they count at once, without a deployment."""
    settings: StageSettings = StageSettings()
    canary: "Canary | None" = None


@dataclass(frozen=True, slots=True)
class Canary:
    """A deployment that serves a share of a stage's requests.

    AWS: "Set up an API Gateway canary release deployment"
    """

    deployment: Deployment
    percent_traffic: float
    variables: StringMap = ()
    """What stage variables are for these requests; the stage's own where they are not overridden."""
    use_stage_cache: bool = False


@dataclass(frozen=True, slots=True)
class RestApi:
    """A REST API; ``policy`` is what is configured now, each stage's deployment has what is in force."""

    id: RestApiId
    name: str
    endpoint_type: str
    """``PRIVATE``, ``REGIONAL`` or ``EDGE``."""
    vpc_endpoint_ids: tuple[VpcEndpointId, ...]
    policy: PolicyDocument | None
    stages: tuple[Stage, ...]
    disable_execute_api_endpoint: bool = False
    endpoint_access_mode: str = ""
    """``BASIC`` or ``STRICT``; empty with a legacy security policy."""
    security_policy: str = ""
    """Of its default endpoint; empty for AWS's default, which is ``TLS_1_2`` for a private API."""
    configured: Deployment | None = None
    """What a deployment would fix now; None where that was not asked for, or could not be read."""


@dataclass(frozen=True, slots=True)
class BasePathMapping:
    """A base path of a custom domain name; empty for ``(none)``, with slashes on several levels."""

    base_path: str
    rest_api_id: RestApiId
    stage: str


@dataclass(frozen=True, slots=True)
class DomainName:
    """A custom domain name."""

    name: str
    endpoint_type: str
    security_policy: str
    certificate_arn: Arn | None
    mappings: tuple[BasePathMapping, ...]
    unsupported: tuple[str, ...] = ()
    """Features in use that are not modelled, for example ``mutual TLS``."""
    id: str = ""
    """What tells private custom domain names of one name apart; empty for public ones."""
    arn: Arn = Arn("")
    """``arn:aws:apigateway:…``; a private one has account and id in it, as associations name it."""
    policy: PolicyDocument | None = None
    """Who may invoke a private one."""
    endpoint_access_mode: str = ""
    """``BASIC`` or ``STRICT``; empty with a legacy security policy."""

    @property
    def is_private(self) -> bool:
        """Whether it is for private APIs and answers through associated VPC endpoints only."""
        return self.endpoint_type == "PRIVATE"

    @property
    def has_levels(self) -> bool:
        """Whether any of its base path mappings has several levels."""
        return any("/" in mapping.base_path for mapping in self.mappings)


@dataclass(frozen=True, slots=True)
class DomainNameAccessAssociation:
    """A VPC endpoint through which a private custom domain name may be called.

    AWS: "Custom domain names for private APIs in API Gateway"
    """

    arn: Arn
    domain_name_arn: Arn
    vpc_endpoint_id: VpcEndpointId

    @property
    def domain_name(self) -> str:
        """The name, which its ARN has before the id: ``…:/domainnames/private.example.com+abcd1234``."""
        return self.domain_name_arn.rpartition("/")[2].partition("+")[0]


@dataclass(frozen=True, slots=True)
class VpcLink:
    """A way to load balancers of the account for integrations of REST APIs.

    V1 leads through AWS PrivateLink to its Network Load Balancer, V2 has network interfaces in a VPC.
    AWS: "Private integrations for REST APIs in API Gateway"
    """

    id: str
    name: str
    status: str
    """``AVAILABLE``, ``PENDING``, ``DELETING`` or ``FAILED``; a V2 link also ``INACTIVE``."""
    target_arns: tuple[Arn, ...] = ()
    """Of a V1 link: its one Network Load Balancer."""
    version: str = "V1"
    """``V1`` or ``V2``."""
    subnet_ids: tuple[SubnetId, ...] = ()
    security_group_ids: tuple[SecurityGroupId, ...] = ()


@dataclass(frozen=True)
class ApiGateway:
    """All REST APIs, custom domain names and access associations of private ones."""

    rest_apis: tuple[RestApi, ...] = ()
    domain_names: tuple[DomainName, ...] = ()
    access_associations: tuple[DomainNameAccessAssociation, ...] = ()
    vpc_links: tuple[VpcLink, ...] = ()
    usage: Usage = Usage()
    log_role_arn: Arn = Arn("")
    """The role in which logs are written, of the account's settings; empty for none."""

    @cached_property
    def rest_api_by_id(self) -> dict[RestApiId, RestApi]:
        """REST APIs by id."""
        return {api.id: api for api in self.rest_apis}

    @cached_property
    def public_domain_by_name(self) -> dict[str, DomainName]:
        """REGIONAL and EDGE custom domain names by name in lower case."""
        return {domain.name.lower(): domain for domain in self.domain_names if not domain.is_private}

    @cached_property
    def private_domain_by_name(self) -> dict[str, DomainName]:
        """Private custom domain names by name in lower case, one of each name."""
        return {domain.name.lower(): domain for domain in self.domain_names if domain.is_private}

    @cached_property
    def private_domain_by_arn(self) -> dict[Arn, DomainName]:
        """Private custom domain names by ARN."""
        return {domain.arn: domain for domain in self.domain_names if domain.is_private}

    @cached_property
    def associations_by_endpoint(self) -> dict[VpcEndpointId, tuple[DomainNameAccessAssociation, ...]]:
        """Access associations by VPC endpoint."""
        found: dict[VpcEndpointId, tuple[DomainNameAccessAssociation, ...]] = {}
        for each in self.access_associations:
            found[each.vpc_endpoint_id] = (*found.get(each.vpc_endpoint_id, ()), each)
        return found

    def domains_at(self, endpoint_id: VpcEndpointId | None) -> tuple[DomainName, ...]:
        """Those whose certificates are shown at the endpoint, or at the public front: public ones at both."""
        private = self.private_domains_at(endpoint_id) if endpoint_id is not None else ()
        return (*private, *self.public_domain_by_name.values())

    def private_domains_at(self, endpoint_id: VpcEndpointId) -> tuple[DomainName, ...]:
        """The private custom domain names that may be called through the endpoint."""
        associations = self.associations_by_endpoint.get(endpoint_id, ())
        domains = (self.private_domain_by_arn.get(each.domain_name_arn) for each in associations)
        return tuple(domain for domain in domains if domain is not None)
