"""A small private app, made by AWS calls: what the tests against the local AWS API capture."""

import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any

from landbridge.capture.reading import Clients

REGION = "eu-central-1"
HOST = "orders.corp.example"
LAMBDA = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions"


@dataclass(frozen=True)
class SmallApp:
    """Ids that AWS chose."""

    vpc_id: str
    subnet_ids: tuple[str, ...]
    balancer_group_id: str
    endpoint_group_id: str
    vpn_gateway_id: str
    endpoint_id: str
    endpoint_addresses: tuple[str, ...]
    certificate_arn: str
    balancer_arn: str
    listener_arn: str
    target_group_arn: str
    role_arn: str
    function_arn: str
    zone_id: str
    rest_api_id: str
    deployment_id: str


def make_small_app(client: Clients) -> SmallApp:
    """The app in an empty account: VPN, internal load balancer, endpoint, private API, function, bucket."""
    network = _network(client)
    certificate = client("acm").request_certificate(DomainName=HOST, ValidationMethod="DNS")["CertificateArn"]
    balancing = _load_balancing(client, network, certificate)
    function = _function(client)
    gateway = _rest_api(client, network["endpoint_id"], function["function_arn"], certificate)
    bucket = {"LocationConstraint": REGION}
    client("s3").create_bucket(Bucket="orders-site", CreateBucketConfiguration=bucket)
    return SmallApp(
        **network,
        **balancing,
        **function,
        **gateway,
        certificate_arn=certificate,
        zone_id=_names(client, network, balancing["balancer_arn"]),
    )


def _network(client: Clients) -> dict[str, Any]:
    ec2 = client("ec2")
    vpc_id = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": True})
    subnet_ids = tuple(
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.20.{number}.0/24", AvailabilityZone=f"{REGION}{zone}")[
            "Subnet"
        ]["SubnetId"]
        for number, zone in ((1, "a"), (2, "b"))
    )
    balancer_group_id = _group(ec2, vpc_id, "balancer", {"IpRanges": [{"CidrIp": "10.0.0.0/8"}]})
    source = {"UserIdGroupPairs": [{"GroupId": balancer_group_id}]}
    endpoint_group_id = _group(ec2, vpc_id, "endpoint", source)
    endpoint = ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=vpc_id,
        ServiceName=f"com.amazonaws.{REGION}.execute-api",
        SubnetIds=list(subnet_ids),
        SecurityGroupIds=[endpoint_group_id],
        PrivateDnsEnabled=False,
    )["VpcEndpoint"]
    interfaces = ec2.describe_network_interfaces(NetworkInterfaceIds=endpoint["NetworkInterfaceIds"])
    return {
        "vpc_id": vpc_id,
        "subnet_ids": subnet_ids,
        "balancer_group_id": balancer_group_id,
        "endpoint_group_id": endpoint_group_id,
        "vpn_gateway_id": _vpn(ec2, vpc_id, subnet_ids),
        "endpoint_id": endpoint["VpcEndpointId"],
        "endpoint_addresses": tuple(
            interface["PrivateIpAddress"] for interface in interfaces["NetworkInterfaces"]
        ),
    }


def _group(ec2: Any, vpc_id: str, name: str, source: dict[str, Any]) -> str:
    group_id: str = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc_id)["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, **source}
    ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[rule])
    return group_id


def _vpn(ec2: Any, vpc_id: str, subnet_ids: tuple[str, ...]) -> str:
    gateway_id: str = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.attach_vpn_gateway(VpcId=vpc_id, VpnGatewayId=gateway_id)
    customer = ec2.create_customer_gateway(Type="ipsec.1", PublicIp="203.0.113.9", BgpAsn=65000)
    connection = ec2.create_vpn_connection(
        Type="ipsec.1",
        CustomerGatewayId=customer["CustomerGateway"]["CustomerGatewayId"],
        VpnGatewayId=gateway_id,
        Options={"StaticRoutesOnly": True},
    )["VpnConnection"]
    ec2.create_vpn_connection_route(
        VpnConnectionId=connection["VpnConnectionId"], DestinationCidrBlock="10.8.0.0/16"
    )
    table_id = ec2.create_route_table(VpcId=vpc_id)["RouteTable"]["RouteTableId"]
    for subnet_id in subnet_ids:
        ec2.associate_route_table(RouteTableId=table_id, SubnetId=subnet_id)
    ec2.enable_vgw_route_propagation(RouteTableId=table_id, GatewayId=gateway_id)
    return gateway_id


