"""Faults that let somebody in by another way, or nobody at all, in the example app's design ``gateway``."""

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from tests.prove.edits import (
    configured_and_deployed,
    edit_api,
    edit_balancer,
    edit_listener,
    edit_private_zones,
    edit_target_groups,
    with_rule,
)
from tests.prove.mutation import Mutation

from landbridge.model.api_gateway import Canary, Deployment, RestApi
from landbridge.model.identifiers import (
    NetworkInterfaceId,
    RestApiId,
    SecurityGroupId,
    SubnetId,
    VpcEndpointId,
    VpcId,
)
from landbridge.model.links import VpcPeeringConnection
from landbridge.model.network import (
    InternetGateway,
    NetworkInterface,
    Route,
    SecurityGroup,
    SecurityGroupRule,
    Subnet,
    Vpc,
)
from landbridge.model.policy import Condition, PolicyDocument, Principals, Statement
from landbridge.model.topology import Topology

EVERYBODY = Principals(False, (("*", "*"),))
EVERYWHERE, PARTNER, PEER = (
    IPv4Network("0.0.0.0/0"),
    IPv4Network("172.20.0.0/16"),
    IPv4Network("10.30.0.0/16"),
)
PEER_VPC = VpcId("vpc-0peer")

Edit = Callable[[Topology], Topology]


def entrance(topology: Topology) -> tuple[SecurityGroupId, ...]:
    """The load balancer's security groups."""
    return topology.load_balancing.load_balancers[0].security_group_ids


def endpoint_groups(topology: Topology) -> tuple[SecurityGroupId, ...]:
    """The execute-api endpoint's security groups."""
    return tuple(endpoint_of(topology).security_group_ids)


def s3_endpoint_groups(topology: Topology) -> tuple[SecurityGroupId, ...]:
    """The S3 interface endpoint's security groups."""
    return tuple(endpoint_of(topology, "s3").security_group_ids)


def endpoint_of(topology: Topology, service: str = "execute-api") -> Any:
    """The app's endpoint for a service."""
    return next(each for each in topology.network.vpc_endpoints if each.service_name.endswith(service))


def admit(groups: Callable[[Topology], tuple[SecurityGroupId, ...]], block: IPv4Network | str) -> Edit:
    """One more ingress rule on TCP 443: for a block, or for the VPC's group of this name."""

    def apply(topology: Topology) -> Topology:
        if isinstance(block, IPv4Network):
            rule = SecurityGroupRule("sgr-0more", False, "tcp", 443, 443, cidr=block)
            return with_rule(topology, groups(topology), rule)
        vpc = endpoint_of(topology).vpc_id
        found = (g.id for g in topology.network.security_groups if (g.name, g.vpc_id) == (block, vpc))
        rule = SecurityGroupRule("sgr-0more", False, "tcp", 443, 443, referenced_group_id=next(found))
        return with_rule(topology, groups(topology), rule)

    return apply


def admit_vpc(groups: Callable[[Topology], tuple[SecurityGroupId, ...]], of: str = "execute-api") -> Edit:
    """The VPC's own block is admitted."""

    def apply(topology: Topology) -> Topology:
        vpc = topology.network.vpc_by_id[endpoint_of(topology, of).vpc_id]
        return admit(groups, vpc.cidrs[0])(topology)

    return apply


def network(**changes: Any) -> Edit:
    """These parts of the network replaced, or computed from what they are."""

    def apply(topology: Topology) -> Topology:
        now = topology.network
        made = {key: value(now) if callable(value) else value for key, value in changes.items()}
        return replace(topology, network=replace(now, **made))

    return apply


def chain(*edits: Edit) -> Edit:
    """One edit after the other."""

    def apply(topology: Topology) -> Topology:
        for edit in edits:
            topology = edit(topology)
        return topology

    return apply


def policy(change: Callable[[Statement], tuple[Statement, ...]]) -> Edit:
    """Every statement of the API's policy changed, configured and deployed."""

    def both(deployment: Deployment) -> Deployment:
        assert deployment.policy is not None
        statements = tuple(new for each in deployment.policy.statements for new in change(each))
        return replace(deployment, policy=PolicyDocument(statements))

    return lambda topology: edit_api(topology, configured_and_deployed(both))


