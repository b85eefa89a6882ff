import pytest
from tests.semantics.api_gateway.calls import call, matched, topology_with, with_stage

from landbridge.model.api_gateway import GatewayResponse, Integration, Method, Resource
from landbridge.semantics.api_gateway.gateway_response_mapping import (
    Substitute,
    mapped_body,
    mapped_headers,
    substitution,
)

TOPOLOGY = with_stage(
    topology_with(Resource("r1", "/orders/{id}", (Method("GET", integration=Integration("MOCK")),))),
    variables=(("colour", "blue"),),
)
CALL = call(TOPOLOGY, "/orders/a%20b?q=1&q=2&evil=a%0d%0ab", headers=(("X-Id", "7"),))


def substitute_for(known: bool = True) -> Substitute:
    match = matched(TOPOLOGY, CALL).match if known else None
    return substitution({"stage": "live", "identity": {"sourceIp": "10.0.0.1"}}, CALL, match)


@pytest.mark.parametrize(
    ("source", "known", "expected"),
    [
        ("context.stage", True, "live"),
        ("context.identity.sourceIp", True, "10.0.0.1"),
        ("context.identity", True, None),
        ("context.none", True, None),
        ("stageVariables.colour", True, "blue"),
        ("method.request.header.x-id", True, "7"),
        ("method.request.header.none", True, None),
        ("method.request.querystring.q", False, "2"),
        ("method.request.querystring.none", True, None),
        ("method.request.path.id", True, "a%20b"),
        ("method.request.path.id", False, None),
        ("method.request.body", True, None),
        ("something.else", True, None),
    ],
)
def test_what_a_gateway_response_can_name(source: str, known: bool, expected: str | None) -> None:
    assert substitute_for(known)(source) == expected


def test_templates_may_name_parameters_of_the_request() -> None:
    template = '{"id": "$method.request.header.X-Id", "q": "${method.request.querystring.q}", "no": "$no"}'
    custom = GatewayResponse("DEFAULT_4XX", response_templates=(("application/json", template),))
    made = mapped_body(custom, CALL, substitute_for())
    assert made == ("application/json", b'{"id": "7", "q": "2", "no": ""}')


def test_without_templates_the_body_stays_aws_s() -> None:
    assert mapped_body(GatewayResponse("DEFAULT_4XX", "418"), CALL, substitute_for()) is None


def test_header_parameters_have_one_line_or_are_left_out() -> None:
    custom = GatewayResponse(
        "DEFAULT_4XX",
        response_parameters=(
            ("gatewayresponse.header.Access-Control-Allow-Origin", "'*'"),
            ("gatewayresponse.header.X-Query", "method.request.querystring.q"),
            ("gatewayresponse.header.X-Evil", "method.request.querystring.evil"),
            ("gatewayresponse.header.X-None", "method.request.querystring.none"),
            ("gatewayresponse.header.X-Quote", "'"),
            ("gatewayresponse.path.X", "'x'"),
        ),
    )
    assert mapped_headers(custom, substitute_for()) == (
        ("Access-Control-Allow-Origin", "*"),
        ("X-Query", "2"),
    )
