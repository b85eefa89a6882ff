from typing import Any

import pytest
from tests.capture.scripted import GROUP, SUBNET, VPC, ScriptedAccount, features

from landbridge.capture.load_balancing import read_load_balancing
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import ForwardAction, HealthCheck, LoadBalancing, Target

ELB = "arn:aws:elasticloadbalancing:eu-central-1:123456789012"
BALANCER_ARN = f"{ELB}:loadbalancer/app/web/1"
LISTENER_ARN = f"{ELB}:listener/app/web/1/2"
GROUP_ARN = f"{ELB}:targetgroup/api/1"
ACM = "arn:aws:acm:eu-central-1:123456789012:certificate"
BALANCER = {
    "LoadBalancerArn": BALANCER_ARN,
    "LoadBalancerName": "web",
    "DNSName": "internal-web-1.eu-central-1.elb.amazonaws.com",
    "CanonicalHostedZoneId": "Z215JYRZR1TBD5",
    "Scheme": "internal",
    "Type": "application",
    "VpcId": "vpc-1",
    "SecurityGroups": ["sg-1"],
    "AvailabilityZones": [{"SubnetId": "subnet-2"}, {"SubnetId": "subnet-1"}],
}
LISTENER = {
    "ListenerArn": LISTENER_ARN,
    "LoadBalancerArn": BALANCER_ARN,
    "Port": 443,
    "Protocol": "HTTPS",
    "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
}
TARGET_GROUP = {
    "TargetGroupArn": GROUP_ARN,
    "TargetGroupName": "api",
    "TargetType": "ip",
    "Protocol": "HTTPS",
    "Port": 443,
    "VpcId": "vpc-1",
    "HealthCheckProtocol": "HTTPS",
    "HealthCheckPort": "traffic-port",
    "HealthCheckPath": "/health",
    "HealthCheckIntervalSeconds": 10,
    "HealthCheckTimeoutSeconds": 5,
    "HealthyThresholdCount": 2,
    "UnhealthyThresholdCount": 3,
    "HealthCheckEnabled": True,
    "Matcher": {"HttpCode": "200,403"},
}


def account(*listeners: dict[str, Any], **answers: Any) -> ScriptedAccount:
    rule = {
        "RuleArn": f"{ELB}:listener-rule/app/web/1/2/3",
        "Priority": "default",
        "Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
    }
    return ScriptedAccount(
        {
            "elbv2.describe_load_balancers": {"LoadBalancers": [BALANCER]},
            "elbv2.describe_listeners": {"Listeners": list(listeners)},
            "elbv2.describe_rules": {"Rules": [rule]},
            **{f"elbv2.{operation}": answer for operation, answer in answers.items()},
        }
    )


