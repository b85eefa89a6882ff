"""Which resources make up one app: what claims are about.

An app is found from its entrance, a load balancer or a private API that is behind none, by the way requests
would go; nothing is decided here, so that an app is known even where nobody gets in.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from landbridge.errors import DeclarationError
from landbridge.model.api_gateway import RestApi
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import LoadBalancer
from landbridge.model.network import VpcEndpoint
from landbridge.model.topology import Topology
from landbridge.prove.connections import Connections, Node

APPLICATION = "application"


@dataclass(frozen=True, slots=True)
class App:
    """The parts of an app, each of them empty where it has none."""

    name: str
    """Its domain; else the name of its load balancer or API."""
    domains: tuple[str, ...] = ()
    """Names by which people call it: custom domain names of its APIs and aliases of its load balancers."""
    load_balancers: tuple[LoadBalancer, ...] = ()
    endpoints: tuple[VpcEndpoint, ...] = ()
    """VPC endpoints for execute-api and S3 through which it is meant to be called."""
    rest_apis: tuple[RestApi, ...] = ()
    function_arns: tuple[Arn, ...] = ()
    """Unqualified."""
    buckets: tuple[str, ...] = ()
    """By name."""


def find_apps(topology: Topology, name: str | None = None) -> tuple[App, ...]:
    """The account's apps by name; with `name` the one of that domain, load balancer or API.

    Raises DeclarationError, which lists them, where no app is called that.
    """
    found = sorted(_apps(topology), key=lambda app: app.name)
    if name is None:
        return tuple(found)
    named = tuple(app for app in found if name.lower() in _names(app))
    if not named:
        known = ", ".join(app.name for app in found) or "none"
        raise DeclarationError(f"There is no app {name!r}", f"known are: {known}")
    return named


def _names(app: App) -> set[str]:
    names = {app.name, *app.domains}
    for balancer in app.load_balancers:
        names |= {balancer.name, balancer.arn, balancer.dns_name}
    for api in app.rest_apis:
        names |= {api.id, api.name}
    return {name.lower() for name in names}


def _apps(topology: Topology) -> Iterator[App]:
    connections = Connections(topology)
    for group in connections.groups():
        app = _app(topology, group)
        if app.load_balancers or app.rest_apis:
            yield replace(app, endpoints=_endpoints(topology, connections, app))


def _app(topology: Topology, group: frozenset[Node]) -> App:
    """The group's parts in the order in which the topology has them."""

    def own(kind: str) -> set[str]:
        return {name for each, name in group if each == kind}

    balancers = tuple(
        each for each in topology.load_balancing.load_balancers if each.arn in own("load balancer")
    )
    apis = tuple(api for api in topology.api_gateway.rest_apis if api.id in own("API"))
    domains = tuple(sorted(own("domain")))
    names = (*domains, *(each.name for each in balancers), *(api.name or api.id for api in apis))
    return App(
        names[0] if names else "",
        domains,
        balancers,
        (),
        apis,
        tuple(each.arn for each in topology.functions.functions if each.arn in own("function")),
        tuple(each.name for each in topology.storage.buckets if each.name in own("bucket")),
    )


def _endpoints(topology: Topology, connections: Connections, app: App) -> tuple[VpcEndpoint, ...]:
    """Those behind its load balancers; without any, those that its APIs and domain names mean."""
    wanted = {each for balancer in app.load_balancers for each in connections.endpoints_behind(balancer)}
    if not app.load_balancers:
        wanted = {each for api in app.rest_apis for each in connections.endpoints_meant_by(api)}
        wanted |= {
            each.vpc_endpoint_id
            for each in topology.api_gateway.access_associations
            if each.domain_name.lower() in app.domains
        }
    return tuple(each for each in topology.network.vpc_endpoints if each.id in wanted)
