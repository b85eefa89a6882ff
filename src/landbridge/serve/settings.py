"""What the user chose for a stack, where its ports are, and whom it tells what happens."""

from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path
from typing import Protocol

from landbridge.model.local_servers import LocalServer
from landbridge.serve.access_logs import DELIVERY_INTERVAL_S
from landbridge.serve.ports import listening_socket
from landbridge.trace.decision import Trace

STATE_FOLDER = ".landbridge"
VANTAGE_OFFSETS = {"corporate": 1, "vpc": 2, "internet": 4}
DOOR_OFFSET, API_OFFSET, CONTROL_OFFSET, RESOLVER_OFFSET = 3, 5, 6, 10
DEFAULT_REGION = "eu-central-1"
DEFAULT_CONNECT_TIMEOUT_S = 2.0


class Report(Protocol):
    """Whoever tells the user what happens."""

    @property
    def shows_requests(self) -> bool:
        """Whether ``request`` is to be called at all."""

    def notice(self, text: str) -> None:
        """Something on the path is not modelled or could not be read."""

    def request(self, trace: Trace) -> None:
        """A request is over."""

    def function_line(self, function: str, line: str) -> None:
        """A line of a function's log."""

    def remark(self, text: str) -> None:
        """Anything else worth a line."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user chose."""

    folder: Path
    """The app's folder; ``.landbridge`` is made in it."""
    has_app: bool = True
    """False to serve only the AWS API and the vantages."""
    port_base: int = 8440
    """Ports are counted from here; 0 takes free ones."""
    vantages: tuple[str, ...] = ()
    """Vantages besides ``corporate``, ``vpc`` and ``internet``."""
    state: Path | None = None
    """The folder in which the AWS API's state is kept; None to forget it at the end."""
    region: str = ""
    """Of the AWS API, where no app is declared; empty for the default."""
    corporate: tuple[IPv4Network, ...] = ()
    """The corporate networks, where no app is declared; empty for the static routes of VPN connections."""
    access_log_interval_s: float = DELIVERY_INTERVAL_S
    """How often access logs of load balancers are written to their buckets."""
    local_servers: tuple[LocalServer, ...] = ()
    """Real servers put into the picture, where no app is declared."""
    collector: str = ""
    """Where traces are sent as OpenTelemetry spans; empty for nowhere."""
    collector_headers: str = ""
    """``name=value`` pairs with commas between them."""

    def port(self, offset: int) -> int:
        """The port at an offset, or 0 for any."""
        return self.port_base + offset if self.port_base else 0

    def check_ports(self) -> None:
        """HostError where a port is busy, before anything is deployed."""
        purposes = {
            API_OFFSET: "the AWS API",
            CONTROL_OFFSET: "the control of the stack",
            DOOR_OFFSET: "the door",
        }
        for name, offset in VANTAGE_OFFSETS.items():
            purposes[offset] = f"vantage {name}"
            purposes[RESOLVER_OFFSET + offset] = f"the DNS of vantage {name}"
        for offset, purpose in sorted(purposes.items()):
            listening_socket(self.port(offset), purpose).close()