def test_a_load_balancer_has_its_subnets_groups_and_attributes() -> None:
    attributes = {"Attributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "60"}]}
    reader = account(describe_load_balancer_attributes=attributes).reader()
    (balancer,) = read_load_balancing(reader, LoadBalancing()).load_balancers
    assert balancer.vpc_id == VPC
    assert balancer.subnet_ids == (SUBNET, "subnet-2")
    assert balancer.security_group_ids == (GROUP,)
    assert balancer.attribute("idle_timeout.timeout_seconds", "") == "60"
    assert balancer.interface_description == "ELB app/web/1"
    assert reader.notices == []


def test_the_default_certificate_of_a_listener_is_first_and_again_where_it_is_in_the_list() -> None:
    certificates = [
        {"CertificateArn": f"{ACM}/extra", "IsDefault": False},
        {"CertificateArn": f"{ACM}/default", "IsDefault": True},
        {"CertificateArn": f"{ACM}/default", "IsDefault": False},
    ]
    reader = account(LISTENER, describe_listener_certificates={"Certificates": certificates}).reader()
    (listener,) = read_load_balancing(reader, LoadBalancing()).load_balancers[0].listeners
    assert listener.certificate_arns == (f"{ACM}/default", f"{ACM}/extra", f"{ACM}/default")
    assert (listener.port, listener.protocol) == (443, "HTTPS")
    assert listener.security_policy == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    assert [rule.priority for rule in listener.rules] == [None]


def test_the_certificates_of_a_plain_listener_are_not_asked_for() -> None:
    calls = account({**LISTENER, "Protocol": "HTTP", "Port": 80})
    read_load_balancing(calls.reader(), LoadBalancing())
    assert "elbv2.describe_listener_certificates" not in calls.calls


def test_header_modification_is_kept_and_its_defaults_are_not() -> None:
    attributes = [
        {"Key": "routing.http.response.server.enabled", "Value": "true"},
        {"Key": "routing.http.response.access_control_allow_origin.header_value", "Value": ""},
        {"Key": "routing.http.response.strict_transport_security.header_value", "Value": "max-age=1"},
        {"Key": "tcp.idle_timeout.seconds", "Value": "350"},
    ]
    reader = account(LISTENER, describe_listener_attributes={"Attributes": attributes}).reader()
    (balancer,) = read_load_balancing(reader, LoadBalancing()).load_balancers
    changed = "routing.http.response.strict_transport_security.header_value"
    assert balancer.listeners[0].attributes == ((changed, "max-age=1"),)
    assert features(reader) == []


def test_logs_that_are_not_modelled_are_noticed() -> None:
    attributes = [
        {"Key": "access_logs.s3.enabled", "Value": "true"},
        {"Key": "connection_logs.s3.enabled", "Value": "true"},
        {"Key": "health_check_logs.s3.enabled", "Value": "false"},
    ]
    reader = account(LISTENER, describe_load_balancer_attributes={"Attributes": attributes}).reader()
    read_load_balancing(reader, LoadBalancing())
    assert [feature for _, feature in features(reader)] == ["connection logs (connection_logs.s3.enabled)"]


def test_other_load_balancers_and_ipv6_are_noticed() -> None:
    gateway = {
        **BALANCER,
        "Type": "gateway",
        "LoadBalancerName": "tcp",
        "LoadBalancerArn": f"{BALANCER_ARN}0",
    }
    dual = {**BALANCER, "IpAddressType": "dualstack"}
    reader = account(describe_load_balancers={"LoadBalancers": [gateway, dual]}).reader()
    captured = read_load_balancing(reader, LoadBalancing()).load_balancers
    assert [balancer.name for balancer in captured] == ["web"]
    assert features(reader) == [("web", "IPv6"), ("tcp", "load balancers of type gateway")]


def health(identifier: str, port: int, state: str, **target: str) -> dict[str, Any]:
    return {"Target": {"Id": identifier, "Port": port, **target}, "TargetHealth": {"State": state}}


def test_a_target_group_has_the_targets_that_are_registered_whatever_their_health() -> None:
    descriptions = [
        health("10.20.1.18", 443, "unhealthy"),
        health("10.20.1.17", 8443, "healthy", AvailabilityZone="all"),
        health("10.20.1.17", 443, "unused"),
        health("10.20.1.19", 443, "draining"),
    ]
    reader = account(
        describe_target_groups={"TargetGroups": [TARGET_GROUP]},
        describe_target_health={"TargetHealthDescriptions": descriptions},
        describe_target_group_attributes={
            "Attributes": [{"Key": "slow_start.duration_seconds", "Value": "0"}]
        },
    ).reader()
    captured = read_load_balancing(reader, LoadBalancing())
    group = captured.target_group_by_arn[Arn(GROUP_ARN)]
    assert group.targets == (
        Target("10.20.1.17", 443),
        Target("10.20.1.17", 8443, "all"),
        Target("10.20.1.18", 443),
    )
    assert group.health_check == HealthCheck("HTTPS", "traffic-port", "/health", 10, 5, 2, 3, "200,403")
    assert group.attribute("slow_start.duration_seconds", "") == "0"
    assert reader.notices == []


def test_a_target_group_of_a_function_has_no_port_and_one_for_udp_is_left_out() -> None:
    function = {
        "TargetGroupArn": f"{GROUP_ARN}0",
        "TargetGroupName": "fn",
        "TargetType": "lambda",
        "HealthCheckEnabled": False,
    }
    udp = {**TARGET_GROUP, "Protocol": "UDP", "TargetGroupArn": f"{GROUP_ARN}1"}
    grpc = {**TARGET_GROUP, "ProtocolVersion": "GRPC"}
    reader = account(describe_target_groups={"TargetGroups": [function, udp, grpc]}).reader()
    captured = read_load_balancing(reader, LoadBalancing()).target_groups
    assert [(group.name, group.port) for group in captured] == [("api", 443), ("fn", None)]
    assert not captured[1].health_check.enabled
    assert features(reader) == [
        ("api", "target groups of UDP"),
        ("api", "protocol version GRPC"),
    ]


def test_anomaly_mitigation_is_noticed_and_its_default_is_not() -> None:
    for value, expected in (("off", []), ("on", [("api", "anomaly mitigation")])):
        attribute = {"Key": "load_balancing.algorithm.anomaly_mitigation", "Value": value}
        reader = account(
            describe_target_groups={"TargetGroups": [TARGET_GROUP]},
            describe_target_group_attributes={"Attributes": [attribute]},
        ).reader()
        read_load_balancing(reader, LoadBalancing())
        assert features(reader) == expected


NETWORK_ARN = BALANCER_ARN.replace("/app/", "/net/")
ENFORCED = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
NETWORK = {**BALANCER, "LoadBalancerArn": NETWORK_ARN, "Type": "network", "SecurityGroups": []}
ALB_GROUP = {
    **TARGET_GROUP,
    "TargetType": "alb",
    "Protocol": "TCP",
    "HealthCheckProtocol": "HTTP",
    "Matcher": {"HttpCode": "200-399"},
}


def network_listener(protocol: str, *group_arns: str) -> dict[str, Any]:
    groups = [{"TargetGroupArn": arn, "Weight": 1} for arn in group_arns]
    return {
        "ListenerArn": LISTENER_ARN.replace("/app/", "/net/"),
        "LoadBalancerArn": NETWORK_ARN,
        "Port": 443,
        "Protocol": protocol,
        "DefaultActions": [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}],
    }


