"""Which API a request means: by header, custom domain name, or the API's own host names."""

from dataclasses import replace

import pytest
from tests.semantics.api_gateway.calls import with_api
from tests.semantics.conversations import with_domain
from tests.topologies import API, DOMAIN, ENDPOINT, REGION, private_app

from landbridge.model.api_gateway import BasePathMapping
from landbridge.model.exchange import HttpRequest
from landbridge.model.identifiers import RestApiId
from landbridge.model.network import VpcEndpoint
from landbridge.model.topology import Topology
from landbridge.semantics.endpoint.addressing import Addressed, find_address
from landbridge.semantics.world import World
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Step, Verdict

OWN = f"{API}.execute-api.{REGION}.amazonaws.com"
ALIAS = f"{API}-{ENDPOINT}.execute-api.{REGION}.amazonaws.com"
THERE = private_app().network.vpc_endpoints[0]
PUBLIC = None


def find(
    topology: Topology,
    host: str,
    target: str = "/live/api",
    endpoint: VpcEndpoint | None = THERE,
    api_id: str | None = None,
) -> Addressed:
    headers = (("Host", host), *((("x-apigw-api-id", api_id),) if api_id is not None else ()))
    return find_address(World(topology), HttpRequest("GET", target, headers), endpoint)


def mapped(*mappings: tuple[str, str]) -> Topology:
    return with_domain(
        private_app(), mappings=tuple(BasePathMapping(base, API, stage) for base, stage in mappings)
    )


@pytest.mark.parametrize(
    ("mappings", "target", "stage", "resource_path", "event_path"),
    [
        ((("", "live"),), "/api/orders?x=1", "live", "/api/orders", "/api/orders"),
        ((("", "live"),), "/", "live", "/", "/"),
        ((("v1", "live"),), "/v1/api/orders", "live", "/api/orders", "/v1/api/orders"),
        ((("v1", "live"),), "/v1", "live", "/", "/v1"),
        ((("v1", "live"), ("", "next")), "/v1/api", "live", "/api", "/v1/api"),
        ((("v1", "live"), ("", "next")), "/v12/api", "next", "/v12/api", "/v12/api"),
        ((("", "next"), ("v1", "live")), "/v1/api", "live", "/api", "/v1/api"),
        ((("", ""),), "/live/api", "live", "/api", "/live/api"),
        ((("v1", ""),), "/v1/live/api", "live", "/api", "/v1/live/api"),
    ],
)
def test_a_base_path_mapping_takes_its_segment_and_names_the_stage(
    mappings: tuple[tuple[str, str], ...], target: str, stage: str, resource_path: str, event_path: str
) -> None:
    address = find(mapped(*mappings), DOMAIN, target).address
    assert address is not None
    assert (address.stage_name, address.resource_path) == (stage, resource_path)
    assert (address.event_path, address.context_path) == (event_path, target.partition("?")[0])
    assert address.domain_name == DOMAIN


@pytest.mark.parametrize("host", [OWN, OWN.upper(), f"{OWN}:443", ALIAS])
@pytest.mark.parametrize(
    ("target", "stage", "path"),
    [("/live/api/orders", "live", "/api/orders"), ("/live", "live", "/"), ("/live/", "live", "/")],
)
def test_an_apis_own_name_has_the_stage_in_its_path(host: str, target: str, stage: str, path: str) -> None:
    address = find(private_app(), host, target).address
    assert address is not None
    assert (address.api.id, address.stage_name, address.resource_path) == (API, stage, path)


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("other.corp.example", LocalCode.HOST_NAMES_NO_API),
        ("", LocalCode.HOST_NAMES_NO_API),
        ("10.20.1.20", LocalCode.HOST_NAMES_NO_API),
        (f"{API}.execute-api.us-east-1.amazonaws.com", LocalCode.HOST_NAMES_NO_API),
        (f"x.{OWN}", LocalCode.HOST_NAMES_NO_API),
        (f"{OWN}.evil.example", LocalCode.HOST_NAMES_NO_API),
        (f"zzzz.execute-api.{REGION}.amazonaws.com", LocalCode.HOST_NAMES_NO_API),
        (f"{API}-vpce-0ffff.execute-api.{REGION}.amazonaws.com", LocalCode.ENDPOINT_NOT_ASSOCIATED),
    ],
)
def test_a_host_that_means_no_api_here_is_denied_with_a_remedy(host: str, code: LocalCode) -> None:
    found = find(private_app(), host)
    assert found.address is None
    assert (found.hops[-1].decision.code, found.hops[-1].step) == (code, Step.ADDRESS_API)
    assert found.hops[-1].decision.remedy


def test_the_api_id_header_wins_over_a_custom_domain_name_at_an_endpoint_only() -> None:
    address = find(private_app(), DOMAIN, "/live/api", THERE, API).address
    assert address is not None
    assert (address.stage_name, address.resource_path) == ("live", "/api")
    at_the_front = find(private_app(), "other.example", "/live/api", PUBLIC, API)
    assert at_the_front.hops[-1].decision.code is LocalCode.HOST_NAMES_NO_API


