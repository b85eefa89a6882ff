import pytest
from tests.semantics.api_gateway.calls import call, get, last_hop, matched, topology_with

from landbridge.model.api_gateway import Integration, IntegrationResponse
from landbridge.model.exchange import Headers, HttpResponse
from landbridge.semantics.api_gateway.integration_response import (
    BackendAnswer,
    choose,
    respond,
)
from landbridge.semantics.api_gateway.mapping_template import Parameters
from landbridge.semantics.api_gateway.request import Executed, MethodRequest
from landbridge.trace.codes import GatewayResponseType
from landbridge.trace.decision import Step, Verdict

BACKEND = HttpResponse(200, (("Content-Type", "text/html"), ("ETag", "e1")), b'{"a": 1}')


def requested(*responses: IntegrationResponse, headers: Headers = ()) -> MethodRequest:
    topology = topology_with(get("/{proxy+}", Integration("AWS", responses=responses)), binary_media_types=())
    return matched(topology, call(topology, "/x", headers=headers))


def mapped(response: IntegrationResponse, backend: HttpResponse = BACKEND, headers: Headers = ()) -> Executed:
    request = requested(response, headers=headers)
    return respond(request, (), BackendAnswer(backend, "200", Parameters(request), "Root=1"))


DEFAULT = IntegrationResponse("200")
NOT_FOUND = IntegrationResponse("404", r"4\d{2}")
GONE = IntegrationResponse("410", "410")
BROKEN = IntegrationResponse("500", "4(")


@pytest.mark.parametrize(
    ("responses", "status", "chosen"),
    [
        ((DEFAULT, NOT_FOUND), "404", NOT_FOUND),
        ((DEFAULT, NOT_FOUND), "200", DEFAULT),
        ((NOT_FOUND, GONE), "410", NOT_FOUND),
        ((GONE, NOT_FOUND), "410", GONE),
        ((NOT_FOUND,), "4040", None),
        ((NOT_FOUND,), "200", None),
        ((BROKEN, DEFAULT), "4", DEFAULT),
        ((), "200", None),
    ],
)
def test_the_first_pattern_that_fits_the_whole_status_wins(
    responses: tuple[IntegrationResponse, ...], status: str, chosen: IntegrationResponse | None
) -> None:
    assert choose(requested(*responses), status) == chosen


def test_only_mapped_headers_pass() -> None:
    parameters = (
        ("method.response.header.ETag", "integration.response.header.etag"),
        ("method.response.header.X-None", "integration.response.header.none"),
        ("method.response.header.X-Static", "'fixed'"),
        ("method.response.header.X-Stage", "context.stage"),
        ("method.response.header.Date", "'remapped'"),
        ("method.response.body.x", "'no'"),
    )
    executed = mapped(IntegrationResponse("200", response_parameters=parameters))
    assert executed.response.headers[2:] == (
        ("Content-Type", "application/json"),
        ("x-amzn-RequestId", "7e42b0a7-465e-4f43-aaf0-95e049fcf05b"),
        ("ETag", "e1"),
        ("X-Static", "fixed"),
        ("X-Stage", "live"),
        ("x-amzn-Remapped-Date", "remapped"),
        ("x-amz-apigw-id", "QG_qQHmhFiAFsLQ="),
        ("X-Amzn-Trace-Id", "Root=1"),
    )
    assert executed.hops[0].decision.verdict is Verdict.ALLOWED


def test_a_template_makes_the_body_and_may_override_status_and_headers() -> None:
    template = (
        "#set($context.responseOverride.status = 202)"
        '#set($context.responseOverride.header.X-Name = "v")'
        "<b>$input.path('$.a') $input.params('proxy')</b>"
    )
    executed = mapped(IntegrationResponse("200", response_templates=(("text/html", template),)))
    assert (executed.response.status, executed.response.body) == (202, b"<b>1 x</b>")
    assert executed.response.header("content-type") == "text/html"
    assert executed.response.header("x-name") == "v"


def test_the_template_for_what_the_client_accepts_is_taken() -> None:
    templates = (("application/json", "json"), ("text/plain", "plain"))
    response = IntegrationResponse("200", response_templates=templates)
    assert mapped(response, headers=(("Accept", "text/plain, */*"),)).response.body == b"plain"
    assert mapped(response, headers=(("Accept", "image/png"),)).response.body == b"json"


def test_a_template_that_fails_is_a_500() -> None:
    executed = mapped(IntegrationResponse("200", response_templates=(("application/json", "#if("),)))
    assert executed.response.status == 500
    hop = last_hop(executed)
    assert (hop.step, hop.decision.code) == (
        Step.INTEGRATION_RESPONSE,
        GatewayResponseType.API_CONFIGURATION_ERROR,
    )
