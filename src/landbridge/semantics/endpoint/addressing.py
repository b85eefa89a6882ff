"""Which API and stage a request means, by ``x-apigw-api-id``, Host and base path.

AWS: "Invoke a private API"
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from landbridge.model.api_gateway import BasePathMapping, DomainName, RestApi
from landbridge.model.exchange import HttpRequest
from landbridge.model.identifiers import RestApiId
from landbridge.model.network import VpcEndpoint
from landbridge.semantics.world import World
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Decision, Hop, ResourceRef, Step, allowed, denied, not_modelled

EXECUTE_API = re.compile(r"([a-z0-9]+)(?:-(vpce-[0-9a-f]+))?\.execute-api\.([a-z0-9-]+)\.amazonaws\.com")


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


@dataclass(frozen=True, slots=True)
class Addressed:
    """The address, or None after a denial; and the hops that led to it."""

    address: Address | None
    hops: tuple[Hop, ...]


def find_address(world: World, request: HttpRequest, endpoint: VpcEndpoint | None) -> Addressed:
    """The API, stage and paths a request means; `endpoint` is None at API Gateway's public front."""
    host, api_id = request.header("host") or "", request.header("x-apigw-api-id")
    split = world.remember(
        ("address", endpoint and endpoint.id, host, api_id),
        lambda: _decide(world, host.partition(":")[0].lower(), api_id, endpoint),
        len(host) + len(api_id or ""),
    )
    return split(request.path)


Split = Callable[[str], Addressed]
"""What a Host leads to, given the path."""


def _decide(world: World, host: str, api_id: str | None, endpoint: VpcEndpoint | None) -> Split:
    component = _component(world, endpoint)
    if api_id is not None and endpoint is not None:
        found = _api_by_id(world, api_id, component, endpoint, f"x-apigw-api-id: {api_id}")
        return _with_default_paths(found, host)
    domains = world.topology.api_gateway.domain_by_name
    domain = domains.get(host) or domains.get("*." + host.partition(".")[2])
    if domain is not None:
        return _by_custom_domain(world, domain, host, component, endpoint)
    default_host = EXECUTE_API.fullmatch(host)
    if default_host is None or default_host[3] != world.topology.region:
        return _nowhere(_names_no_api(component, host, endpoint))
    found = _api_by_id(world, default_host[1], component, endpoint, f"Host: {host}", default_host[2])
    return _with_default_paths(found, host)


def _nowhere(*hops: Hop) -> Split:
    addressed = Addressed(None, hops)
    return lambda path: addressed


Found = tuple[RestApi | None, Hop]


def _component(world: World, endpoint: VpcEndpoint | None) -> ResourceRef:
    if endpoint is not None:
        return ResourceRef("AWS::EC2::VPCEndpoint", endpoint.id)
    return ResourceRef("AWS::ApiGateway::Service", f"execute-api.{world.topology.region}.amazonaws.com")


def _names_no_api(component: ResourceRef, host: str, endpoint: VpcEndpoint | None) -> Hop:
    place = "this endpoint" if endpoint is not None else "API Gateway"
    decision = denied(
        LocalCode.HOST_NAMES_NO_API,
        None,
        ("Host", host),
        ("answer", '403 {"message":"Forbidden"}'),
        remedy=f"The Host that arrives at {place} names no API: create a REGIONAL custom domain "
        f"name {host!r} with a base path mapping, or send the API's own host name, "
        "<api id>.execute-api.<region>.amazonaws.com",
    )
    return Hop(component, Step.ADDRESS_API, decision)


def _api_by_id(
    world: World,
    api_id: str,
    component: ResourceRef,
    endpoint: VpcEndpoint | None,
    named_by: str,
    alias_of: str | None = None,
) -> Found:
    api = world.topology.api_gateway.rest_api_by_id.get(RestApiId(api_id))
    decision = _may_arrive(api, api_id, endpoint, named_by, alias_of)
    if api is not None and decision.allowed and api.disable_execute_api_endpoint and not alias_of:
        decision = denied(
            LocalCode.HOST_NAMES_NO_API,
            None,
            ("disableExecuteApiEndpoint", "true"),
            remedy="The API's default endpoint is disabled: call it by its custom domain name",
        )
    return (api if decision.allowed else None), Hop(component, Step.ADDRESS_API, decision)


