"""Nobody and nothing is left out because it is rare, prefers others, or has an odd rule before it."""

from dataclasses import replace
from ipaddress import IPv4Network

from bench.accounts import LINK, Size, account
from tests import topologies as known

from landbridge.model.identifiers import Arn
from landbridge.model.links import TransitGatewayRoute
from landbridge.model.load_balancing import FixedResponseAction, ForwardAction, Rule, RuleCondition, Target
from landbridge.model.network import NetworkAclEntry, SecurityGroupRule
from landbridge.model.policy import Condition, PolicyDocument
from landbridge.model.topology import Topology
from landbridge.prove.reach.exposures import Account
from landbridge.prove.reach.neighbours import Neighbours
from landbridge.prove.reach.paths import object_paths
from landbridge.prove.reach.places import Where, corporate_places
from landbridge.trace.decision import ResourceRef

SECOND = Arn(f"{known.TARGET_GROUP_ARN}2")
PARTNER = IPv4Network("172.20.0.0/16")


def with_rules(topology: Topology, *rules: Rule) -> Topology:
    [balancer] = topology.load_balancing.load_balancers
    [listener] = balancer.listeners
    changed = replace(balancer, listeners=(replace(listener, rules=rules),))
    return replace(topology, load_balancing=replace(topology.load_balancing, load_balancers=(changed,)))


def backends(topology: Topology) -> set[str]:
    return {each.backend.id.partition("/")[0] for each in Account(topology).meant if each.backend}


def test_a_target_group_with_one_request_in_a_thousand_is_reached() -> None:
    topology = known.private_app()
    group = replace(
        topology.load_balancing.target_groups[0],
        arn=SECOND,
        target_type="lambda",
        targets=(Target(known.FUNCTION_ARN, None),),
        attributes=(("load_balancing.algorithm.type", "weighted_random"),),
    )
    statement = known.statement(
        principals=(("Service", "elasticloadbalancing.amazonaws.com"),),
        actions=("lambda:InvokeFunction",),
        resources=(known.FUNCTION_ARN,),
        conditions=(Condition("ArnLike", "AWS:SourceArn", (SECOND,)),),
    )
    [function] = topology.functions.functions
    admitted = replace(function, policy=PolicyDocument((statement,)))
    topology = replace(
        topology,
        functions=replace(topology.functions, functions=(admitted,)),
        load_balancing=replace(
            topology.load_balancing, target_groups=(*topology.load_balancing.target_groups, group)
        ),
    )
    forward = ForwardAction(((known.TARGET_GROUP_ARN, 999), (SECOND, 1)))
    rule = Rule(Arn(f"{known.LISTENER_ARN}/1"), None, (), (forward,))
    assert "orders" in backends(with_rules(topology, rule))


def test_a_network_acl_of_any_subnet_on_the_way_tells_addresses_apart() -> None:
    topology = known.private_app()
    [acl] = topology.network.network_acls
    entry = NetworkAclEntry(10, False, False, "-1", PARTNER)
    elsewhere = replace(acl, id="acl-0other", entries=(entry,), subnet_ids=(), is_default=False)
    topology = known.with_network(topology, network_acls=(acl, elsewhere))
    assert PARTNER in Neighbours(topology).of(known.VPC).blocks


def test_what_a_transit_gateway_leads_to_behind_its_link_can_call() -> None:
    topology = account(Size(vpcs=1, apis=1, rules=50))
    [table] = topology.network.transit_gateway_route_tables
    routed = replace(table, routes=(*table.routes, TransitGatewayRoute(PARTNER, (LINK,))))
    topology = known.with_network(topology, transit_gateway_route_tables=(routed,))
    beyond = [each for each in corporate_places(topology, ()) if each.where is Where.BEYOND_CORPORATE]
    assert any(each.source.address in PARTNER for each in beyond)


def test_a_conditional_rule_that_nothing_came_through_is_a_doubt_about_strangers() -> None:
    topology = known.private_app()
    groups = tuple(
        replace(
            group,
            rules=(
                *group.rules,
                SecurityGroupRule("sgr-0vpc", False, "tcp", 443, 443, cidr=known.VPC_CIDR),
            ),
        )
        if group.id == known.ALB_GROUP
        else group
        for group in topology.network.security_groups
    )
    topology = known.with_network(topology, security_groups=groups)
    forward = ForwardAction(((known.TARGET_GROUP_ARN, 1),))
    odd = Rule(
        Arn(f"{known.LISTENER_ARN}/1"),
        1,
        (RuleCondition("path-pattern", ("/first/*",)), RuleCondition("path-pattern", ("*/second",))),
        (forward,),
    )
    rest = Rule(Arn(f"{known.LISTENER_ARN}/2"), None, (), (FixedResponseAction(403),))
    unmeant = Account(with_rules(topology, odd, rest)).unmeant
    doubts = {each.doubt.decision.cited for each in unmeant if each.doubt is not None}
    assert doubts == {ResourceRef("AWS::ElasticLoadBalancingV2::ListenerRule", "priority 1", odd.arn)}


def test_objects_are_told_apart_as_policies_tell_them_apart() -> None:
    policy = PolicyDocument((known.statement(resources=("arn:aws:s3:::pages/assets/*",)),))
    assert set(object_paths("pages", (policy, None))) == {"/index.html", "/assets/"}
