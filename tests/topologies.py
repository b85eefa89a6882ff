"""Named worlds for tests, each the smallest that shows one thing; the documentation uses the same ones.

`private_app()` is the whole path of the article: a corporate network, a VPN, an internal load balancer, an
execute-api endpoint, a private REST API, a function and a bucket. Change parts with `dataclasses.replace`,
or with `with_network(topology, network_acls=...)`.
"""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from landbridge.model.api_gateway import (
    ApiGateway,
    BasePathMapping,
    Deployment,
    DomainName,
    Integration,
    IntegrationResponse,
    Method,
    Resource,
    RestApi,
    Stage,
)
from landbridge.model.certificates import Certificate, Certificates
from landbridge.model.functions import Function, Functions
from landbridge.model.identifiers import (
    Arn,
    NetworkInterfaceId,
    RestApiId,
    SecurityGroupId,
    SubnetId,
    VpcEndpointId,
    VpcId,
    VpnGatewayId,
)
from landbridge.model.identity import Identity, Role
from landbridge.model.links import VpnConnection, VpnGateway, VpnTunnel
from landbridge.model.load_balancing import (
    ForwardAction,
    HealthCheck,
    Listener,
    LoadBalancer,
    LoadBalancing,
    Rule,
    Target,
    TargetGroup,
)
from landbridge.model.names import AliasTarget, HostedZone, Names, RecordSet, ResolverEndpoint
from landbridge.model.network import (
    Network,
    NetworkAcl,
    NetworkAclEntry,
    NetworkInterface,
    Route,
    RouteTable,
    SecurityGroup,
    SecurityGroupRule,
    Subnet,
    Vpc,
    VpcEndpoint,
)
from landbridge.model.policy import Condition, PolicyDocument, Principals, Statement
from landbridge.model.storage import Bucket, PublicAccessBlock, Storage
from landbridge.model.topology import Topology

ACCOUNT = "123456789012"
REGION = "eu-central-1"
DOMAIN = "orders.corp.example"

CORPORATE = IPv4Network("192.168.0.0/16")
EVERYWHERE = IPv4Network("0.0.0.0/0")
VPC_CIDR = IPv4Network("10.20.0.0/16")
LAPTOP = IPv4Address("192.168.0.10")
TUNNELS = (VpnTunnel("198.51.100.1"), VpnTunnel("198.51.100.129"))
ALB_A, ALB_B = IPv4Address("10.20.1.10"), IPv4Address("10.20.2.10")
ENDPOINT_A, ENDPOINT_B = IPv4Address("10.20.1.20"), IPv4Address("10.20.2.20")
RESOLVER_A, RESOLVER_B = IPv4Address("10.20.1.30"), IPv4Address("10.20.2.30")

VPC = VpcId("vpc-0app")
SUBNET_A, SUBNET_B = SubnetId("subnet-0a"), SubnetId("subnet-0b")
DEFAULT_GROUP = SecurityGroupId("sg-0default")
ALB_GROUP = SecurityGroupId("sg-0alb")
ENDPOINT_GROUP = SecurityGroupId("sg-0endpoint")
RESOLVER_GROUP = SecurityGroupId("sg-0resolver")
VPN_GATEWAY = VpnGatewayId("vgw-0office")
ENDPOINT = VpcEndpointId("vpce-0123456789abcdef0")
API = RestApiId("a1b2c3d4e5")

