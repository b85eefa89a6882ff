"""Application and Network Load Balancers with their listeners, and target groups with their targets."""

from landbridge.capture.listener_rules import default_rule, listener_rules
from landbridge.capture.mutual_tls import mutual_authentication, read_trust_stores
from landbridge.capture.reading import Answer, Reader
from landbridge.model.identifiers import Arn, SecurityGroupId, SubnetId, VpcId
from landbridge.model.load_balancing import (
    ForwardAction,
    HealthCheck,
    Listener,
    LoadBalancer,
    LoadBalancing,
    Target,
    TargetGroup,
)
from landbridge.trace.decision import ResourceRef

TYPES = frozenset({"application", "network"})
TARGET_PROTOCOLS = frozenset({"HTTP", "HTTPS", "TCP"})
DEREGISTERED = "draining"
LISTENER_DEFAULTS = {"routing.http.response.server.enabled": "true"}
NOT_MODELLED_ATTRIBUTES = {
    "connection_logs.s3.enabled": "connection logs",
    "health_check_logs.s3.enabled": "health check logs",
    "zonal_shift.config.enabled": "zonal shift",
}


def read_load_balancing(reader: Reader, previous: LoadBalancing) -> LoadBalancing:
    """Every Application and Network Load Balancer of the region, and every target group that one can use."""
    answers = reader.items("elbv2", "describe_load_balancers", "LoadBalancers", order_by="LoadBalancerArn")
    groups = reader.items("elbv2", "describe_target_groups", "TargetGroups", order_by="TargetGroupArn")
    balancers = tuple(_load_balancer(reader, answer) for answer in answers if _is_modelled(reader, answer))
    for answer in groups:
        if not _takes_requests(answer):
            kind = answer.get("Protocol", "no protocol")
            reader.notice(_group_reference(answer), f"target groups of {kind}")
    return LoadBalancing(
        load_balancers=balancers,
        target_groups=tuple(_target_group(reader, answer) for answer in groups if _takes_requests(answer)),
        trust_stores=read_trust_stores(reader, balancers),
    )


def _is_modelled(reader: Reader, answer: Answer) -> bool:
    if answer["Type"] in TYPES:
        return True
    reader.notice(_balancer_reference(answer), f"load balancers of type {answer['Type']}")
    return False


def _balancer_reference(answer: Answer) -> ResourceRef:
    return ResourceRef(
        "AWS::ElasticLoadBalancingV2::LoadBalancer", answer["LoadBalancerName"], answer["LoadBalancerArn"]
    )


def _load_balancer(reader: Reader, answer: Answer) -> LoadBalancer:
    about = _balancer_reference(answer)
    if answer.get("IpAddressType", "ipv4") != "ipv4":
        reader.notice(about, "IPv6")
    listeners = reader.items(
        "elbv2",
        "describe_listeners",
        "Listeners",
        about,
        order_by="ListenerArn",
        LoadBalancerArn=about.arn,
    )
    read = _network_listener if answer["Type"] == "network" else _listener
    return LoadBalancer(
        arn=Arn(about.arn),
        name=answer["LoadBalancerName"],
        dns_name=answer["DNSName"],
        hosted_zone_id=answer["CanonicalHostedZoneId"],
        scheme=answer["Scheme"],
        type=answer["Type"],
        vpc_id=VpcId(answer["VpcId"]),
        security_group_ids=tuple(map(SecurityGroupId, sorted(answer.get("SecurityGroups", ())))),
        subnet_ids=tuple(sorted(SubnetId(zone["SubnetId"]) for zone in answer["AvailabilityZones"])),
        listeners=tuple(read(reader, listener) for listener in listeners),
        attributes=_load_balancer_attributes(reader, about),
        admits_private_link=answer.get("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic") == "off",
        ip_address_type=answer.get("IpAddressType", "ipv4"),
    )


def _listener(reader: Reader, answer: Answer) -> Listener:
    arn = answer["ListenerArn"]
    about = ResourceRef("AWS::ElasticLoadBalancingV2::Listener", arn.partition(":listener/")[2], arn)
    return Listener(
        arn=Arn(arn),
        load_balancer_arn=Arn(answer["LoadBalancerArn"]),
        port=answer["Port"],
        protocol=answer["Protocol"],
        rules=listener_rules(reader, about),
        security_policy=answer.get("SslPolicy", ""),
        certificate_arns=_certificate_arns(reader, about) if answer["Protocol"] == "HTTPS" else (),
        attributes=_listener_attributes(reader, about),
        mutual_authentication=mutual_authentication(answer),
    )


def _network_listener(reader: Reader, answer: Answer) -> Listener:
    """It has a default action and no rules; what is not TCP is not modelled.

    AWS: "Listeners for your Network Load Balancers"
    """
    arn = answer["ListenerArn"]
    about = ResourceRef("AWS::ElasticLoadBalancingV2::Listener", arn.partition(":listener/")[2], arn)
    if answer["Protocol"] != "TCP":
        reader.notice(about, f"{answer['Protocol']} listeners of Network Load Balancers")
    default = default_rule(Arn(arn), answer.get("DefaultActions", []))
    actions = [action for action in default.actions if isinstance(action, ForwardAction)]
    if any(len(action.target_groups) > 1 for action in actions):
        reader.notice(about, "several target groups behind a Network Load Balancer's listener")
    return Listener(Arn(arn), Arn(answer["LoadBalancerArn"]), answer["Port"], answer["Protocol"], (default,))


