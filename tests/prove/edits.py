"""Edits of a captured topology, each of one kind of part."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from landbridge.model.api_gateway import Deployment, Integration, Method, Resource, RestApi
from landbridge.model.load_balancing import Listener, LoadBalancer
from landbridge.model.names import HostedZone
from landbridge.model.network import SecurityGroupRule
from landbridge.model.topology import Topology

ApiEdit = Callable[[RestApi], RestApi]


def edit_api(topology: Topology, edit: ApiEdit) -> Topology:
    """Every REST API edited."""
    gateway = topology.api_gateway
    return replace(
        topology, api_gateway=replace(gateway, rest_apis=tuple(edit(api) for api in gateway.rest_apis))
    )


def configured_and_deployed(edit: Callable[[Deployment], Deployment]) -> ApiEdit:
    """The same edit of what an API is configured to and of what its stages serve."""

    def both(api: RestApi) -> RestApi:
        assert api.configured is not None
        configured = edit(api.configured)
        stages = tuple(replace(stage, deployment=edit(stage.deployment)) for stage in api.stages)
        return replace(api, configured=configured, policy=configured.policy, stages=stages)

    return both


def configured_only(edit: Callable[[Deployment], Deployment]) -> ApiEdit:
    """An edit of the configuration that nobody deployed."""

    def only(api: RestApi) -> RestApi:
        assert api.configured is not None
        configured = edit(api.configured)
        return replace(api, configured=configured, policy=configured.policy)

    return only


def with_method(path: str, method: Method) -> Callable[[Deployment], Deployment]:
    """A deployment with one more method, of a resource of its own."""
    return lambda deployment: replace(
        deployment, resources=(*deployment.resources, Resource("r0new", path, (method,)))
    )


def edit_methods(edit: Callable[[str, Method], Method]) -> Callable[[Deployment], Deployment]:
    """A deployment with each method edited by its path."""
    return lambda deployment: replace(
        deployment,
        resources=tuple(
            replace(resource, methods=tuple(edit(resource.path, method) for method in resource.methods))
            for resource in deployment.resources
        ),
    )


def backend_of(deployment: Deployment) -> Integration:
    """The integration with the function."""
    integrations = (method.integration for resource in deployment.resources for method in resource.methods)
    return next(each for each in integrations if each is not None and each.type == "AWS_PROXY")


def edit_balancer(topology: Topology, edit: Callable[[LoadBalancer], LoadBalancer]) -> Topology:
    """Every load balancer edited."""
    balancing = topology.load_balancing
    return replace(
        topology,
        load_balancing=replace(balancing, load_balancers=tuple(map(edit, balancing.load_balancers))),
    )


def edit_listener(topology: Topology, edit: Callable[[Listener], Listener]) -> Topology:
    """Every listener edited."""
    return edit_balancer(
        topology, lambda balancer: replace(balancer, listeners=tuple(map(edit, balancer.listeners)))
    )


def edit_target_groups(topology: Topology, **changes: Any) -> Topology:
    """Every target group with these fields changed."""
    balancing = topology.load_balancing
    groups = tuple(replace(group, **changes) for group in balancing.target_groups)
    return replace(topology, load_balancing=replace(balancing, target_groups=groups))


def edit_health_checks(topology: Topology, **changes: Any) -> Topology:
    """Every target group's health check with these fields changed."""
    balancing = topology.load_balancing
    groups = tuple(
        replace(group, health_check=replace(group.health_check, **changes))
        for group in balancing.target_groups
    )
    return replace(topology, load_balancing=replace(balancing, target_groups=groups))


def with_zone(topology: Topology, zone: HostedZone) -> Topology:
    """One more hosted zone."""
    names = replace(topology.names, hosted_zones=(*topology.names.hosted_zones, zone))
    return replace(topology, names=names)


def edit_private_zones(topology: Topology, edit: Callable[[HostedZone], HostedZone]) -> Topology:
    """Every private zone edited."""
    zones = (edit(zone) if zone.private else zone for zone in topology.names.hosted_zones)
    return replace(topology, names=replace(topology.names, hosted_zones=tuple(zones)))


def with_rule(topology: Topology, group_ids: tuple[str, ...], rule: SecurityGroupRule) -> Topology:
    """One more rule in some security groups."""
    groups = tuple(
        replace(group, rules=(*group.rules, rule)) if group.id in group_ids else group
        for group in topology.network.security_groups
    )
    return replace(topology, network=replace(topology.network, security_groups=groups))
