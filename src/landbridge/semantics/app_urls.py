"""Under which URLs an app is reached, read from what is deployed: for apps that nobody declared."""

from collections.abc import Iterator

from landbridge.model.load_balancing import LoadBalancer
from landbridge.model.names import AliasTarget
from landbridge.model.network import VpcEndpoint
from landbridge.model.topology import Topology

DEFAULT_PORTS = {"HTTPS": 443, "HTTP": 80}
DUALSTACK = "dualstack."


def app_urls(topology: Topology) -> tuple[str, ...]:
    """The likeliest URL first: alias records of private zones that lead to a load balancer or an endpoint.

    Those that are also custom domain names of API Gateway come before others. Where there is no such record,
    load balancers by their own names; without load balancers, the private APIs by AWS's names.
    """
    found = sorted(dict.fromkeys(_aliases(topology)), key=lambda place: _order(topology, place))
    if found:
        return tuple(f"{origin}{name}{port}" for name, origin, port in found)
    balancers = tuple(_of_load_balancer(balancer) for balancer in topology.load_balancing.load_balancers)
    own = tuple(
        f"{origin}{balancer.dns_name}{port}"
        for balancer, (origin, port) in zip(topology.load_balancing.load_balancers, balancers, strict=True)
        if origin
    )
    return own or tuple(_private_apis(topology))


def _order(topology: Topology, place: tuple[str, str, str]) -> tuple[bool, str]:
    gateway = topology.api_gateway
    known = place[0] in gateway.public_domain_by_name or place[0] in gateway.private_domain_by_name
    return not known, place[0]


def _aliases(topology: Topology) -> Iterator[tuple[str, str, str]]:
    """Name, ``https://`` or ``http://``, and port where it is not the usual one."""
    for zone in topology.names.hosted_zones:
        for record in zone.records if zone.private and zone.vpc_ids else ():
            if record.type == "A" and record.alias is not None and not record.name.startswith("*"):
                origin, port = _behind(topology, record.alias)
                if origin:
                    yield record.name, origin, port


def _behind(topology: Topology, alias: AliasTarget) -> tuple[str, str]:
    name = alias.dns_name.removeprefix(DUALSTACK).lower()
    for balancer in topology.load_balancing.load_balancers:
        if balancer.dns_name.lower() == name:
            return _of_load_balancer(balancer)
    for endpoint in _execute_api_endpoints(topology):
        if name in endpoint.dns_names:
            return "https://", ""
    return "", ""


def _of_load_balancer(balancer: LoadBalancer) -> tuple[str, str]:
    """HTTPS before HTTP, the usual port before others; empty without such a listener."""
    if balancer.type == "network":
        return _of_network_load_balancer(balancer)
    known = [listener for listener in balancer.listeners if listener.protocol in DEFAULT_PORTS]
    if not known:
        return "", ""
    best = min(known, key=lambda one: (one.protocol != "HTTPS", one.port != DEFAULT_PORTS[one.protocol]))
    usual = best.port == DEFAULT_PORTS[best.protocol]
    return f"{best.protocol.lower()}://", "" if usual else f":{best.port}"


def _of_network_load_balancer(balancer: LoadBalancer) -> tuple[str, str]:
    """What its targets speak is not its affair: the usual ports tell."""
    ports = [listener.port for listener in balancer.listeners if listener.protocol == "TCP"]
    usual = (protocol for protocol, port in DEFAULT_PORTS.items() if port in ports)
    protocol = next(usual, "")
    return (f"{protocol.lower()}://" if protocol else ""), ""


def _private_apis(topology: Topology) -> Iterator[str]:
    """A private API by its own name where an endpoint has private DNS, else by API and endpoint.

    AWS: "Invoke a private API"
    """
    for endpoint in _execute_api_endpoints(topology):
        for api in topology.api_gateway.rest_apis:
            if api.endpoint_type == "PRIVATE":
                host = api.id if endpoint.private_dns_enabled else f"{api.id}-{endpoint.id}"
                for stage in api.stages:
                    yield f"https://{host}.execute-api.{topology.region}.amazonaws.com/{stage.name}"


def _execute_api_endpoints(topology: Topology) -> Iterator[VpcEndpoint]:
    for endpoint in topology.network.vpc_endpoints:
        own = endpoint.vpc_id not in topology.network.vpcs_of_others
        if own and endpoint.service_name.endswith(".execute-api"):
            yield endpoint
