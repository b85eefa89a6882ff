from dataclasses import replace

import pytest
from tests import topologies
from tests.semantics.api_gateway.calls import (
    MOMENT,
    OK,
    answered,
    call,
    get,
    last_hop,
    run,
    topology_with,
    with_stage,
)

from landbridge.model.api_gateway import GatewayResponse, Integration, Method, Resource
from landbridge.model.exchange import Headers
from landbridge.semantics.api_gateway.execution import with_client_request_id
from landbridge.semantics.needs import Invoke
from landbridge.trace.codes import GatewayResponseType, LocalCode
from landbridge.trace.decision import Step, Verdict


@pytest.mark.parametrize(
    ("target", "method", "remedy"),
    [
        ("/orders", "POST", "Resource /{proxy+} has no method POST"),
        ("/", "DELETE", "Resource / has no method DELETE"),
    ],
)
def test_an_unknown_method_is_answered_as_a_missing_authentication_token(
    target: str, method: str, remedy: str
) -> None:
    topology = topologies.private_app()
    executed, needs = run(topology, call(topology, target, method))
    assert needs == []
    assert executed.response.status == 403
    assert executed.response.body == b'{"message":"Missing Authentication Token"}'
    hop = last_hop(executed)
    assert (hop.step, hop.decision.code) == (Step.RESOURCE_AND_METHOD, LocalCode.RESOURCE_NOT_MATCHED)
    assert hop.decision.remedy.startswith(remedy)


@pytest.mark.parametrize(
    ("target", "remedy"),
    [
        ("/nowhere", "No deployed resource has the path /nowhere"),
        ("/live/orders", "Leave /live out of the path"),
    ],
)
def test_an_unknown_path_says_what_is_wrong_with_it(target: str, remedy: str) -> None:
    topology = topology_with(get("/orders", topologies.function_integration()))
    executed = answered(topology, call(topology, target))
    assert executed.response.body == b'{"message":"Missing Authentication Token"}'
    assert last_hop(executed).decision.remedy.startswith(remedy)


@pytest.mark.parametrize(
    ("authorization", "error_type"),
    [
        ("Bearer x", "IncompleteSignatureException"),
        ("AWS4-HMAC-SHA256 Credential=x", "MissingAuthenticationTokenException"),
    ],
)
def test_a_bearer_token_on_an_unknown_path_is_read_as_a_signature(
    authorization: str, error_type: str
) -> None:
    topology = topologies.private_app()
    made = call(topology, "/x", "POST", (("Authorization", authorization),))
    assert answered(topology, made).response.header("x-amzn-errortype") == error_type


def test_a_bearer_token_on_a_known_path_reaches_the_function() -> None:
    topology = topologies.private_app()
    _, needs = run(topology, call(topology, headers=(("Authorization", "Bearer x"),)), OK)
    assert isinstance(needs[0], Invoke)
    assert b'"Authorization":"Bearer x"' in needs[0].payload


def test_the_method_may_be_overridden_by_a_header() -> None:
    topology = topologies.private_app()
    made = call(topology, "/api/x", "POST", (("X-HTTP-Method-Override", "patch"),))
    _, needs = run(topology, made, OK)
    assert isinstance(needs[0], Invoke)
    assert b'"httpMethod":"PATCH"' in needs[0].payload


@pytest.mark.parametrize(
    ("method", "feature"),
    [
        (Method("GET", unsupported=("request validators",)), "request validators"),
    ],
)
def test_what_is_not_modelled_is_never_allowed(method: Method, feature: str) -> None:
    resource = Resource("r", "/a", (replace(method, integration=topologies.function_integration()),))
    topology = topology_with(resource)
    executed, needs = run(topology, call(topology, "/a"))
    assert needs == []
    assert (executed.response.status, executed.response.body) == (
        500,
        b'{"message": "Internal server error"}',
    )
    decision = last_hop(executed).decision
    assert decision.verdict is Verdict.NOT_MODELLED
    assert feature in dict(decision.facts)["feature"]


def test_a_stage_setting_that_is_not_modelled_is_never_allowed() -> None:
    topology = with_stage(topologies.private_app(), unsupported=("canary",))
    executed = answered(topology, call(topology))
    assert executed.response.status == 500
    assert last_hop(executed).decision.verdict is Verdict.NOT_MODELLED


@pytest.mark.parametrize("kind", ["HTTP", "HTTP_PROXY"])
def test_integrations_by_http_are_not_modelled(kind: str) -> None:
    topology = topology_with(get("/a", Integration(kind, "GET", "https://example.com")))
    assert last_hop(answered(topology, call(topology, "/a"))).decision.verdict is Verdict.NOT_MODELLED


def test_a_method_without_integration_is_a_500() -> None:
    topology = topology_with(get("/a", None))
    executed = answered(topology, call(topology, "/a"))
    assert executed.response.status == 500
    assert last_hop(executed).decision.code is GatewayResponseType.API_CONFIGURATION_ERROR


def test_a_customised_gateway_response_replaces_aws_own() -> None:
    own = GatewayResponse("MISSING_AUTHENTICATION_TOKEN", "404", (), (("text/plain", "none"),))
    topology = topology_with(gateway_responses=(own,))
    executed = answered(topology, call(topology, "/x", "POST"))
    assert (executed.response.status, executed.response.body) == (404, b"none")


def test_too_long_a_url_is_refused_before_anything_else() -> None:
    topology = topologies.private_app()
    assert answered(topology, call(topology, "/" + "x" * 9000, "POST")).response.status == 414


@pytest.mark.parametrize(
    ("headers", "request_id"),
    [
        ((), MOMENT.request_id),
        (
            (("x-amzn-RequestId", "00000000-0000-4000-8000-00000000000A"),),
            "00000000-0000-4000-8000-00000000000a",
        ),
        ((("X-Amzn-Requestid", "mine"),), "UUID_REPLACED_INVALID_REQUEST_ID"),
    ],
)
def test_a_client_may_choose_a_uuid_as_request_id(headers: Headers, request_id: str) -> None:
    made = call(topologies.private_app(), headers=headers)
    assert with_client_request_id(made, MOMENT).request_id == request_id
