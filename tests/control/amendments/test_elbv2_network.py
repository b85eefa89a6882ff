"""Network Load Balancers in the local AWS API."""

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import REGION, TwoSubnets, two_subnets

from landbridge.control.amendments.amend import original_of
from landbridge.control.aws_api import AwsApi


def _balancer(api: AwsApi, network: TwoSubnets, **asked: Any) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "Name": "front",
        "Type": "network",
        "Scheme": "internal",
        "Subnets": list(network.subnet_ids),
    }
    answer = api.client("elbv2").create_load_balancer(**parameters | asked)
    balancer: dict[str, Any] = answer["LoadBalancers"][0]
    return balancer


def _group(api: AwsApi, network: TwoSubnets, **asked: Any) -> dict[str, Any]:
    parameters: dict[str, Any] = {"Name": "targets", "Protocol": "TCP", "Port": 443, "TargetType": "alb"}
    answer = api.client("elbv2").create_target_group(VpcId=network.vpc_id, **parameters | asked)
    group: dict[str, Any] = answer["TargetGroups"][0]
    return group


def _listen(api: AwsApi, arn: str, group_arn: str, protocol: str, port: int = 443) -> str:
    forward = {"Type": "forward", "TargetGroupArn": group_arn}
    listener = api.client("elbv2").create_listener(
        LoadBalancerArn=arn, Protocol=protocol, Port=port, DefaultActions=[forward]
    )["Listeners"][0]
    return str(listener["ListenerArn"])


def _application(api: AwsApi, network: TwoSubnets, port: int = 443) -> str:
    """An Application Load Balancer with a listener on the port."""
    asked = {"Name": "web", "Type": "application", "SecurityGroups": [network.group_id]}
    arn = str(_balancer(api, network, **asked)["LoadBalancerArn"])
    group = _group(api, network, Name="web", Protocol="HTTP", TargetType="ip")
    _listen(api, arn, group["TargetGroupArn"], "HTTP", port)
    return arn


def _attributes(api: AwsApi, group: dict[str, Any]) -> dict[str, str]:
    answer = api.client("elbv2").describe_target_group_attributes(TargetGroupArn=group["TargetGroupArn"])
    return {each["Key"]: each["Value"] for each in answer["Attributes"]}


def test_it_is_named_as_aws_names_it_and_keeps_its_tags(api: AwsApi) -> None:
    balancer = _balancer(api, two_subnets(api), Tags=[{"Key": "app", "Value": "orders"}])
    arn = balancer["LoadBalancerArn"]
    number = re.fullmatch(r".*:loadbalancer/net/front/([0-9a-f]{16})", arn)
    assert number is not None
    assert balancer["DNSName"] == f"front-{number[1]}.elb.{REGION}.amazonaws.com"
    assert (balancer["CanonicalHostedZoneId"], balancer["Type"]) == ("Z3F0SRJ5LGBH90", "network")
    elbv2 = api.client("elbv2")
    (told,) = elbv2.describe_tags(ResourceArns=[arn])["TagDescriptions"]
    assert told["Tags"] == [{"Key": "app", "Value": "orders"}]
    attributes = elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    assert {"Key": "load_balancing.cross_zone.enabled", "Value": "false"} in attributes


def test_inbound_rules_count_for_private_link_unless_they_are_told_not_to(api: AwsApi) -> None:
    network, elbv2 = two_subnets(api), api.client("elbv2")
    member = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
    assert member not in _balancer(api, network, Name="open")
    arn = _balancer(api, network, SecurityGroups=[network.group_id])["LoadBalancerArn"]

    def told() -> Any:
        return elbv2.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"][0][member]

    assert told() == "on"
    for asked in ("off", "on"):
        answer = elbv2.set_security_groups(
            LoadBalancerArn=arn, SecurityGroups=[network.group_id], **{member: asked}
        )
        assert (answer["SecurityGroupIds"], answer[member], told()) == ([network.group_id], asked, asked)
    elbv2.set_security_groups(LoadBalancerArn=arn, SecurityGroups=[network.group_id], **{member: "off"})
    elbv2.set_security_groups(LoadBalancerArn=arn, SecurityGroups=[network.group_id])
    assert told() == "off"


