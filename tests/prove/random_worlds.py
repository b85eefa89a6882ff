"""Small accounts made up at random from the article's, and requests made up to fit them, or not."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from random import Random
from typing import TypeVar

from tests import topologies as known

from landbridge.model.api_gateway import (
    BasePathMapping,
    Canary,
    Deployment,
    DomainName,
    Integration,
    Method,
    Resource,
    RestApi,
    Stage,
)
from landbridge.model.exchange import HttpRequest
from landbridge.model.functions import Functions
from landbridge.model.identifiers import Arn, NetworkInterfaceId, RestApiId, VpcEndpointId
from landbridge.model.load_balancing import (
    Action,
    FixedResponseAction,
    ForwardAction,
    Rule,
    RuleCondition,
)
from landbridge.model.network import (
    NetworkAclEntry,
    NetworkInterface,
    Route,
    SecurityGroup,
    SecurityGroupRule,
    VpcEndpoint,
)
from landbridge.model.policy import Condition, PolicyDocument, Statement
from landbridge.model.topology import Topology

BLOCKS = tuple(
    map(
        IPv4Network,
        (
            *("0.0.0.0/0", "10.0.0.0/8", "10.20.0.0/16", "10.20.1.0/24", "10.20.1.0/28", "10.20.2.128/25"),
            *("192.168.0.0/16", "192.168.0.0/24", "192.168.7.9/32", "172.20.0.0/16", "203.0.113.0/24"),
        ),
    )
)
GROUPS = (known.DEFAULT_GROUP, known.ALB_GROUP, known.ENDPOINT_GROUP, known.RESOLVER_GROUP)
SECOND_API, SECOND_ENDPOINT = RestApiId("zweite0000"), VpcEndpointId("vpce-0feedfeedfeedfeed")
SECOND_DOMAIN = "second.corp.example"
METHODS = ("GET", "POST", "DELETE")
TEMPLATES = ("/", "/{proxy+}", "/api", "/api/{proxy+}", "/orders/{id}", "/orders/{id}/lines", "/health")
SEGMENTS = ("x", "7", "7a", "api", "orders", "lines", "health", "live", "test")
Value = TypeVar("Value")
BODY = "arn:aws:execute-api:eu-central-1:123456789012:"


def random_world(random: Random) -> Topology:
    """The article's account with some of everything changed."""
    topology = known.private_app()
    topology = _network(random, topology)
    apis = [_api(random, known.API)]
    if random.random() < 0.5:
        apis.append(_api(random, SECOND_API))
    names = [known.DOMAIN, SECOND_DOMAIN][: random.randint(0, 2)]
    domains = tuple(_domain(random, name, apis) for name in names)
    gateway = replace(topology.api_gateway, rest_apis=tuple(apis), domain_names=domains)
    functions = tuple(replace(each, policy=_function_policy(random)) for each in topology.functions.functions)
    return replace(
        topology,
        api_gateway=gateway,
        functions=Functions(functions),
        load_balancing=replace(
            topology.load_balancing,
            load_balancers=tuple(
                replace(
                    balancer,
                    listeners=tuple(
                        replace(each, rules=(*_rules(random), *each.rules)) for each in balancer.listeners
                    ),
                )
                for balancer in topology.load_balancing.load_balancers
            ),
        ),
    )


def random_request(random: Random, topology: Topology) -> HttpRequest:
    """A request by some name, for some path."""
    api = random.choice(topology.api_gateway.rest_apis)
    suffix = "execute-api.eu-central-1.amazonaws.com"
    host = random.choice(
        (
            *(f"{api.id}.{suffix}", f"{api.id}-{random.choice((known.ENDPOINT, SECOND_ENDPOINT))}.{suffix}"),
            *(known.DOMAIN, SECOND_DOMAIN, "a.corp.example", "anything.example"),
        )
    )
    headers = [("Host", host)]
    if random.random() < 0.4:
        headers.append(("x-apigw-api-id", api.id))
    if random.random() < 0.3:
        headers.append(("x-team", random.choice(("orders", "others"))))
    path = random_path(random)
    if random.random() < 0.6:
        path = f"/{random.choice(('live', 'test'))}{path}"
    return HttpRequest(random.choice(METHODS), path, tuple(headers))


