"""The URL of an app that nobody declared is read from records, load balancers and private APIs."""

from dataclasses import replace

from tests.semantics.endpoint.worlds import PRIVATE_NAME, with_private_domain
from tests.semantics.journey.network_load_balancers import NLB_NAME, fronted, network_load_balancer
from tests.topologies import DOMAIN, private_app

from landbridge.model.load_balancing import LoadBalancing
from landbridge.model.names import AliasTarget, HostedZone, Names, RecordSet
from landbridge.model.topology import Topology
from landbridge.semantics.app_urls import app_urls


def with_record(topology: Topology, name: str, target: str, private: bool = True) -> Topology:
    record = RecordSet(name, "A", 0, (), AliasTarget(target, "Z1", False))
    vpcs = (topology.network.vpcs[0].id,) if private else ()
    zone = HostedZone("Z9", "zone", private, vpcs, (record,))
    return replace(topology, names=replace(topology.names, hosted_zones=(*topology.names.hosted_zones, zone)))


def with_ports(topology: Topology, *ports: tuple[str, int]) -> Topology:
    (balancer,) = topology.load_balancing.load_balancers
    listener = balancer.listeners[0]
    listeners = tuple(replace(listener, protocol=protocol, port=port) for protocol, port in ports)
    return replace(
        topology,
        load_balancing=replace(
            topology.load_balancing, load_balancers=(replace(balancer, listeners=listeners),)
        ),
    )


def balancer_name(topology: Topology) -> str:
    return topology.load_balancing.load_balancers[0].dns_name


def test_an_alias_record_of_a_private_zone_to_a_load_balancer_is_the_url() -> None:
    assert app_urls(private_app()) == (f"https://{DOMAIN}",)


def test_a_custom_domain_name_comes_before_other_names_of_the_same_load_balancer() -> None:
    topology = private_app()
    more = with_record(topology, "a.corp.example", f"dualstack.{balancer_name(topology)}")
    assert app_urls(more) == (f"https://{DOMAIN}", "https://a.corp.example")


def test_a_wildcard_and_a_public_zone_name_no_url() -> None:
    topology = private_app()
    wildcard = with_record(topology, "*.corp.example", balancer_name(topology))
    assert app_urls(with_record(wildcard, "x.corp.example", balancer_name(topology), False)) == (
        f"https://{DOMAIN}",
    )


def test_https_comes_before_http_and_an_unusual_port_is_shown() -> None:
    topology = private_app()
    assert app_urls(with_ports(topology, ("HTTP", 80), ("HTTPS", 8443))) == (f"https://{DOMAIN}:8443",)
    assert app_urls(with_ports(topology, ("HTTP", 80))) == (f"http://{DOMAIN}",)


def test_without_a_record_a_load_balancer_has_its_own_name() -> None:
    topology = replace(private_app(), names=Names())
    assert app_urls(topology) == (f"https://{balancer_name(topology)}",)


def test_a_record_may_lead_to_the_endpoint_itself() -> None:
    topology = replace(private_app(), names=Names(), load_balancing=LoadBalancing())
    (endpoint, *_) = topology.network.vpc_endpoints
    named = with_record(topology, "api.corp.example", endpoint.dns_names[0])
    assert app_urls(named) == ("https://api.corp.example",)


def test_without_either_private_apis_have_awss_names() -> None:
    topology = replace(private_app(), names=Names(), load_balancing=LoadBalancing())
    (endpoint, *_) = topology.network.vpc_endpoints
    (api,) = topology.api_gateway.rest_apis
    own = f".execute-api.{topology.region}.amazonaws.com/{api.stages[0].name}"
    host = api.id if endpoint.private_dns_enabled else f"{api.id}-{endpoint.id}"
    assert app_urls(topology) == (f"https://{host}{own}",)


def test_where_nothing_is_deployed_there_is_no_url() -> None:
    assert app_urls(Topology("123456789012", "eu-central-1")) == ()


def test_a_private_custom_domain_name_comes_before_other_names_too() -> None:
    topology = with_private_domain()
    endpoint_name = topology.network.vpc_endpoints[0].dns_names[0]
    more = with_record(with_record(topology, "a.corp.example", endpoint_name), PRIVATE_NAME, endpoint_name)
    assert app_urls(more) == (f"https://{DOMAIN}", f"https://{PRIVATE_NAME}", "https://a.corp.example")


def test_the_url_through_a_network_load_balancer_goes_by_its_ports() -> None:
    for port, expected in ((443, (f"https://{NLB_NAME}",)), (80, (f"http://{NLB_NAME}",)), (8443, ())):
        balancer = network_load_balancer()
        listeners = (replace(balancer.listeners[0], port=port),)
        topology = fronted(balancer=replace(balancer, listeners=listeners))
        alone = replace(topology.load_balancing, load_balancers=topology.load_balancing.load_balancers[1:])
        urls = app_urls(replace(topology, load_balancing=alone, names=Names()))
        assert tuple(url for url in urls if NLB_NAME in url) == expected
