import json

import pytest
from tests.semantics.api_gateway.calls import OK, answered, call, last_hop, run, topology_with

from landbridge.model.api_gateway import GatewayResponse, Integration, Method, RequestValidation, Resource
from landbridge.model.exchange import Headers
from landbridge.model.topology import Topology
from landbridge.semantics.api_gateway.request import Executed
from landbridge.trace.codes import GatewayResponseType
from landbridge.trace.decision import Step

ORDER = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "price": {"type": "number", "minimum": 25, "maximum": 500}},
}
MODELS = (("Order", json.dumps(ORDER)), ("Text", '{"type": "string"}'), ("Broken", '{"type": 1}'))
JSON_MODEL = (("application/json", "Order"),)
REQUIRED = ("header.X-Id", "path.id", "querystring.q", "querystring.p")


def validating(
    *responses: GatewayResponse,
    required_parameters: tuple[str, ...] = (),
    models: tuple[tuple[str, str], ...] = (),
) -> Topology:
    """An API with one method whose validator is this."""
    validation = RequestValidation(required_parameters, models)
    method = Method("POST", integration=Integration("MOCK"), validation=validation)
    return topology_with(
        Resource("r1", "/orders/{id}", (method,)),
        models=MODELS,
        binary_media_types=(),
        gateway_responses=responses,
    )


def posted(
    topology: Topology, target: str = "/orders/7", headers: Headers = (), body: bytes = b""
) -> Executed:
    return answered(topology, call(topology, target, "POST", headers, body))


def is_valid(executed: Executed) -> bool:
    """Whether validation let it go on, to an integration that has nothing to say."""
    return last_hop(executed).step is not Step.REQUEST_VALIDATION


@pytest.mark.parametrize(
    ("target", "headers", "missing"),
    [
        ("/orders/7?q=1&p=2", (("x-id", "1"),), ""),
        ("/orders/7?q=1&p=2", (("X-ID", "1"),), ""),
        ("/orders/7?q=&q=1&p=2", (("X-Id", "1"),), ""),
        ("/orders/7?q=1&p=2", (), "X-Id"),
        ("/orders/7?q=1&p=2", (("X-Id", ""),), "X-Id"),
        ("/orders/7?q=1&p=2", (("X-Id", "  "),), "X-Id"),
        ("/orders/7?q=1", (("X-Id", "1"),), "p"),
        ("/orders/7?q=1&p=", (("X-Id", "1"),), "p"),
        ("/orders/7?q=1&p=%20", (("X-Id", "1"),), "p"),
        ("/orders/7?q=1&P=2", (("X-Id", "1"),), "p"),
        ("/orders/7", (), "X-Id, p, q"),
    ],
)
def test_required_parameters_must_be_there_and_not_blank(target: str, headers: Headers, missing: str) -> None:
    executed = posted(validating(required_parameters=REQUIRED), target, headers)
    assert is_valid(executed) == (not missing)
    if missing:
        expected = f'{{"message": "Missing required request parameters: [{missing}]"}}'
        assert (executed.response.status, executed.response.body) == (400, expected.encode())
        assert executed.response.header("x-amzn-errortype") == "BadRequestException"
        assert last_hop(executed).decision.code is GatewayResponseType.BAD_REQUEST_PARAMETERS


def test_a_required_path_parameter_that_the_path_does_not_have_is_missing_between_header_and_query() -> None:
    topology = validating(required_parameters=("querystring.qs1", "path.issuer", "header.x-header-param"))
    expected = b'{"message": "Missing required request parameters: [x-header-param, issuer, qs1]"}'
    assert posted(topology).response.body == expected


GOOD, BAD = b'{"name": "a", "price": 30}', b'{"price": 1}'


@pytest.mark.parametrize(
    ("models", "headers", "body", "valid"),
    [
        (JSON_MODEL, (), GOOD, True),
        (JSON_MODEL, (), BAD, False),
        (JSON_MODEL, (("Content-Type", "application/json; charset=utf-8"),), BAD, False),
        (JSON_MODEL, (("Content-Type", "Application/JSON"),), BAD, False),
        (JSON_MODEL, (("Content-Type", "application/xml"),), BAD, True),
        (JSON_MODEL, (("Content-Type", "text/plain"),), b"not json", True),
        (JSON_MODEL, (), b"not json", False),
        (JSON_MODEL, (), b"", False),
        (JSON_MODEL, (), b"\xff", False),
        (JSON_MODEL, (), b"[" * 100_000, False),
        ((("$default", "Order"),), (("Content-Type", "text/plain"),), BAD, False),
        ((*JSON_MODEL, ("$default", "Text")), (("Content-Type", "text/plain"),), b'"a"', True),
        ((*JSON_MODEL, ("$default", "Text")), (), b'"a"', False),
        ((("application/xml", "Order"),), (), BAD, True),
    ],
)
def test_the_model_is_that_of_the_content_type(
    models: tuple[tuple[str, str], ...], headers: Headers, body: bytes, valid: bool
) -> None:
    executed = posted(validating(models=models), headers=headers, body=body)
    assert is_valid(executed) == valid
    if not valid:
        assert (executed.response.status, executed.response.body) == (
            400,
            b'{"message": "Invalid request body"}',
        )
        assert executed.response.header("x-amzn-errortype") == "BadRequestException"
        assert last_hop(executed).decision.code is GatewayResponseType.BAD_REQUEST_BODY


def test_parameters_are_validated_before_the_body() -> None:
    executed = posted(validating(required_parameters=REQUIRED, models=JSON_MODEL), body=BAD)
    assert last_hop(executed).decision.code is GatewayResponseType.BAD_REQUEST_PARAMETERS


@pytest.mark.parametrize(
    ("type_", "required", "expected"),
    [
        ("BAD_REQUEST_PARAMETERS", REQUIRED, "[X-Id, p, q]"),
        ("DEFAULT_4XX", REQUIRED, "[X-Id, p, q]"),
        ("BAD_REQUEST_BODY", (), '[object has missing required properties (["name"])]'),
    ],
)
def test_a_gateway_response_may_say_what_is_wrong(
    type_: str, required: tuple[str, ...], expected: str
) -> None:
    template = '{"type": "$context.error.responseType", "why": "$context.error.validationErrorString"}'
    own = GatewayResponse(type_, "422", response_templates=(("application/json", template),))
    topology = validating(own, required_parameters=required, models=JSON_MODEL)
    executed = posted(topology, body=b'{"price": 30}')
    assert executed.response.status == 422
    assert json.loads(executed.response.body)["why"] == expected


def test_the_trace_has_the_line_of_the_execution_log() -> None:
    facts = dict(last_hop(posted(validating(models=JSON_MODEL), body=BAD)).decision.facts)
    assert facts["execution log"] == (
        "Request body does not match model schema for content type application/json: "
        '[object has missing required properties (["name"])]'
    )


def test_access_logs_can_tell_what_is_wrong() -> None:
    executed = posted(validating(models=JSON_MODEL), body=BAD)
    assert executed.validation_error == '[object has missing required properties (["name"])]'


def test_a_model_that_is_none_is_a_500() -> None:
    for name in ("Broken", "Missing"):
        executed = posted(validating(models=(("application/json", name),)), body=GOOD)
        assert executed.response.status == 500
        assert last_hop(executed).decision.code is GatewayResponseType.API_CONFIGURATION_ERROR


def test_a_method_without_a_validator_has_no_such_step() -> None:
    topology = topology_with()
    executed, _ = run(topology, call(topology), OK)
    assert Step.REQUEST_VALIDATION not in {hop.step for hop in executed.hops}
