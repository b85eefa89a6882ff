import re
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import TwoSubnets, addresses, function, two_subnets

from landbridge.control.amendments.amend import original_of
from landbridge.control.aws_api import AwsApi
from landbridge.semantics.load_balancing.health import HealthState, TargetHealth
from landbridge.trace.codes import TargetHealthReason


def _load_balancer(api: AwsApi, network: TwoSubnets, **asked: Any) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "Name": "orders",
        "Scheme": "internal",
        "Subnets": list(network.subnet_ids),
        "SecurityGroups": [network.group_id],
    }
    answer: dict[str, Any] = api.client("elbv2").create_load_balancer(**parameters | asked)["LoadBalancers"][
        0
    ]
    return answer


def _nodes(api: AwsApi) -> list[dict[str, Any]]:
    answer = api.client("ec2").describe_network_interfaces()
    return [each for each in answer["NetworkInterfaces"] if each["Description"].startswith("ELB ")]


def _target_group(api: AwsApi, vpc_id: str, **asked: Any) -> str:
    parameters: dict[str, Any] = {
        "Name": "endpoint",
        "Protocol": "HTTPS",
        "Port": 443,
        "VpcId": vpc_id,
        "TargetType": "ip",
    }
    answer = api.client("elbv2").create_target_group(**parameters | asked)
    return str(answer["TargetGroups"][0]["TargetGroupArn"])


def _listener(api: AwsApi, balancer: dict[str, Any], group_arn: str) -> dict[str, Any]:
    answer: dict[str, Any] = api.client("elbv2").create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group_arn}],
    )["Listeners"][0]
    return answer


def _health(api: AwsApi, group_arn: str, **asked: Any) -> list[tuple[str, Any, str, Any]]:
    answer = api.client("elbv2").describe_target_health(TargetGroupArn=group_arn, **asked)
    return [
        (
            each["Target"]["Id"],
            each["Target"].get("Port"),
            each["TargetHealth"]["State"],
            each["TargetHealth"].get("Reason"),
        )
        for each in answer["TargetHealthDescriptions"]
    ]


def test_an_internal_load_balancer_says_so_in_its_name(api: AwsApi) -> None:
    balancer = _load_balancer(api, two_subnets(api))
    assert re.fullmatch(r"internal-orders-\d+\.eu-central-1\.elb\.amazonaws\.com", balancer["DNSName"])
    assert balancer["CanonicalHostedZoneId"] == "Z215JYRZR1TBD5"


def test_a_load_balancer_has_a_node_in_each_subnet(api: AwsApi) -> None:
    network = two_subnets(api)
    balancer = _load_balancer(api, network)
    nodes = _nodes(api)
    suffix = balancer["LoadBalancerArn"].partition("loadbalancer/")[2]
    assert re.fullmatch(r"app/orders/[0-9a-f]{16}", suffix)
    assert {node["Description"] for node in nodes} == {f"ELB {suffix}"}
    assert {node["SubnetId"] for node in nodes} == set(network.subnet_ids)
    assert {node["RequesterId"] for node in nodes} == {"amazon-elb"}
    assert [[group["GroupId"] for group in node["Groups"]] for node in nodes] == [[network.group_id]] * 2
    assert sorted(addresses(api, *(node["NetworkInterfaceId"] for node in nodes))) == [
        "10.20.1.4",
        "10.20.2.4",
    ]


def test_nodes_follow_the_groups_and_go_with_the_load_balancer(api: AwsApi) -> None:
    network = two_subnets(api)
    arn = _load_balancer(api, network)["LoadBalancerArn"]
    other = api.client("ec2").create_security_group(GroupName="o", Description="o", VpcId=network.vpc_id)
    api.client("elbv2").set_security_groups(LoadBalancerArn=arn, SecurityGroups=[other["GroupId"]])
    assert {group["GroupId"] for node in _nodes(api) for group in node["Groups"]} == {other["GroupId"]}
    api.client("elbv2").delete_load_balancer(LoadBalancerArn=arn)
    assert _nodes(api) == []


def test_an_application_load_balancer_needs_two_zones(api: AwsApi) -> None:
    network = two_subnets(api)
    with pytest.raises(ClientError, match="two different Availability Zones"):
        _load_balancer(api, network, Subnets=[network.subnet_ids[0]])


def test_two_load_balancers_cannot_have_one_name(api: AwsApi) -> None:
    network = two_subnets(api)
    _load_balancer(api, network)
    with pytest.raises(ClientError, match="DuplicateLoadBalancerName"):
        _load_balancer(api, network)


def test_attributes_have_aws_defaults(api: AwsApi) -> None:
    balancer = _load_balancer(api, two_subnets(api))
    answer = api.client("elbv2").describe_load_balancer_attributes(
        LoadBalancerArn=balancer["LoadBalancerArn"]
    )
    attributes = {each["Key"]: each["Value"] for each in answer["Attributes"]}
    assert attributes["idle_timeout.timeout_seconds"] == "60"
    assert attributes["routing.http.xff_header_processing.mode"] == "append"
    assert attributes["load_balancing.cross_zone.enabled"] == "true"


