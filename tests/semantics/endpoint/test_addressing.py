"""Which API a request means: by header, custom domain name, or the API's own host names."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.semantics.api_gateway.calls import with_api
from tests.semantics.conversations import with_domain
from tests.semantics.endpoint.worlds import (
    ALIAS,
    ELSEWHERE,
    FRONT,
    OTHER_ENDPOINT,
    OWN,
    PRIVATE_NAME,
    PUBLIC_API,
    THERE,
    find,
    with_private_domain,
    with_public_api,
)
from tests.topologies import ALB_NAME, API, DOMAIN, ENDPOINT, REGION, private_app

from landbridge.model.network import VpcEndpoint
from landbridge.semantics.endpoint.address import Address, Addressed
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Step

ENDPOINT_NAME, ZONAL_NAME = THERE.dns_names[0], THERE.dns_names[1]


def answered(found: Addressed) -> Address:
    assert found.address is not None
    assert {hop.decision.allowed for hop in found.hops} == {True}
    return found.address


def refused(found: Addressed, code: LocalCode) -> str:
    """The remedy."""
    assert found.address is None
    assert found.hops[-1].decision.code is code
    assert found.hops[-1].decision.remedy
    return found.hops[-1].decision.remedy


def test_row_1_the_private_dns_name_means_the_api_and_the_path_its_stage() -> None:
    address = answered(find(private_app(), OWN))
    assert (address.api.id, address.stage_name, address.resource_path) == (API, "live", "/api")


def test_row_2_the_alias_means_the_api_where_it_is_associated_with_the_endpoint() -> None:
    assert answered(find(private_app(), ALIAS)).api.id == API
    apart = with_api(private_app(), vpc_endpoint_ids=())
    assert ENDPOINT in refused(find(apart, ALIAS), LocalCode.ENDPOINT_NOT_ASSOCIATED)


def test_row_3_the_endpoints_name_means_nothing_and_the_host_does() -> None:
    assert answered(find(private_app(), OWN, server_name=ENDPOINT_NAME)).api.id == API


@pytest.mark.parametrize(
    "host", [ENDPOINT_NAME, ZONAL_NAME, ALB_NAME, "10.20.1.20", "any.example", DOMAIN, ""]
)
def test_row_4_the_api_id_header_means_the_api_whatever_the_host(host: str) -> None:
    address = answered(find(private_app(), host, api_id=API))
    assert (address.stage_name, address.resource_path, address.domain_name) == ("live", "/api", host)


def test_row_5_a_private_custom_domain_name_means_the_api_where_it_is_associated() -> None:
    address = answered(find(with_private_domain(), PRIVATE_NAME, "/api"))
    assert (address.api.id, address.stage_name, address.resource_path) == (API, "live", "/api")
    assert address.private_domain is not None


def test_row_6_a_regional_custom_domain_name_means_a_private_api_through_the_endpoint() -> None:
    address = answered(find(private_app(), DOMAIN, "/api"))
    assert (address.api.id, address.stage_name, address.resource_path) == (API, "live", "/api")
    assert address.private_domain is None


@pytest.mark.parametrize(
    ("host", "advice"),
    [
        (ALB_NAME, "what was connected to"),
        ("10.20.1.20", "what was connected to"),
        (ENDPOINT_NAME, "x-apigw-api-id"),
        (ZONAL_NAME, "x-apigw-api-id"),
        (f"{API}.execute-api.us-east-1.amazonaws.com", "region us-east-1"),
        ("other.corp.example", "custom domain name 'other.corp.example'"),
        (f"x.{OWN}", "names no API"),
        (f"{OWN}.evil.example", "names no API"),
        ("", "names no API"),
    ],
)
def test_row_7_an_unknown_host_without_the_header_means_no_api(host: str, advice: str) -> None:
    found = find(private_app(), host)
    assert advice in refused(found, LocalCode.HOST_NAMES_NO_API)
    assert found.hops[-1].step is Step.ADDRESS_API


@pytest.mark.parametrize("api_id", ["zzzz", "", f"{API}x"])
def test_row_8_a_wrong_api_id_means_no_api_even_beside_a_good_host(api_id: str) -> None:
    refused(find(private_app(), DOMAIN, api_id=api_id), LocalCode.HOST_NAMES_NO_API)


def test_row_9_an_unknown_stage_is_found_out_later_as_the_api_is_known() -> None:
    assert answered(find(private_app(), OWN, "/nostage/x")).stage_name == "nostage"


def test_row_10_a_base_path_that_is_not_mapped_means_no_api() -> None:
    topology = with_domain(private_app(), mappings=())
    refused(find(topology, DOMAIN, "/unmapped"), LocalCode.BASE_PATH_NOT_MAPPED)


@pytest.mark.parametrize("host", [OWN, OWN.upper(), f"{OWN}:443", ALIAS])
@pytest.mark.parametrize(
    ("target", "stage", "path"),
    [("/live/api/orders", "live", "/api/orders"), ("/live", "live", "/"), ("/live/", "live", "/")],
)
def test_an_apis_own_name_has_the_stage_in_its_path(host: str, target: str, stage: str, path: str) -> None:
    address = answered(find(private_app(), host, target))
    assert (address.api.id, address.stage_name, address.resource_path) == (API, stage, path)


def test_the_api_id_header_counts_at_endpoints_only() -> None:
    refused(find(private_app(), "other.example", endpoint=FRONT, api_id=API), LocalCode.HOST_NAMES_NO_API)


@pytest.mark.parametrize(
    ("endpoint_type", "endpoint", "host", "code"),
    [
        ("REGIONAL", THERE, OWN, LocalCode.PUBLIC_API_THROUGH_ENDPOINT),
        ("REGIONAL", THERE, DOMAIN, LocalCode.PUBLIC_API_THROUGH_ENDPOINT),
        ("EDGE", THERE, OWN, LocalCode.PUBLIC_API_THROUGH_ENDPOINT),
        ("PRIVATE", FRONT, OWN, LocalCode.PRIVATE_API_FROM_OUTSIDE),
        ("PRIVATE", FRONT, ALIAS, LocalCode.PRIVATE_API_FROM_OUTSIDE),
        ("PRIVATE", FRONT, DOMAIN, LocalCode.PRIVATE_API_FROM_OUTSIDE),
        ("REGIONAL", FRONT, OWN, None),
        ("REGIONAL", FRONT, DOMAIN, None),
        ("REGIONAL", FRONT, ALIAS, LocalCode.ENDPOINT_NOT_ASSOCIATED),
        ("EDGE", FRONT, OWN, LocalCode.NOT_MODELLED),
    ],
)
def test_private_apis_answer_through_endpoints_and_public_ones_at_the_front(
    endpoint_type: str, endpoint: VpcEndpoint | None, host: str, code: LocalCode | None
) -> None:
    found = find(with_api(private_app(), endpoint_type=endpoint_type), host, "/live/api", endpoint)
    assert found.hops[-1].decision.code is code
    assert (found.address is None) == (code is not None)


@pytest.mark.parametrize(
    ("private_dns", "advice"), [(True, "turn off the private DNS"), (False, "over the internet")]
)
def test_private_dns_brings_the_names_of_public_apis_to_the_endpoint_which_serves_none(
    private_dns: bool, advice: str
) -> None:
    endpoint = replace(THERE, private_dns_enabled=private_dns)
    public = OWN.replace(API, PUBLIC_API)
    found = find(with_public_api(private_app()), public, endpoint=endpoint)
    assert advice in refused(found, LocalCode.PUBLIC_API_THROUGH_ENDPOINT)
    foreign = find(private_app(), OWN.replace(API, "f0re1gn"), endpoint=endpoint)
    assert ("private DNS" in refused(foreign, LocalCode.HOST_NAMES_NO_API)) == private_dns


def test_each_of_several_apis_is_found_by_its_own_id_through_any_endpoint() -> None:
    gateway = private_app().api_gateway
    second = replace(gateway.rest_apis[0], id=PUBLIC_API, vpc_endpoint_ids=(OTHER_ENDPOINT,))
    both = replace(private_app(), api_gateway=replace(gateway, rest_apis=(*gateway.rest_apis, second)))
    for endpoint in (THERE, ELSEWHERE):
        for api_id in (API, PUBLIC_API):
            host = OWN.replace(API, api_id)
            assert answered(find(both, host, endpoint=endpoint)).api.id == api_id
            assert answered(find(both, "any", endpoint=endpoint, api_id=api_id)).api.id == api_id


@pytest.mark.parametrize(
    ("alias", "endpoint", "advice"),
    [
        (ALIAS, ELSEWHERE, f"connect to {ENDPOINT}"),
        (ALIAS.replace(ENDPOINT, OTHER_ENDPOINT), THERE, f"connect to {OTHER_ENDPOINT}"),
        (ALIAS.replace(ENDPOINT, "vpce-0ffff"), THERE, "Associate vpce-0ffff"),
    ],
)
def test_an_alias_works_only_at_its_own_endpoint(alias: str, endpoint: VpcEndpoint, advice: str) -> None:
    topology = with_api(private_app(), vpc_endpoint_ids=(ENDPOINT, OTHER_ENDPOINT))
    assert advice in refused(find(topology, alias, endpoint=endpoint), LocalCode.ENDPOINT_NOT_ASSOCIATED)


@pytest.mark.parametrize(("host", "api_id"), [(OWN, None), ("any.example", API), (ALIAS, None)])
def test_a_disabled_default_endpoint_leaves_custom_domain_names_only(host: str, api_id: str | None) -> None:
    topology = with_api(with_private_domain(), disable_execute_api_endpoint=True)
    refused(find(topology, host, api_id=api_id), LocalCode.DEFAULT_ENDPOINT_DISABLED)
    assert answered(find(topology, PRIVATE_NAME, "/api")).api.id == API
    assert answered(find(with_api(private_app(), disable_execute_api_endpoint=True), DOMAIN)).api.id == API


def test_a_host_in_the_form_of_an_api_name_of_this_region_is_its_only_other_meaning() -> None:
    unknown = f"zzzz.execute-api.{REGION}.amazonaws.com"
    assert "no REST API 'zzzz'" in refused(find(private_app(), unknown), LocalCode.HOST_NAMES_NO_API)


HOSTS = st.sampled_from(
    (OWN, ALIAS, DOMAIN, PRIVATE_NAME, ENDPOINT_NAME, ALB_NAME, "10.20.1.20", "")
) | st.text("apivce-0123.x*:", max_size=20)


@given(
    host=HOSTS,
    api_id=st.none() | st.sampled_from((API, PUBLIC_API, "zzzz", "")),
    endpoint=st.sampled_from((THERE, ELSEWHERE, FRONT)),
    server_name=HOSTS,
    mode=st.sampled_from(("", "BASIC", "STRICT")),
    path=st.text("/liveap1.", max_size=20),
)
def test_whatever_is_asked_for_only_an_api_of_the_right_type_is_ever_found(
    host: str, api_id: str | None, endpoint: VpcEndpoint | None, server_name: str, mode: str, path: str
) -> None:
    topology = with_api(with_private_domain(), endpoint_access_mode=mode)
    found = find(with_public_api(topology), host, f"/{path}", endpoint, api_id, server_name)
    assert found.hops
    denied = [hop for hop in found.hops if not hop.decision.allowed]
    assert (found.address is None) == bool(denied)
    if found.address is None:
        assert denied == [found.hops[-1]]
        assert denied[0].decision.remedy
    else:
        assert found.address.resource_path.startswith("/")
        assert (found.address.api.endpoint_type == "PRIVATE") == (endpoint is not None)
