"""Which API and stage a request means, by ``x-apigw-api-id``, Host and base path.

AWS: "Invoke a private API"
"""

import re
from ipaddress import AddressValueError, IPv4Address

from landbridge.model.api_gateway import RestApi
from landbridge.model.exchange import HttpRequest
from landbridge.model.identifiers import RestApiId
from landbridge.model.network import VpcEndpoint
from landbridge.semantics.endpoint.access_mode import BY_DEFAULT_NAME, refuse_api
from landbridge.semantics.endpoint.address import (
    Address,
    Addressed,
    Naming,
    Split,
    addressing_hop,
    nowhere,
)
from landbridge.semantics.endpoint.admission import may_arrive, unknown_api
from landbridge.semantics.endpoint.base_path import split_by_domain
from landbridge.semantics.endpoint.custom_domains import find_domain
from landbridge.semantics.world import World
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Decision, ResourceRef, denied

__all__ = ["Address", "Addressed", "find_address"]

EXECUTE_API = re.compile(r"([a-z0-9]+)(?:-(vpce-[0-9a-f]+))?\.execute-api\.([a-z0-9-]+)\.amazonaws\.com")
ENDPOINT_NAME = re.compile(r"(?:[^.]+\.)*vpce-[^.]+\.execute-api\.[a-z0-9-]+\.vpce\.amazonaws\.com")
LOAD_BALANCER_NAME = ".elb.amazonaws.com"


def find_address(
    world: World, request: HttpRequest, endpoint: VpcEndpoint | None, server_name: str = ""
) -> Addressed:
    """The API, stage and paths a request means; `endpoint` is None at API Gateway's public front.

    `server_name` is the SNI of the connection.
    """
    host, api_id = request.header("host") or "", request.header("x-apigw-api-id")
    split = world.remember(
        ("address", endpoint and endpoint.id, host, api_id, server_name),
        lambda: _decide(world, _naming(host, api_id, endpoint, server_name)),
        len(host) + len(api_id or "") + len(server_name),
    )
    return split(request.path)


def _naming(host: str, api_id: str | None, endpoint: VpcEndpoint | None, server_name: str) -> Naming:
    return Naming(host.partition(":")[0].lower(), api_id, endpoint, server_name.lower())


def _decide(world: World, naming: Naming) -> Split:
    if naming.api_id is not None and naming.endpoint is not None:
        return _by_id(world, naming, naming.api_id, f"x-apigw-api-id: {naming.api_id}")
    domain = find_domain(world, naming)
    if isinstance(domain, Decision):
        return nowhere(addressing_hop(world, naming, domain))
    if domain is not None:
        return split_by_domain(world, naming, domain)
    default_host = EXECUTE_API.fullmatch(naming.host)
    if default_host is None or default_host[3] != world.topology.region:
        return nowhere(addressing_hop(world, naming, _names_no_api(world, naming)))
    return _by_id(world, naming, default_host[1], f"Host: {naming.host}", default_host[2])


def _by_id(world: World, naming: Naming, api_id: str, named_by: str, alias_of: str | None = None) -> Split:
    """The API of an id, whose stage is the first segment of the path."""
    api = world.topology.api_gateway.rest_api_by_id.get(RestApiId(api_id))
    if api is None:
        return nowhere(addressing_hop(world, naming, unknown_api(naming, api_id, named_by)))
    decision = _answers_by_id(api, naming, named_by, alias_of)
    hop = addressing_hop(world, naming, decision)
    if not decision.allowed:
        return nowhere(hop)
    own_name = naming.api_id is None and alias_of is None
    refused = refuse_api(api, naming, BY_DEFAULT_NAME if own_name else named_by)
    if refused is not None:
        return nowhere(hop, refused)

    def split(path: str) -> Addressed:
        stage_name, _, rest = path.lstrip("/").partition("/")
        below = "/" + rest.lstrip("/")
        return Addressed(Address(api, stage_name, below, below, path, naming.host), (hop,))

    return split


def _answers_by_id(api: RestApi, naming: Naming, named_by: str, alias_of: str | None) -> Decision:
    decision = may_arrive(api, naming, named_by)
    if not decision.allowed:
        return decision
    endpoint_id = naming.endpoint.id if naming.endpoint is not None else None
    if alias_of is not None and (alias_of != endpoint_id or alias_of not in api.vpc_endpoint_ids):
        return _not_associated(api, named_by, alias_of, endpoint_id)
    return _default_endpoint_disabled(api, named_by) if api.disable_execute_api_endpoint else decision


def _not_associated(api: RestApi, named_by: str, alias_of: str, endpoint_id: str | None) -> Decision:
    """An alias works only at its own endpoint, and only where the API lists it.

    AWS: "Create a private API"
    """
    remedy = f"Associate {alias_of} with the API (endpointConfiguration vpcEndpointIds) and redeploy"
    if alias_of in api.vpc_endpoint_ids:
        place = endpoint_id or "the public front"
        remedy = f"The name is that of {alias_of}, and the request came to {place}: connect to {alias_of}"
    return denied(
        LocalCode.ENDPOINT_NOT_ASSOCIATED,
        ResourceRef("AWS::ApiGateway::RestApi", api.id),
        ("named by", named_by),
        ("vpcEndpointIds", ", ".join(api.vpc_endpoint_ids) or "none"),
        remedy=remedy,
    )


def _default_endpoint_disabled(api: RestApi, named_by: str) -> Decision:
    """Custom domain names are the only names that are left, whichever way the API's own id is given.

    AWS: "Disable the default endpoint for REST APIs"
    """
    return denied(
        LocalCode.DEFAULT_ENDPOINT_DISABLED,
        ResourceRef("AWS::ApiGateway::RestApi", api.id),
        ("named by", named_by),
        ("disableExecuteApiEndpoint", "true"),
        ("answer", '403 {"message":"Forbidden"}'),
        remedy="The API's default endpoint is disabled: call it by its custom domain name",
    )


def _names_no_api(world: World, naming: Naming) -> Decision:
    """The trap of all: what arrives is the name of what was connected to, not of an API."""
    return denied(
        LocalCode.HOST_NAMES_NO_API,
        None,
        ("Host", naming.host),
        ("answer", '403 {"message":"Forbidden"}'),
        remedy=_way_to_name(world, naming),
    )


def _way_to_name(world: World, naming: Naming) -> str:
    own = f"<api id>.execute-api.{world.topology.region}.amazonaws.com"
    host, endpoint = naming.host, naming.endpoint
    if endpoint is not None and ENDPOINT_NAME.fullmatch(host):
        return f"The endpoint's own name means no API: add the header x-apigw-api-id, or send Host: {own}"
    if endpoint is not None and (host.endswith(LOAD_BALANCER_NAME) or _is_address(host)):
        return (
            f"The Host {host} is what was connected to and means no API: call it by the name of a custom "
            f"domain name of API Gateway that DNS leads here, add the header x-apigw-api-id, "
            f"or send Host: {own}"
        )
    region = EXECUTE_API.fullmatch(host)
    if region is not None:
        return f"The name is one of region {region[3]}; here are the APIs of {world.topology.region}"
    place = "this endpoint" if endpoint is not None else "API Gateway"
    return (
        f"The Host that arrives at {place} names no API: create a REGIONAL custom domain name {host!r} with "
        f"a base path mapping, or send the API's own host name, {own}"
    )


def _is_address(host: str) -> bool:
    try:
        IPv4Address(host)
    except AddressValueError:
        return False
    return True
