"""What health checks found in a running stack, as far as names and connections depend on it."""

from dataclasses import dataclass

from landbridge.model.identifiers import NetworkInterfaceId
from landbridge.model.load_balancing import TargetKey


@dataclass(frozen=True, slots=True)
class KnownHealth:
    """What is not healthy; everything else is, or nothing is known of it."""

    unhealthy_nodes: frozenset[NetworkInterfaceId] = frozenset()
    """Load balancer nodes with too few healthy targets for DNS to answer with them."""
    unhealthy_targets: frozenset[tuple[NetworkInterfaceId, TargetKey]] = frozenset()
    """Targets that a Network Load Balancer's node does not choose while it has others."""
