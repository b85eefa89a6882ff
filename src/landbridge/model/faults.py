"""What is broken on purpose while a stack runs: no AWS call makes a zone or a link fail."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What can be broken."""

    LINK = "link"
    ZONE = "zone"
    TARGET = "target"
    FUNCTION = "function"


@dataclass(frozen=True, slots=True)
class Faults:
    """Everything that is broken on purpose, by name."""

    links: frozenset[str] = frozenset()
    """VPN connections, tunnels as ``vpn-…/1``, virtual interfaces, Client VPN endpoints, ``vpn``."""
    zones: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    """Target ids, or ``id:port``."""
    functions: frozenset[str] = frozenset()
