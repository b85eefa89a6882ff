"""The security groups: corporate network to load balancer to endpoint, corporate DNS to the Resolver.

AWS: "Security group rules", "Update the security groups for your Application Load Balancer"
"""

from landbridge.blueprint.calls import ApiCall, Plan, Ref, Value
from landbridge.blueprint.declaration import Declaration
from landbridge.blueprint.naming import tag_specification
from landbridge.blueprint.planning.network import VPC_ID

LOAD_BALANCER_GROUP_ID = Ref("load-balancer-group", "GroupId")
ENDPOINT_GROUP_ID = Ref("endpoint-group", "GroupId")
RESOLVER_GROUP_ID = Ref("resolver-group", "GroupId")


def plan(declaration: Declaration) -> Plan:
    """Groups that let through what the app needs and nothing else.

    Groups are stateful, so only the load balancer, which opens connections itself, has an egress rule.
    """
    dns = [_from_corporate(declaration, "tcp", 53), _from_corporate(declaration, "udp", 53)]
    return (
        *(_plan_load_balanced if declaration.design.has_load_balancer else _plan_endpoint_alone)(declaration),
        *_group(declaration, "resolver", "DNS from the corporate network"),
        _rule("resolver", "ingress", dns),
    )


def _plan_load_balanced(declaration: Declaration) -> Plan:
    return (
        *_group(declaration, "load-balancer", "HTTPS from the corporate network"),
        *_group(declaration, "endpoint", "HTTPS from the load balancer"),
        _rule("load-balancer", "ingress", [_from_corporate(declaration, "tcp", 443)]),
        _rule("load-balancer", "egress", [_https_with(ENDPOINT_GROUP_ID, "to the endpoint")]),
        _rule("endpoint", "ingress", [_https_with(LOAD_BALANCER_GROUP_ID, "from the load balancer")]),
    )


def _plan_endpoint_alone(declaration: Declaration) -> Plan:
    return (
        *_group(declaration, "endpoint", "HTTPS from the corporate network"),
        _rule("endpoint", "ingress", [_from_corporate(declaration, "tcp", 443)]),
    )


def _group(declaration: Declaration, role: str, description: str) -> Plan:
    """A group without the egress rule that AWS gives to every new one."""
    name = f"{declaration.name}-{role}"
    return (
        ApiCall(
            f"{role}-group",
            "ec2",
            "create_security_group",
            {
                "GroupName": name,
                "Description": description,
                "VpcId": VPC_ID,
                "TagSpecifications": tag_specification(declaration, "security-group", name),
            },
        ),
        ApiCall(
            f"{role}-group-without-egress",
            "ec2",
            "revoke_security_group_egress",
            {
                "GroupId": Ref(f"{role}-group", "GroupId"),
                "IpPermissions": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
            },
        ),
    )


def _rule(role: str, direction: str, permissions: Value) -> ApiCall:
    return ApiCall(
        f"{role}-group-{direction}",
        "ec2",
        f"authorize_security_group_{direction}",
        {"GroupId": Ref(f"{role}-group", "GroupId"), "IpPermissions": permissions},
    )


def _from_corporate(declaration: Declaration, protocol: str, port: int) -> Value:
    return {
        "IpProtocol": protocol,
        "FromPort": port,
        "ToPort": port,
        "IpRanges": [
            {"CidrIp": str(block), "Description": "corporate network"} for block in declaration.link.corporate
        ],
    }


def _https_with(group_id: Ref, description: str) -> Value:
    return {
        "IpProtocol": "tcp",
        "FromPort": 443,
        "ToPort": 443,
        "UserIdGroupPairs": [{"GroupId": group_id, "Description": description}],
    }
