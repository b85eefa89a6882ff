from dataclasses import replace
from ipaddress import IPv4Address

import pytest
from tests.topologies import (
    ALB_NAME,
    API,
    ENDPOINT,
    REGION,
    api_gateway,
    execute_api_endpoint,
    load_balancer,
    load_balancing,
    network_interfaces,
    private_app,
    rest_api,
    with_network,
)

from landbridge.model.topology import Topology
from landbridge.semantics.network.published_names import private_dns_zones, publish

NODES = ("10.20.1.10", "10.20.2.10")
ENDPOINTS = ("10.20.1.20", "10.20.2.20")
VPCE = f"execute-api.{REGION}.vpce.amazonaws.com"
BASE = f"execute-api.{REGION}.amazonaws.com"


def published(topology: Topology) -> dict[str, tuple[str, ...]]:
    return {record_set.name: record_set.values for record_set in publish(topology).records}


@pytest.mark.parametrize(
    ("name", "addresses"),
    [
        (ALB_NAME, NODES),
        (f"dualstack.{ALB_NAME}", NODES),
        (f"{ENDPOINT}-x1y2z3w4.{VPCE}", ENDPOINTS),
        (f"{ENDPOINT}-x1y2z3w4-eu-central-1a.{VPCE}", ENDPOINTS[:1]),
        (f"{ENDPOINT}-x1y2z3w4-eu-central-1b.{VPCE}", ENDPOINTS[1:]),
        (f"{API}-{ENDPOINT}.{BASE}", ENDPOINTS),
        (f"*.{BASE}", ("192.0.2.10",)),
    ],
)
def test_public_dns_knows_private_addresses_by_the_names_that_aws_gives(
    name: str, addresses: tuple[str, ...]
) -> None:
    assert published(private_app())[name] == addresses


def test_private_dns_names_are_not_published() -> None:
    assert BASE not in published(private_app())


def test_an_internet_facing_load_balancer_publishes_public_addresses() -> None:
    public = tuple(replace(one, public_address=IPv4Address("52.28.0.1")) for one in network_interfaces())
    facing = replace(load_balancing(), load_balancers=(replace(load_balancer(), scheme="internet-facing"),))
    topology = replace(with_network(private_app(), network_interfaces=public), load_balancing=facing)
    assert published(topology)[ALB_NAME] == ("52.28.0.1", "52.28.0.1")


def test_an_api_that_lists_no_endpoint_has_no_name_of_its_own() -> None:
    apart = replace(api_gateway(), rest_apis=(replace(rest_api(), vpc_endpoint_ids=()),))
    assert f"{API}-{ENDPOINT}.{BASE}" not in published(replace(private_app(), api_gateway=apart))


def test_an_endpoint_keeps_its_private_names_in_a_zone_of_its_vpc() -> None:
    (zone,) = private_dns_zones(private_app(), execute_api_endpoint())
    assert zone.name == BASE
    assert {record_set.name: record_set.values for record_set in zone.records} == {
        BASE: ENDPOINTS,
        f"*.{BASE}": ENDPOINTS,
    }


def test_the_names_of_an_execute_api_endpoint_are_known_even_when_they_are_not_listed() -> None:
    endpoint = replace(execute_api_endpoint(), dns_names=execute_api_endpoint().dns_names[:1])
    assert private_dns_zones(private_app(), endpoint) == private_dns_zones(
        private_app(), execute_api_endpoint()
    )


def test_another_service_has_the_private_names_that_its_endpoint_lists() -> None:
    names = (
        f"*.vpce-1.s3.{REGION}.vpce.amazonaws.com",
        f"s3.{REGION}.amazonaws.com",
        f"*.s3.{REGION}.amazonaws.com",
    )
    endpoint = replace(execute_api_endpoint(), service_name=f"com.amazonaws.{REGION}.s3", dns_names=names)
    (zone,) = private_dns_zones(private_app(), endpoint)
    assert zone.name == f"s3.{REGION}.amazonaws.com"
    topology = with_network(private_app(), vpc_endpoints=(endpoint,))
    assert published(topology)[names[0]] == ENDPOINTS
