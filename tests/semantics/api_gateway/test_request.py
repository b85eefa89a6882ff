from tests.semantics.api_gateway.calls import call, matched, public, topology_with

from landbridge.semantics.api_gateway.request import execute_api_arn, method_reference, stage_reference
from landbridge.semantics.world import World


def test_a_method_arn_names_api_stage_method_and_path() -> None:
    topology = topology_with()
    made = call(topology)
    assert execute_api_arn(World(topology), made, "GET", "/") == (
        "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/live/GET/"
    )


def test_the_stage_is_the_component_and_the_method_is_cited() -> None:
    topology = topology_with()
    made = call(topology)
    stage = stage_reference(World(topology), made)
    assert stage.id == "a1b2c3d4e5/live"
    assert stage.arn == "arn:aws:apigateway:eu-central-1::/restapis/a1b2c3d4e5/stages/live"
    assert method_reference(matched(topology, made).match).id == "ANY /api/{proxy+}"


def test_a_request_without_endpoint_id_came_from_the_public_front() -> None:
    made = call(topology_with())
    assert made.through_endpoint
    assert not public(made).through_endpoint
