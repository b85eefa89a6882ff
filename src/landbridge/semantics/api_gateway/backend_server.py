"""Where an HTTP integration's URI leads: a real server of this machine, or nowhere that is modelled.

On AWS API Gateway calls hosts of the internet. Here a real server stands for such a host, named under
``[local.servers]``; nothing is sent to anybody else.
"""

from dataclasses import dataclass, replace
from ipaddress import AddressValueError, IPv4Address, IPv4Network

from landbridge.model.local_servers import LocalServer
from landbridge.semantics.api_gateway.request import MethodRequest
from landbridge.semantics.world import World
from landbridge.trace.codes import GatewayResponseType, LocalCode
from landbridge.trace.decision import Decision, ResourceRef, allowed, denied, not_modelled

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
PRIVATE = tuple(
    map(IPv4Network, ("10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"))
)


@dataclass(frozen=True, slots=True)
class Backend:
    """The server that answers, and the decision that led to it; or that says why none does."""

    decision: Decision
    host: str = ""
    """Where it really listens; empty where nothing is called."""
    port: int = 0


def find_backend(request: MethodRequest, host: str, port: int) -> Backend:
    """Who answers for a host and port of a URI; decided once for each.

    AWS: "HTTP integrations for REST APIs in API Gateway"
    """
    return request.world.remember(("backend", host, port), lambda: _find(request, host, port), len(host))


def _find(request: MethodRequest, host: str, port: int) -> Backend:
    reference = ResourceRef("Server", f"{host}:{port}")
    server = _local_server(request.world, host, port)
    if server is not None and (server.name or not _is_private(host)):
        return _reached(reference, server)
    if host in LOOPBACK:
        return Backend(allowed(reference, ("host", "this machine"), code=LocalCode.LOCAL_SERVER), host, port)
    if _is_private(host):
        return Backend(_unreachable(reference, host))
    return Backend(_unknown(f"the host {host}:{port} of the internet", reference))


def _reached(reference: ResourceRef, server: LocalServer) -> Backend:
    really = ("answered here by", f"{server.host}:{server.host_port}")
    decision = allowed(reference, really, code=LocalCode.LOCAL_SERVER)
    return Backend(decision, server.host, server.host_port)


def _local_server(world: World, host: str, port: int) -> LocalServer | None:
    for server in world.topology.local_servers:
        if server.port == port and host in (server.name, str(server.address)):
            return server
    return None


def _is_private(host: str) -> bool:
    try:
        address = IPv4Address(host)
    except AddressValueError:
        return False
    return any(address in network for network in PRIVATE)


def _unreachable(reference: ResourceRef, host: str) -> Decision:
    """AWS: "Private integration using VPC links V1 (legacy)"."""
    return denied(
        GatewayResponseType.INTEGRATION_FAILURE,
        reference,
        ("host", host),
        ("address", "private"),
        remedy=f"API Gateway reaches {host} only through a VPC link: give the integration one",
    )


def _unknown(what: str, reference: ResourceRef) -> Decision:
    remedy = (
        f'Let a server of this machine stand for it: "{reference.id}" = "127.0.0.1:9000" in [local.servers]'
    )
    return replace(not_modelled(what, reference), remedy=remedy)
