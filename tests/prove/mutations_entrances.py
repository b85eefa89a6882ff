"""Services that are not modelled and lead anybody to the example app, and IPv6."""

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network, IPv6Network

from tests.prove.edits import edit_balancer, with_rule
from tests.prove.mutation import Mutation

from landbridge.model.identifiers import Arn, NetworkInterfaceId, SecurityGroupId
from landbridge.model.load_balancing import ForwardAction, Listener, LoadBalancer, Rule, Target
from landbridge.model.network import InternetGateway, NetworkInterface, SecurityGroup, SecurityGroupRule
from landbridge.model.other_entrances import OtherEntrance
from landbridge.model.topology import Topology

OTHER_ENTRANCE, CLIENTS = "no-other-entrance", "only-corporate-clients"
BELOW = "arn:aws:elasticloadbalancing:eu-central-1:123456789012"
FRONT = Arn(f"{BELOW}:loadbalancer/net/front/1")
FRONT_GROUP = Arn(f"{BELOW}:targetgroup/front/1")
SERVICE_GROUP = "CloudFront-VPCOrigins-Service-SG"

Edit = Callable[[Topology], Topology]


def entrance_of(topology: Topology) -> LoadBalancer:
    """The app's load balancer."""
    return topology.load_balancing.load_balancers[0]


def with_entrance(topology: Topology, *entrances: OtherEntrance) -> Topology:
    """These beside those that it has."""
    return replace(topology, other_entrances=(*topology.other_entrances, *entrances))


def with_group(topology: Topology, name: str, *rules: SecurityGroupRule) -> Topology:
    """One more security group, ``sg-0<name>``, in the load balancer's VPC."""
    group = SecurityGroup(group_id(name), name, entrance_of(topology).vpc_id, rules)
    now = topology.network
    return replace(topology, network=replace(now, security_groups=(*now.security_groups, group)))


def group_id(name: str) -> SecurityGroupId:
    """The id that ``with_group`` gives."""
    return SecurityGroupId(f"sg-0{name}".lower())


def admit_group(topology: Topology, name: str) -> Topology:
    """The load balancer's group admits another one on 443."""
    rule = SecurityGroupRule("sgr-0other", False, "tcp", 443, 443, referenced_group_id=group_id(name))
    return with_rule(topology, entrance_of(topology).security_group_ids, rule)


def admit_block(topology: Topology, block: IPv4Network | IPv6Network) -> Topology:
    """The load balancer's group admits a block on 443."""
    rule = SecurityGroupRule("sgr-0other", False, "tcp", 443, 443)
    rule = replace(rule, ipv6_cidr=block) if isinstance(block, IPv6Network) else replace(rule, cidr=block)
    return with_rule(topology, entrance_of(topology).security_group_ids, rule)


def http_api(topology: Topology) -> Topology:
    """An HTTP API without authorizer has a VPC link whose group the load balancer admits."""
    made = OtherEntrance(
        "AWS::ApiGatewayV2::Api",
        "h0api",
        (entrance_of(topology).arn,),
        open_to="anybody on the internet",
        public=True,
        security_groups=(group_id("link"),),
    )
    return with_entrance(admit_group(with_group(topology, "link"), "link"), made)


def distribution(topology: Topology) -> Topology:
    """A CloudFront distribution has the load balancer as VPC origin, which admits CloudFront's group."""
    made = OtherEntrance(
        "AWS::CloudFront::Distribution",
        "E0DISTRIBUTION",
        (entrance_of(topology).arn,),
        arn="arn:aws:cloudfront::123456789012:distribution/E0DISTRIBUTION",
        open_to="anybody on the internet",
        public=True,
        security_groups=(SERVICE_GROUP,),
    )
    return with_entrance(admit_group(with_group(topology, SERVICE_GROUP), SERVICE_GROUP), made)


def accelerator(topology: Topology) -> Topology:
    """An accelerator leads to the load balancer, which admits a block of the internet."""
    made = OtherEntrance(
        "AWS::GlobalAccelerator::Accelerator",
        "fast",
        (entrance_of(topology).arn,),
        arn="arn:aws:globalaccelerator::123456789012:accelerator/1",
        open_to="anybody on the internet",
        public=True,
        keeps_client_address=True,
        ports=((443, 443),),
    )
    return with_entrance(admit_block(topology, IPv4Network("198.51.100.0/24")), made)


