import pytest
from tests import topologies
from tests.semantics.api_gateway.calls import answered, call, get, last_hop, topology_with

from landbridge.model.api_gateway import GatewayResponse, Integration, IntegrationResponse
from landbridge.model.exchange import Headers
from landbridge.model.topology import Topology
from landbridge.trace.codes import GatewayResponseType, LocalCode

ALLOWED_HEADERS = ("Content-Type", "X-Amz-Date", "Authorization", "X-Api-Key", "X-Amz-Security-Token")
CORS = (
    ("method.response.header.Access-Control-Allow-Origin", "'*'"),
    ("method.response.header.Access-Control-Allow-Methods", "'GET,OPTIONS'"),
)


def mocked(
    template: str | None, *responses: IntegrationResponse, passthrough: str = "WHEN_NO_MATCH"
) -> Topology:
    templates = (("application/json", template),) if template is not None else ()
    integration = Integration(
        "MOCK", request_templates=templates, responses=responses, passthrough_behavior=passthrough
    )
    return topology_with(get("/{proxy+}", integration, "OPTIONS"), binary_media_types=())


def test_a_preflight_is_answered_with_the_mapped_headers_and_no_trace_id() -> None:
    topology = mocked('{"statusCode": 200}', IntegrationResponse("200", response_parameters=CORS))
    executed = answered(topology, call(topology, "/a", "OPTIONS"))
    assert executed.response.status == 200
    assert executed.response.headers[3:6] == (
        ("x-amzn-RequestId", "7e42b0a7-465e-4f43-aaf0-95e049fcf05b"),
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Allow-Methods", "GET,OPTIONS"),
    )
    assert executed.response.header("x-amzn-trace-id") is None


@pytest.mark.parametrize(
    ("template", "status"),
    [
        ('{"statusCode": 404}', 404),
        ("{statusCode: 404}", 404),
        ("{'statusCode': '404'}", 404),
        ('{"a": 1, "statusCode": 404}', 404),
        ('{"statusCode": #if($input.params("proxy") == "a")404#{else}200#end}', 404),
        ('{"statusCode": 500}', 200),
    ],
)
def test_the_status_of_the_template_selects_the_response(template: str, status: int) -> None:
    topology = mocked(template, IntegrationResponse("200"), IntegrationResponse("404", "404"))
    assert answered(topology, call(topology, "/a", "OPTIONS")).response.status == status


@pytest.mark.parametrize("template", ["", "{}", "hello", '{"statusCode": "x"}', None])
def test_without_a_status_there_is_no_answer(template: str | None) -> None:
    topology = mocked(template, IntegrationResponse("200"))
    executed = answered(topology, call(topology, "/a", "OPTIONS"))
    assert executed.response.status == 500
    assert last_hop(executed).decision.code is GatewayResponseType.API_CONFIGURATION_ERROR


def test_no_response_for_the_status_and_no_default_is_a_500() -> None:
    topology = mocked('{"statusCode": 200}', IntegrationResponse("404", "404"))
    executed = answered(topology, call(topology, "/a", "OPTIONS"))
    assert executed.response.body == b'{"message": "Internal server error"}'
    assert last_hop(executed).decision.code is LocalCode.NO_INTEGRATION_RESPONSE


@pytest.mark.parametrize(
    ("headers", "status"),
    [((("Content-Type", "text/xml"),), 415), ((("Content-Type", "application/json"),), 200)],
)
def test_never_passing_through_refuses_other_content_types(headers: Headers, status: int) -> None:
    topology = mocked('{"statusCode": 200}', IntegrationResponse("200"), passthrough="NEVER")
    executed = answered(topology, call(topology, "/a", "OPTIONS", headers))
    assert executed.response.status == status


def test_a_template_that_fails_is_a_500() -> None:
    topology = mocked("#if(", IntegrationResponse("200"))
    assert answered(topology, call(topology, "/a", "OPTIONS")).response.status == 500


def test_a_head_request_to_the_private_app_has_no_method() -> None:
    topology = topologies.private_app()
    executed = answered(topology, call(topology, "/a", "HEAD"))
    assert (executed.response.status, executed.response.body) == (403, b"")


CONSOLE_HEADERS = (
    ("method.response.header.Access-Control-Allow-Headers", f"'{','.join(ALLOWED_HEADERS)}'"),
    *CORS,
)


@pytest.mark.parametrize(
    ("binary_media_types", "content_handling", "status"),
    [
        ((), "", 200),
        (("image/png",), "", 200),
        (("*/*",), "", 500),
        (("*/*",), "CONVERT_TO_TEXT", 200),
    ],
)
def test_a_preflight_as_the_console_makes_it_needs_text_where_everything_is_binary(
    binary_media_types: tuple[str, ...], content_handling: str, status: int
) -> None:
    integration = Integration(
        "MOCK",
        request_templates=(("application/json", '{"statusCode": 200}'),),
        responses=(IntegrationResponse("200", response_parameters=CONSOLE_HEADERS),),
        content_handling=content_handling,
    )
    topology = topology_with(get("/a", integration, "OPTIONS"), binary_media_types=binary_media_types)
    headers = (("Origin", "https://a.example"), ("Access-Control-Request-Method", "PUT"))
    executed = answered(topology, call(topology, "/a", "OPTIONS", headers))
    assert executed.response.status == status
    if status == 200:
        assert executed.response.header("access-control-allow-headers") == ",".join(ALLOWED_HEADERS)
        assert executed.response.body == b""
    else:
        facts = dict(last_hop(executed).decision.facts)
        assert "Unable to transform request" in facts["execution log"]


def test_without_an_options_method_a_preflight_is_refused_and_default_4xx_may_carry_its_headers() -> None:
    own = GatewayResponse(
        "DEFAULT_4XX", response_parameters=(("gatewayresponse.header.Access-Control-Allow-Origin", "'*'"),)
    )
    topology = topology_with(get("/a", Integration("MOCK")), gateway_responses=(own,))
    executed = answered(topology, call(topology, "/a", "OPTIONS"))
    assert (executed.response.status, executed.response.body) == (
        403,
        b'{"message":"Missing Authentication Token"}',
    )
    assert executed.response.header("access-control-allow-origin") == "*"
