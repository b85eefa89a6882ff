"""What a request names and what that leads to: the values that deciding which API is meant works with.

AWS: "Invoke a private API"
"""

from collections.abc import Callable
from dataclasses import dataclass

from landbridge.model.api_gateway import DomainName, RestApi
from landbridge.model.network import VpcEndpoint
from landbridge.semantics.world import World
from landbridge.trace.decision import Decision, Hop, Hops, ResourceRef, Step


@dataclass(frozen=True, slots=True)
class Naming:
    """By what names a request asks for an API, and where."""

    host: str
    """The Host in lower case, without its port."""
    api_id: str | None
    """``x-apigw-api-id``."""
    endpoint: VpcEndpoint | None
    """None at API Gateway's public front."""
    server_name: str
    """The SNI of the connection; empty where none was sent."""


@dataclass(frozen=True, slots=True)
class Address:
    """The API that a request means, and its path as API Gateway splits it."""

    api: RestApi
    stage_name: str
    resource_path: str
    """What is matched against resources: stage and base path removed."""
    event_path: str
    """``path`` of a proxy event: with the base path of a custom domain, without the stage."""
    context_path: str
    """``requestContext.path``: as the client sent it."""
    domain_name: str
    """The Host without its port."""
    private_domain: DomainName | None = None
    """The private custom domain name it was called by."""
    lower_case_header_names: bool = False
    """What base path mappings on several levels do to header names."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """The address, or None after a denial; and the hops that led to it."""

    address: Address | None
    hops: Hops


Split = Callable[[str], Addressed]
"""What the names of a request lead to, given the path."""


def nowhere(*hops: Hop) -> Split:
    """No address whatever the path."""
    addressed = Addressed(None, hops)
    return lambda path: addressed


def addressing_hop(world: World, naming: Naming, decision: Decision) -> Hop:
    """A hop about which API is meant, of the endpoint or of the public front."""
    return Hop(component(world, naming), Step.ADDRESS_API, decision)


def component(world: World, naming: Naming) -> ResourceRef:
    """Who decides which API is meant."""
    if naming.endpoint is not None:
        return ResourceRef("AWS::EC2::VPCEndpoint", naming.endpoint.id)
    return ResourceRef("AWS::ApiGateway::Service", f"execute-api.{world.topology.region}.amazonaws.com")


def domain_reference(domain: DomainName) -> ResourceRef:
    """A custom domain name as CloudFormation names its type: private ones have one of their own."""
    if domain.is_private:
        return ResourceRef("AWS::ApiGateway::DomainNameV2", domain.name, domain.arn)
    return ResourceRef("AWS::ApiGateway::DomainName", domain.name)
