from ipaddress import IPv4Address, IPv4Network

import pytest
from tests.topologies import ALB_GROUP, VPC

from landbridge.model.identifiers import SecurityGroupId
from landbridge.model.network import SecurityGroup, SecurityGroupRule
from landbridge.semantics.network.security_group import Peer, admits
from landbridge.trace.codes import Code, ExplanationCode, LocalCode
from landbridge.trace.decision import ResourceRef, Verdict

ALB = Peer(IPv4Address("10.20.1.17"), (ALB_GROUP,))


def rule(
    protocol: str = "tcp",
    ports: tuple[int | None, int | None] = (443, 443),
    cidr: str | None = None,
    group: str | None = None,
    prefix_list: str | None = None,
    egress: bool = False,
    id: str = "sgr-1",
) -> SecurityGroupRule:
    block = IPv4Network(cidr) if cidr else None
    group_id = SecurityGroupId(group) if group else None
    return SecurityGroupRule(id, egress, protocol, *ports, block, group_id, prefix_list)


def group_of(*rules: SecurityGroupRule) -> SecurityGroup:
    return SecurityGroup(SecurityGroupId("sg-0endpoint"), "orders-endpoint", VPC, rules)


@pytest.mark.parametrize(
    ("rules", "verdict", "code"),
    [
        ((), Verdict.IMPLICIT_DENY, ExplanationCode.SG_HAS_NO_RULES),
        ((rule(cidr="10.20.0.0/16", egress=True),), Verdict.IMPLICIT_DENY, ExplanationCode.SG_HAS_NO_RULES),
        ((rule(cidr="10.20.0.0/16"),), Verdict.ALLOWED, None),
        ((rule(cidr="10.20.1.17/32"),), Verdict.ALLOWED, None),
        ((rule(cidr="10.20.1.18/32"),), Verdict.IMPLICIT_DENY, ExplanationCode.ENI_SG_RULES_MISMATCH),
        ((rule(group="sg-0alb"),), Verdict.ALLOWED, None),
        ((rule(group="sg-0other"),), Verdict.IMPLICIT_DENY, ExplanationCode.ENI_SG_RULES_MISMATCH),
        ((rule("-1", (None, None), group="sg-0alb"),), Verdict.ALLOWED, None),
        ((rule("6", (0, 65535), group="sg-0alb"),), Verdict.ALLOWED, None),
        ((rule("tcp", (440, 450), group="sg-0alb"),), Verdict.ALLOWED, None),
        (
            (rule("tcp", (444, 450), group="sg-0alb"),),
            Verdict.IMPLICIT_DENY,
            ExplanationCode.ENI_SG_RULES_MISMATCH,
        ),
        (
            (rule("tcp", (440, 442), group="sg-0alb"),),
            Verdict.IMPLICIT_DENY,
            ExplanationCode.ENI_SG_RULES_MISMATCH,
        ),
        ((rule("udp", group="sg-0alb"),), Verdict.IMPLICIT_DENY, ExplanationCode.ENI_SG_RULES_MISMATCH),
        ((rule(prefix_list="pl-1"),), Verdict.NOT_MODELLED, LocalCode.NOT_MODELLED),
        ((rule("udp", prefix_list="pl-1"),), Verdict.IMPLICIT_DENY, ExplanationCode.ENI_SG_RULES_MISMATCH),
        ((rule(prefix_list="pl-1"), rule(group="sg-0alb")), Verdict.ALLOWED, None),
    ],
)
def test_a_connection_is_admitted_by_any_rule_that_fits(
    rules: tuple[SecurityGroupRule, ...], verdict: Verdict, code: Code | None
) -> None:
    decision = admits((group_of(*rules),), egress=False, peer=ALB, port=443)
    assert (decision.verdict, decision.code) == (verdict, code)


def test_the_rule_that_admits_is_cited() -> None:
    rules = (rule(cidr="10.99.0.0/16", id="sgr-1"), rule(group="sg-0alb", id="sgr-2"))
    decision = admits((group_of(*rules),), egress=False, peer=ALB, port=443)
    assert decision.cited == ResourceRef("AWS::EC2::SecurityGroup Rule", "sgr-2")
    assert ("rule", "tcp 443, sg-0alb") in decision.facts


def test_the_rules_of_all_groups_of_an_interface_count_together() -> None:
    other = SecurityGroup(SecurityGroupId("sg-0more"), "more", VPC, (rule(group="sg-0alb"),))
    assert admits((group_of(), other), egress=False, peer=ALB, port=443).allowed


def test_a_denial_says_what_to_allow_where() -> None:
    decision = admits((group_of(),), egress=False, peer=ALB, port=443)
    assert decision.remedy == (
        "Allow TCP 443 from 10.20.1.17/32 or from security group sg-0alb "
        "in the ingress rules of sg-0endpoint (orders-endpoint)"
    )


def test_a_denial_of_egress_speaks_of_the_destination() -> None:
    decision = admits((group_of(),), egress=True, peer=Peer(IPv4Address("10.20.1.20")), port=443)
    assert (
        decision.remedy
        == "Allow TCP 443 to 10.20.1.20/32 in the egress rules of sg-0endpoint (orders-endpoint)"
    )
    assert ("destination", "10.20.1.20") in decision.facts


def test_an_interface_without_a_group_admits_nothing() -> None:
    decision = admits((), egress=False, peer=ALB, port=443)
    assert decision.code is ExplanationCode.SG_HAS_NO_RULES
    assert decision.remedy == "Attach a security group that allows TCP 443 from 10.20.1.17"