def _may_arrive(
    api: RestApi | None, api_id: str, endpoint: VpcEndpoint | None, named_by: str, alias_of: str | None
) -> Decision:
    if api is None:
        return denied(
            LocalCode.HOST_NAMES_NO_API,
            None,
            ("named by", named_by),
            ("answer", '403 {"message":"Forbidden"}'),
            remedy=f"There is no REST API {api_id!r} in this account and region"
            + (
                "; private DNS sends every execute-api name here, public APIs of others too"
                if endpoint
                else ""
            ),
        )
    reference = ResourceRef("AWS::ApiGateway::RestApi", api.id)
    if endpoint is not None and api.endpoint_type != "PRIVATE":
        return denied(
            LocalCode.PUBLIC_API_THROUGH_ENDPOINT,
            reference,
            ("named by", named_by),
            ("endpoint type", api.endpoint_type),
            remedy=f"{api.id} is {api.endpoint_type}, and only private APIs answer through a VPC endpoint: "
            "turn off the endpoint's private DNS, or call the public API by a custom domain name",
        )
    if endpoint is None and api.endpoint_type == "PRIVATE":
        return denied(
            LocalCode.PRIVATE_API_FROM_OUTSIDE,
            reference,
            ("named by", named_by),
            ("endpoint type", "PRIVATE"),
            remedy="A private API answers only through an execute-api VPC endpoint",
        )
    if api.endpoint_type == "EDGE":
        return not_modelled("edge-optimized APIs", reference)
    if alias_of is not None and (
        endpoint is None or alias_of != endpoint.id or alias_of not in api.vpc_endpoint_ids
    ):
        return denied(
            LocalCode.ENDPOINT_NOT_ASSOCIATED,
            reference,
            ("named by", named_by),
            ("vpcEndpointIds", ", ".join(api.vpc_endpoint_ids) or "none"),
            remedy=f"Associate {alias_of} with the API (endpointConfiguration vpcEndpointIds) and redeploy",
        )
    return allowed(reference, ("named by", named_by))


def _with_default_paths(found: Found, host: str) -> Split:
    """The stage is the first segment of the path."""
    api, hop = found
    if api is None:
        return _nowhere(hop)

    def split(path: str) -> Addressed:
        stage_name, _, rest = path.lstrip("/").partition("/")
        below = "/" + rest.lstrip("/")
        return Addressed(Address(api, stage_name, below, below, path, host), (hop,))

    return split


def _by_custom_domain(
    world: World, domain: DomainName, host: str, component: ResourceRef, endpoint: VpcEndpoint | None
) -> Split:
    reference = ResourceRef("AWS::ApiGateway::DomainName", domain.name)
    unsupported = domain.unsupported
    if domain.endpoint_type != "REGIONAL":
        unsupported = (f"{domain.endpoint_type} custom domain names", *unsupported)
    if unsupported:
        return _nowhere(Hop(component, Step.ADDRESS_API, not_modelled(", ".join(unsupported), reference)))
    named = Hop(component, Step.ADDRESS_API, allowed(reference, ("named by", f"Host: {host}")))
    if any("/" in mapping.base_path for mapping in domain.mappings):
        decision = not_modelled("base path mappings on several levels", reference)
        return _nowhere(named, Hop(reference, Step.BASE_PATH_MAPPING, decision))
    mapped = {
        mapping.base_path: _by_mapping(world, domain, mapping, host, named, endpoint)
        for mapping in domain.mappings
    }

    def split(path: str) -> Addressed:
        first = path.lstrip("/").partition("/")[0]
        by_mapping = mapped.get(first) or mapped.get("")
        if by_mapping is None:
            return Addressed(None, (named, _not_mapped(reference, domain, first)))
        return by_mapping(path)

    return split


def _by_mapping(
    world: World,
    domain: DomainName,
    mapping: BasePathMapping,
    host: str,
    named: Hop,
    endpoint: VpcEndpoint | None,
) -> Split:
    """A mapping without a stage leaves it to the path to name one, below the base path."""
    reference = ResourceRef("AWS::ApiGateway::DomainName", domain.name)
    api = world.topology.api_gateway.rest_api_by_id.get(mapping.rest_api_id)
    decision = _may_arrive(api, mapping.rest_api_id, endpoint, f"base path mapping of {host}", None)
    if not decision.allowed or api is None:
        return _nowhere(named, Hop(reference, Step.BASE_PATH_MAPPING, decision))
    cited = ResourceRef("AWS::ApiGateway::BasePathMapping", f"{domain.name}/{mapping.base_path or '(none)'}")
    facts = (("API", api.id), ("stage", mapping.stage))
    hops = (named, Hop(reference, Step.BASE_PATH_MAPPING, allowed(cited, *facts)))

    def split(path: str) -> Addressed:
        below = "/" + path.lstrip("/").partition("/")[2].lstrip("/") if mapping.base_path else path
        if mapping.stage:
            return Addressed(Address(api, mapping.stage, below, path, path, host), hops)
        stage_name, _, rest = below.lstrip("/").partition("/")
        return Addressed(Address(api, stage_name, "/" + rest, path, path, host), hops)

    return split


def _not_mapped(reference: ResourceRef, domain: DomainName, first_segment: str) -> Hop:
    mapped = ", ".join(mapping.base_path for mapping in domain.mappings) or "none"
    decision = denied(
        LocalCode.BASE_PATH_NOT_MAPPED,
        reference,
        ("first path segment", first_segment or "(empty)"),
        ("mapped base paths", mapped),
        ("answer", '403 {"message":"Forbidden"}'),
        remedy=f"Create a base path mapping of {domain.name} to the API and its stage, with an empty base "
        "path to take every path",
    )
    return Hop(reference, Step.BASE_PATH_MAPPING, decision)