def _load_balancing(client: Clients, network: dict[str, Any], certificate: str) -> dict[str, Any]:
    elbv2 = client("elbv2")
    balancer = elbv2.create_load_balancer(
        Name="orders",
        Subnets=list(network["subnet_ids"]),
        SecurityGroups=[network["balancer_group_id"]],
        Scheme="internal",
    )["LoadBalancers"][0]["LoadBalancerArn"]
    group = elbv2.create_target_group(
        Name="endpoint",
        Protocol="HTTPS",
        Port=443,
        VpcId=network["vpc_id"],
        TargetType="ip",
        Matcher={"HttpCode": "200,403"},
    )["TargetGroups"][0]["TargetGroupArn"]
    targets = [{"Id": address, "Port": 443} for address in network["endpoint_addresses"]]
    elbv2.register_targets(TargetGroupArn=group, Targets=targets)
    listener = elbv2.create_listener(
        LoadBalancerArn=balancer,
        Port=443,
        Protocol="HTTPS",
        Certificates=[{"CertificateArn": certificate}],
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
    )["Listeners"][0]["ListenerArn"]
    elbv2.create_rule(
        ListenerArn=listener,
        Priority=10,
        Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": [HOST]}}],
        Actions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    return {"balancer_arn": balancer, "listener_arn": listener, "target_group_arn": group}


def _function(client: Clients) -> dict[str, Any]:
    role = client("iam").create_role(
        RoleName="orders",
        AssumeRolePolicyDocument=json.dumps(
            allow("sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"})
        ),
    )["Role"]["Arn"]
    client("iam").put_role_policy(
        RoleName="orders",
        PolicyName="read",
        PolicyDocument=json.dumps(allow("s3:GetObject", Resource="arn:aws:s3:::orders-site/*")),
    )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("app.py", "def handler(event, context): return {}")
    function = client("lambda").create_function(
        FunctionName="orders",
        Runtime="python3.12",
        Role=role,
        Handler="app.handler",
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": {"TABLE": "orders"}},
    )["FunctionArn"]
    client("lambda").add_permission(
        FunctionName="orders",
        StatementId="gateway",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )
    return {"role_arn": role, "function_arn": function}


def _rest_api(client: Clients, endpoint_id: str, function_arn: str, certificate: str) -> dict[str, Any]:
    gateway = client("apigateway")
    condition = {"StringEquals": {"aws:SourceVpce": endpoint_id}}
    policy = allow("execute-api:Invoke", Principal="*", Resource="execute-api:/*", Condition=condition)
    api_id = gateway.create_rest_api(
        name="orders",
        endpointConfiguration={"types": ["PRIVATE"], "vpcEndpointIds": [endpoint_id]},
        policy=json.dumps(policy),
        binaryMediaTypes=["image/png"],
    )["id"]
    root_id = gateway.get_resources(restApiId=api_id)["items"][0]["id"]
    resource_id = gateway.create_resource(restApiId=api_id, parentId=root_id, pathPart="{proxy+}")["id"]
    method = {"restApiId": api_id, "resourceId": resource_id, "httpMethod": "ANY"}
    gateway.put_method(**method, authorizationType="NONE")
    gateway.put_integration(
        **method,
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        uri=f"{LAMBDA}/{function_arn}/invocations",
    )
    deployment = gateway.create_deployment(restApiId=api_id, stageName="prod")["id"]
    gateway.create_domain_name(
        domainName=HOST,
        regionalCertificateArn=certificate,
        endpointConfiguration={"types": ["REGIONAL"]},
        securityPolicy="TLS_1_2",
    )
    gateway.create_base_path_mapping(domainName=HOST, restApiId=api_id, stage="prod")
    return {"rest_api_id": api_id, "deployment_id": deployment}


def _names(client: Clients, network: dict[str, Any], balancer_arn: str) -> str:
    described = client("elbv2").describe_load_balancers(LoadBalancerArns=[balancer_arn])
    balancer = described["LoadBalancers"][0]
    alias = {
        "DNSName": balancer["DNSName"],
        "HostedZoneId": balancer["CanonicalHostedZoneId"],
        "EvaluateTargetHealth": False,
    }
    record = {"Name": HOST, "Type": "A", "AliasTarget": alias}
    route53 = client("route53")
    vpc = {"VPCRegion": REGION, "VPCId": network["vpc_id"]}
    zone_id: str = route53.create_hosted_zone(Name="corp.example", CallerReference="1", VPC=vpc)[
        "HostedZone"
    ]["Id"]
    route53.change_resource_record_sets(
        HostedZoneId=zone_id, ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    )
    client("route53resolver").create_resolver_endpoint(
        CreatorRequestId="1",
        SecurityGroupIds=[network["endpoint_group_id"]],
        Direction="INBOUND",
        IpAddresses=[{"SubnetId": subnet_id} for subnet_id in network["subnet_ids"]],
    )
    return zone_id.rpartition("/")[2]


def allow(action: str, **members: Any) -> dict[str, Any]:
    """A policy of one statement."""
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, **members}]}