def condition(operator: str, key: str, *values: str) -> Edit:
    """This is the only condition under which the API may be invoked."""
    return policy(lambda each: (replace(each, conditions=(Condition(operator, key, values),)),))


def trust_vpc(topology: Topology) -> Topology:
    """The policy trusts the whole VPC, in which there is a second execute-api endpoint open to all of it."""
    vpc = endpoint_of(topology).vpc_id
    return condition("StringEquals", "aws:SourceVpc", vpc)(second_endpoint(topology))


def second_endpoint(topology: Topology) -> Topology:
    """Another execute-api endpoint in the VPC, open to all of it."""
    found = endpoint_of(topology)
    group = SecurityGroup(
        SecurityGroupId("sg-0second"),
        "second",
        found.vpc_id,
        (SecurityGroupRule("sgr-0second", False, "tcp", 443, 443, cidr=IPv4Network("10.20.0.0/16")),),
    )
    [subnet_id, *_] = found.subnet_ids
    address = topology.network.subnet_by_id[subnet_id].cidr.network_address + 200
    interface = NetworkInterface(
        NetworkInterfaceId("eni-0second"),
        found.vpc_id,
        subnet_id,
        address,
        (group.id,),
        "VPC Endpoint Interface",
    )
    other = replace(
        found,
        id=VpcEndpointId("vpce-0second"),
        network_interface_ids=(interface.id,),
        subnet_ids=(subnet_id,),
        security_group_ids=(group.id,),
        private_dns_enabled=False,
        policy=None,
    )
    return network(
        vpc_endpoints=lambda now: (*now.vpc_endpoints, other),
        security_groups=lambda now: (*now.security_groups, group),
        network_interfaces=lambda now: (*now.network_interfaces, interface),
    )(topology)


def invert(topology: Topology) -> Topology:
    """Everybody may, unless he comes through the endpoint."""
    return condition("StringNotEquals", "aws:SourceVpce", endpoint_of(topology).id)(topology)


def invert_deny(topology: Topology) -> Topology:
    """Allowed for all, with a Deny for the endpoint itself in place of all others."""
    own = (Condition("StringEquals", "aws:SourceVpce", (endpoint_of(topology).id,)),)
    return policy(
        lambda each: (
            replace(each, conditions=()),
            replace(each, sid="NotOthers", effect="Deny", conditions=own, position=1),
        )
    )(topology)


def deny_twice(topology: Topology) -> Topology:
    """One Deny needs two things at once, so that each of them alone gets by."""
    both = (
        Condition("StringNotEquals", "aws:SourceVpce", (endpoint_of(topology).id,)),
        Condition("NotIpAddress", "aws:VpcSourceIp", ("10.20.0.0/16",)),
    )
    return policy(
        lambda each: (
            replace(each, conditions=()),
            replace(each, sid="Others", effect="Deny", conditions=both, position=1),
        )
    )(topology)


def guard_with(authorization_type: str) -> Edit:
    """Every method asks for this authorization, and the policy still only allows."""

    def guarded(deployment: Deployment) -> Deployment:
        return replace(
            deployment,
            resources=tuple(
                replace(
                    resource,
                    methods=tuple(
                        replace(method, authorization_type=authorization_type) for method in resource.methods
                    ),
                )
                for resource in deployment.resources
            ),
        )

    return lambda topology: edit_api(topology, configured_and_deployed(guarded))


def api(change: Callable[[RestApi], RestApi]) -> Edit:
    """The API changed."""
    return lambda topology: edit_api(topology, change)


def twin(topology: Topology) -> Topology:
    """A REGIONAL API with the same integrations; the function lets any API of the account in."""
    gateway = topology.api_gateway
    [found] = gateway.rest_apis
    stages = tuple(
        replace(stage, deployment=replace(stage.deployment, policy=None)) for stage in found.stages
    )
    other = replace(
        found,
        id=RestApiId("twin000000"),
        name="twin",
        endpoint_type="REGIONAL",
        vpc_endpoint_ids=(),
        policy=None,
        configured=None,
        stages=stages,
    )
    return replace(topology, api_gateway=replace(gateway, rest_apis=(found, other)))


