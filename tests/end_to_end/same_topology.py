"""Two topologies compared whole: what AWS made up, ids and addresses, stands under the names people gave."""

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from landbridge.model.load_balancing import Rule
from landbridge.model.topology import Topology

IN_ORDER = {Rule}
"""Rules are tried in their order. A tuple in a tuple keeps its own too: a key, a value."""
SPELLING = frozenset({"text", "position"})
"""How a policy is written: what it says are its statements, and their order means nothing."""
RESOLVER_INTERFACE = re.compile(r":rni-\w+")
Plain = Any


def differences(left: Topology, right: Topology) -> list[str]:
    """What differs, a line for each field: ``network.subnets[0].cidr: '10.0.0.0/24' != '10.0.1.0/24'``."""
    return list(_differences("", plain(left), plain(right)))


def plain(topology: Topology) -> Plain:
    """The topology as dictionaries and lists; collections that AWS keeps without order are sorted."""
    names = dict(_names(topology))
    ids = sorted(filter(None, names), key=len, reverse=True)
    pattern = re.compile("|".join(rf"{re.escape(each)}(?![0-9a-z])" for each in ids))
    return _plain(topology, lambda text: pattern.sub(lambda found: names[found[0]], text))


def _plain(value: Any, rename: Callable[[str], str], in_tuple: bool = False) -> Plain:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _plain(getattr(value, field.name), rename)
            for field in dataclasses.fields(value)
            if field.name not in SPELLING
        }
    if isinstance(value, tuple):
        items = [_plain(item, rename, in_tuple=True) for item in value]
        keeps_order = in_tuple or (value and type(value[0]) in IN_ORDER)
        return items if keeps_order else sorted(items, key=json.dumps)
    if value is None or isinstance(value, bool | int | float):
        return value
    return RESOLVER_INTERFACE.sub("", rename(str(value)))


def _names(topology: Topology) -> Iterator[tuple[str, str]]:
    """What each id is to be called."""
    yield from _network_names(topology)
    yield from _link_names(topology)
    yield from _interface_names(topology)
    yield from _load_balancing_names(topology)
    yield from _api_names(topology)
    for role in topology.identity.roles:
        yield role.id, f"(role {role.arn.rpartition('/')[2]})"
    for certificate in topology.certificates.certificates:
        yield certificate.arn.rpartition("/")[2], f"(certificate {certificate.domain_name})"
    for zone in topology.names.hosted_zones:
        yield zone.id, f"(zone {zone.name})"
    for endpoint in topology.names.resolver_endpoints:
        yield endpoint.id, f"(resolver {endpoint.direction})"


def _network_names(topology: Topology) -> Iterator[tuple[str, str]]:
    network = topology.network
    vpcs = {vpc.id: str(vpc.cidrs[0]) for vpc in network.vpcs}
    for vpc_id, block in vpcs.items():
        yield vpc_id, f"(vpc {block})"
    for subnet in network.subnets:
        yield subnet.id, f"(subnet {subnet.cidr})"
    for group in network.security_groups:
        yield group.id, f"(group {group.name} of {vpcs[group.vpc_id]})"
        yield from ((rule.id, "(rule)") for rule in group.rules)
    for table in network.route_tables:
        yield table.id, f"({'main ' if table.main else ''}route table of {vpcs[table.vpc_id]})"
    for acl in network.network_acls:
        yield acl.id, f"(network ACL of {vpcs[acl.vpc_id]})"


def _link_names(topology: Topology) -> Iterator[tuple[str, str]]:
    network = topology.network
    yield from ((gateway.id, "(internet gateway)") for gateway in network.internet_gateways)
    yield from ((gateway.id, "(vpn gateway)") for gateway in network.vpn_gateways)
    for connection in network.vpn_connections:
        yield connection.id, "(vpn connection)"
        yield connection.customer_gateway_id, "(customer gateway)"
        yield from ((str(tunnel.outside_address), "(outside address)") for tunnel in connection.tunnels)
    for endpoint in network.vpc_endpoints:
        yield endpoint.id, f"(endpoint {endpoint.service_name})"
        yield from ((name.partition(".")[0], "(endpoint name)") for name in endpoint.dns_names[:1])


def _interface_names(topology: Topology) -> Iterator[tuple[str, str]]:
    network = topology.network
    groups = {group.id: group.name for group in network.security_groups}
    for interface in network.network_interfaces:
        of = " ".join(sorted(groups[group_id] for group_id in interface.security_group_ids))
        name = f"{of} in {network.subnet_by_id[interface.subnet_id].cidr}"
        yield interface.id, f"(interface {name})"
        yield str(interface.address), f"(address {name})"


def _load_balancing_names(topology: Topology) -> Iterator[tuple[str, str]]:
    for balancer in topology.load_balancing.load_balancers:
        name = f"(load balancer {balancer.name})"
        yield balancer.arn.rpartition("/")[2], name
        yield balancer.dns_name, name
        for listener in balancer.listeners:
            yield listener.arn.rpartition("/")[2], f"(listener {listener.port})"
            for rule in listener.rules:
                yield rule.arn.rpartition("/")[2], f"(rule {rule.priority})"
    for group in topology.load_balancing.target_groups:
        yield group.arn.rpartition("/")[2], f"(target group {group.name})"


def _api_names(topology: Topology) -> Iterator[tuple[str, str]]:
    for api in topology.api_gateway.rest_apis:
        yield api.id, f"(api {api.name})"
        for stage in api.stages:
            yield stage.deployment.id, f"(deployment of {stage.name})"
            for resource in stage.deployment.resources:
                yield resource.id, f"(resource {resource.path})"
    for domain in topology.api_gateway.domain_names:
        yield domain.id, f"(domain name {domain.name})"


def _differences(path: str, left: Plain, right: Plain) -> Iterator[str]:
    if isinstance(left, dict) and isinstance(right, dict):
        for key in left:
            yield from _differences(f"{path}.{key}".lstrip("."), left[key], right[key])
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for index, (one, other) in enumerate(zip(left, right, strict=True)):
            yield from _differences(f"{path}[{index}]", one, other)
    elif isinstance(left, list) and isinstance(right, list):
        yield from (f"{path}: only left: {item}" for item in left if item not in right)
        yield from (f"{path}: only right: {item}" for item in right if item not in left)
    elif left != right:
        yield f"{path}: {left!r} != {right!r}"
