"""What lies outside every VPC: AWS's public fronts, addresses of the internet, addresses nobody has."""

from dataclasses import dataclass
from ipaddress import IPv4Address

from landbridge.model.exchange import Flow
from landbridge.model.topology import Topology
from landbridge.semantics.network.source import corporate_networks
from landbridge.semantics.network.subnet_boundary import vpc_holds
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Hop, ResourceRef, Step, allowed, denied, not_modelled

HTTPS = 443


@dataclass(frozen=True, slots=True)
class PublicService:
    """A public front of AWS, outside every VPC."""

    name: str
    address: IPv4Address


PUBLIC_EXECUTE_API = PublicService("execute-api", IPv4Address("192.0.2.10"))
"""Stands for API Gateway's public front; its address is one reserved for documentation."""


PUBLIC_S3 = PublicService("s3", IPv4Address("192.0.2.20"))
"""Stands for Amazon S3's public front in the region; it counts as one of S3's prefix list."""
PUBLIC_FUNCTION_URLS = PublicService("lambda-url", IPv4Address("192.0.2.30"))
"""Stands for the front of all function URLs of the region, which AWS PrivateLink does not reach."""
_BY_ADDRESS = {each.address: each for each in (PUBLIC_EXECUTE_API, PUBLIC_S3, PUBLIC_FUNCTION_URLS)}
_PORTS = {PUBLIC_EXECUTE_API: (HTTPS,), PUBLIC_S3: (80, HTTPS), PUBLIC_FUNCTION_URLS: (HTTPS,)}
_NAMES = {
    PUBLIC_EXECUTE_API: ("API Gateway", "ApiGateway"),
    PUBLIC_S3: ("Amazon S3", "S3"),
    PUBLIC_FUNCTION_URLS: ("A function URL", "Lambda"),
}
"""How AWS calls it, and the resource types of its service."""


def public_service_at(address: IPv4Address) -> PublicService | None:
    """The public front of AWS that has this address."""
    return _BY_ADDRESS.get(address)


def public_hop(flow: Flow, way: str) -> Hop:
    """What answers at a public address: of all the internet, only three of AWS's fronts are modelled."""
    service = public_service_at(flow.destination)
    if service is None:
        component = ResourceRef("Address", str(flow.destination))
        return Hop(component, Step.DESTINATION, not_modelled("public addresses", component))
    (name, kind), ports = _NAMES[service], _PORTS[service]
    component = ResourceRef(f"AWS::{kind}::Service", service.name)
    facts = (("by way of", way), ("port", str(flow.destination_port)))
    if flow.protocol != "tcp" or flow.destination_port not in ports:
        remedy = f"{name} answers on TCP {' and '.join(map(str, ports))} only"
        decision = denied(LocalCode.NOTHING_LISTENS, component, *facts, remedy=remedy)
    else:
        decision = allowed(component, *facts)
    return Hop(component, Step.DESTINATION, decision)


def unused_private_address(topology: Topology, flow: Flow) -> Hop:
    """The hop at which a packet to a private address ends that no VPC has."""
    component = ResourceRef("Address", str(flow.destination))
    if any(flow.destination in block for block in corporate_networks(topology)):
        return Hop(component, Step.DESTINATION, not_modelled("hosts in the corporate network", component))
    blocks = ", ".join(str(cidr) for vpc in topology.network.own_vpcs for cidr in vpc.cidrs) or "none"
    decision = denied(
        LocalCode.ADDRESS_NOT_IN_USE,
        component,
        ("destination", str(flow.destination)),
        ("VPC blocks", blocks),
        remedy=f"Use an address of a VPC; their blocks are {blocks}",
    )
    return Hop(component, Step.DESTINATION, decision)


def vpcs_hold(topology: Topology, address: IPv4Address) -> bool:
    """Whether an address lies in the blocks of any VPC."""
    return any(vpc_holds(topology.network, vpc.id, address) for vpc in topology.network.own_vpcs)


def is_private(topology: Topology, address: IPv4Address) -> bool:
    """Whether the internet does not route the address: a private one, or one of a VPC's or the office's."""
    public = topology.network.interface_by_public_address
    if public_service_at(address) is not None or address in public:
        return False
    blocks = corporate_networks(topology)
    return address.is_private or vpcs_hold(topology, address) or any(address in block for block in blocks)