ALB_NAME = "internal-orders-1234567890.eu-central-1.elb.amazonaws.com"
ALB_PATH = "app/orders/50dc6c495c0c9188"
_ELB = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"
ALB_ARN = Arn(f"{_ELB}:loadbalancer/{ALB_PATH}")
LISTENER_ARN = Arn(f"{_ELB}:listener/{ALB_PATH}/f2f7dc8efc522ab2")
TARGET_GROUP_ARN = Arn(f"{_ELB}:targetgroup/orders-endpoint/73e2d6bc24d8a067")
CERTIFICATE_ARN = Arn(f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/12345678-1234-1234-1234-123456789012")
FUNCTION_ARN = Arn(f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders")
FUNCTION_ROLE_ARN = Arn(f"arn:aws:iam::{ACCOUNT}:role/orders-function")
FRONTEND_ROLE_ARN = Arn(f"arn:aws:iam::{ACCOUNT}:role/orders-frontend-reader")
BUCKET = "orders-frontend"


def private_app() -> Topology:
    """Corporate network, VPN, internal load balancer, endpoint, private API, function and bucket."""
    return Topology(
        account_id=ACCOUNT,
        region=REGION,
        network=network(),
        load_balancing=load_balancing(),
        api_gateway=api_gateway(),
        functions=functions(),
        storage=storage(),
        names=names(),
        identity=identity(),
        certificates=certificates(),
        corporate_networks=(CORPORATE,),
    )


def with_network(topology: Topology, **changes: Any) -> Topology:
    """The topology with these fields of its network replaced."""
    return replace(topology, network=replace(topology.network, **changes))


def network() -> Network:
    """One VPC with two subnets behind a virtual private gateway; every part has its own function."""
    return Network(
        vpcs=(Vpc(VPC, (VPC_CIDR,), enable_dns_support=True, enable_dns_hostnames=True),),
        subnets=(
            Subnet(SUBNET_A, VPC, IPv4Network("10.20.1.0/24"), f"{REGION}a"),
            Subnet(SUBNET_B, VPC, IPv4Network("10.20.2.0/24"), f"{REGION}b"),
        ),
        route_tables=(route_table(),),
        network_acls=(open_network_acl(),),
        security_groups=(default_group(), alb_group(), endpoint_group(), resolver_group()),
        network_interfaces=network_interfaces(),
        vpn_gateways=(VpnGateway(VPN_GATEWAY, VPC),),
        vpn_connections=(vpn_connection(),),
        vpc_endpoints=(execute_api_endpoint(),),
    )


def route_table() -> RouteTable:
    """The main route table: the VPC itself, and the office by propagation."""
    return RouteTable(
        "rtb-0main",
        VPC,
        (Route(VPC_CIDR, "local"), Route(CORPORATE, VPN_GATEWAY, propagated=True)),
        main=True,
        propagating_gateways=(VPN_GATEWAY,),
    )


def open_network_acl() -> NetworkAcl:
    """The default network ACL, which allows everything."""
    return NetworkAcl(
        "acl-0default",
        VPC,
        tuple(
            NetworkAclEntry(number, egress, number == 100, "-1", EVERYWHERE)
            for egress in (False, True)
            for number in (100, 32767)
        ),
        (SUBNET_A, SUBNET_B),
        is_default=True,
    )


def all_egress(number: int) -> SecurityGroupRule:
    """The egress rule of a new security group."""
    return SecurityGroupRule(f"sgr-0{number}", True, "-1", None, None, cidr=EVERYWHERE)


def default_group() -> SecurityGroup:
    """The VPC's default group: its members may talk to each other."""
    own = SecurityGroupRule("sgr-01", False, "-1", None, None, referenced_group_id=DEFAULT_GROUP)
    return SecurityGroup(DEFAULT_GROUP, "default", VPC, (own, all_egress(2)))


def alb_group() -> SecurityGroup:
    """The load balancer's group: HTTPS from the office, HTTPS to the endpoint."""
    office = SecurityGroupRule("sgr-03", False, "tcp", 443, 443, cidr=CORPORATE, description="office")
    endpoint = SecurityGroupRule("sgr-04", True, "tcp", 443, 443, referenced_group_id=ENDPOINT_GROUP)
    return SecurityGroup(ALB_GROUP, "orders-alb", VPC, (office, endpoint))


def endpoint_group() -> SecurityGroup:
    """The endpoint's group: HTTPS from the load balancer."""
    alb = SecurityGroupRule("sgr-05", False, "tcp", 443, 443, referenced_group_id=ALB_GROUP)
    return SecurityGroup(ENDPOINT_GROUP, "orders-endpoint", VPC, (alb, all_egress(6)))


def resolver_group() -> SecurityGroup:
    """The Resolver endpoint's group: DNS from the office."""
    udp = SecurityGroupRule("sgr-07", False, "udp", 53, 53, cidr=CORPORATE)
    tcp = SecurityGroupRule("sgr-08", False, "tcp", 53, 53, cidr=CORPORATE)
    return SecurityGroup(RESOLVER_GROUP, "orders-resolver", VPC, (udp, tcp, all_egress(9)))


def network_interfaces() -> tuple[NetworkInterface, ...]:
    """The load balancer's nodes, the endpoint's and the Resolver endpoint's interfaces."""
    rows = (
        ("eni-0alb", f"ELB {ALB_PATH}", "interface", ALB_GROUP, (ALB_A, ALB_B)),
        (
            "eni-0endpoint",
            f"VPC Endpoint Interface {ENDPOINT}",
            "vpc_endpoint",
            ENDPOINT_GROUP,
            (ENDPOINT_A, ENDPOINT_B),
        ),
        (
            "eni-0resolver",
            "Route 53 Resolver: rslvr-in-0orders",
            "interface",
            RESOLVER_GROUP,
            (RESOLVER_A, RESOLVER_B),
        ),
    )
    return tuple(
        NetworkInterface(
            NetworkInterfaceId(f"{prefix}{zone}"),
            VPC,
            subnet,
            address,
            (group,),
            description,
            kind,
            f"{REGION}{zone}",
        )
        for prefix, description, kind, group, addresses in rows
        for zone, subnet, address in zip("ab", (SUBNET_A, SUBNET_B), addresses, strict=True)
    )


def vpn_connection() -> VpnConnection:
    """A Site-to-Site VPN connection with a static route to the office."""
    return VpnConnection("vpn-0office", VPN_GATEWAY, "available", (CORPORATE,), TUNNELS, "cgw-0office")


def execute_api_endpoint() -> VpcEndpoint:
    """The interface endpoint for execute-api, private DNS on, full access."""
    suffix = f"execute-api.{REGION}"
    return VpcEndpoint(
        ENDPOINT,
        VPC,
        f"com.amazonaws.{REGION}.execute-api",
        "Interface",
        "available",
        True,
        (NetworkInterfaceId("eni-0endpointa"), NetworkInterfaceId("eni-0endpointb")),
        (SUBNET_A, SUBNET_B),
        (ENDPOINT_GROUP,),
        PolicyDocument((statement(principals=(("*", "*"),), actions=("*",), resources=("*",)),)),
        (
            f"{ENDPOINT}-x1y2z3w4.{suffix}.vpce.amazonaws.com",
            f"{ENDPOINT}-x1y2z3w4-{REGION}a.{suffix}.vpce.amazonaws.com",
            f"{ENDPOINT}-x1y2z3w4-{REGION}b.{suffix}.vpce.amazonaws.com",
            f"{suffix}.amazonaws.com",
            f"*.{suffix}.amazonaws.com",
        ),
    )


def load_balancing() -> LoadBalancing:
    """An internal Application Load Balancer whose targets are the endpoint's addresses."""
    return LoadBalancing((load_balancer(),), (target_group(),))


def load_balancer() -> LoadBalancer:
    """The load balancer with one HTTPS listener that forwards everything."""
    forward = ForwardAction(((TARGET_GROUP_ARN, 1),))
    rule_arn = Arn(f"{_ELB}:listener-rule/{ALB_PATH}/f2f7dc8efc522ab2/9683b2d02a6cabee")
    listener = Listener(
        LISTENER_ARN,
        ALB_ARN,
        443,
        "HTTPS",
        (Rule(rule_arn, None, (), (forward,)),),
        "ELBSecurityPolicy-TLS13-1-2-2021-06",
        (CERTIFICATE_ARN,),
    )
    return LoadBalancer(
        ALB_ARN,
        "orders",
        ALB_NAME,
        "Z215JYRZR1TBD5",
        "internal",
        "application",
        VPC,
        (ALB_GROUP,),
        (SUBNET_A, SUBNET_B),
        (listener,),
    )


def target_group() -> TargetGroup:
    """The endpoint's addresses; a health check by address is answered 403."""
    check = HealthCheck("HTTPS", "traffic-port", "/", 30, 5, 5, 2, "200,403")
    targets = (Target(str(ENDPOINT_A), 443, f"{REGION}a"), Target(str(ENDPOINT_B), 443, f"{REGION}b"))
    return TargetGroup(TARGET_GROUP_ARN, "orders-endpoint", "ip", "HTTPS", 443, VPC, check, targets)


def api_gateway() -> ApiGateway:
    """The private API and the REGIONAL custom domain name that maps to it."""
    mapping = BasePathMapping("", API, "live")
    return ApiGateway(
        (rest_api(),), (DomainName(DOMAIN, "REGIONAL", "TLS_1_2", CERTIFICATE_ARN, (mapping,)),)
    )


def rest_api() -> RestApi:
    """The private API; its one stage serves what was deployed last."""
    policy = resource_policy()
    deployment = Deployment("d1e2f3", resources(), policy, ("*/*",))
    stages = (Stage("live", deployment),)
    return RestApi(API, "orders", "PRIVATE", (ENDPOINT,), policy, stages, configured=deployment)


def resource_policy() -> PolicyDocument:
    """The API may be invoked through the endpoint only."""
    return PolicyDocument(
        (
            statement(
                principals=(("*", "*"),),
                actions=("execute-api:Invoke",),
                resources=(f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{API}/*",),
                conditions=(Condition("StringEquals", "aws:SourceVpce", (ENDPOINT,)),),
            ),
        )
    )


def resources() -> tuple[Resource, ...]:
    """The frontend at ``/`` and ``/{proxy+}`` from S3, the backend below ``/api``."""
    return (
        Resource("r0root", "/", (Method("GET", integration=object_integration("index.html")),)),
        Resource("r1page", "/{proxy+}", (Method("GET", integration=object_integration("{key}")),)),
        Resource("r2api", "/api", ()),
        Resource("r3call", "/api/{proxy+}", (Method("ANY", integration=function_integration()),)),
    )


def object_integration(key: str) -> Integration:
    """An AWS integration that reads an object."""
    content_type = (("method.response.header.Content-Type", "integration.response.header.Content-Type"),)
    return Integration(
        "AWS",
        "GET",
        f"arn:aws:apigateway:{REGION}:s3:path/{BUCKET}/{key}",
        FRONTEND_ROLE_ARN,
        (("integration.request.path.key", "method.request.path.proxy"),) if key == "{key}" else (),
        responses=(
            IntegrationResponse("200", "", content_type),
            IntegrationResponse("404", r"40[34]", content_type),
            IntegrationResponse("502", r"5\d{2}"),
        ),
    )


def function_integration() -> Integration:
    """A Lambda proxy integration."""
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{FUNCTION_ARN}/invocations"
    return Integration("AWS_PROXY", "POST", uri)


def mock_integration() -> Integration:
    """An API that answers by itself."""
    template = (("application/json", '{"statusCode": 200}'),)
    return Integration("MOCK", request_templates=template, responses=(IntegrationResponse("200"),))


def functions() -> Functions:
    """The backend, which the API may invoke."""
    policy = PolicyDocument(
        (
            statement(
                sid="api",
                principals=(("Service", "apigateway.amazonaws.com"),),
                actions=("lambda:InvokeFunction",),
                resources=(FUNCTION_ARN,),
                conditions=(
                    Condition(
                        "ArnLike",
                        "AWS:SourceArn",
                        (f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{API}/*/*/api/*",),
                    ),
                ),
            ),
        )
    )
    environment = (("GREETING", "hello"),)
    return Functions(
        (
            Function(
                FUNCTION_ARN,
                "orders",
                "python3.11",
                "app.handler",
                FUNCTION_ROLE_ARN,
                128,
                10,
                environment,
                "c2hhMjU2",
                policy,
            ),
        )
    )


def storage() -> Storage:
    """The frontend's bucket: nothing public, no bucket policy."""
    return Storage((Bucket(BUCKET, None, PublicAccessBlock(True, True, True, True)),))


def identity() -> Identity:
    """The function's role, and the role that API Gateway reads the bucket with."""
    read = statement(actions=("s3:GetObject",), resources=(f"arn:aws:s3:::{BUCKET}/*",))
    return Identity(
        (
            Role(FUNCTION_ROLE_ARN, "orders-function", trust("lambda.amazonaws.com")),
            Role(
                FRONTEND_ROLE_ARN,
                "orders-frontend-reader",
                trust("apigateway.amazonaws.com"),
                (("read-frontend", PolicyDocument((read,))),),
            ),
        )
    )


def trust(service: str) -> PolicyDocument:
    """A trust policy for one service."""
    return PolicyDocument((statement(principals=(("Service", service),), actions=("sts:AssumeRole",)),))


def certificates() -> Certificates:
    """The domain's certificate."""
    return Certificates((Certificate(CERTIFICATE_ARN, DOMAIN, (DOMAIN,), "ISSUED", "AMAZON_ISSUED"),))


def names() -> Names:
    """A private zone whose record is an alias of the load balancer, and an inbound Resolver endpoint."""
    return Names((private_zone(),), (resolver_endpoint(),))


def private_zone() -> HostedZone:
    """``corp.example`` as the VPC sees it."""
    alias = AliasTarget(ALB_NAME, "Z215JYRZR1TBD5", False)
    server = "ns-0.awsdns-00.com."
    soa = f"{server} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"
    return HostedZone(
        "Z0CORPEXAMPLE",
        "corp.example",
        True,
        (VPC,),
        (
            RecordSet("corp.example", "NS", 172800, (server,)),
            RecordSet("corp.example", "SOA", 900, (soa,)),
            RecordSet(DOMAIN, "A", 0, (), alias),
        ),
    )


def resolver_endpoint() -> ResolverEndpoint:
    """The inbound endpoint that the office's DNS forwards to."""
    addresses = ((RESOLVER_A, SUBNET_A), (RESOLVER_B, SUBNET_B))
    return ResolverEndpoint("rslvr-in-0orders", "INBOUND", VPC, addresses, (RESOLVER_GROUP,))


def statement(
    *,
    sid: str = "",
    principals: tuple[tuple[str, str], ...] = (),
    actions: tuple[str, ...] = (),
    resources: tuple[str, ...] = (),
    conditions: tuple[Condition, ...] = (),
    effect: str = "Allow",
) -> Statement:
    """One statement of a policy."""
    return Statement(
        effect=effect,
        sid=sid,
        principals=Principals(False, principals) if principals else None,
        actions=actions,
        resources=resources,
        conditions=conditions,
    )