def test_modifying_a_listener_keeps_the_certificates_for_other_names(api: AwsApi) -> None:
    acm = api.client("acm")
    first, second, third = (
        acm.request_certificate(DomainName=f"{name}.example")["CertificateArn"] for name in "abc"
    )
    elbv2 = api.client("elbv2")
    network = two_subnets(api)
    arn = elbv2.create_listener(
        LoadBalancerArn=_load_balancer(api, network)["LoadBalancerArn"],
        Protocol="HTTPS",
        Port=443,
        Certificates=[{"CertificateArn": first}],
        DefaultActions=[{"Type": "forward", "TargetGroupArn": _target_group(api, network.vpc_id)}],
    )["Listeners"][0]["ListenerArn"]
    elbv2.add_listener_certificates(ListenerArn=arn, Certificates=[{"CertificateArn": second}])
    elbv2.modify_listener(ListenerArn=arn, Certificates=[{"CertificateArn": third}])
    answer = elbv2.describe_listener_certificates(ListenerArn=arn)
    assert [each["CertificateArn"] for each in answer["Certificates"]] == [third, second]


def test_one_address_can_be_registered_with_two_ports(api: AwsApi) -> None:
    elbv2 = api.client("elbv2")
    network = two_subnets(api)
    arn = _target_group(api, network.vpc_id)
    _listener(api, _load_balancer(api, network), arn)
    elbv2.register_targets(
        TargetGroupArn=arn, Targets=[{"Id": "10.20.1.4"}, {"Id": "10.20.1.4", "Port": 8443}]
    )
    assert [(found[0], found[1]) for found in _health(api, arn)] == [("10.20.1.4", 443), ("10.20.1.4", 8443)]
    elbv2.deregister_targets(TargetGroupArn=arn, Targets=[{"Id": "10.20.1.4", "Port": 443}])
    assert [found[1:3] for found in _health(api, arn)] == [(8443, "initial"), (443, "draining")]
    with pytest.raises(ClientError, match="InvalidTarget"):
        elbv2.deregister_targets(TargetGroupArn=arn, Targets=[{"Id": "10.20.1.4", "Port": 443}])


def test_health_is_what_the_running_stack_says(api: AwsApi) -> None:
    network = two_subnets(api)
    arn = _target_group(api, network.vpc_id)
    api.client("elbv2").register_targets(
        TargetGroupArn=arn, Targets=[{"Id": "10.20.1.4"}, {"Id": "10.20.2.4"}]
    )
    assert {found[2:] for found in _health(api, arn)} == {("unused", "Target.NotInUse")}
    _listener(api, _load_balancer(api, network), arn)
    assert {found[2:] for found in _health(api, arn)} == {("initial", "Elb.RegistrationInProgress")}
    known = {
        (arn, "10.20.1.4", 443): TargetHealth(HealthState.HEALTHY),
        (arn, "10.20.2.4", 443): TargetHealth(HealthState.UNHEALTHY, TargetHealthReason.TIMEOUT, "timed out"),
    }
    api.material.set_target_health(lambda key: known.get((str(key[0]), key[1], key[2] or 0)))
    assert _health(api, arn) == [
        ("10.20.1.4", 443, "healthy", None),
        ("10.20.2.4", 443, "unhealthy", "Target.Timeout"),
    ]
    assert _health(api, arn, Targets=[{"Id": "10.9.9.9"}]) == [
        ("10.9.9.9", 443, "unused", "Target.NotRegistered")
    ]


def test_health_checks_of_functions_are_off_unless_asked_for(api: AwsApi) -> None:
    network = two_subnets(api)
    elbv2 = api.client("elbv2")
    group = elbv2.create_target_group(Name="functions", TargetType="lambda")["TargetGroups"][0]
    assert (group["HealthCheckEnabled"], group["HealthCheckIntervalSeconds"]) == (False, 35)
    arn, function_arn = group["TargetGroupArn"], function(api)
    elbv2.register_targets(TargetGroupArn=arn, Targets=[{"Id": function_arn}])
    _listener(api, _load_balancer(api, network), arn)
    assert _health(api, arn) == [(function_arn, None, "unavailable", "Target.HealthCheckDisabled")]


def test_health_checks_over_http_time_out_after_five_seconds_by_default(api: AwsApi) -> None:
    arn = _target_group(api, two_subnets(api).vpc_id)
    (group,) = api.client("elbv2").describe_target_groups(TargetGroupArns=[arn])["TargetGroups"]
    assert (group["HealthCheckTimeoutSeconds"], group["HealthCheckPath"]) == (5, "/")


def test_a_target_group_names_each_load_balancer_once(api: AwsApi) -> None:
    network = two_subnets(api)
    arn = _target_group(api, network.vpc_id)
    balancer = _load_balancer(api, network)
    listener = _listener(api, balancer, arn)
    api.client("elbv2").create_rule(
        ListenerArn=listener["ListenerArn"],
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/a"]}],
        Actions=[{"Type": "forward", "TargetGroupArn": arn}],
    )
    (group,) = api.client("elbv2").describe_target_groups(TargetGroupArns=[arn])["TargetGroups"]
    assert group["LoadBalancerArns"] == [balancer["LoadBalancerArn"]]


def test_moto_still_names_default_rules_by_an_address_in_memory() -> None:
    from moto.elbv2.models import FakeRule

    assert "id" in original_of(FakeRule, "__init__").__code__.co_names


def test_moto_still_lacks_nodes_of_load_balancers() -> None:
    from moto.elbv2.models import ELBv2Backend

    assert (
        "create_network_interface" not in original_of(ELBv2Backend, "create_load_balancer").__code__.co_names
    )