def second_stage(topology: Topology) -> Topology:
    """A second stage serves the same deployment."""
    return api(lambda found: replace(found, stages=(*found.stages, replace(found.stages[0], name="test"))))(
        topology
    )


def canary(topology: Topology) -> Topology:
    """Half of the requests go to a canary release that is the same as the stage."""
    return api(
        lambda found: replace(
            found,
            stages=tuple(
                replace(stage, canary=Canary(stage.deployment, percent_traffic=50.0))
                for stage in found.stages
            ),
        )
    )(topology)


def peer(topology: Topology) -> Topology:
    """A VPC is peered, its routes lead here and back, and the load balancer's group admits its block."""
    vpc = endpoint_of(topology).vpc_id
    connection = VpcPeeringConnection("pcx-0peer", "active", PEER_VPC, vpc)
    subnet = Subnet(SubnetId("subnet-0peer"), PEER_VPC, PEER, "eu-central-1a")
    outwards = SecurityGroupRule("sgr-0peer", True, "-1", None, None, cidr=EVERYWHERE)
    group = SecurityGroup(SecurityGroupId("sg-0peer"), "default", PEER_VPC, (outwards,))
    [acl] = [each for each in topology.network.network_acls if each.vpc_id == vpc]
    here = next(iter(topology.network.vpc_by_id[vpc].cidrs))

    def tables(now: Any) -> Any:
        own = (
            replace(table, routes=(*table.routes, Route(PEER, connection.id)))
            if table.vpc_id == vpc
            else table
            for table in now.route_tables
        )
        routes = (Route(PEER, "local"), Route(here, connection.id))
        there = replace(
            now.route_tables[0], id="rtb-0peer", vpc_id=PEER_VPC, routes=routes, subnet_ids=(), main=True
        )
        return (*own, there)

    joined = network(
        vpcs=lambda now: (*now.vpcs, Vpc(PEER_VPC, (PEER,), True, True)),
        subnets=lambda now: (*now.subnets, subnet),
        security_groups=lambda now: (*now.security_groups, group),
        peering_connections=(connection,),
        route_tables=tables,
        network_acls=lambda now: (
            *now.network_acls,
            replace(acl, id="acl-0peer", vpc_id=PEER_VPC, subnet_ids=(), is_default=True),
        ),
    )
    return chain(joined, admit(entrance, PEER))(topology)


def partner(topology: Topology) -> Topology:
    """The VPN has a route to a partner's network too, and the load balancer's group admits it."""
    vpc = endpoint_of(topology).vpc_id
    routed = network(
        vpn_connections=lambda now: tuple(
            replace(each, static_routes=(*each.static_routes, PARTNER)) for each in now.vpn_connections
        ),
        route_tables=lambda now: tuple(
            replace(table, routes=(*table.routes, Route(PARTNER, now.vpn_gateways[0].id, propagated=True)))
            if table.vpc_id == vpc
            else table
            for table in now.route_tables
        ),
    )
    return chain(routed, admit(entrance, PARTNER))(topology)


def partner_by_default(topology: Topology) -> Topology:
    """The VPN takes everything that has no other route, and the load balancer's group admits a partner."""
    routed = network(
        vpn_connections=lambda now: tuple(
            replace(each, static_routes=(*each.static_routes, EVERYWHERE)) for each in now.vpn_connections
        ),
        route_tables=lambda now: tuple(
            replace(table, routes=(*table.routes, Route(EVERYWHERE, now.vpn_gateways[0].id, propagated=True)))
            if table.vpc_id == endpoint_of(topology).vpc_id
            else table
            for table in now.route_tables
        ),
    )
    return chain(routed, admit(entrance, PARTNER))(topology)


