"""Custom domain names and their access associations, looked up."""

from dataclasses import replace

from tests.semantics.endpoint.worlds import (
    OTHER_ENDPOINT,
    PRIVATE_ARN,
    PRIVATE_NAME,
    association,
    private_domain,
    with_private_domain,
)
from tests.topologies import DOMAIN, ENDPOINT, api_gateway

from landbridge.model.api_gateway import BasePathMapping


def test_an_association_names_its_domain_in_the_arn() -> None:
    assert association().domain_name == PRIVATE_NAME
    assert association().domain_name_arn == PRIVATE_ARN


def test_certificates_of_private_domain_names_are_shown_where_they_are_associated_only() -> None:
    gateway = with_private_domain().api_gateway
    assert [domain.name for domain in gateway.domains_at(ENDPOINT)] == [PRIVATE_NAME, DOMAIN]
    assert [domain.name for domain in gateway.domains_at(OTHER_ENDPOINT)] == [DOMAIN]
    assert [domain.name for domain in gateway.domains_at(None)] == [DOMAIN]


def test_an_association_with_a_domain_name_that_is_not_known_leads_nowhere() -> None:
    foreign = association(domain_name_arn=f"{PRIVATE_ARN}0")
    assert with_private_domain(associations=(foreign,)).api_gateway.private_domains_at(ENDPOINT) == ()


def test_public_and_private_domain_names_of_one_name_are_kept_apart() -> None:
    gateway = api_gateway()
    both = replace(gateway, domain_names=(*gateway.domain_names, private_domain(name=DOMAIN)))
    assert not both.public_domain_by_name[DOMAIN].is_private
    assert both.private_domain_by_name[DOMAIN].is_private


def test_a_domain_name_has_levels_when_one_of_its_mappings_has() -> None:
    mapping = BasePathMapping("v1/shop", api_gateway().rest_apis[0].id, "live")
    assert not private_domain().has_levels
    assert private_domain(mappings=(*private_domain().mappings, mapping)).has_levels
