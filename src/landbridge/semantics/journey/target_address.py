"""Where a registered target is: its address, its interface, its Availability Zone."""

from ipaddress import IPv4Address

from landbridge.model.load_balancing import Target, TargetGroup
from landbridge.model.network import Network, NetworkInterface
from landbridge.semantics.network.faults import zone_of


def zone_of_target(network: Network, group: TargetGroup, target: Target) -> str:
    """The Availability Zone of a target; empty for one outside the VPC."""
    interface = primary_interface(network, target.id) if group.target_type == "instance" else None
    if interface is not None:
        return zone_of(network, interface)
    address = address_of_target(network, group, target)
    if address is None:
        return ""
    subnets = (subnet for subnet in network.subnets if subnet.vpc_id == group.vpc_id)
    return next((subnet.availability_zone for subnet in subnets if address in subnet.cidr), "")


def primary_interface(network: Network, instance_id: str) -> NetworkInterface | None:
    """The interface that requests for an instance go to.

    AWS: "Target groups for your Application Load Balancers"
    """
    interfaces = network.network_interfaces
    return next((each for each in interfaces if each.primary_of == instance_id), None)


def address_of_target(network: Network, group: TargetGroup, target: Target) -> IPv4Address | None:
    """The address that a target is reached at; None where it has none that is modelled."""
    if group.target_type == "instance":
        interface = primary_interface(network, target.id)
        return interface.address if interface is not None else None
    return IPv4Address(target.id) if group.target_type == "ip" and ":" not in target.id else None
