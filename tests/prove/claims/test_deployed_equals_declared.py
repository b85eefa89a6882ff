"""A stage that serves something else than what is configured."""

from dataclasses import replace

import pytest
from tests import topologies
from tests.prove.edits import configured_only, edit_api, edit_methods, with_method
from tests.prove.example_app import case_of

from landbridge.model.api_gateway import (
    Canary,
    Deployment,
    GatewayResponse,
    Method,
    RequestValidation,
    RestApi,
)
from landbridge.model.authorizers import Authorizer
from landbridge.model.policy import PolicyDocument
from landbridge.model.topology import Topology
from landbridge.prove.claims.deployed_equals_declared import judge
from landbridge.prove.deployments import differences
from landbridge.prove.verdict import Finding, Verdict

SERVED = Deployment("d1", topologies.resources(), topologies.resource_policy(), ("*/*",))


def found(topology: Topology) -> list[Finding]:
    return list(judge(case_of(topology)))


def edited(**changes: object) -> Deployment:
    def edit(path: str, method: Method) -> Method:
        fields: dict[str, object] = changes if path == "/api/{proxy+}" else {}
        return replace(method, **fields)  # type: ignore[arg-type]

    return edit_methods(edit)(SERVED)


@pytest.mark.parametrize(
    ("configured", "difference"),
    [
        (replace(SERVED, policy=None), "the resource policy"),
        (replace(SERVED, binary_media_types=()), "binary media types"),
        (replace(SERVED, minimum_compression_bytes=0), "compression"),
        (replace(SERVED, api_key_source="AUTHORIZER"), "the source of API keys"),
        (replace(SERVED, gateway_responses=(GatewayResponse("DEFAULT_4XX", "404"),)), "gateway responses"),
        (with_method("/new", Method("GET"))(SERVED), "GET /new is not deployed"),
        (replace(SERVED, resources=SERVED.resources[1:]), "GET / is deployed, and no longer configured"),
        (edited(authorization_type="AWS_IAM"), "ANY /api/{proxy+}: authorization NONE -> AWS_IAM"),
        (edited(authorizer=Authorizer("guard", "TOKEN")), "ANY /api/{proxy+}: authorizer"),
        (edited(authorization_scopes=("read",)), "ANY /api/{proxy+}: authorization scopes"),
        (edited(api_key_required=True), "ANY /api/{proxy+}: API key"),
        (edited(integration=None), "ANY /api/{proxy+}: integration"),
        (edited(validation=RequestValidation(("header.x",))), "ANY /api/{proxy+}: request validation"),
    ],
)
def test_a_difference_is_told_in_a_few_words(configured: Deployment, difference: str) -> None:
    assert differences(configured, SERVED) == (difference,)


def test_ids_of_resources_and_authorizers_and_the_order_of_statements_are_no_difference() -> None:
    one = edited(authorizer=Authorizer("guard", "TOKEN", id="a"))
    other = edited(authorizer=Authorizer("guard", "TOKEN", id="b"))
    other = replace(other, resources=tuple(replace(each, id="") for each in other.resources))
    assert differences(one, other) == ()
    allow, deny = topologies.statement(sid="a"), topologies.statement(sid="d", effect="Deny")
    forth = PolicyDocument((allow, replace(deny, position=1)))
    back = PolicyDocument((deny, replace(allow, position=1)))
    assert differences(replace(SERVED, policy=forth), replace(SERVED, policy=back)) == ()


def test_the_order_of_integration_responses_and_a_namespace_of_the_resources_own_are_no_difference() -> None:
    integration = topologies.object_integration("a")
    other = replace(integration, responses=integration.responses[::-1], cache_namespace="r3call")
    assert differences(edited(integration=integration), edited(integration=other)) == ()
    shared = replace(integration, cache_namespace="shared")
    assert differences(edited(integration=integration), edited(integration=shared)) != ()


def test_a_model_counts_where_a_body_is_validated_and_not_how_it_is_written() -> None:
    validated = edited(validation=RequestValidation((), (("application/json", "Order"),)))
    one = replace(validated, models=(("Order", '{"type": "object", "title": "x"}'),))
    same = replace(validated, models=(("Order", '{"title":"x","type":"object"}'), ("Empty", "{}")))
    other = replace(validated, models=(("Order", '{"type": "array"}'),))
    assert differences(one, same) == ()
    assert differences(one, other) == ("the model Order",)


def test_a_stale_stage_is_named_with_the_call_that_redeploys_it() -> None:
    topology = edit_api(topologies.private_app(), configured_only(with_method("/new", Method("GET"))))
    [finding] = found(topology)
    assert finding.verdict is Verdict.BROKEN
    assert "GET /new is not deployed" in finding.what
    assert f"create-deployment --rest-api-id {topologies.API} --stage-name live" in finding.remedy
    assert finding.cited is not None
    assert finding.cited.id == f"{topologies.API}/live"


def test_only_the_first_few_of_many_differences_are_told() -> None:
    def nothing(deployment: Deployment) -> Deployment:
        return replace(deployment, resources=(), binary_media_types=(), minimum_compression_bytes=1)

    [finding] = found(edit_api(topologies.private_app(), configured_only(nothing)))
    assert "and 1 more" in finding.what


@pytest.mark.parametrize("served_by_canary", ["the same", "another"])
def test_a_canary_counts_by_what_it_serves(served_by_canary: str) -> None:
    def edit(api: RestApi) -> RestApi:
        [stage] = api.stages
        other = replace(stage.deployment, id="d0", binary_media_types=())
        deployment = stage.deployment if served_by_canary == "the same" else other
        return replace(api, stages=(replace(stage, canary=Canary(deployment, 5.0)),))

    findings = found(edit_api(topologies.private_app(), edit))
    assert [finding.verdict for finding in findings] == (
        [Verdict.BROKEN] if served_by_canary == "another" else []
    )
    assert all("the canary of stage live" in finding.what for finding in findings)


def test_a_configuration_that_was_not_read_is_unknown_unless_the_policy_alone_is_stale() -> None:
    def unread(api: RestApi) -> RestApi:
        return replace(api, configured=None)

    topology = edit_api(topologies.private_app(), unread)
    assert [finding.verdict for finding in found(topology)] == [Verdict.UNKNOWN]
    stale = edit_api(topology, lambda api: replace(api, policy=PolicyDocument(())))
    assert [finding.verdict for finding in found(stale)] == [Verdict.BROKEN]


def test_a_deployment_that_could_not_be_read_is_unknown() -> None:
    def unread(api: RestApi) -> RestApi:
        [stage] = api.stages
        feature = ("a deployment that could not be read",)
        return replace(api, stages=(replace(stage, deployment=Deployment("d1", ()), unsupported=feature),))

    [finding] = found(edit_api(topologies.private_app(), unread))
    assert finding.verdict is Verdict.UNKNOWN
    assert "a deployment that could not be read" in finding.what
