"""Application Load Balancers with their listeners, and target groups with their targets."""

from landbridge.capture.listener_rules import listener_rules
from landbridge.capture.reading import Answer, Reader
from landbridge.model.identifiers import Arn, SecurityGroupId, SubnetId, VpcId
from landbridge.model.load_balancing import (
    HealthCheck,
    Listener,
    LoadBalancer,
    LoadBalancing,
    Target,
    TargetGroup,
)
from landbridge.trace.decision import ResourceRef

TARGET_PROTOCOLS = frozenset({"HTTP", "HTTPS"})
DEREGISTERED = "draining"
HARMLESS_LISTENER_ATTRIBUTES = {"routing.http.response.server.enabled": "true"}


def read_load_balancing(reader: Reader, previous: LoadBalancing) -> LoadBalancing:
    """Every Application Load Balancer of the region, and every target group that one can use."""
    answers = reader.items("elbv2", "describe_load_balancers", "LoadBalancers", order_by="LoadBalancerArn")
    groups = reader.items("elbv2", "describe_target_groups", "TargetGroups", order_by="TargetGroupArn")
    return LoadBalancing(
        load_balancers=tuple(
            _load_balancer(reader, answer) for answer in answers if _is_application(reader, answer)
        ),
        target_groups=tuple(_target_group(reader, answer) for answer in groups if _takes_requests(answer)),
    )


def _is_application(reader: Reader, answer: Answer) -> bool:
    if answer["Type"] == "application":
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
        listeners=tuple(_listener(reader, listener) for listener in listeners),
        attributes=_attributes(reader, "describe_load_balancer_attributes", about, LoadBalancerArn=about.arn),
    )


def _listener(reader: Reader, answer: Answer) -> Listener:
    arn = answer["ListenerArn"]
    about = ResourceRef("AWS::ElasticLoadBalancingV2::Listener", arn.partition(":listener/")[2], arn)
    _notice_changed_headers(reader, about)
    unsupported = []
    if answer.get("MutualAuthentication", {}).get("Mode", "off") != "off":
        unsupported.append("mutual TLS")
        reader.notice(about, "mutual TLS")
    return Listener(
        arn=Arn(arn),
        load_balancer_arn=Arn(answer["LoadBalancerArn"]),
        port=answer["Port"],
        protocol=answer["Protocol"],
        rules=listener_rules(reader, about, tuple(unsupported)),
        security_policy=answer.get("SslPolicy", ""),
        certificate_arns=_certificate_arns(reader, about) if answer["Protocol"] == "HTTPS" else (),
    )


def _certificate_arns(reader: Reader, listener: ResourceRef) -> tuple[Arn, ...]:
    certificates = reader.items(
        "elbv2", "describe_listener_certificates", "Certificates", listener, ListenerArn=listener.arn
    )
    default_first = sorted(certificates, key=lambda certificate: not certificate.get("IsDefault"))
    return tuple(dict.fromkeys(Arn(certificate["CertificateArn"]) for certificate in default_first))


def _notice_changed_headers(reader: Reader, listener: ResourceRef) -> None:
    """Notice attributes by which a listener renames or adds headers.

    AWS: "HTTP header modification for your Application Load Balancer"
    """
    attributes = _attributes(reader, "describe_listener_attributes", listener, ListenerArn=listener.arn)
    for key, value in attributes:
        if value and key.startswith("routing.http.") and HARMLESS_LISTENER_ATTRIBUTES.get(key) != value:
            reader.notice(listener, f"HTTP header modification ({key})")


def _attributes(
    reader: Reader, operation: str, about: ResourceRef, **parameters: str
) -> tuple[tuple[str, str], ...]:
    answers = reader.items("elbv2", operation, "Attributes", about, order_by="Key", **parameters)
    return tuple((attribute["Key"], attribute.get("Value", "")) for attribute in answers)


def _takes_requests(answer: Answer) -> bool:
    return answer.get("TargetType") == "lambda" or answer.get("Protocol") in TARGET_PROTOCOLS


def _target_group(reader: Reader, answer: Answer) -> TargetGroup:
    arn = answer["TargetGroupArn"]
    about = ResourceRef("AWS::ElasticLoadBalancingV2::TargetGroup", answer["TargetGroupName"], arn)
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
        attributes=_attributes(reader, "describe_target_group_attributes", about, TargetGroupArn=arn),
        protocol_version=version,
    )


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
