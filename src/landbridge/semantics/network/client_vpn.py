"""What a Client VPN endpoint does with a client's packet: its routes, then its authorization rules."""

from ipaddress import IPv4Address

from landbridge.model.links import ClientVpnAuthorizationRule, ClientVpnEndpoint, ClientVpnRoute
from landbridge.model.topology import Topology
from landbridge.semantics.network.faults import injected
from landbridge.semantics.network.source import ClientVpn, InVpc, association_interface
from landbridge.trace.codes import ExplanationCode, LocalCode
from landbridge.trace.decision import Decision, Hop, Hops, ResourceRef, Step, allowed, denied, not_modelled

ENDPOINT = "AWS::EC2::ClientVpnEndpoint"


def enter(topology: Topology, client: ClientVpn, destination: IPv4Address) -> tuple[InVpc | None, Hops]:
    """The interface as which a client's packets go on, None when they do not, and why.

    The source address is translated to that of the endpoint's interface in the associated subnet.

    AWS: "How AWS Client VPN works"
    """
    endpoint = next(each for each in topology.network.client_vpn_endpoints if each.id == client.endpoint_id)
    component = ResourceRef(ENDPOINT, endpoint.id)
    state = _state(topology, endpoint)
    if not state.allowed:
        return None, (Hop(component, Step.CLIENT_VPN, state),)
    route, decision = _route(endpoint, client, destination)
    route_hop = Hop(component, Step.CLIENT_VPN, decision)
    if route is None:
        return None, (route_hop,)
    rule_hop = Hop(component, Step.CLIENT_VPN, _authorize(endpoint, client, destination))
    if not rule_hop.decision.allowed:
        return None, (route_hop, rule_hop)
    return association_interface(topology.network, endpoint, route.subnet_id), (route_hop, rule_hop)


def _state(topology: Topology, endpoint: ClientVpnEndpoint) -> Decision:
    cited = ResourceRef(ENDPOINT, endpoint.id)
    if endpoint.id in topology.faults.links:
        return injected(cited, f"Client VPN endpoint {endpoint.id} is down", "link")
    if endpoint.state != "available":
        remedy = f"Associate a subnet with Client VPN endpoint {endpoint.id}"
        return denied(ExplanationCode.BAD_STATE_VPN, cited, ("state", endpoint.state), remedy=remedy)
    return allowed(cited)


def _route(
    endpoint: ClientVpnEndpoint, client: ClientVpn, destination: IPv4Address
) -> tuple[ClientVpnRoute | None, Decision]:
    """The most specific active route; of equal ones that into the subnet the client is connected through.

    AWS: "AWS Client VPN routes"
    """
    facts = (("client", str(client.client_address)), ("destination", str(destination)))
    matching = [
        each for each in endpoint.routes if destination in each.destination and each.state == "active"
    ]
    if not matching:
        cited = ResourceRef(ENDPOINT, endpoint.id)
        remedy = f"Add a route for {destination} into an associated subnet to {endpoint.id}"
        return None, denied(ExplanationCode.NO_ROUTE_TO_DESTINATION, cited, *facts, remedy=remedy)
    route = max(matching, key=lambda each: (each.destination.prefixlen, each.subnet_id == client.subnet_id))
    cited = ResourceRef("AWS::EC2::ClientVpnRoute", f"{endpoint.id} {route.destination}")
    return route, allowed(cited, *facts, ("route", f"{route.destination} into {route.subnet_id}"))


def _authorize(endpoint: ClientVpnEndpoint, client: ClientVpn, destination: IPv4Address) -> Decision:
    """Whether the rules for the longest prefix let everybody in; who is in which group is not known.

    AWS: "AWS Client VPN authorization rules"
    """
    facts = (("client", str(client.client_address)), ("destination", str(destination)))
    active = [each for each in endpoint.authorization_rules if each.state == "active"]
    longest = _longest_prefix([each for each in active if destination in each.destination])
    if not longest:
        cited = ResourceRef(ENDPOINT, endpoint.id)
        remedy = f"Add an authorization rule for a block that holds {destination} to {endpoint.id}"
        return denied(LocalCode.CLIENT_VPN_NOT_AUTHORIZED, cited, *facts, remedy=remedy)
    cited = ResourceRef("AWS::EC2::ClientVpnAuthorizationRule", f"{endpoint.id} {longest[0].destination}")
    if all(rule.group_id for rule in longest):
        groups = ", ".join(rule.group_id for rule in longest)
        return not_modelled(f"Client VPN authorization by group ({groups})", cited)
    return allowed(cited, *facts, ("rule", f"everybody may reach {longest[0].destination}"))


def _longest_prefix(rules: list[ClientVpnAuthorizationRule]) -> list[ClientVpnAuthorizationRule]:
    longest = max((rule.destination.prefixlen for rule in rules), default=0)
    return [rule for rule in rules if rule.destination.prefixlen == longest]
