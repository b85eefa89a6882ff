"""Where a connection can end, and what its TLS and its first bytes decide there."""

from dataclasses import dataclass

from landbridge.model.load_balancing import Listener, LoadBalancer
from landbridge.model.network import NetworkInterface, VpcEndpoint
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Hop, ResourceRef, Step, allowed, denied


@dataclass(frozen=True, slots=True)
class ListenerDoor:
    """A connection that ends at a load balancer's listener, on one of its nodes."""

    load_balancer: LoadBalancer
    listener: Listener
    node: NetworkInterface


@dataclass(frozen=True, slots=True)
class EndpointDoor:
    """A connection that ends at an execute-api VPC endpoint."""

    endpoint: VpcEndpoint
    interface: NetworkInterface


@dataclass(frozen=True, slots=True)
class PublicApiDoor:
    """A connection that ends at API Gateway's public front."""


ServiceDoor = EndpointDoor | PublicApiDoor
"""The doors of AWS's own services, which can stand behind a load balancer, too."""
Door = ListenerDoor | ServiceDoor


def speaks_tls(door: Door) -> bool:
    """Whether a client has to begin with a TLS handshake."""
    return not isinstance(door, ListenerDoor) or door.listener.protocol == "HTTPS"


def handshake_hop(door: Door, version: str, cipher: str, server_name: str) -> Hop:
    """The hop of a handshake that succeeded."""
    facts = (("protocol", version), ("cipher", cipher), ("server name", server_name or "none sent"))
    return Hop(door_reference(door), Step.TLS_HANDSHAKE, allowed(_policy(door), *facts))


def handshake_failed(door: Door, reason: str) -> Hop:
    """The hop of a handshake that failed.

    AWS: "Security policies for your Application Load Balancer"
    """
    decision = denied(
        LocalCode.TLS_HANDSHAKE_FAILED,
        _policy(door),
        ("reason", reason),
        remedy="Use a protocol and cipher of the security policy, and trust the certificate's issuer",
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


def _policy(door: Door) -> ResourceRef | None:
    if not isinstance(door, ListenerDoor):
        return None
    name = door.listener.security_policy or "no security policy"
    return ResourceRef("AWS::ElasticLoadBalancingV2::Listener SslPolicy", name, door.listener.arn)
