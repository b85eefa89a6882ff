"""Large accounts made up for the proof: many VPCs behind one transit gateway, each with apps of its own."""

from dataclasses import dataclass
from ipaddress import IPv4Network

from bench.vpcs import Place
from landbridge.model.api_gateway import (
    ApiGateway,
    BasePathMapping,
    Deployment,
    DomainName,
    Integration,
    Method,
    Resource,
    RestApi,
    Stage,
)
from landbridge.model.certificates import Certificate, Certificates
from landbridge.model.functions import Function, Functions
from landbridge.model.identifiers import (
    Arn,
    RestApiId,
)
from landbridge.model.links import (
    TransitGateway,
    TransitGatewayAttachment,
    TransitGatewayRoute,
    TransitGatewayRouteTable,
    VpnConnection,
    VpnTunnel,
)
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
from landbridge.model.topology import Topology

ACCOUNT, REGION = "123456789012", "eu-central-1"
OFFICE, EVERYWHERE = IPv4Network("192.168.0.0/16"), IPv4Network("0.0.0.0/0")
GATEWAY, LINK, ROUTES = "tgw-0hub", "tgw-attach-0office", "tgw-rtb-0hub"
EVERYBODY = Principals(False, (("*", "*"),))
ZONES = ("a", "b")


@dataclass(frozen=True, slots=True)
class Size:
    """How large an account is."""

    vpcs: int
    apis: int
    rules: int
    """Of security groups, in all."""


def account(size: Size) -> Topology:
    """An account of this size that is isolated as it should be."""
    places = [Place(number) for number in range(size.vpcs)]
    return Topology(
        ACCOUNT,
        REGION,
        network=_network(places, size),
        load_balancing=LoadBalancing(tuple(map(_balancer, places)), tuple(map(_target_group, places))),
        api_gateway=_gateway(places, size.apis),
        functions=Functions(tuple(_function(number) for number in range(size.apis))),
        names=Names(tuple(map(_zone, places)), tuple(map(_resolver, places))),
        certificates=Certificates(tuple(map(_certificate, places))),
        corporate_networks=(OFFICE,),
    )