def face_internet(topology: Topology) -> Topology:
    """The load balancer has public addresses, an internet gateway leads to it, its group admits everybody."""
    [balancer] = topology.load_balancing.load_balancers
    vpc = balancer.vpc_id

    def interfaces(now: Any) -> Any:
        return tuple(
            replace(each, public_address=IPv4Address("198.51.100.10") + number)
            if each.description == balancer.interface_description
            else each
            for number, each in enumerate(now.network_interfaces)
        )

    opened = network(
        network_interfaces=interfaces,
        internet_gateways=(InternetGateway("igw-0open", vpc),),
        route_tables=lambda now: tuple(
            replace(table, routes=(*table.routes, Route(EVERYWHERE, "igw-0open")))
            if table.vpc_id == vpc
            else table
            for table in now.route_tables
        ),
    )
    scheme = edit_balancer(topology, lambda each: replace(each, scheme="internet-facing"))
    return chain(opened, admit(entrance, EVERYWHERE))(scheme)


LISTED, OTHER_WAY = "only-listed-endpoints", "no-other-way-to-integration"
BYPASS, CLIENTS, WORKS = "no-bypass", "only-corporate-clients", "it-works"
PRIVATE_BLOCKS, CHECKS = frozenset({"corporate-networks-private"}), frozenset({"health-check-can-succeed"})

WAYS = (
    Mutation("the endpoint's group admits the VPC", BYPASS, admit_vpc(endpoint_groups)),
    Mutation("the endpoint's group admits everybody", BYPASS, admit(endpoint_groups, EVERYWHERE)),
    Mutation(
        "the endpoint's group admits the office",
        BYPASS,
        admit(endpoint_groups, IPv4Network("192.168.0.0/16")),
    ),
    Mutation("the endpoint's group admits the default group", BYPASS, admit(endpoint_groups, "default")),
    Mutation("the load balancer's group admits the default group", CLIENTS, admit(entrance, "default")),
    Mutation("a peered VPC is admitted", CLIENTS, peer, PRIVATE_BLOCKS),
    Mutation("the load balancer faces the internet", CLIENTS, face_internet, PRIVATE_BLOCKS | {WORKS}),
    Mutation("the load balancer's group admits the VPC", CLIENTS, admit_vpc(entrance), PRIVATE_BLOCKS),
    Mutation("the condition is inverted", LISTED, invert, frozenset({WORKS})),
    Mutation("the Deny is inverted", LISTED, invert_deny, frozenset({WORKS})),
    Mutation("a partner behind the same VPN is admitted", CLIENTS, partner),
    Mutation("a partner behind the VPN's default route is admitted", CLIENTS, partner_by_default),
    Mutation("everybody may invoke the API", LISTED, policy(lambda each: (replace(each, conditions=()),))),
    Mutation(
        "an unknown VPC endpoint is trusted by a wildcard",
        LISTED,
        condition("StringLike", "aws:SourceVpce", "vpce-*"),
    ),
    Mutation("the VPC is trusted, which has a second endpoint", LISTED, trust_vpc),
    Mutation(
        "addresses of the VPC are trusted", LISTED, condition("IpAddress", "aws:VpcSourceIp", "10.20.0.0/16")
    ),
    Mutation(
        "a key that is absent on this path is trusted by IfExists",
        LISTED,
        condition("IpAddressIfExists", "aws:SourceIp", "192.168.0.0/16"),
    ),
    Mutation(
        "every value of an absent key is trusted",
        LISTED,
        condition("ForAllValues:StringEquals", "aws:PrincipalTag/team", "orders"),
    ),
    Mutation(
        "whoever is not at one address is trusted",
        LISTED,
        condition("NotIpAddress", "aws:VpcSourceIp", "10.99.0.1/32"),
    ),
    Mutation("the absence of a key is trusted", LISTED, condition("Null", "aws:PrincipalArn", "true")),
    Mutation("one Deny needs two things at once", LISTED, deny_twice),
    Mutation("signatures take the place of the policy", LISTED, guard_with("AWS_IAM")),
    Mutation("a REGIONAL twin", OTHER_WAY, twin),
    Mutation("a second stage", OTHER_WAY, second_stage),
    Mutation("a canary release", OTHER_WAY, canary),
)
"""Somebody else gets in."""

