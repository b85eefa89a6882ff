"""Real servers of this machine that stand for hosts of the VPC, the corporate network or the internet."""

from dataclasses import dataclass
from ipaddress import IPv4Address


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A server that answers here, and the address or name and the port that it has in the topology."""

    address: IPv4Address | None
    """None where it stands for a name."""
    port: int
    host: str
    """Where it really listens: a name or address of this machine or its network."""
    host_port: int
    name: str = ""
    """A host name in lower case, which HTTP integrations call: ``api.partner.example``."""

    @property
    def place(self) -> str:
        """``10.20.3.7:8080`` or ``api.partner.example:443``."""
        return f"{self.name or self.address}:{self.port}"