def _network(places: list[Place], size: Size) -> Network:
    attachments = [
        TransitGatewayAttachment(LINK, GATEWAY, "vpn", "vpn-0office", route_table_id=ROUTES),
        *(_attachment(place) for place in places),
    ]
    table = TransitGatewayRouteTable(
        ROUTES,
        GATEWAY,
        (
            TransitGatewayRoute(OFFICE, (LINK,)),
            *(TransitGatewayRoute(place.cidr, (_attachment(place).id,)) for place in places),
        ),
    )
    return Network(
        vpcs=tuple(Vpc(place.vpc_id, (place.cidr,), True, True) for place in places),
        subnets=tuple(
            Subnet(place.subnet_id(zone), place.vpc_id, place.subnet_cidr(zone), f"{REGION}{ZONES[zone]}")
            for place in places
            for zone in (0, 1)
        ),
        route_tables=tuple(map(_route_table, places)),
        network_acls=tuple(map(_network_acl, places)),
        security_groups=tuple(
            group for place in places for group in _groups(place, size.rules // len(places))
        ),
        network_interfaces=tuple(each for place in places for each in _interfaces(place)),
        vpn_connections=(
            VpnConnection(
                "vpn-0office",
                None,
                "available",
                (OFFICE,),
                (VpnTunnel("198.51.100.1"),),
                transit_gateway_id=GATEWAY,
            ),
        ),
        vpc_endpoints=tuple(_endpoint(place, _api_ids(place, len(places), size.apis)) for place in places),
        transit_gateways=(TransitGateway(GATEWAY),),
        transit_gateway_attachments=tuple(attachments),
        transit_gateway_route_tables=(table,),
    )


def _attachment(place: Place) -> TransitGatewayAttachment:
    subnets = (place.subnet_id(0), place.subnet_id(1))
    return TransitGatewayAttachment(
        f"tgw-attach-{place.number:04x}",
        GATEWAY,
        "vpc",
        place.vpc_id,
        route_table_id=ROUTES,
        subnet_ids=subnets,
    )


def _route_table(place: Place) -> RouteTable:
    routes = (
        Route(place.cidr, "local"),
        Route(OFFICE, GATEWAY),
        Route(IPv4Network("10.0.0.0/8"), GATEWAY),
    )
    return RouteTable(f"rtb-{place.number:04x}", place.vpc_id, routes, main=True)


def _network_acl(place: Place) -> NetworkAcl:
    entries = tuple(NetworkAclEntry(100, egress, True, "-1", EVERYWHERE) for egress in (False, True))
    subnets = (place.subnet_id(0), place.subnet_id(1))
    return NetworkAcl(f"acl-{place.number:04x}", place.vpc_id, entries, subnets, is_default=True)


def _groups(place: Place, rules: int) -> tuple[SecurityGroup, ...]:
    """The app's three groups, and those of other things, which have the other rules."""
    balancer, endpoint = place.group_id("a1b"), place.group_id("e9d")
    offices = tuple(
        SecurityGroupRule(f"sgr-a{place.number:04x}{n}", False, "tcp", 443, 443, cidr=block)
        for n, block in enumerate(OFFICE.subnets(new_prefix=19))
    )
    onwards = SecurityGroupRule(
        f"sgr-b{place.number:04x}", True, "tcp", 443, 443, referenced_group_id=endpoint
    )
    inwards = SecurityGroupRule(
        f"sgr-c{place.number:04x}", False, "tcp", 443, 443, referenced_group_id=balancer
    )
    out = SecurityGroupRule(f"sgr-d{place.number:04x}", True, "-1", None, None, cidr=EVERYWHERE)
    questions = tuple(
        SecurityGroupRule(f"sgr-e{place.number:04x}{kind}", False, kind, 53, 53, cidr=OFFICE)
        for kind in ("udp", "tcp")
    )
    others = tuple(
        SecurityGroupRule(
            f"sgr-f{place.number:04x}{n}",
            False,
            "tcp",
            1024 + n,
            1024 + n,
            cidr=IPv4Network(((10 << 24) + (n << 12), 20)),
        )
        for n in range(rules - len(offices) - 5)
    )
    return (
        SecurityGroup(balancer, "load-balancer", place.vpc_id, (*offices, onwards)),
        SecurityGroup(endpoint, "endpoint", place.vpc_id, (inwards,)),
        SecurityGroup(place.group_id("d0"), "default", place.vpc_id, (out,)),
        SecurityGroup(place.group_id("5e"), "resolver", place.vpc_id, questions),
        SecurityGroup(place.group_id("0f"), "others", place.vpc_id, (*others, out)),
    )


def _interfaces(place: Place) -> tuple[NetworkInterface, ...]:
    kinds = (
        ("a1b", 10, f"ELB {place.balancer_path}", "interface", place.group_id("a1b")),
        ("e9d", 20, f"VPC Endpoint Interface {place.endpoint_id}", "vpc_endpoint", place.group_id("e9d")),
        ("5e", 30, f"Route 53 Resolver: rslvr-in-{place.number:04x}", "interface", place.group_id("5e")),
        ("0f", 40, "Primary network interface", "interface", place.group_id("0f")),
    )
    return tuple(
        NetworkInterface(
            place.interface_id(name, zone),
            place.vpc_id,
            place.subnet_id(zone),
            place.address(zone, host),
            (group,),
            description,
            kind,
            f"{REGION}{ZONES[zone]}",
        )
        for name, host, description, kind, group in kinds
        for zone in (0, 1)
    )


def _endpoint(place: Place, api_ids: list[RestApiId]) -> VpcEndpoint:
    names = (f"execute-api.{REGION}.amazonaws.com", f"*.execute-api.{REGION}.amazonaws.com")
    own = tuple(f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api_id}/*" for api_id in api_ids)
    allow = Statement("Allow", principals=EVERYBODY, actions=("execute-api:Invoke",), resources=own)
    return VpcEndpoint(
        place.endpoint_id,
        place.vpc_id,
        f"com.amazonaws.{REGION}.execute-api",
        "Interface",
        "available",
        True,
        tuple(place.interface_id("e9d", zone) for zone in (0, 1)),
        tuple(place.subnet_id(zone) for zone in (0, 1)),
        (place.group_id("e9d"),),
        PolicyDocument((allow,)),
        names,
    )


def _api_ids(place: Place, vpcs: int, apis: int) -> list[RestApiId]:
    return [_api_id(number) for number in range(place.number, apis, vpcs)]


def _balancer(place: Place) -> LoadBalancer:
    prefix = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"
    arn = Arn(f"{prefix}:loadbalancer/{place.balancer_path}")
    rule = Rule(
        Arn(f"{prefix}:listener-rule/{place.balancer_path}/1/1"),
        None,
        (),
        (ForwardAction(((_target_group(place).arn, 1),)),),
    )
    listener = Listener(
        Arn(f"{prefix}:listener/{place.balancer_path}/1"),
        arn,
        443,
        "HTTPS",
        (rule,),
        "ELBSecurityPolicy-TLS13-1-2-2021-06",
        (_certificate(place).arn,),
    )
    return LoadBalancer(
        arn,
        f"app{place.number}",
        f"internal-app{place.number}-1.{REGION}.elb.amazonaws.com",
        "Z215JYRZR1TBD5",
        "internal",
        "application",
        place.vpc_id,
        (place.group_id("a1b"),),
        (place.subnet_id(0), place.subnet_id(1)),
        (listener,),
    )


def _target_group(place: Place) -> TargetGroup:
    arn = Arn(
        f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/app{place.number}/{place.number:016x}"
    )
    targets = tuple(Target(str(place.address(zone, 20)), 443, f"{REGION}{ZONES[zone]}") for zone in (0, 1))
    check = HealthCheck("HTTPS", "traffic-port", "/", 30, 5, 5, 2, "200,403")
    return TargetGroup(arn, f"app{place.number}", "ip", "HTTPS", 443, place.vpc_id, check, targets)


def _gateway(places: list[Place], apis: int) -> ApiGateway:
    owners = {number: places[number % len(places)] for number in range(apis)}
    domains = tuple(
        DomainName(
            place.domain,
            "REGIONAL",
            "TLS_1_2",
            _certificate(place).arn,
            tuple(
                BasePathMapping(f"api{number}", _api_id(number), "live")
                for number, owner in owners.items()
                if owner is place
            ),
        )
        for place in places
    )
    return ApiGateway(tuple(_api(number, place) for number, place in owners.items()), domains)


def _api_id(number: int) -> RestApiId:
    return RestApiId(f"api{number:07d}")


def _api(number: int, place: Place) -> RestApi:
    policy = PolicyDocument(
        (
            Statement(
                "Allow",
                "OnlyThroughTheEndpoint",
                EVERYBODY,
                ("execute-api:Invoke",),
                resources=(f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{_api_id(number)}/*",),
                conditions=(Condition("StringEquals", "aws:SourceVpce", (place.endpoint_id,)),),
            ),
        )
    )
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{_function(number).arn}/invocations"
    method = Method("ANY", integration=Integration("AWS_PROXY", "POST", uri))
    resources = (Resource("r0", "/", (method,)), Resource("r1", "/{proxy+}", (method,)))
    deployment = Deployment(f"d{number}", resources, policy)
    return RestApi(
        _api_id(number),
        f"api {number}",
        "PRIVATE",
        (place.endpoint_id,),
        policy,
        (Stage("live", deployment),),
        configured=deployment,
    )


def _function(number: int) -> Function:
    arn = Arn(f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:function{number}")
    source = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{_api_id(number)}/*"
    statement = Statement(
        "Allow",
        "api",
        Principals(False, (("Service", "apigateway.amazonaws.com"),)),
        ("lambda:InvokeFunction",),
        resources=(arn,),
        conditions=(Condition("ArnLike", "AWS:SourceArn", (source,)),),
    )
    role = Arn(f"arn:aws:iam::{ACCOUNT}:role/function{number}")
    policy = PolicyDocument((statement,))
    return Function(
        arn, f"function{number}", "python3.12", "app.handler", role, 128, 10, (), "c2hhMjU2", policy
    )


def _zone(place: Place) -> HostedZone:
    alias = AliasTarget(_balancer(place).dns_name, "Z215JYRZR1TBD5", False)
    return HostedZone(
        f"Z{place.number:08X}",
        place.domain,
        True,
        (place.vpc_id,),
        (RecordSet(place.domain, "A", 0, (), alias),),
    )


def _resolver(place: Place) -> ResolverEndpoint:
    addresses = tuple((place.address(zone, 30), place.subnet_id(zone)) for zone in (0, 1))
    return ResolverEndpoint(
        f"rslvr-in-{place.number:04x}", "INBOUND", place.vpc_id, addresses, (place.group_id("5e"),)
    )


def _certificate(place: Place) -> Certificate:
    arn = Arn(f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/{place.number:036x}")
    return Certificate(arn, place.domain, (place.domain,), "ISSUED", "AMAZON_ISSUED")