WAYS_OF_LAMBDA = (
    Mutation("the S3 endpoint's group admits the VPC", BYPASS, admit_vpc(s3_endpoint_groups, of="s3")),
    Mutation(
        "the S3 endpoint's group admits the office",
        BYPASS,
        admit(s3_endpoint_groups, IPv4Network("192.168.0.0/16")),
    ),
)
"""The same in the design ``lambda``."""

NOBODY = (
    Mutation(
        "the article's slip: SourceVpc with the endpoint's id",
        WORKS,
        lambda topology: condition("StringEquals", "aws:SourceVpc", endpoint_of(topology).id)(topology),
    ),
    Mutation(
        "SourceVpce with the VPC's id",
        WORKS,
        lambda topology: condition("StringEquals", "aws:SourceVpce", endpoint_of(topology).vpc_id)(topology),
    ),
    Mutation(
        "SourceIp on a private API",
        WORKS,
        condition("IpAddress", "aws:SourceIp", "192.168.0.0/16"),
        frozenset({"address-conditions-apply"}),
    ),
    Mutation(
        "the API is REGIONAL",
        WORKS,
        api(lambda found: replace(found, endpoint_type="REGIONAL", vpc_endpoint_ids=())),
    ),
    Mutation(
        "the VPN is down",
        WORKS,
        network(
            vpn_connections=lambda now: tuple(replace(each, state="deleted") for each in now.vpn_connections)
        ),
    ),
    Mutation(
        "no route back",
        WORKS,
        network(
            route_tables=lambda now: tuple(
                replace(table, routes=table.routes[:1]) for table in now.route_tables
            )
        ),
    ),
    Mutation(
        "the load balancer's group admits nobody",
        WORKS,
        network(
            security_groups=lambda now: tuple(
                replace(group, rules=()) if group.name.endswith("load-balancer") else group
                for group in now.security_groups
            )
        ),
        CHECKS,
    ),
    Mutation(
        "the endpoint's group admits nobody",
        WORKS,
        network(
            security_groups=lambda now: tuple(
                replace(group, rules=()) if group.name.endswith("-endpoint") else group
                for group in now.security_groups
            )
        ),
        CHECKS,
    ),
    Mutation(
        "network ACLs let nothing in",
        WORKS,
        network(
            network_acls=lambda now: tuple(
                replace(acl, entries=tuple(each for each in acl.entries if each.egress))
                for acl in now.network_acls
            )
        ),
    ),
    Mutation(
        "the name is gone",
        WORKS,
        lambda topology: edit_private_zones(topology, lambda zone: replace(zone, vpc_ids=())),
        frozenset({"names-stay-private"}),
    ),
    Mutation(
        "no listener", WORKS, lambda topology: edit_listener(topology, lambda each: replace(each, port=8443))
    ),
    Mutation("no targets", WORKS, lambda topology: edit_target_groups(topology, targets=())),
    Mutation(
        "the function's policy is gone",
        WORKS,
        lambda topology: replace(
            topology,
            functions=replace(
                topology.functions,
                functions=tuple(replace(each, policy=None) for each in topology.functions.functions),
            ),
        ),
    ),
    Mutation(
        "the bucket's policy and the role's are gone",
        WORKS,
        lambda topology: replace(
            topology,
            identity=replace(
                topology.identity, roles=tuple(replace(each, policies=()) for each in topology.identity.roles)
            ),
            storage=replace(
                topology.storage,
                buckets=tuple(replace(each, policy=None) for each in topology.storage.buckets),
            ),
        ),
    ),
    Mutation(
        "no base path mapping",
        WORKS,
        lambda topology: replace(
            topology,
            api_gateway=replace(
                topology.api_gateway,
                domain_names=tuple(replace(each, mappings=()) for each in topology.api_gateway.domain_names),
            ),
        ),
    ),
)
"""Nobody gets in."""
