"""What the endpoint access mode STRICT refuses, and what it leaves."""

from typing import Any

import pytest
from tests.semantics.api_gateway.calls import with_api
from tests.semantics.conversations import with_domain
from tests.semantics.endpoint.worlds import (
    ALIAS,
    FRONT,
    OWN,
    PRIVATE_NAME,
    THERE,
    find,
    with_private_domain,
)
from tests.topologies import API, DOMAIN, private_app

from landbridge.model.network import VpcEndpoint
from landbridge.model.topology import Topology
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Step

STRICT: dict[str, Any] = {"endpoint_access_mode": "STRICT"}
ENDPOINT_NAME = THERE.dns_names[0]


def is_refused(topology: Topology, host: str, server_name: str, **request: Any) -> bool:
    found = find(topology, host, server_name=server_name, **request)
    if found.address is not None:
        return False
    assert found.hops[-1].step is Step.ENDPOINT_ACCESS_MODE
    assert found.hops[-1].decision.code is LocalCode.STRICT_ENDPOINT_ACCESS
    assert found.hops[-1].decision.remedy
    return True


@pytest.mark.parametrize(
    ("host", "server_name", "api_id", "refused"),
    [
        (OWN, OWN, None, False),
        (OWN, OWN.upper(), None, False),
        (OWN, "", None, True),
        (OWN, ENDPOINT_NAME, None, True),
        (ENDPOINT_NAME, ENDPOINT_NAME, API, True),
        (OWN, OWN, API, True),
        (ALIAS, ALIAS, None, True),
        (DOMAIN, DOMAIN, None, False),
        (DOMAIN, "", None, True),
    ],
)
def test_a_strict_api_is_called_by_private_dns_or_custom_domain_name_with_sni_and_host_alike(
    host: str, server_name: str, api_id: str | None, refused: bool
) -> None:
    topology = with_api(private_app(), **STRICT)
    assert is_refused(topology, host, server_name, api_id=api_id) is refused


@pytest.mark.parametrize("server_name", ["", OWN, ENDPOINT_NAME])
@pytest.mark.parametrize("mode", ["", "BASIC"])
def test_any_server_name_will_do_without_strict(server_name: str, mode: str) -> None:
    assert not is_refused(with_api(private_app(), endpoint_access_mode=mode), OWN, server_name)


@pytest.mark.parametrize(
    ("endpoint_type", "endpoint", "server_name", "refused"),
    [
        ("REGIONAL", THERE, DOMAIN, True),
        ("REGIONAL", FRONT, DOMAIN, False),
        ("REGIONAL", FRONT, "d-1.execute-api.eu-central-1.amazonaws.com", True),
    ],
)
def test_a_strict_regional_custom_domain_name_does_not_answer_through_an_endpoint(
    endpoint_type: str, endpoint: VpcEndpoint | None, server_name: str, refused: bool
) -> None:
    topology = with_domain(private_app(), endpoint_type=endpoint_type, **STRICT)
    if endpoint is None:
        topology = with_api(topology, endpoint_type="REGIONAL")
    assert is_refused(topology, DOMAIN, server_name, endpoint=endpoint) is refused


@pytest.mark.parametrize(
    ("server_name", "refused"), [(PRIVATE_NAME, False), ("", True), (ENDPOINT_NAME, True)]
)
def test_a_strict_private_custom_domain_name_wants_its_own_name_as_sni(
    server_name: str, refused: bool
) -> None:
    topology = with_private_domain(**STRICT)
    assert is_refused(topology, PRIVATE_NAME, server_name, target="/api") is refused


def test_the_remedy_tells_that_a_load_balancer_sends_no_server_name() -> None:
    found = find(with_api(private_app(), **STRICT), DOMAIN)
    assert "load balancer" in found.hops[-1].decision.remedy
