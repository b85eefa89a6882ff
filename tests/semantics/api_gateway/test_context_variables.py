from tests.semantics.api_gateway.calls import MOMENT, call, matched, public, topology_with

from landbridge.model.api_gateway_usage import ApiKey
from landbridge.semantics.api_gateway.context_variables import context_variables, look_up
from landbridge.semantics.api_gateway.request import Authorization
from landbridge.semantics.world import World


def test_the_context_knows_the_endpoint_of_a_private_api_only() -> None:
    topology = topology_with()
    made = call(topology, headers=(("User-Agent", "curl/8"),))
    private = context_variables(World(topology), made, MOMENT, None)
    assert private["identity"] == {
        "sourceIp": "10.20.1.10",
        "userAgent": "curl/8",
        "vpcId": "vpc-0app",
        "vpceId": "vpce-0123456789abcdef0",
    }
    assert context_variables(World(topology), public(made), MOMENT, None)["identity"] == {
        "sourceIp": "203.0.113.9",
        "userAgent": "curl/8",
    }


def test_the_context_knows_the_api_key_of_a_method_that_requires_one() -> None:
    topology = topology_with()
    key = Authorization(api_key=ApiKey("k1", "v" * 20))
    variables = context_variables(World(topology), call(topology), MOMENT, None, key)
    assert look_up(variables, "identity.apiKey") == "v" * 20
    assert look_up(variables, "identity.apiKeyId") == "k1"


def test_the_resource_is_known_only_after_the_match() -> None:
    topology = topology_with()
    made = call(topology)
    request = matched(topology, made)
    assert "resourcePath" not in context_variables(World(topology), made, MOMENT, None)
    found = context_variables(World(topology), made, MOMENT, request.match)
    assert (found["resourcePath"], found["resourceId"]) == ("/api/{proxy+}", "r3call")


def test_a_variable_is_found_by_its_dotted_name() -> None:
    variables = {"a": {"b": 1, "none": None}}
    assert look_up(variables, "a.b") == "1"
    for name in ("a", "a.none", "a.c", "a.b.c", "x"):
        assert look_up(variables, name) is None
