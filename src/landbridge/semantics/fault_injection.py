"""What can be broken on purpose in a topology, by name, and what then refuses to run."""

from dataclasses import replace

from landbridge.errors import DeclarationError
from landbridge.model.faults import FaultKind, Faults
from landbridge.model.identifiers import Arn
from landbridge.model.topology import Topology
from landbridge.semantics.functions.refusals import out_of_service
from landbridge.semantics.needs import InvokeRefused
from landbridge.semantics.network.faults import EVERY_DIRECT_CONNECT, EVERY_VPN

MOST_NAMES_TOLD = 20
_FIELDS = {
    FaultKind.LINK: "links",
    FaultKind.ZONE: "zones",
    FaultKind.TARGET: "targets",
    FaultKind.FUNCTION: "functions",
}


def faults_of(faults: Faults, kind: FaultKind) -> frozenset[str]:
    """The names of one kind that are broken."""
    found: frozenset[str] = getattr(faults, _FIELDS[kind])
    return found


def names_of(topology: Topology, kind: FaultKind) -> tuple[str, ...]:
    """Everything of a kind that can be broken, by name."""
    match kind:
        case FaultKind.LINK:
            return _links(topology)
        case FaultKind.ZONE:
            return tuple(sorted({subnet.availability_zone for subnet in topology.network.own_subnets}))
        case FaultKind.TARGET:
            return _targets(topology)
        case FaultKind.FUNCTION:
            return tuple(sorted(function.name for function in topology.functions.by_arn.values()))


def with_fault(topology: Topology, kind: FaultKind, name: str, *, broken: bool) -> Faults:
    """The topology's faults after one was injected or taken back."""
    now = faults_of(topology.faults, kind)
    known = names_of(topology, kind)
    if name not in known and name not in now:
        told = ", ".join(known[:MOST_NAMES_TOLD]) or "none"
        raise DeclarationError(f"There is no {kind.value} {name!r}", f"known are: {told}")
    changes = {_FIELDS[kind]: now | {name} if broken else now - {name}}
    return replace(topology.faults, **changes)


def refused_functions(topology: Topology) -> dict[Arn, InvokeRefused]:
    """What Lambda answers for the functions that were broken on purpose."""
    broken = topology.faults.functions
    return {
        arn: out_of_service(function.name)
        for arn, function in topology.functions.by_arn.items()
        if function.name in broken
    }


def _links(topology: Topology) -> tuple[str, ...]:
    network = topology.network
    names: list[str] = [EVERY_VPN] if network.vpn_connections else []
    for connection in network.vpn_connections:
        tunnels = range(1, len(connection.tunnels) + 1)
        names += [connection.id, *(f"{connection.id}/{number}" for number in tunnels)]
        names += [tunnel.outside_address for tunnel in connection.tunnels if tunnel.outside_address]
    names += [EVERY_DIRECT_CONNECT] if network.direct_connect_associations else []
    for association in network.direct_connect_associations:
        names += [association.id, *association.virtual_interface_ids]
    return tuple(dict.fromkeys((*names, *(endpoint.id for endpoint in network.client_vpn_endpoints))))


def _targets(topology: Topology) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for group in topology.load_balancing.target_groups:
        for target in group.targets:
            names[target.id] = None
            port = target.port or group.port
            if port:
                names[f"{target.id}:{port}"] = None
    return tuple(names)
