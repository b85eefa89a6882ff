from dataclasses import fields
from ipaddress import IPv4Network

import pytest
from tests.capture.scripted import ACCOUNT, DENIED, REGION, Failure, ScriptedAccount
from tests.capture.whole_account import whole_account

from landbridge.capture.capture import READINGS, Captured, capture
from landbridge.errors import HostError
from landbridge.model.topology import Topology

NO_ZONES = {"HostedZones": [], "Marker": "", "IsTruncated": False, "MaxItems": "100"}
SECTIONS = {reading.section for reading in READINGS}


def whole(account: ScriptedAccount, previous: Captured | None = None, *services: str) -> Captured:
    return capture(
        account.client,
        account_id=ACCOUNT,
        region=REGION,
        previous=previous,
        services=frozenset(services) if services else None,
    )


def test_every_section_of_a_topology_is_read() -> None:
    topology = whole(whole_account()).topology
    empty = Topology(ACCOUNT, REGION)
    assert {field.name for field in fields(Topology)} - SECTIONS == {
        "account_id",
        "region",
        "corporate_networks",
        "faults",
        "health",
        "local_servers",
        "other_entrances",
    }
    for section in SECTIONS:
        assert getattr(topology, section) != getattr(empty, section), section


def test_what_the_corporate_side_announces_is_declared() -> None:
    networks = (IPv4Network("10.0.0.0/8"),)
    captured = capture(whole_account().client, account_id=ACCOUNT, region=REGION, corporate_networks=networks)
    assert captured.topology.corporate_networks == networks


def test_a_second_capture_without_a_change_is_the_very_value_of_the_first() -> None:
    account = whole_account()
    first = whole(account)
    assert whole(account, first) is first


@pytest.mark.parametrize(
    ("service", "called", "section"),
    [
        ("elbv2", {"elbv2", "ec2"}, "load_balancing"),
        ("elasticloadbalancing", {"elbv2", "ec2"}, "load_balancing"),
        ("apigateway", {"apigateway", "apigatewayv2", "ec2"}, "api_gateway"),
        ("lambda", {"lambda", "ec2"}, "functions"),
        ("s3", {"s3", "s3control"}, "storage"),
        ("route53", {"route53"}, "names"),
        ("route53resolver", {"route53resolver", "ec2"}, "names"),
        ("iam", {"iam"}, "identity"),
        ("acm", {"acm"}, "certificates"),
        ("ec2", {"ec2"}, "network"),
        ("directconnect", {"directconnect", "ec2"}, "network"),
    ],
)
def test_a_change_is_read_from_the_services_it_shows_in(service: str, called: set[str], section: str) -> None:
    account = whole_account()
    first = whole(account)
    account.calls.clear()
    client = {"elasticloadbalancing": "elbv2"}.get(service, service)
    account.script |= {call: {} for call in account.script if call.startswith(f"{client}.")}
    account.script["route53.list_hosted_zones"] = NO_ZONES
    second = whole(account, first, service)
    assert {call.partition(".")[0] for call in account.calls} <= called
    assert getattr(second.topology, section) != getattr(first.topology, section)
    for other in SECTIONS - {section, "network"}:
        assert getattr(second.topology, other) is getattr(first.topology, other)


def test_changes_of_services_that_feed_nothing_cause_no_call() -> None:
    account = whole_account()
    first = whole(account)
    account.calls.clear()
    assert whole(account, first, "dynamodb", "logs", "sts") is first
    assert account.calls == []


def test_a_stack_may_have_changed_anything() -> None:
    account = whole_account()
    first = whole(account)
    account.calls.clear()
    assert whole(account, first, "cloudformation") is first
    assert {call.partition(".")[0] for call in account.calls} >= {"ec2", "elbv2", "lambda", "iam"}


def test_a_partial_capture_keeps_the_notices_of_what_it_did_not_read_and_renews_the_others() -> None:
    account = whole_account()
    first = whole(account)
    noticed = {notice.resource.id for notice in first.notices}
    assert {"tgw-attach-1", "dxvif-1", "a1b2c3"} <= noticed
    account.script["ec2.describe_transit_gateway_attachments"] = {}
    second = whole(account, first, "ec2")
    assert {notice.resource.id for notice in second.notices} == noticed - {"tgw-attach-1"}
    assert whole(account, second, "iam").notices == second.notices


def test_a_load_balancer_s_new_interfaces_show_without_reading_the_whole_network() -> None:
    account = whole_account()
    first = whole(account)
    account.calls.clear()
    account.script["ec2.describe_network_interfaces"] = {}
    second = whole(account, first, "elbv2")
    assert second.topology.network.network_interfaces == ()
    assert second.topology.network.subnets is first.topology.network.subnets
    assert [call for call in account.calls if call.startswith("ec2.")] == ["ec2.describe_network_interfaces"]


def test_an_account_that_denies_everything_is_empty_and_every_list_of_it_is_unknown() -> None:
    account = ScriptedAccount({}, otherwise=DENIED)
    captured = whole(account)
    assert captured.topology == Topology(ACCOUNT, REGION)
    assert {notice.missing_permission for notice in captured.notices} >= {
        "ec2:DescribeNetworkAcls",
        "elasticloadbalancing:DescribeLoadBalancers",
        "apigateway:GET",
        "iam:GetAccountAuthorizationDetails",
    }
    assert all(notice.missing_permission for notice in captured.notices)


def test_bad_credentials_are_the_machine_s_and_name_what_was_read() -> None:
    account = ScriptedAccount({"ec2.describe_vpc_peering_connections": Failure("AuthFailure", 401)})
    with pytest.raises(HostError, match=r"network could not be read from AWS: .*AuthFailure") as raised:
        whole(account)
    assert "credentials" in raised.value.hint