def endpoint_service(topology: Topology) -> Topology:
    """Every account may connect to a Network Load Balancer in front, which the load balancer admits."""
    made = OtherEntrance(
        "AWS::EC2::VPCEndpointService", "vpce-svc-0", (FRONT,), open_to="every AWS account", public=True
    )
    return with_entrance(in_front(topology), made)


def in_front(topology: Topology) -> Topology:
    """A Network Load Balancer that only what comes by PrivateLink gets through, in front of the app's own."""
    topology = admit_group(with_group(topology, "front"), "front")
    own, balancing, network = entrance_of(topology), topology.load_balancing, topology.network
    group = replace(
        balancing.target_groups[0],
        arn=FRONT_GROUP,
        name="front",
        target_type="alb",
        protocol="TCP",
        targets=(Target(own.arn, 443),),
    )
    action = ForwardAction(((FRONT_GROUP, 1),))
    rule = Rule(Arn(f"{BELOW}:listener-rule/net/front/1"), None, (), (action,))
    listener = Listener(Arn(f"{BELOW}:listener/net/front/1"), FRONT, 443, "TCP", (rule,))
    front = replace(
        own,
        arn=FRONT,
        name="front",
        dns_name="front.elb.eu-central-1.amazonaws.com",
        type="network",
        security_group_ids=(group_id("front"),),
        subnet_ids=own.subnet_ids[:1],
        listeners=(listener,),
        attributes=(),
        admits_private_link=True,
    )
    node = NetworkInterface(
        NetworkInterfaceId("eni-0front"),
        own.vpc_id,
        own.subnet_ids[0],
        IPv4Address(int(network.subnet_by_id[own.subnet_ids[0]].cidr.network_address) + 99),
        front.security_group_ids,
        front.interface_description,
        "network_load_balancer",
    )
    return replace(
        topology,
        load_balancing=replace(
            balancing,
            load_balancers=(*balancing.load_balancers, front),
            target_groups=(*balancing.target_groups, group),
        ),
        network=replace(network, network_interfaces=(*network.network_interfaces, node)),
    )


def dual_stack(deny_internet_gateway: str = "false", admits_ipv6: bool | None = True) -> Edit:
    """The load balancer has IPv6 addresses, and is asked by the whole internet over IPv6."""

    def apply(topology: Topology) -> Topology:
        vpc = entrance_of(topology).vpc_id
        own = IPv6Network("2001:db8:1::/56")
        now = topology.network
        network = replace(
            now,
            vpcs=tuple(replace(each, ipv6_cidrs=(own,)) if each.id == vpc else each for each in now.vpcs),
            internet_gateways=(*now.internet_gateways, InternetGateway("igw-0six", vpc)),
            route_tables=tuple(
                replace(table, ipv6_targets=((IPv6Network("::/0"), "igw-0six"),))
                if table.vpc_id == vpc
                else table
                for table in now.route_tables
            ),
            network_acls=tuple(replace(each, admits_ipv6=admits_ipv6) for each in now.network_acls),
        )
        opened = admit_block(replace(topology, network=network), IPv6Network("::/0"))
        attribute = ("ipv6.deny_all_igw_traffic", deny_internet_gateway)
        return edit_balancer(
            opened,
            lambda each: replace(each, ip_address_type="dualstack", attributes=(*each.attributes, attribute)),
        )

    return apply


ENTRANCES = (
    Mutation("an HTTP API's VPC link is admitted", OTHER_ENTRANCE, http_api),
    Mutation("a CloudFront distribution has the load balancer as VPC origin", OTHER_ENTRANCE, distribution),
    Mutation(
        "an accelerator leads to the load balancer",
        OTHER_ENTRANCE,
        accelerator,
        frozenset({"corporate-networks-private"}),
    ),
    Mutation("an endpoint service is open to every account", OTHER_ENTRANCE, endpoint_service),
    Mutation("the load balancer is on the internet over IPv6", CLIENTS, dual_stack()),
)
