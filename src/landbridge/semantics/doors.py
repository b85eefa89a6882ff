"""Where a connection can end, and what its TLS and its first bytes decide there."""

from dataclasses import dataclass

from landbridge.model.load_balancing import Listener, LoadBalancer
from landbridge.model.local_servers import LocalServer
from landbridge.model.network import NetworkInterface, VpcEndpoint
from landbridge.semantics.load_balancing.mutual_tls import ClientCertificateFault
from landbridge.semantics.needs import Tls
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Hop, ResourceRef, Step, allowed, denied


@dataclass(frozen=True, slots=True)
class ListenerDoor:
    """A connection that ends at a load balancer's listener, on one of its nodes."""

    load_balancer: LoadBalancer
    listener: Listener
    node: NetworkInterface


OWN_CERTIFICATE = (
    "; a custom domain name's certificate is shown only by its name as SNI, and a private one's only at a "
    "VPC endpoint with a domain name access association: elsewhere it is that of execute-api"
)


@dataclass(frozen=True, slots=True)
class EndpointDoor:
    """A connection that ends at an execute-api VPC endpoint."""

    endpoint: VpcEndpoint
    interface: NetworkInterface


@dataclass(frozen=True, slots=True)
class PublicApiDoor:
    """A connection that ends at API Gateway's public front."""


@dataclass(frozen=True, slots=True)
class FunctionUrlDoor:
    """A connection that ends at the front of all function URLs."""


@dataclass(frozen=True, slots=True)
class S3Door:
    """A connection that ends at Amazon S3, through a VPC endpoint or at its public front."""

    port: int
    endpoint: VpcEndpoint | None = None
    """An interface or gateway endpoint; None at the public front."""
    source_ip: str = ""
    """What S3 sees of the client at its public front; empty where a gateway stands in between."""

    @property
    def speaks_tls(self) -> bool:
        """Whether it is the port for HTTPS."""
        return self.port == HTTPS


@dataclass(frozen=True, slots=True)
class LocalServerDoor:
    """A connection that ends at a real server, which stands for a host of the topology."""

    server: LocalServer
    tls: Tls | None = None
    """How a load balancer speaks with it; None for plain HTTP."""


HTTP, HTTPS = 80, 443
"""The ports that S3 answers on."""
ServiceDoor = EndpointDoor | PublicApiDoor | FunctionUrlDoor | S3Door
"""The doors of AWS's own services, which can stand behind a load balancer, too."""
BackendDoor = ServiceDoor | LocalServerDoor
"""Everything that can stand behind a load balancer."""
Door = ListenerDoor | BackendDoor


def speaks_tls(door: Door) -> bool:
    """Whether a client has to begin with a TLS handshake; what it says to a local server is its affair."""
    if isinstance(door, LocalServerDoor):
        return False
    if isinstance(door, S3Door):
        return door.speaks_tls
    return not isinstance(door, ListenerDoor) or door.listener.protocol == "HTTPS"


@dataclass(frozen=True, slots=True)
class Handshake:
    """What a handshake agreed on; names are OpenSSL's."""

    version: str
    cipher: str
    server_name: str
    alpn: str = ""
    client_subject: str = ""
    """Empty where the client showed no certificate."""


def handshake_hop(door: Door, agreed: Handshake) -> Hop:
    """The hop of a handshake that succeeded."""
    facts = [
        ("protocol", agreed.version),
        ("cipher", agreed.cipher),
        ("server name", agreed.server_name or "none sent"),
    ]
    if agreed.alpn:
        facts.append(("application protocol", agreed.alpn))
    mode = door.listener.mutual_authentication.mode if isinstance(door, ListenerDoor) else "off"
    if mode != "off":
        facts += [("mutual TLS", mode), ("client certificate", agreed.client_subject or "none shown")]
    return Hop(door_reference(door), Step.TLS_HANDSHAKE, allowed(_policy(door), *facts))


def handshake_failed(door: Door, reason: str, fault: ClientCertificateFault | None = None) -> Hop:
    """The hop of a handshake that failed; `fault` says what is wrong with the client's certificate.

    AWS: "Security policies for your Application Load Balancer";
    "Connection logs for your Application Load Balancer"
    """
    if fault is not None and isinstance(door, ListenerDoor):
        trust_store = door.listener.mutual_authentication.trust_store_arn or door.listener.arn
        decision = denied(
            LocalCode.TLS_HANDSHAKE_FAILED,
            ResourceRef(
                "AWS::ElasticLoadBalancingV2::TrustStore", trust_store.rpartition("/")[2], trust_store
            ),
            ("reason", reason),
            ("tls_verify_status", f"Failed:{fault}"),
            remedy="Show a client certificate that is valid and leads to the trust store's authorities",
        )
        return Hop(door_reference(door), Step.TLS_HANDSHAKE, decision)
    decision = denied(
        LocalCode.TLS_HANDSHAKE_FAILED,
        _policy(door),
        ("reason", reason),
        remedy="Use a protocol and cipher of the security policy, and trust the certificate's issuer"
        + (OWN_CERTIFICATE if isinstance(door, EndpointDoor) else ""),
    )
    return Hop(door_reference(door), Step.TLS_HANDSHAKE, decision)


def plain_http_hop(door: Door) -> Hop:
    """The hop of bytes that are no TLS at a door that speaks TLS."""
    decision = denied(
        LocalCode.PLAIN_HTTP_TO_HTTPS,
        _policy(door),
        remedy="This port speaks HTTPS: call it with https://",
    )
    return Hop(door_reference(door), Step.TLS_HANDSHAKE, decision)


def door_reference(door: Door) -> ResourceRef:
    """The component that a door belongs to."""
    match door:
        case ListenerDoor(load_balancer, _, _):
            return ResourceRef(
                "AWS::ElasticLoadBalancingV2::LoadBalancer", load_balancer.name, load_balancer.arn
            )
        case EndpointDoor(endpoint, _):
            return ResourceRef("AWS::EC2::VPCEndpoint", endpoint.id)
        case PublicApiDoor():
            return ResourceRef("AWS::ApiGateway::Service", "execute-api")
        case FunctionUrlDoor():
            return ResourceRef("AWS::Lambda::Service", "lambda-url")
        case LocalServerDoor(server, _):
            return ResourceRef("Server", server.place)
        case S3Door(_, through):
            if through is None:
                return ResourceRef("AWS::S3::Service", "s3")
            return ResourceRef("AWS::EC2::VPCEndpoint", through.id)


def _policy(door: Door) -> ResourceRef | None:
    if not isinstance(door, ListenerDoor):
        return None
    name = door.listener.security_policy or "no security policy"
    return ResourceRef("AWS::ElasticLoadBalancingV2::Listener SslPolicy", name, door.listener.arn)
