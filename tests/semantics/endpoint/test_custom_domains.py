"""Which custom domain name a Host means at an endpoint and at the public front."""

from dataclasses import replace
from typing import Any

import pytest
from tests.semantics.conversations import with_domain
from tests.semantics.endpoint.worlds import (
    ELSEWHERE,
    FRONT,
    OTHER_ENDPOINT,
    OWN,
    PRIVATE_ARN,
    PRIVATE_NAME,
    THERE,
    association,
    find,
    private_domain,
    with_private_domain,
)
from tests.topologies import ACCOUNT, API, DOMAIN, private_app

from landbridge.model.network import VpcEndpoint
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Verdict


@pytest.mark.parametrize(
    ("host", "endpoint", "code"),
    [
        (PRIVATE_NAME, THERE, None),
        (PRIVATE_NAME.upper(), THERE, None),
        (f"{PRIVATE_NAME}:443", THERE, None),
        (f"x.{PRIVATE_NAME}", THERE, LocalCode.HOST_NAMES_NO_API),
        (PRIVATE_NAME, ELSEWHERE, LocalCode.DOMAIN_NAME_NOT_ASSOCIATED),
        (PRIVATE_NAME, FRONT, LocalCode.PRIVATE_API_FROM_OUTSIDE),
        (DOMAIN, THERE, LocalCode.ENDPOINT_SERVES_PRIVATE_DOMAIN_NAMES),
        (DOMAIN, ELSEWHERE, None),
        (OWN, THERE, None),
    ],
)
def test_a_private_name_answers_where_it_is_associated_and_drives_public_names_out_there(
    host: str, endpoint: VpcEndpoint | None, code: LocalCode | None
) -> None:
    target = "/live/api" if host == OWN else "/api"
    found = find(with_private_domain(), host, target, endpoint)
    assert (found.address is None) == (code is not None)
    assert found.hops[-1].decision.code is code
    assert bool(found.hops[-1].decision.remedy) == (code is not None)


def test_the_remedy_for_a_name_that_is_not_associated_has_both_ends_of_the_association() -> None:
    found = find(with_private_domain(associations=()), PRIVATE_NAME, "/api")
    assert THERE.id in found.hops[-1].decision.remedy
    assert PRIVATE_ARN in found.hops[-1].decision.remedy


def test_one_name_may_be_associated_with_several_endpoints() -> None:
    topology = with_private_domain(associations=(association(), association(OTHER_ENDPOINT)))
    assert find(topology, PRIVATE_NAME, "/api").address is not None
    assert find(topology, PRIVATE_NAME, "/api", ELSEWHERE).address is not None


def test_where_a_public_and_a_private_name_are_the_same_the_association_decides() -> None:
    topology = with_private_domain(name=DOMAIN, arn=PRIVATE_ARN.replace(PRIVATE_NAME, DOMAIN))
    arn = PRIVATE_ARN.replace(PRIVATE_NAME, DOMAIN)
    associated = replace(
        topology,
        api_gateway=replace(topology.api_gateway, access_associations=(association(domain_name_arn=arn),)),
    )
    here, elsewhere = find(associated, DOMAIN, "/api"), find(associated, DOMAIN, "/api", ELSEWHERE)
    assert here.address is not None
    assert here.address.private_domain is not None
    assert elsewhere.address is not None
    assert elsewhere.address.private_domain is None


def test_two_private_names_that_are_the_same_at_one_endpoint_are_not_decided() -> None:
    twin_arn = PRIVATE_ARN.replace("abcd1234", "xyz000")
    topology = with_private_domain(associations=(association(), association(domain_name_arn=twin_arn)))
    gateway = topology.api_gateway
    twin = private_domain(id="xyz000", arn=twin_arn)
    both = replace(topology, api_gateway=replace(gateway, domain_names=(*gateway.domain_names, twin)))
    assert find(both, PRIVATE_NAME, "/api").hops[-1].decision.verdict is Verdict.NOT_MODELLED


def test_a_private_name_of_another_account_is_not_modelled() -> None:
    foreign = PRIVATE_ARN.replace(ACCOUNT, "999999999999")
    found = find(
        with_private_domain(associations=(association(domain_name_arn=foreign),)), PRIVATE_NAME, "/api"
    )
    assert found.address is None
    assert found.hops[-1].decision.verdict is Verdict.NOT_MODELLED


def test_a_wildcard_custom_domain_name_stands_for_one_label_and_an_exact_name_wins() -> None:
    wildcard = with_domain(private_app(), name="*.corp.example")
    assert find(wildcard, "any.corp.example").address is not None
    assert find(wildcard, "a.b.corp.example").address is None
    assert find(wildcard, "corp.example").address is None
    gateway = private_app().api_gateway
    other = replace(gateway.domain_names[0], name="*.corp.example", mappings=())
    both = replace(private_app(), api_gateway=replace(gateway, domain_names=(other, *gateway.domain_names)))
    assert find(both, DOMAIN).address is not None


@pytest.mark.parametrize("endpoint", [THERE, FRONT])
@pytest.mark.parametrize(
    "changes", [{"unsupported": ("mutual TLS",)}, {"endpoint_type": "EDGE"}], ids=["mutual TLS", "EDGE"]
)
def test_custom_domain_features_that_are_not_modelled_are_no_address(
    changes: dict[str, Any], endpoint: VpcEndpoint | None
) -> None:
    found = find(with_domain(private_app(), **changes), DOMAIN, "/api", endpoint)
    assert found.address is None
    assert found.hops[-1].decision.verdict is Verdict.NOT_MODELLED


def test_the_api_id_header_still_works_at_an_endpoint_with_an_association() -> None:
    assert find(with_private_domain(), "any.example", api_id=API).address is not None
