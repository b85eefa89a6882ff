"""The internal Application Load Balancer, its listener, and its targets: an endpoint's network interfaces."""

from landbridge.blueprint.calls import ApiCall, Plan, Ref, Value
from landbridge.blueprint.declaration import Declaration
from landbridge.blueprint.naming import tag_list
from landbridge.blueprint.planning.certificate import CERTIFICATE_ARN
from landbridge.blueprint.planning.network import ENDPOINT_TARGETS, VPC_ID, subnet_ids
from landbridge.blueprint.planning.security_groups import LOAD_BALANCER_GROUP_ID

LOAD_BALANCER_ARN = Ref("load-balancer", "LoadBalancers[0].LoadBalancerArn")
TARGET_GROUP_ARN = Ref("target-group", "TargetGroups[0].TargetGroupArn")
LISTENER_ARN = Ref("listener", "Listeners[0].ListenerArn")


def plan(declaration: Declaration) -> Plan:
    """Load balancer, the API's endpoint as target group, and a listener that forwards everything to it.

    The requests keep the Host they came with.
    """
    return (
        *plan_load_balancer(declaration),
        *plan_endpoint_targets(declaration, "endpoint", "200-499"),
        plan_listener(declaration, {"Type": "forward", "TargetGroupArn": TARGET_GROUP_ARN}),
    )


def plan_load_balancer(declaration: Declaration) -> Plan:
    """The load balancer alone."""
    return (
        ApiCall(
            "load-balancer",
            "elbv2",
            "create_load_balancer",
            {
                "Name": declaration.name,
                "Type": "application",
                "Scheme": "internal",
                "IpAddressType": "ipv4",
                "Subnets": subnet_ids(declaration),
                "SecurityGroups": [LOAD_BALANCER_GROUP_ID],
                "Tags": tag_list(declaration, declaration.name),
            },
        ),
    )


def plan_endpoint_targets(declaration: Declaration, role: str, healthy: str) -> Plan:
    """The endpoint's addresses as targets; `healthy` are the statuses with which it shows that it is there.

    The checker sends the target's address as Host, which names neither an API nor a bucket: API Gateway
    answers 403, S3 redirects.

    AWS: "Health checks for Application Load Balancer target groups"
    """
    name = f"{declaration.name}-{role}"
    group = ApiCall(
        "target-group",
        "elbv2",
        "create_target_group",
        {
            "Name": name,
            "Protocol": "HTTPS",
            "Port": 443,
            "VpcId": VPC_ID,
            "TargetType": "ip",
            "HealthCheckProtocol": "HTTPS",
            "HealthCheckPort": "traffic-port",
            "HealthCheckPath": "/",
            "HealthCheckIntervalSeconds": 10,
            "HealthCheckTimeoutSeconds": 5,
            "HealthyThresholdCount": 2,
            "UnhealthyThresholdCount": 2,
            "Matcher": {"HttpCode": healthy},
            "Tags": tag_list(declaration, name),
        },
    )
    return (
        group,
        ApiCall(
            "target-group-attributes",
            "elbv2",
            "modify_target_group_attributes",
            {
                "TargetGroupArn": TARGET_GROUP_ARN,
                "Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "60"}],
            },
        ),
        ApiCall(
            "targets",
            "elbv2",
            "register_targets",
            {"TargetGroupArn": TARGET_GROUP_ARN, "Targets": ENDPOINT_TARGETS},
        ),
    )


def plan_listener(declaration: Declaration, default_action: Value) -> ApiCall:
    """HTTPS with TLS 1.2 or 1.3.

    AWS: "Security policies for your Application Load Balancer"
    """
    return ApiCall(
        "listener",
        "elbv2",
        "create_listener",
        {
            "LoadBalancerArn": LOAD_BALANCER_ARN,
            "Protocol": "HTTPS",
            "Port": 443,
            "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
            "Certificates": [{"CertificateArn": CERTIFICATE_ARN}],
            "DefaultActions": [default_action],
            "Tags": tag_list(declaration, declaration.name),
        },
    )