def random_path(random: Random) -> str:
    """A path that one of the templates takes, or not."""
    if random.random() < 0.7:
        template = random.choice(TEMPLATES)
        value = "/".join(random.choices(SEGMENTS, k=random.choice((1, 1, 2))))
        return template.replace("{proxy+}", value).replace("{id}", random.choice(SEGMENTS))
    return "/" + "/".join(random.choices(SEGMENTS, k=random.randint(1, 3)))


def random_address(random: Random) -> IPv4Address:
    """An address that lies in some of the blocks, often near their edges."""
    block = random.choice(BLOCKS)
    first, last = int(block.network_address), int(block.broadcast_address)
    near = (first + 4, first + 9, last - 1, last - 9, (first + last) // 2, random.randint(first, last))
    return IPv4Address(min(max(random.choice(near), first), last))


def _network(random: Random, topology: Topology) -> Topology:
    network = topology.network
    groups = tuple(_group(random, group) for group in network.security_groups)
    interfaces = [*network.network_interfaces]
    if random.random() < 0.5:
        interfaces.append(_instance(random))
    endpoints = [replace(each, policy=_endpoint_policy(random)) for each in network.vpc_endpoints]
    if random.random() < 0.4:
        endpoint, interface = _second_endpoint(random, endpoints[0])
        endpoints.append(endpoint)
        interfaces.append(interface)
    acls = tuple(replace(acl, entries=(*_entries(random), *acl.entries)) for acl in network.network_acls)
    tables = tuple(replace(each, routes=(*each.routes, *_routes(random))) for each in network.route_tables)
    connections = tuple(
        replace(each, static_routes=(*each.static_routes, *_some(random, BLOCKS[9:10], 0.4)))
        for each in network.vpn_connections
    )
    corporate = (IPv4Network("192.168.0.0/16"),) if random.random() < 0.7 else ()
    changed = replace(
        network,
        security_groups=groups,
        network_interfaces=tuple(interfaces),
        vpc_endpoints=tuple(endpoints),
        network_acls=acls,
        route_tables=tables,
        vpn_connections=connections,
    )
    return replace(topology, network=changed, corporate_networks=corporate)


def _group(random: Random, group: SecurityGroup) -> SecurityGroup:
    if random.random() < 0.4:
        return group
    rules = []
    for number in range(random.randint(0, 3)):
        source = (
            {"cidr": random.choice(BLOCKS)}
            if random.random() < 0.7
            else {"referenced_group_id": random.choice(GROUPS)}
        )
        first = random.choice((443, 443, 0, 80))
        rules.append(
            SecurityGroupRule(f"sgr-{group.id}{number}", False, "tcp", first, max(first, 443), **source)
        )
    kept = tuple(rule for rule in group.rules if rule.egress or random.random() < 0.8)
    return replace(group, rules=(*kept, *rules))


def _instance(random: Random) -> NetworkInterface:
    subnet, network = random.choice(((known.SUBNET_A, "10.20.1."), (known.SUBNET_B, "10.20.2.")))
    return NetworkInterface(
        NetworkInterfaceId("eni-0instance"),
        known.VPC,
        subnet,
        IPv4Address(f"{network}{random.choice((12, 77, 140))}"),
        tuple(random.sample(GROUPS, random.randint(1, 2))),
        "Primary network interface",
    )


def _second_endpoint(random: Random, first: VpcEndpoint) -> tuple[VpcEndpoint, NetworkInterface]:
    group = random.choice(GROUPS)
    interface = NetworkInterface(
        NetworkInterfaceId("eni-0second"),
        known.VPC,
        known.SUBNET_A,
        IPv4Address("10.20.1.99"),
        (group,),
        f"VPC Endpoint Interface {SECOND_ENDPOINT}",
        "vpc_endpoint",
    )
    endpoint = replace(
        first,
        id=SECOND_ENDPOINT,
        network_interface_ids=(interface.id,),
        subnet_ids=(known.SUBNET_A,),
        security_group_ids=(group,),
        policy=_endpoint_policy(random),
        private_dns_enabled=False,
        dns_names=(),
    )
    return endpoint, interface


def _entries(random: Random) -> tuple[NetworkAclEntry, ...]:
    return tuple(
        NetworkAclEntry(10 + number, random.random() < 0.5, random.random() < 0.5, "6", random.choice(BLOCKS))
        for number in range(random.choice((0, 0, 0, 0, 0, 1, 2)))
    )


def _routes(random: Random) -> tuple[Route, ...]:
    blocks = _some(random, (IPv4Network("172.20.0.0/16"), IPv4Network("192.168.0.0/24")), 0.3)
    return tuple(
        Route(block, random.choice((known.VPN_GATEWAY, known.VPN_GATEWAY, "nat-0some"))) for block in blocks
    )


def _some(random: Random, values: tuple[Value, ...], chance: float) -> tuple[Value, ...]:
    return tuple(each for each in values if random.random() < chance)


def _api(random: Random, api_id: RestApiId) -> RestApi:
    deployment = _deployment(random, api_id)
    stages = [Stage("live", deployment)]
    if random.random() < 0.3:
        stages.append(Stage("test", _deployment(random, api_id)))
    if random.random() < 0.2:
        stages[0] = replace(stages[0], canary=Canary(_deployment(random, api_id), percent_traffic=30.0))
    return RestApi(
        api_id,
        f"api {api_id}",
        random.choice(("PRIVATE", "PRIVATE", "PRIVATE", "REGIONAL")),
        _some(random, (known.ENDPOINT, SECOND_ENDPOINT), 0.5),
        deployment.policy,
        tuple(stages),
        random.random() < 0.15,
    )


def _deployment(random: Random, api_id: RestApiId) -> Deployment:
    templates = random.sample(TEMPLATES, random.randint(1, 4))
    resources = tuple(
        Resource(f"r{number}", path, _methods(random)) for number, path in enumerate(sorted(templates))
    )
    policy = None if random.random() < 0.1 else _api_policy(random, api_id)
    return Deployment("d0", resources, policy)


def _methods(random: Random) -> tuple[Method, ...]:
    names = random.choice((("ANY",), ("GET",), ("GET", "POST"), ("ANY", "GET")))
    return tuple(Method(name, integration=_integration(random)) for name in names)


def _integration(random: Random) -> Integration:
    reads, calls = known.object_integration("index.html"), known.function_integration()
    return random.choice((calls, reads, known.mock_integration()))


def _api_policy(random: Random, api_id: RestApiId) -> PolicyDocument:
    statements = [_statement(random, api_id, "Allow") for _ in range(random.randint(1, 2))]
    if random.random() < 0.4:
        statements[0] = replace(statements[0], resources=("*",), conditions=())
    statements += [_statement(random, api_id, "Deny") for _ in range(random.choice((0, 0, 1, 2)))]
    return PolicyDocument(tuple(replace(each, position=n) for n, each in enumerate(statements)))


def _statement(random: Random, api_id: RestApiId, effect: str) -> Statement:
    tails = ("*", "live/*", "*/GET/*", "live/*/api/*", "*/*/orders/7*", "*/POST/*7", "test/GET/?ealth")
    resource = random.choice(("*", *(f"{BODY}{api_id}/{tail}" for tail in tails), "execute-api:/*/GET/*"))
    return known.statement(
        principals=(("*", "*"),),
        actions=(random.choice(("execute-api:Invoke", "execute-api:*", "*")),),
        resources=(resource,),
        conditions=tuple(_condition(random) for _ in range(random.choice((0, 1, 1, 2)))),
        effect=effect,
    )


def _condition(random: Random) -> Condition:
    endpoint = random.choice((known.ENDPOINT, SECOND_ENDPOINT, "vpce-0*", "vpce-*d"))
    block = str(random.choice(BLOCKS))
    return random.choice(
        (
            Condition("StringEquals", "aws:SourceVpce", (known.ENDPOINT,)),
            Condition("StringNotEquals", "aws:SourceVpce", (known.ENDPOINT, SECOND_ENDPOINT)),
            Condition("StringLike", "aws:SourceVpce", (endpoint,)),
            Condition("StringNotLikeIfExists", "aws:sourceVpce", (endpoint,)),
            Condition("StringEquals", "aws:SourceVpc", (known.VPC,)),
            Condition("StringNotEquals", "aws:SourceVpc", (known.VPC,)),
            Condition("IpAddress", "aws:VpcSourceIp", (block,)),
            Condition("NotIpAddress", "aws:VpcSourceIp", (block,)),
            Condition("NotIpAddressIfExists", "aws:SourceIp", (block,)),
            Condition("IpAddress", "aws:SourceIp", (block,)),
            Condition("Bool", "aws:SecureTransport", ("true",)),
            Condition("Null", "aws:SourceVpce", (random.choice(("true", "false")),)),
        )
    )


def _endpoint_policy(random: Random) -> PolicyDocument | None:
    if random.random() < 0.6:
        return None
    resources = random.choice((f"{BODY}{known.API}/*", f"{BODY}*/live/*", f"{BODY}*/*/GET/*api*", "*"))
    allow = known.statement(principals=(("*", "*"),), actions=("execute-api:Invoke",), resources=(resources,))
    return PolicyDocument((allow,))


def _function_policy(random: Random) -> PolicyDocument:
    tail = random.choice(("*", "*", f"{known.API}/*", f"{known.API}/live/GET/*", f"{SECOND_API}/*/*/api*"))
    allow = known.statement(
        principals=(("Service", "apigateway.amazonaws.com"),),
        actions=("lambda:InvokeFunction",),
        resources=(known.FUNCTION_ARN,),
        conditions=(Condition("ArnLike", "AWS:SourceArn", (BODY + tail,)),),
    )
    return PolicyDocument((allow,))


def _domain(random: Random, name: str, apis: list[RestApi]) -> DomainName:
    bases = random.choice((("",), ("orders",), ("", "api"), ("live",)))
    mappings = tuple(
        BasePathMapping(base, random.choice(apis).id, random.choice(("live", "live", "test", "")))
        for base in bases
    )
    return DomainName(name, "REGIONAL", "TLS_1_2", known.CERTIFICATE_ARN, mappings)


def _rules(random: Random) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            Arn(f"{known.LISTENER_ARN}/rule{number}"),
            number + 1,
            tuple(_rule_condition(random) for _ in range(random.choice((1, 1, 2)))),
            (_action(random),),
        )
        for number in range(random.choice((0, 0, 1, 2)))
    )


def _rule_condition(random: Random) -> RuleCondition:
    return random.choice(
        (
            RuleCondition("host-header", (random.choice((known.DOMAIN, "*.corp.example", "anything.*")),)),
            RuleCondition("path-pattern", (random.choice(("/api/*", "/*7*", "/live/*", "/orders/?")),)),
            RuleCondition("http-request-method", (random.choice(METHODS),)),
            RuleCondition("http-header", ("ord*",), "X-Team"),
            RuleCondition("source-ip", (str(random.choice(BLOCKS)),)),
        )
    )


def _action(random: Random) -> Action:
    if random.random() < 0.5:
        return FixedResponseAction(403)
    return ForwardAction(((known.TARGET_GROUP_ARN, 1),))
