"""Which route of a route table a packet takes."""

from ipaddress import IPv4Address

from landbridge.model.network import Route, RouteTable
from landbridge.trace.codes import ExplanationCode
from landbridge.trace.decision import Decision, Facts, ResourceRef, allowed, denied

LOCAL = "local"


def look_up(table: RouteTable, destination: IPv4Address) -> tuple[Route | None, Decision]:
    """The route for an address, and why; None when there is none, a blackhole route is denied.

    The longest prefix wins, a static route before a propagated one of the same length, a route to a block
    before one to a prefix list. Within the VPC's own
    blocks a propagated route never counts, however specific.

    AWS: "How route priority works"
    """
    facts: Facts = (("destination", str(destination)), ("route table", table.id))
    route = _most_specific(table, destination)
    if route is None:
        remedy = f"Add a route for {destination} to route table {table.id}"
        code = ExplanationCode.NO_ROUTE_TO_DESTINATION
        return None, denied(code, ResourceRef("AWS::EC2::RouteTable", table.id), *facts, remedy=remedy)
    through = f" (prefix list {route.prefix_list_id})" if route.prefix_list_id else ""
    facts = (*facts, ("route", f"{route.destination} to {route.target}{through}"))
    if route.state == "blackhole":
        remedy = (
            f"Point the route {route.destination} of {table.id} to a target that exists: "
            f"{route.target} is gone or detached"
        )
        return route, denied(ExplanationCode.BAD_STATE_ROUTE, cite_route(table, route), *facts, remedy=remedy)
    return route, allowed(cite_route(table, route), *facts)


def cite_route(table: RouteTable, route: Route) -> ResourceRef:
    """The route as a part of its table."""
    return ResourceRef("AWS::EC2::Route", f"{table.id} {route.destination}")


def _most_specific(table: RouteTable, destination: IPv4Address) -> Route | None:
    matching = [route for route in table.routes if destination in route.destination]
    if any(route.target == LOCAL for route in matching):
        matching = [route for route in matching if not route.propagated]
    if not matching:
        return None
    return max(matching, key=_priority)


def _priority(route: Route) -> tuple[int, bool, bool]:
    return route.destination.prefixlen, not route.propagated, not route.prefix_list_id