def _certificate_arns(reader: Reader, listener: ResourceRef) -> tuple[Arn, ...]:
    certificates = reader.items(
        "elbv2", "describe_listener_certificates", "Certificates", listener, ListenerArn=listener.arn
    )
    default = [each["CertificateArn"] for each in certificates if each.get("IsDefault")][:1]
    listed = dict.fromkeys(each["CertificateArn"] for each in certificates if not each.get("IsDefault"))
    return tuple(map(Arn, (*default, *listed)))


def _listener_attributes(reader: Reader, listener: ResourceRef) -> tuple[tuple[str, str], ...]:
    """The attributes by which a listener renames or adds headers.

    AWS: "HTTP header modification for your Application Load Balancer"
    """
    attributes = _attributes(reader, "describe_listener_attributes", listener, ListenerArn=listener.arn)
    return tuple(
        (key, value)
        for key, value in attributes
        if key.startswith("routing.http.") and value and LISTENER_DEFAULTS.get(key) != value
    )


def _load_balancer_attributes(reader: Reader, balancer: ResourceRef) -> tuple[tuple[str, str], ...]:
    attributes = _attributes(
        reader, "describe_load_balancer_attributes", balancer, LoadBalancerArn=balancer.arn
    )
    for key, value in attributes:
        if value == "true" and key in NOT_MODELLED_ATTRIBUTES:
            reader.notice(balancer, f"{NOT_MODELLED_ATTRIBUTES[key]} ({key})")
    return attributes


def _attributes(
    reader: Reader, operation: str, about: ResourceRef, **parameters: str
) -> tuple[tuple[str, str], ...]:
    answers = reader.items("elbv2", operation, "Attributes", about, order_by="Key", **parameters)
    return tuple((attribute["Key"], attribute.get("Value", "")) for attribute in answers)


def _takes_requests(answer: Answer) -> bool:
    return answer.get("TargetType") == "lambda" or answer.get("Protocol") in TARGET_PROTOCOLS


def _group_reference(answer: Answer) -> ResourceRef:
    return ResourceRef(
        "AWS::ElasticLoadBalancingV2::TargetGroup", answer["TargetGroupName"], answer["TargetGroupArn"]
    )


def _target_group(reader: Reader, answer: Answer) -> TargetGroup:
    arn, about = answer["TargetGroupArn"], _group_reference(answer)
    version = answer.get("ProtocolVersion") or "HTTP1"
    if version != "HTTP1":
        reader.notice(about, f"protocol version {version}")
    health = reader.items(
        "elbv2", "describe_target_health", "TargetHealthDescriptions", about, TargetGroupArn=arn
    )
    return TargetGroup(
        arn=Arn(arn),
        name=answer["TargetGroupName"],
        target_type=answer["TargetType"],
        protocol=answer.get("Protocol", ""),
        port=answer.get("Port"),
        vpc_id=VpcId(answer["VpcId"]) if answer.get("VpcId") else None,
        health_check=_health_check(answer),
        targets=_targets(health),
        attributes=_target_group_attributes(reader, about),
        protocol_version=version,
    )


def _target_group_attributes(reader: Reader, group: ResourceRef) -> tuple[tuple[str, str], ...]:
    attributes = _attributes(reader, "describe_target_group_attributes", group, TargetGroupArn=group.arn)
    if dict(attributes).get("load_balancing.algorithm.anomaly_mitigation", "off") == "on":
        reader.notice(group, "anomaly mitigation")
    if dict(attributes).get("proxy_protocol_v2.enabled", "false") == "true":
        reader.notice(group, "proxy protocol version 2")
    return attributes


def _health_check(answer: Answer) -> HealthCheck:
    return HealthCheck(
        protocol=answer.get("HealthCheckProtocol", ""),
        port=answer.get("HealthCheckPort", "traffic-port"),
        path=answer.get("HealthCheckPath", "/"),
        interval_s=answer.get("HealthCheckIntervalSeconds", 30),
        timeout_s=answer.get("HealthCheckTimeoutSeconds", 5),
        healthy_threshold=answer.get("HealthyThresholdCount", 5),
        unhealthy_threshold=answer.get("UnhealthyThresholdCount", 2),
        matcher=answer.get("Matcher", {}).get("HttpCode", "200"),
        enabled=answer.get("HealthCheckEnabled", True),
    )


def _targets(health: list[Answer]) -> tuple[Target, ...]:
    """The registered targets; a deregistered one is still described while it drains."""
    targets = (
        Target(
            id=description["Target"]["Id"],
            port=description["Target"].get("Port"),
            availability_zone=description["Target"].get("AvailabilityZone", ""),
        )
        for description in health
        if description.get("TargetHealth", {}).get("State") != DEREGISTERED
    )
    return tuple(sorted(targets, key=lambda target: (target.id, target.port or 0)))
