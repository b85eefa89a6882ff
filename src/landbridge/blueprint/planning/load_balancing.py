"""The internal Application Load Balancer in front of the endpoint's network interfaces."""

from landbridge.blueprint.calls import ApiCall, Plan, Ref
from landbridge.blueprint.declaration import Declaration
from landbridge.blueprint.naming import tag_list
from landbridge.blueprint.planning.network import ENDPOINT_TARGETS, VPC_ID, subnet_ids
from landbridge.blueprint.planning.security_groups import LOAD_BALANCER_GROUP_ID

CERTIFICATE_ARN = Ref("certificate", "CertificateArn")
TARGET_GROUP_ARN = Ref("target-group", "TargetGroups[0].TargetGroupArn")


def plan(declaration: Declaration) -> Plan:
    """Load balancer, target group with its targets, listener."""
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
        _create_target_group(declaration),
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
        _create_listener(declaration),
    )


def _create_target_group(declaration: Declaration) -> ApiCall:
    """The endpoint's addresses, checked with a request that API Gateway must answer, with 403 if need be.

    The checker sends the target's address as Host, by which API Gateway finds no API: 403 means health.

    AWS: "Health checks for Application Load Balancer target groups"
    """
    name = f"{declaration.name}-endpoint"
    return ApiCall(
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
            "Matcher": {"HttpCode": "200-499"},
            "Tags": tag_list(declaration, name),
        },
    )


def _create_listener(declaration: Declaration) -> ApiCall:
    """HTTPS with TLS 1.2 or 1.3; all requests go to the endpoint with the Host they came with.

    AWS: "Security policies for your Application Load Balancer"
    """
    return ApiCall(
        "listener",
        "elbv2",
        "create_listener",
        {
            "LoadBalancerArn": Ref("load-balancer", "LoadBalancers[0].LoadBalancerArn"),
            "Protocol": "HTTPS",
            "Port": 443,
            "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
            "Certificates": [{"CertificateArn": CERTIFICATE_ARN}],
            "DefaultActions": [{"Type": "forward", "TargetGroupArn": TARGET_GROUP_ARN}],
            "Tags": tag_list(declaration, declaration.name),
        },
    )
