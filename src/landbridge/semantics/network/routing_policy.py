"""Which of several records with one name and type Route 53 answers with."""

from dataclasses import replace

from landbridge.model.identifiers import NetworkInterfaceId
from landbridge.model.load_balancing import ForwardAction, LoadBalancer, Target, TargetGroup
from landbridge.model.names import RecordSet
from landbridge.model.network import Network
from landbridge.model.topology import Topology
from landbridge.semantics.load_balancing.dns_failover import enough_for_dns
from landbridge.semantics.network.faults import target_is_down, zone_of

Records = tuple[RecordSet, ...]
MOST_VALUES = 8
"""How many values a multivalue answer has at most.

AWS: "Multivalue answer routing"
"""
SPREAD = 2654435761
"""A prime: consecutive draws spread evenly over every total weight."""


def choose_record(topology: Topology, records: Records, draw: int) -> RecordSet | str:
    """The record that answers, or the feature that is not modelled and decides.

    `draw` is a random number, or a count of questions.

    AWS: "Choosing a routing policy"
    """
    unsupported = [feature for record in records for feature in record.unsupported]
    if unsupported:
        return ", ".join(dict.fromkeys(unsupported))
    if len(records) == 1 and records[0].weight is None:
        return records[0]
    if all(record.failover for record in records):
        return _failover(topology, records)
    if all(record.weight is not None for record in records):
        return _weighted(topology, records, draw)
    if all(record.multivalue for record in records):
        return _multivalue(records, draw)
    return "several records of one name and type"


def _failover(topology: Topology, records: Records) -> RecordSet:
    """The primary while it is healthy, then the secondary; the primary again when neither is.

    AWS: "How Amazon Route 53 chooses records when health checking is configured"
    """
    in_order = sorted(records, key=lambda record: record.failover != "PRIMARY")
    return next((record for record in in_order if _is_healthy(topology, record)), in_order[0])


def _weighted(topology: Topology, records: Records, draw: int) -> RecordSet:
    """One by weight among the healthy ones; all count when none is, and alike when every weight is 0.

    AWS: "Weighted routing"
    """
    with_weight = [record for record in records if record.weight]
    healthy = [record for record in with_weight if _is_healthy(topology, record)]
    healthy = healthy or [record for record in records if not record.weight and _is_healthy(topology, record)]
    candidates = healthy or with_weight or list(records)
    weights = [record.weight or 0 for record in candidates]
    weights = weights if any(weights) else [1] * len(candidates)
    place = draw * SPREAD % sum(weights)
    for record, weight in zip(candidates, weights, strict=True):
        if place < weight:
            return record
        place -= weight
    raise AssertionError("the place is below the sum of the weights")


def _multivalue(records: Records, draw: int) -> RecordSet:
    """Up to eight values of all records, a different first one each time."""
    values = [value for record in records for value in record.values]
    first = draw % len(values)
    return replace(records[0], values=tuple((values[first:] + values[:first])[:MOST_VALUES]))


def _is_healthy(topology: Topology, record: RecordSet) -> bool:
    """Records without a health check count as healthy, aliases as their load balancer where they ask for it.

    AWS: "Values specific for alias records"
    """
    alias = record.alias
    if alias is None or not alias.evaluate_target_health:
        return True
    name = alias.dns_name.lower().rstrip(".").removeprefix("dualstack.")
    balancers = topology.load_balancing.load_balancers
    balancer = next((each for each in balancers if each.dns_name.lower() == name), None)
    return balancer is None or _load_balancer_is_healthy(topology, balancer)


def _load_balancer_is_healthy(topology: Topology, balancer: LoadBalancer) -> bool:
    """Whether DNS would answer with any of its nodes.

    Every target group in use has enough targets that nothing speaks against, and the health checks of one
    node at least found so, too.

    AWS: "Values specific for alias records"; "Target group health"
    """
    nodes = _nodes(topology.network, balancer)
    if nodes and nodes <= topology.health.unhealthy_nodes:
        return False
    arns = {
        arn
        for listener in balancer.listeners
        for rule in listener.rules
        for action in rule.actions
        if isinstance(action, ForwardAction)
        for arn, _ in action.target_groups
    }
    groups = topology.load_balancing.target_group_by_arn
    return all(_has_targets(topology, groups[arn]) for arn in arns if arn in groups)


def _has_targets(topology: Topology, group: TargetGroup) -> bool:
    up = sum(_is_up(topology, group, target) for target in group.targets)
    return enough_for_dns(group, up, len(group.targets))


def _nodes(network: Network, balancer: LoadBalancer) -> frozenset[NetworkInterfaceId]:
    description = balancer.interface_description
    return frozenset(each.id for each in network.network_interfaces if each.description == description)


def _is_up(topology: Topology, group: TargetGroup, target: Target) -> bool:
    if target_is_down(topology.faults, target.id, target.port or group.port or 0) is not None:
        return False
    network = topology.network
    at = [each for each in network.network_interfaces if str(each.address) == target.id]
    own = [each for each in at if each.vpc_id not in network.vpcs_of_others]
    return not own or any(zone_of(network, each) not in topology.faults.zones for each in own)