def test_its_nodes_have_the_groups_it_was_made_with_and_none_by_default(api: AwsApi) -> None:
    network = two_subnets(api)
    arn = _balancer(api, network)["LoadBalancerArn"]
    with_group = _balancer(api, network, Name="guarded", SecurityGroups=[network.group_id])["LoadBalancerArn"]
    interfaces = api.client("ec2").describe_network_interfaces()["NetworkInterfaces"]
    for one, groups in ((arn, []), (with_group, [network.group_id])):
        nodes = [each for each in interfaces if each["Description"] == f"ELB {one.partition('/')[2]}"]
        assert {each["SubnetId"] for each in nodes} == set(network.subnet_ids)
        assert [[group["GroupId"] for group in each["Groups"]] for each in nodes] == [groups, groups]
        assert {each["InterfaceType"] for each in nodes} == {"network_load_balancer"}
    elbv2 = api.client("elbv2")
    for one, groups in ((arn, [network.group_id]), (with_group, [])):
        with pytest.raises(ClientError, match="InvalidConfigurationRequest"):
            elbv2.set_security_groups(LoadBalancerArn=one, SecurityGroups=groups)
    elbv2.set_security_groups(LoadBalancerArn=with_group, SecurityGroups=[network.group_id])


@pytest.mark.parametrize(
    ("asked", "preserves"),
    [({"TargetType": "alb"}, None), ({"TargetType": "ip"}, "false"), ({"TargetType": "instance"}, "true")],
)
def test_target_groups_of_tcp_have_the_attributes_of_their_type(
    api: AwsApi, asked: dict[str, Any], preserves: str | None
) -> None:
    attributes = _attributes(api, _group(api, two_subnets(api), **asked))
    assert attributes.get("preserve_client_ip.enabled") == preserves
    assert attributes["proxy_protocol_v2.enabled"] == "false"


@pytest.mark.parametrize(
    ("asked", "check"),
    [
        ({"TargetType": "alb"}, ("HTTP", "/", "200-399")),
        ({"TargetType": "ip", "HealthCheckProtocol": "HTTPS"}, ("HTTPS", "/", "200-399")),
        ({"TargetType": "ip"}, ("TCP", None, None)),
    ],
)
def test_health_checks_default_to_the_target_type(
    api: AwsApi, asked: dict[str, Any], check: tuple[str, str | None, str | None]
) -> None:
    group = _group(api, two_subnets(api), **asked)
    found = (
        group["HealthCheckProtocol"],
        group.get("HealthCheckPath"),
        group.get("Matcher", {}).get("HttpCode"),
    )
    assert found == check


def test_a_listener_forwards_to_groups_of_a_fitting_protocol_only(api: AwsApi) -> None:
    network = two_subnets(api)
    arn = _balancer(api, network)["LoadBalancerArn"]
    group = _group(api, network)["TargetGroupArn"]
    http = _group(api, network, Name="http", Protocol="HTTP", TargetType="ip")["TargetGroupArn"]
    with pytest.raises(ClientError, match="IncompatibleProtocols"):
        _listen(api, arn, http, "TCP")
    listener, elbv2 = _listen(api, arn, group, "TCP"), api.client("elbv2")
    fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}
    with pytest.raises(ClientError, match="InvalidLoadBalancerAction"):
        elbv2.modify_listener(ListenerArn=listener, DefaultActions=[fixed])
    elbv2.modify_listener(ListenerArn=listener, Port=8443)
    (told,) = elbv2.describe_target_groups(TargetGroupArns=[group])["TargetGroups"]
    assert told["LoadBalancerArns"] == [arn]


def test_a_load_balancer_is_a_target_where_it_listens_on_the_groups_port(api: AwsApi) -> None:
    network, elbv2 = two_subnets(api), api.client("elbv2")
    group = _group(api, network)["TargetGroupArn"]
    network_arn, application = _balancer(api, network)["LoadBalancerArn"], _application(api, network)
    other = _group(api, network, Name="other", Port=8443)["TargetGroupArn"]
    for group_arn, target in ((group, network_arn), (group, f"{application}0"), (other, application)):
        with pytest.raises(ClientError, match="InvalidTarget"):
            elbv2.register_targets(TargetGroupArn=group_arn, Targets=[{"Id": target}])
    elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": application}])
    with pytest.raises(ClientError, match="TooManyTargets"):
        elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": f"{application}0"}])
    (told,) = elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    assert (told["Target"]["Id"], told["Target"]["Port"]) == (application, 443)


def test_moto_still_names_every_load_balancer_as_an_applications() -> None:
    from moto.elbv2.models import ELBv2Backend

    names = original_of(ELBv2Backend, "create_load_balancer").__code__.co_names
    assert "make_arn_for_load_balancer" in names
