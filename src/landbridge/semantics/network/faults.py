"""What was broken on purpose: which tunnels, virtual interfaces, zones and targets do not carry anything."""

from landbridge.model.faults import Faults
from landbridge.model.identifiers import SubnetId
from landbridge.model.links import DirectConnectAssociation, VpnConnection
from landbridge.model.network import Network, NetworkInterface
from landbridge.model.topology import Topology
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Decision, Hop, ResourceRef, Step, denied

EVERY_VPN = "vpn"
EVERY_DIRECT_CONNECT = "direct-connect"


def broken_tunnels(connection: VpnConnection, faults: Faults) -> dict[str, str]:
    """The fault behind each tunnel that was broken on purpose, by the tunnel's outside address."""
    found = {}
    for number, tunnel in enumerate(connection.tunnels, start=1):
        names = (EVERY_VPN, connection.id, f"{connection.id}/{number}", tunnel.outside_address)
        broken = next((name for name in names if name in faults.links), None)
        if broken is not None:
            found[tunnel.outside_address] = broken
    return found


def virtual_interfaces_up(association: DirectConnectAssociation, faults: Faults) -> tuple[str, ...]:
    """The virtual interfaces whose BGP session is up, those broken on purpose left out."""
    if not faults.links.isdisjoint((EVERY_DIRECT_CONNECT, association.id)):
        return ()
    return tuple(each for each in association.virtual_interface_ids if each not in faults.links)


def zone_of(network: Network, interface: NetworkInterface) -> str:
    """The Availability Zone of a network interface."""
    return interface.availability_zone or zone_of_subnet(network, interface.subnet_id)


def zone_of_subnet(network: Network, subnet_id: SubnetId) -> str:
    """The Availability Zone of a subnet; empty for one that was not captured."""
    subnet = network.subnet_by_id.get(subnet_id)
    return subnet.availability_zone if subnet is not None else ""


def not_in_a_down_zone(topology: Topology, interfaces: list[NetworkInterface]) -> list[NetworkInterface]:
    """The interfaces whose zone is up, or all of them when none is: DNS then answers with every one.

    AWS: "How Amazon Route 53 chooses records when health checking is configured"
    """
    down = topology.faults.zones
    if not down:
        return interfaces
    return [each for each in interfaces if zone_of(topology.network, each) not in down] or interfaces


def zone_is_down(zone: str, step: Step, component: ResourceRef) -> Hop:
    """The hop at which a packet ends because its zone was broken on purpose."""
    decision = injected(
        ResourceRef("AWS::EC2::AvailabilityZone", zone), f"Availability Zone {zone} is down", "zone"
    )
    return Hop(component, step, decision)


def target_is_down(faults: Faults, target_id: str, port: int) -> Decision | None:
    """The denial of connections to a target that was broken on purpose."""
    name = next((name for name in (target_id, f"{target_id}:{port}") if name in faults.targets), None)
    if name is None:
        return None
    return injected(ResourceRef("Target", name), f"Target {name} is down", "target")


def injected(cited: ResourceRef, what: str, kind: str) -> Decision:
    """The denial that a fault stands for; it says how to take the fault back."""
    return denied(
        LocalCode.INJECTED_FAULT,
        cited,
        ("fault", f"{what} (injected fault)"),
        remedy=f"Take the fault back: landbridge fault {kind} {cited.id} off",
    )
