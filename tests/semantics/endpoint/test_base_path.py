"""From a custom domain name to an API: mappings on one level, on several, and those that lead nowhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.semantics.api_gateway.calls import with_api
from tests.semantics.conversations import with_domain
from tests.semantics.endpoint.worlds import (
    FRONT,
    PRIVATE_NAME,
    PUBLIC_API,
    find,
    with_private_domain,
    with_public_api,
)
from tests.topologies import API, DOMAIN, private_app

from landbridge.model.api_gateway import BasePathMapping
from landbridge.model.identifiers import RestApiId
from landbridge.model.topology import Topology
from landbridge.trace.codes import LocalCode

Mappings = tuple[tuple[str, str], ...]


def mapped(*mappings: tuple[str, str], topology: Topology | None = None) -> Topology:
    return with_domain(
        topology or private_app(),
        mappings=tuple(BasePathMapping(base, API, stage) for base, stage in mappings),
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
        ((("v1", "live"), ("", "next")), "/V1/api", "next", "/V1/api", "/V1/api"),
        ((("", ""),), "/live/api", "live", "/api", "/live/api"),
        ((("v1", ""),), "/v1/live/api", "live", "/api", "/v1/live/api"),
    ],
)
def test_a_base_path_mapping_takes_its_segment_and_names_the_stage(
    mappings: Mappings, target: str, stage: str, resource_path: str, event_path: str
) -> None:
    address = find(mapped(*mappings), DOMAIN, target).address
    assert address is not None
    assert (address.stage_name, address.resource_path) == (stage, resource_path)
    assert (address.event_path, address.context_path) == (event_path, target.partition("?")[0])
    assert address.domain_name == DOMAIN
    assert not address.lower_case_header_names


@pytest.mark.parametrize(
    ("mappings", "target"), [((), "/api"), ((("v1", "live"),), "/api"), ((("v1", "live"),), "/")]
)
def test_a_path_that_no_mapping_takes_is_denied(mappings: Mappings, target: str) -> None:
    found = find(mapped(*mappings), DOMAIN, target)
    assert found.address is None
    assert found.hops[-1].decision.code is LocalCode.BASE_PATH_NOT_MAPPED


LEVELS: Mappings = (
    ("", "one"),
    ("orders", "two"),
    ("orders/v1/items", "three"),
    ("orders/v2/items", "four"),
    ("orders/v1/items/categories", "five"),
)
"""The example of AWS's document, with stages in the place of APIs."""


@pytest.mark.parametrize(
    ("target", "stage", "resource_path"),
    [
        ("/orders", "two", "/"),
        ("/orders/v1/items", "three", "/"),
        ("/orders/v2/items", "four", "/"),
        ("/orders/v1/items/123", "three", "/123"),
        ("/orders/v1/items/categories/5", "five", "/5"),
        ("/customers", "one", "/customers"),
        ("/ordersandmore", "two", "/andmore"),
        ("/orders/v1/itemsandmore", "three", "/andmore"),
        ("/orders/v3", "two", "/v3"),
    ],
)
def test_with_several_levels_the_longest_prefix_of_the_text_wins(
    target: str, stage: str, resource_path: str
) -> None:
    public = with_api(private_app(), endpoint_type="REGIONAL")
    address = find(mapped(*LEVELS, topology=public), DOMAIN, target, FRONT).address
    assert address is not None
    assert (address.stage_name, address.resource_path) == (stage, resource_path)
    assert address.lower_case_header_names


def test_with_one_level_ordersandmore_goes_to_the_empty_path() -> None:
    address = find(mapped(("orders", "two"), ("", "one")), DOMAIN, "/ordersandmore").address
    assert address is not None
    assert address.stage_name == "one"


@pytest.mark.parametrize("target", ["/orders/v1/items", "/orders", "/customers"])
def test_mappings_on_several_levels_do_not_work_through_an_endpoint(target: str) -> None:
    found = find(mapped(*LEVELS), DOMAIN, target)
    assert found.address is None
    assert found.hops[-1].decision.code is LocalCode.MULTI_LEVEL_MAPPING_THROUGH_ENDPOINT
    private = with_private_domain(mappings=(BasePathMapping("a/b", API, "live"),))
    found = find(private, PRIVATE_NAME, "/a/b")
    assert found.hops[-1].decision.code is LocalCode.MULTI_LEVEL_MAPPING_THROUGH_ENDPOINT


@given(path=st.text("orders/v12items", max_size=30))
def test_a_mapped_path_is_its_base_path_and_what_is_below(path: str) -> None:
    public = with_api(private_app(), endpoint_type="REGIONAL")
    address = find(mapped(*LEVELS, topology=public), DOMAIN, f"/{path}", FRONT).address
    assert address is not None
    base_path = next(base for base, stage in LEVELS if stage == address.stage_name)
    assert path.lstrip("/").startswith(base_path)
    assert address.resource_path.lstrip("/") == path.lstrip("/")[len(base_path) :].lstrip("/")


def test_a_mapping_to_an_api_that_is_gone_is_denied() -> None:
    topology = with_domain(private_app(), mappings=(BasePathMapping("", RestApiId("gone"), "live"),))
    found = find(topology, DOMAIN)
    assert found.address is None
    assert found.hops[-1].decision.code is LocalCode.HOST_NAMES_NO_API


def test_a_private_custom_domain_name_leads_to_no_public_api() -> None:
    mapping = BasePathMapping("", PUBLIC_API, "live")
    found = find(with_public_api(with_private_domain(mappings=(mapping,))), PRIVATE_NAME, "/api")
    assert found.address is None
    assert found.hops[-1].decision.code is LocalCode.PUBLIC_API_THROUGH_ENDPOINT
