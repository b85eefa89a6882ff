import pytest
from tests.semantics.api_gateway.calls import call, get, last_hop, matched, topology_with

from landbridge.model.api_gateway import Integration
from landbridge.model.exchange import Headers
from landbridge.semantics.api_gateway.integration_request import (
    IntegrationRequest,
    UnsupportedMediaType,
    illegal_header,
    integration_request,
    prepare,
    refuse_media_type,
)
from landbridge.semantics.api_gateway.request import Executed, MethodRequest

JSON: Headers = (("Content-Type", "application/json; charset=utf-8"),)
XML: Headers = (("Content-Type", "application/xml"),)
TEMPLATE = (("application/json", "from template"),)


def requested(
    templates: tuple[tuple[str, str], ...], passthrough: str, headers: Headers = ()
) -> MethodRequest:
    integration = Integration("AWS", request_templates=templates, passthrough_behavior=passthrough)
    topology = topology_with(get("/a", integration, "POST"), binary_media_types=())
    return matched(topology, call(topology, "/a", "POST", headers, b"as it is"))


@pytest.mark.parametrize(
    ("templates", "headers", "passthrough", "body"),
    [
        (TEMPLATE, (), "WHEN_NO_MATCH", "from template"),
        (TEMPLATE, (), "WHEN_NO_TEMPLATES", "from template"),
        (TEMPLATE, (), "NEVER", "from template"),
        (TEMPLATE, JSON, "NEVER", "from template"),
        (TEMPLATE, XML, "WHEN_NO_MATCH", "as it is"),
        (TEMPLATE, XML, "WHEN_NO_TEMPLATES", None),
        (TEMPLATE, XML, "NEVER", None),
        ((), XML, "WHEN_NO_MATCH", "as it is"),
        ((), XML, "WHEN_NO_TEMPLATES", "as it is"),
        ((), (), "NEVER", None),
        ((("application/json", ""),), (), "NEVER", "as it is"),
        ((("$default", "from template"),), XML, "NEVER", "from template"),
        ((*TEMPLATE, ("$default", "for others")), XML, "NEVER", "for others"),
        ((*TEMPLATE, ("$default", "for others")), JSON, "NEVER", "from template"),
    ],
)
def test_the_table_of_passthrough_behaviors(
    templates: tuple[tuple[str, str], ...], headers: Headers, passthrough: str, body: str | None
) -> None:
    made = integration_request(requested(templates, passthrough, headers))
    assert (made.body.decode() if isinstance(made, IntegrationRequest) else None) == body


def test_an_unsupported_media_type_is_a_415_that_names_the_type() -> None:
    request = requested(TEMPLATE, "NEVER", XML)
    executed = refuse_media_type(request, (), UnsupportedMediaType("application/xml"))
    assert (executed.response.status, executed.response.body) == (
        415,
        b'{"message": "Unsupported Media Type"}',
    )
    assert "application/xml" in last_hop(executed).decision.remedy


@pytest.mark.parametrize(
    ("kind", "name", "value", "reason"),
    [
        ("HTTP", "Content-Length", "1", "Content-Length header already present"),
        ("HTTP", "transfer-encoding", "chunked", "transfer-encoding header already present"),
        ("HTTP", "X-Amzn-Trace-Id", "x", "X-Amzn-Trace-Id header already present"),
        ("HTTP", "Authorization", "Bearer x", ""),
        ("HTTP_PROXY", "Authorization", "Bearer x", ""),
        ("AWS", "Authorization", "Bearer x", "Authorization header already present"),
        ("AWS", "TE", "x", "TE header already present"),
        ("AWS", "X-Amz-Target", "AWSEvents.PutEvents", ""),
        ("HTTP", "X-Any", "a\r\nX-Other: b", "X-Any header has a line break in its value"),
    ],
)
def test_headers_that_api_gateway_sets_itself_cannot_be_mapped(
    kind: str, name: str, value: str, reason: str
) -> None:
    assert illegal_header(kind, name, value) == reason


def test_a_request_with_an_illegal_header_is_a_500_that_names_it() -> None:
    integration = Integration("AWS", request_parameters=(("integration.request.header.TE", "'x'"),))
    topology = topology_with(get("/a", integration))
    executed = prepare(matched(topology, call(topology, "/a")), ())
    assert isinstance(executed, Executed)
    assert executed.response.status == 500
    assert ("header", "TE") in last_hop(executed).decision.facts
