"""The deployed topology: one immutable value that everything is decided on."""

from dataclasses import dataclass
from ipaddress import IPv4Network

from landbridge.model.api_gateway import ApiGateway
from landbridge.model.certificates import Certificates
from landbridge.model.faults import Faults
from landbridge.model.functions import Functions
from landbridge.model.health import KnownHealth
from landbridge.model.identity import Identity
from landbridge.model.load_balancing import LoadBalancing
from landbridge.model.local_servers import LocalServer
from landbridge.model.names import Names
from landbridge.model.network import Network
from landbridge.model.other_entrances import OtherEntrance
from landbridge.model.storage import Storage


@dataclass(frozen=True)
class Topology:
    """One account in one region; a section per service, so that a change replaces only its own."""

    account_id: str
    region: str
    network: Network = Network()
    load_balancing: LoadBalancing = LoadBalancing()
    api_gateway: ApiGateway = ApiGateway()
    functions: Functions = Functions()
    storage: Storage = Storage()
    names: Names = Names()
    identity: Identity = Identity()
    certificates: Certificates = Certificates()
    corporate_networks: tuple[IPv4Network, ...] = ()
    """What the corporate side announces over its links; AWS has no call that tells it.

    Where it is not declared, the static routes of VPN connections are all that is known.
    """
    faults: Faults = Faults()
    """What was broken on purpose in a running stack."""
    health: KnownHealth = KnownHealth()
    """What the health checks of a running stack found."""
    local_servers: tuple[LocalServer, ...] = ()
    """Real servers that were put into the picture."""
    other_entrances: tuple[OtherEntrance, ...] = ()
    """What of services that are not modelled leads on to something; read for the proof only."""
