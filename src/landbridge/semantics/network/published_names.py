"""The names that AWS itself publishes for what is deployed, as zones like any other.

In public DNS: load balancers, interface endpoints, private APIs by endpoint, API Gateway's front. In a VPC:
the private DNS names of its endpoints.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address

from landbridge.model.load_balancing import LoadBalancer
from landbridge.model.names import HostedZone, RecordSet
from landbridge.model.network import Network, NetworkInterface, VpcEndpoint
from landbridge.model.topology import Topology
from landbridge.semantics.network.faults import not_in_a_down_zone, zone_of
from landbridge.semantics.network.public_service import PUBLIC_EXECUTE_API, PUBLIC_FUNCTION_URLS, PUBLIC_S3

TTL_S = 60
"""How long load balancers' and endpoints' addresses may be kept.

AWS: "What is an Application Load Balancer?"
"""
AWS_ZONE = "amazonaws.com"
_PUBLISHED_SUFFIX = ".vpce.amazonaws.com"


def publish(topology: Topology) -> HostedZone:
    """What public DNS knows below ``amazonaws.com``; private addresses are published like any other.

    Every name below ``execute-api.{region}`` leads to API Gateway's public front, whether or not there is
    such an API, save ``{api}-{endpoint}``, which leads to the endpoint that the API lists. So does every name
    below ``s3.{region}`` to S3's.

    AWS: "Access AWS services through AWS PrivateLink"
    """
    records = (*_load_balancers(topology), *_endpoints(topology), *_apis(topology), *_storage(topology))
    return HostedZone("public DNS", AWS_ZONE, False, (), records)


def publish_function_urls(topology: Topology) -> HostedZone:
    """What public DNS knows below ``lambda-url.{region}.on.aws``: every name, whether or not it is a URL's.

    AWS: "Invoking Lambda function URLs"
    """
    zone = f"lambda-url.{topology.region}.on.aws"
    record = _record(f"*.{zone}", (str(PUBLIC_FUNCTION_URLS.address),))
    return HostedZone("public DNS", zone, False, (), (record,))


def private_dns_zones(topology: Topology, endpoint: VpcEndpoint) -> tuple[HostedZone, ...]:
    """The zones that AWS keeps in the endpoint's VPC for its private DNS names.

    AWS: "Access an AWS service using an interface VPC endpoint"
    """
    addresses = _addresses(not_in_a_down_zone(topology, _interfaces(topology.network, endpoint)))
    names = [name for name in endpoint.dns_names if not name.endswith(_PUBLISHED_SUFFIX)]
    if not names and endpoint.service_name.endswith(".execute-api"):
        base = _execute_api(topology)
        names = [base, f"*.{base}"]
    zones: dict[str, list[RecordSet]] = {}
    for name in names:
        zones.setdefault(name.removeprefix("*."), []).append(_record(name, addresses))
    return tuple(
        HostedZone(endpoint.id, name, True, (endpoint.vpc_id,), tuple(records))
        for name, records in zones.items()
    )


def _load_balancers(topology: Topology) -> Iterator[RecordSet]:
    """The name of each; a Network Load Balancer has a zonal name for each node, too.

    AWS: "What is an Application Load Balancer?"; "What is a Network Load Balancer?"
    """
    for balancer in topology.load_balancing.load_balancers:
        nodes = [
            interface
            for interface in topology.network.network_interfaces
            if interface.description == balancer.interface_description
        ]
        addresses = _node_addresses(topology, balancer, nodes)
        yield _record(balancer.dns_name, addresses)
        if balancer.type == "application":
            yield _record(f"dualstack.{balancer.dns_name}", addresses)
            continue
        for node in nodes:
            zonal = f"{zone_of(topology.network, node)}.{balancer.dns_name}"
            yield _record(zonal, _node_addresses(topology, balancer, [node]))


def _node_addresses(
    topology: Topology, balancer: LoadBalancer, nodes: list[NetworkInterface]
) -> tuple[str, ...]:
    """The nodes' addresses, without those in a zone that is down and those with too few healthy targets.

    All of them where that leaves none.

    AWS: "Target group health"
    """
    nodes = not_in_a_down_zone(topology, nodes)
    nodes = [each for each in nodes if each.id not in topology.health.unhealthy_nodes] or nodes
    if balancer.scheme == "internal":
        return _addresses(nodes)
    return tuple(str(node.public_address) for node in nodes if node.public_address is not None)


def _endpoints(topology: Topology) -> Iterator[RecordSet]:
    network = topology.network
    for endpoint in network.vpc_endpoints:
        interfaces = _interfaces(network, endpoint)
        for name in endpoint.dns_names:
            if name.endswith(_PUBLISHED_SUFFIX):
                found = not_in_a_down_zone(topology, _of_zone(network, interfaces, name))
                yield _record(name, _addresses(found))


def _of_zone(network: Network, interfaces: list[NetworkInterface], name: str) -> list[NetworkInterface]:
    """The interfaces that a zonal name means, or all of them for a regional one."""
    label = name.removeprefix("*.").partition(".")[0]
    zonal = [interface for interface in interfaces if label.endswith(f"-{zone_of(network, interface)}")]
    return zonal or interfaces


def _apis(topology: Topology) -> Iterator[RecordSet]:
    base = _execute_api(topology)
    yield _record(f"*.{base}", (str(PUBLIC_EXECUTE_API.address),))
    endpoints = {endpoint.id: endpoint for endpoint in topology.network.vpc_endpoints}
    for api in topology.api_gateway.rest_apis:
        for endpoint_id in api.vpc_endpoint_ids:
            if endpoint_id in endpoints:
                interfaces = _interfaces(topology.network, endpoints[endpoint_id])
                interfaces = not_in_a_down_zone(topology, interfaces)
                yield _record(f"{api.id}-{endpoint_id}.{base}", _addresses(interfaces))


def _storage(topology: Topology) -> Iterator[RecordSet]:
    base = f"s3.{topology.region}.{AWS_ZONE}"
    for name in (base, f"*.{base}"):
        yield _record(name, (str(PUBLIC_S3.address),))


def _execute_api(topology: Topology) -> str:
    return f"execute-api.{topology.region}.{AWS_ZONE}"


def _interfaces(network: Network, endpoint: VpcEndpoint) -> list[NetworkInterface]:
    by_id = network.interface_by_id
    return [by_id[interface] for interface in endpoint.network_interface_ids if interface in by_id]


def _addresses(interfaces: list[NetworkInterface]) -> tuple[str, ...]:
    addresses: list[IPv4Address] = [interface.address for interface in interfaces]
    return tuple(str(address) for address in addresses)


def _record(name: str, addresses: tuple[str, ...]) -> RecordSet:
    return RecordSet(name.lower().rstrip("."), "A", TTL_S, addresses)
