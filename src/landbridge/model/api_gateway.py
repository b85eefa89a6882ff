"""API Gateway REST APIs as deployed: what a stage serves is its deployment, not the configuration.

AWS: "Amazon API Gateway concepts"
"""

from dataclasses import dataclass
from functools import cached_property

from landbridge.model.identifiers import Arn, RestApiId, VpcEndpointId
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
    responses: tuple[IntegrationResponse, ...] = ()


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a resource; ``http_method`` may be ``ANY``."""

    http_method: str
    authorization_type: str = "NONE"
    api_key_required: bool = False
    integration: Integration | None = None
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


@dataclass(frozen=True, slots=True)
class Stage:
    """A named stage and its deployment."""

    name: str
    deployment: Deployment
    variables: StringMap = ()
    unsupported: tuple[str, ...] = ()
    """Settings in use that are not modelled, for example ``canary``."""


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


@dataclass(frozen=True, slots=True)
class BasePathMapping:
    """A base path of a custom domain name; empty for ``(none)``."""

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


@dataclass(frozen=True)
class ApiGateway:
    """All REST APIs and custom domain names."""

    rest_apis: tuple[RestApi, ...] = ()
    domain_names: tuple[DomainName, ...] = ()

    @cached_property
    def rest_api_by_id(self) -> dict[RestApiId, RestApi]:
        """REST APIs by id."""
        return {api.id: api for api in self.rest_apis}

    @cached_property
    def domain_by_name(self) -> dict[str, DomainName]:
        """Custom domain names by name in lower case."""
        return {domain.name.lower(): domain for domain in self.domain_names}