def network_account(listener: dict[str, Any], **answers: Any) -> ScriptedAccount:
    return account(
        listener,
        describe_load_balancers={"LoadBalancers": [NETWORK]},
        describe_target_groups={"TargetGroups": [ALB_GROUP]},
        **answers,
    )


def test_a_network_load_balancer_has_its_default_action_for_a_rule() -> None:
    target = {"Target": {"Id": BALANCER_ARN, "Port": 443}, "TargetHealth": {"State": "healthy"}}
    reader = network_account(
        network_listener("TCP", GROUP_ARN),
        describe_target_health={"TargetHealthDescriptions": [target]},
    ).reader()
    captured = read_load_balancing(reader, LoadBalancing())
    (balancer,), (group,) = captured.load_balancers, captured.target_groups
    (listener,) = balancer.listeners
    assert balancer.type == "network"
    assert balancer.interface_description == f"ELB net/{NETWORK_ARN.partition('/net/')[2]}"
    assert [rule.actions for rule in listener.rules] == [(ForwardAction(((Arn(GROUP_ARN), 1),)),)]
    assert (group.target_type, group.protocol, group.targets) == ("alb", "TCP", (Target(BALANCER_ARN, 443),))
    assert reader.notices == []


@pytest.mark.parametrize(
    ("told", "spared"), [({}, False), ({ENFORCED: "on"}, False), ({ENFORCED: "off"}, True)]
)
def test_inbound_rules_count_for_private_link_unless_they_are_switched_off(
    told: dict[str, str], spared: bool
) -> None:
    reader = account(describe_load_balancers={"LoadBalancers": [NETWORK | told]}).reader()
    (balancer,) = read_load_balancing(reader, LoadBalancing()).load_balancers
    assert balancer.admits_private_link is spared


@pytest.mark.parametrize(
    ("listener", "attributes", "feature"),
    [
        (network_listener("TLS", GROUP_ARN), [], "TLS listeners of Network Load Balancers"),
        (network_listener("UDP", GROUP_ARN), [], "UDP listeners of Network Load Balancers"),
        (
            network_listener("TCP", GROUP_ARN, f"{GROUP_ARN}2"),
            [],
            "several target groups behind a Network Load Balancer's listener",
        ),
        (
            network_listener("TCP", GROUP_ARN),
            [{"Key": "proxy_protocol_v2.enabled", "Value": "true"}],
            "proxy protocol version 2",
        ),
    ],
)
def test_what_is_not_modelled_of_a_network_load_balancer_is_noticed(
    listener: dict[str, Any], attributes: list[dict[str, str]], feature: str
) -> None:
    answer = {"Attributes": attributes}
    reader = network_account(listener, describe_target_group_attributes=answer).reader()
    read_load_balancing(reader, LoadBalancing())
    assert [told for _, told in features(reader)] == [feature]
