from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.topologies import VPC, open_network_acl

from landbridge.model.network import NetworkAcl, NetworkAclEntry
from landbridge.semantics.network.network_acl import EPHEMERAL_PORTS, evaluate
from landbridge.trace.codes import ExplanationCode
from landbridge.trace.decision import Verdict

LAPTOP = IPv4Address("192.168.0.10")
HTTPS = (443, 443)


def entry(
    number: int,
    allow: bool = True,
    ports: tuple[int, int] | None = None,
    cidr: str = "0.0.0.0/0",
    protocol: str = "6",
    egress: bool = False,
) -> NetworkAclEntry:
    first, last = ports or (None, None)
    return NetworkAclEntry(number, egress, allow, protocol, IPv4Network(cidr), first, last)


def acl_of(*entries: NetworkAclEntry) -> NetworkAcl:
    return NetworkAcl("acl-1", VPC, entries, ())


ALLOWED, EXPLICIT, IMPLICIT = Verdict.ALLOWED, Verdict.EXPLICIT_DENY, Verdict.IMPLICIT_DENY


@pytest.mark.parametrize(
    ("entries", "ports", "verdict"),
    [
        ((), HTTPS, IMPLICIT),
        ((entry(100),), HTTPS, ALLOWED),
        ((entry(100, protocol="-1"),), HTTPS, ALLOWED),
        ((entry(100, protocol="17"),), HTTPS, IMPLICIT),
        ((entry(100, ports=(443, 443)),), HTTPS, ALLOWED),
        ((entry(100, ports=(80, 80)),), HTTPS, IMPLICIT),
        ((entry(100, cidr="192.168.0.0/16"),), HTTPS, ALLOWED),
        ((entry(100, cidr="192.169.0.0/16"),), HTTPS, IMPLICIT),
        ((entry(100, egress=True),), HTTPS, IMPLICIT),
        ((entry(200), entry(100, allow=False)), HTTPS, EXPLICIT),
        ((entry(100), entry(200, allow=False)), HTTPS, ALLOWED),
        ((entry(100, allow=False, ports=(80, 80)), entry(200)), HTTPS, ALLOWED),
        ((entry(32767, allow=False, protocol="-1"),), HTTPS, IMPLICIT),
        ((entry(100, ports=(1024, 65535)),), EPHEMERAL_PORTS, ALLOWED),
        ((entry(100, ports=(32768, 65535)),), EPHEMERAL_PORTS, IMPLICIT),
        ((entry(100, ports=(32768, 65535)), entry(110, ports=(1000, 32767))), EPHEMERAL_PORTS, ALLOWED),
        ((entry(100, allow=False, ports=(3389, 3389)), entry(110)), EPHEMERAL_PORTS, EXPLICIT),
        ((entry(100), entry(110, allow=False, ports=(3389, 3389))), EPHEMERAL_PORTS, ALLOWED),
    ],
)
def test_the_lowest_numbered_rule_that_matches_decides(
    entries: tuple[NetworkAclEntry, ...], ports: tuple[int, int], verdict: Verdict
) -> None:
    decision = evaluate(acl_of(*entries), egress=False, peer=LAPTOP, ports=ports)
    assert decision.verdict is verdict
    assert decision.code is (None if verdict is ALLOWED else ExplanationCode.SUBNET_ACL_RESTRICTION)


def test_a_deny_rule_is_cited_and_the_remedy_has_a_lower_number() -> None:
    decision = evaluate(acl_of(entry(90, allow=False), entry(100)), egress=False, peer=LAPTOP, ports=HTTPS)
    assert decision.cited is not None
    assert decision.cited.id == "acl-1 inbound rule 90"
    assert decision.remedy == (
        "Allow TCP 443 from 192.168.0.10/32 in an inbound rule of acl-1 with a number below 90"
    )


def test_what_no_rule_matches_is_denied_by_the_acl_itself() -> None:
    acl = acl_of(entry(32767, allow=False, protocol="-1", egress=True))
    decision = evaluate(acl, egress=True, peer=LAPTOP, ports=EPHEMERAL_PORTS)
    assert decision.cited is not None
    assert decision.cited.id == "acl-1"
    assert decision.remedy == "Allow TCP 1024-65535 to 192.168.0.10/32 in an outbound rule of acl-1"


def test_the_default_network_acl_allows_everything() -> None:
    for egress in (False, True):
        assert evaluate(open_network_acl(), egress=egress, peer=LAPTOP, ports=(0, 65535)).allowed


entries = st.lists(
    st.builds(
        lambda number, allow, first, length, cidr, protocol: entry(
            number, allow, (first, first + length), cidr, protocol
        ),
        st.integers(1, 20),
        st.booleans(),
        st.integers(0, 12),
        st.integers(0, 6),
        st.sampled_from(["0.0.0.0/0", "192.168.0.0/16", "10.0.0.0/8"]),
        st.sampled_from(["-1", "6", "17"]),
    ),
    max_size=8,
    unique_by=lambda made: made.rule_number,
)


@given(entries, st.integers(0, 12), st.integers(0, 6))
def test_a_range_passes_when_each_of_its_ports_does(
    made: list[NetworkAclEntry], first: int, length: int
) -> None:
    acl = acl_of(*made)
    whole = evaluate(acl, egress=False, peer=LAPTOP, ports=(first, first + length))
    each = [
        evaluate(acl, egress=False, peer=LAPTOP, ports=(port, port)).allowed
        for port in range(first, first + length + 1)
    ]
    assert whole.allowed == all(each)


@given(entries, st.integers(0, 18))
def test_removing_a_deny_rule_never_stops_what_passed(made: list[NetworkAclEntry], port: int) -> None:
    acl = acl_of(*made)
    fewer = replace(acl, entries=tuple(one for one in made if one.allow))
    if evaluate(acl, egress=False, peer=LAPTOP, ports=(port, port)).allowed:
        assert evaluate(fewer, egress=False, peer=LAPTOP, ports=(port, port)).allowed