def test_a_wildcard_custom_domain_name_stands_for_one_label_and_an_exact_name_wins() -> None:
    wildcard = with_domain(private_app(), name="*.corp.example")
    assert find(wildcard, "any.corp.example").address is not None
    assert find(wildcard, "a.b.corp.example").address is None
    assert find(wildcard, "corp.example").address is None
    gateway = private_app().api_gateway
    other = replace(gateway.domain_names[0], name="*.corp.example", mappings=())
    both = replace(private_app(), api_gateway=replace(gateway, domain_names=(other, *gateway.domain_names)))
    assert find(both, DOMAIN).address is not None


def test_an_empty_api_id_header_names_no_api() -> None:
    found = find(private_app(), DOMAIN, "/live/api", THERE, "")
    assert (found.address, found.hops[-1].decision.code) == (None, LocalCode.HOST_NAMES_NO_API)


@pytest.mark.parametrize(
    ("endpoint_type", "endpoint", "host", "code"),
    [
        ("REGIONAL", THERE, OWN, LocalCode.PUBLIC_API_THROUGH_ENDPOINT),
        ("REGIONAL", THERE, DOMAIN, LocalCode.PUBLIC_API_THROUGH_ENDPOINT),
        ("PRIVATE", PUBLIC, OWN, LocalCode.PRIVATE_API_FROM_OUTSIDE),
        ("PRIVATE", PUBLIC, ALIAS, LocalCode.PRIVATE_API_FROM_OUTSIDE),
        ("PRIVATE", PUBLIC, DOMAIN, LocalCode.PRIVATE_API_FROM_OUTSIDE),
        ("REGIONAL", PUBLIC, OWN, None),
        ("REGIONAL", PUBLIC, DOMAIN, None),
        ("REGIONAL", PUBLIC, ALIAS, LocalCode.ENDPOINT_NOT_ASSOCIATED),
        ("EDGE", PUBLIC, OWN, LocalCode.NOT_MODELLED),
        ("EDGE", THERE, OWN, LocalCode.PUBLIC_API_THROUGH_ENDPOINT),
    ],
)
def test_private_apis_answer_through_endpoints_and_public_ones_at_the_front(
    endpoint_type: str, endpoint: VpcEndpoint | None, host: str, code: LocalCode | None
) -> None:
    found = find(with_api(private_app(), endpoint_type=endpoint_type), host, "/live/api", endpoint)
    assert found.hops[-1].decision.code is code
    assert (found.address is None) == (code is not None)


def test_an_alias_of_another_endpoint_is_denied_even_where_both_are_associated() -> None:
    other = replace(THERE, id=type(ENDPOINT)("vpce-0other"))
    topology = with_api(private_app(), vpc_endpoint_ids=(ENDPOINT, other.id))
    found = find(topology, ALIAS, endpoint=other)
    assert found.hops[-1].decision.code is LocalCode.ENDPOINT_NOT_ASSOCIATED


@pytest.mark.parametrize(
    ("host", "api_id", "served"),
    [(OWN, None, False), ("any.example", API, False), (ALIAS, None, True), (DOMAIN, None, True)],
)
def test_a_disabled_default_endpoint_leaves_the_alias_and_the_custom_domain_name(
    host: str, api_id: str | None, served: bool
) -> None:
    topology = with_api(private_app(), disable_execute_api_endpoint=True)
    assert (find(topology, host, api_id=api_id).address is not None) == served


@pytest.mark.parametrize(
    "topology",
    [
        with_domain(private_app(), unsupported=("mutual TLS",)),
        with_domain(private_app(), endpoint_type="PRIVATE"),
        with_domain(private_app(), endpoint_type="EDGE"),
        mapped(("a/b", "live"), ("", "live")),
    ],
    ids=["mutual TLS", "a private domain name", "an edge domain name", "base paths of several levels"],
)
def test_custom_domain_features_that_are_not_modelled_are_no_address(topology: Topology) -> None:
    found = find(topology, DOMAIN, "/api")
    assert found.address is None
    assert found.hops[-1].decision.verdict is Verdict.NOT_MODELLED


@pytest.mark.parametrize(
    ("mappings", "target"), [((), "/api"), ((("v1", "live"),), "/api"), ((("v1", "live"),), "/")]
)
def test_a_path_that_no_mapping_takes_is_denied(mappings: tuple[tuple[str, str], ...], target: str) -> None:
    found = find(mapped(*mappings), DOMAIN, target)
    assert found.address is None
    assert found.hops[-1].decision.code is LocalCode.BASE_PATH_NOT_MAPPED


def test_a_mapping_to_an_api_that_is_gone_is_denied() -> None:
    topology = with_domain(private_app(), mappings=(BasePathMapping("", RestApiId("gone"), "live"),))
    found = find(topology, DOMAIN)
    assert found.address is None
    assert found.hops[-1].decision.code is LocalCode.HOST_NAMES_NO_API
