"""What is in the AWS API that nobody's default put there."""

from tests.end_to_end.stack_process import StackProcess

LISTED = (
    ("acm", "list_certificates", "CertificateSummaryList"),
    ("apigateway", "get_domain_name_access_associations", "items"),
    ("apigateway", "get_domain_names", "items"),
    ("apigateway", "get_rest_apis", "items"),
    ("directconnect", "describe_connections", "connections"),
    ("directconnect", "describe_direct_connect_gateways", "directConnectGateways"),
    ("directconnect", "describe_virtual_interfaces", "virtualInterfaces"),
    ("ec2", "describe_customer_gateways", "CustomerGateways"),
    ("ec2", "describe_network_interfaces", "NetworkInterfaces"),
    ("ec2", "describe_vpc_endpoints", "VpcEndpoints"),
    ("ec2", "describe_vpn_connections", "VpnConnections"),
    ("ec2", "describe_vpn_gateways", "VpnGateways"),
    ("elbv2", "describe_load_balancers", "LoadBalancers"),
    ("elbv2", "describe_target_groups", "TargetGroups"),
    ("iam", "list_roles", "Roles"),
    ("lambda", "list_functions", "Functions"),
    ("logs", "describe_log_groups", "logGroups"),
    ("route53", "list_hosted_zones", "HostedZones"),
    ("route53resolver", "list_resolver_endpoints", "ResolverEndpoints"),
    ("s3", "list_buckets", "Buckets"),
)
OF_VPCS = ("subnets", "route_tables", "security_groups", "network_acls")
STATES = ("State", "connectionState", "directConnectGatewayState", "virtualInterfaceState")
GONE = frozenset({"deleted", "deleting"})
MADE_BY_AWS = ("API-Gateway-Execution-Logs_", "/aws/lambda/app")
"""Log groups that outlive on AWS, too, what they are about: those that API Gateway makes by itself, and one
that Lambda makes because a load balancer's health check invokes a function."""


def left_over(stack: StackProcess) -> list[str]:
    """A line for each resource; AWS, too, shows some for a while after they are deleted, in that state."""
    found = [
        f"{service} {key}: {item}"
        for service, operation, key in LISTED
        for item in getattr(stack.client(service), operation)().get(key, ())
        if GONE.isdisjoint(str(item.get(state)) for state in STATES)
        and not str(item.get("logGroupName")).startswith(MADE_BY_AWS)
    ]
    policies = stack.client("iam").list_policies(Scope="Local")["Policies"]
    return [*found, *(f"iam policy {policy['Arn']}" for policy in policies), *_in_own_vpcs(stack)]


def _in_own_vpcs(stack: StackProcess) -> list[str]:
    ec2 = stack.client("ec2")
    vpcs = ec2.describe_vpcs()["Vpcs"]
    default = {vpc["VpcId"] for vpc in vpcs if vpc["IsDefault"]}
    own = [f"ec2 vpc {vpc['VpcId']}" for vpc in vpcs if not vpc["IsDefault"]]
    for kind in OF_VPCS:
        key = "".join(word.capitalize() for word in kind.split("_"))
        answer = getattr(ec2, f"describe_{kind}")()
        own += [f"ec2 {kind}: {item}" for item in answer[key] if item["VpcId"] not in default]
    return own
