import pytest
from tests.semantics.api_gateway.calls import call, get, matched, topology_with, with_stage

from landbridge.model.api_gateway import Integration
from landbridge.semantics.api_gateway.mapping_template import Parameters, Rendered
from landbridge.semantics.api_gateway.parameter_mapping import (
    Mapped,
    context_value,
    map_request,
    overridden,
    static,
)
from landbridge.semantics.api_gateway.vtl.errors import MappingTemplateError

BODY = '{"deep": {"n": 1, "list": ["a", 2]}, "yes": true, "text": "t", "nothing": null}'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("method.request.path.id", ["a b"]),
        ("method.request.querystring.q", ["2"]),
        ("method.request.multivaluequerystring.q", ["1", "2"]),
        ("method.request.multivaluequerystring.none", None),
        ("method.request.header.x-token", ["t"]),
        ("method.request.multivalueheader.X-Many", ["a,b"]),
        ("method.request.multivalueheader.X-None", None),
        ("method.request.body", [BODY]),
        ("method.request.body.text", ["t"]),
        ("method.request.body.deep.n", ["1"]),
        ("method.request.body.deep.list[1]", ["2"]),
        ("method.request.body.deep", ['{"n":1,"list":["a",2]}']),
        ("method.request.body.yes", ["true"]),
        ("method.request.body.nothing", None),
        ("method.request.body.missing", None),
        ("method.request.path.missing", None),
        ("method.request.header.missing", None),
        ("method.request.cookie.x", None),
        ("'fixed'", ["fixed"]),
        ("context.stage", ["live"]),
        ("context.identity.sourceIp", ["10.20.1.10"]),
        ("context.identity", None),
        ("stageVariables.colour", ["blue"]),
        ("stageVariables.none", None),
        ("something.else", None),
    ],
)
def test_where_an_integration_parameter_comes_from(source: str, expected: list[str] | None) -> None:
    place = "querystring" if "querystring" in source else "header"
    mapping = ((f"integration.request.{place}.X", source), ("integration.request.body.x", "'no'"))
    topology = topology_with(get("/items/{id}", Integration("AWS", request_parameters=mapping), "POST"))
    topology = with_stage(topology, variables=(("colour", "blue"),))
    headers = (("X-Token", "t"), ("X-Many", "a"), ("x-many", "b"))
    made = call(topology, "/items/a%20b?q=1&q=2", "POST", headers)
    request = matched(topology, made)
    mapped = map_request(request, Parameters(request), BODY)
    found = mapped.querystring if place == "querystring" else mapped.header
    assert found == ({"X": expected} if expected is not None else {})


@pytest.mark.parametrize("body", ['{"a": ', "{no}", "'single'"])
def test_a_body_that_looks_like_json_and_is_none_is_a_bad_request(body: str) -> None:
    mapping = (("integration.request.header.X", "method.request.body.a"),)
    topology = topology_with(get("/a", Integration("AWS", request_parameters=mapping), "POST"))
    request = matched(topology, call(topology, "/a", "POST"))
    with pytest.raises(MappingTemplateError, match="Invalid JSON in request body") as raised:
        map_request(request, Parameters(request), body)
    assert raised.value.bad_request


@pytest.mark.parametrize("body", ["", "plain text", "<a/>"])
def test_a_body_that_does_not_look_like_json_maps_nothing(body: str) -> None:
    mapping = (("integration.request.header.X", "method.request.body.a"),)
    topology = topology_with(get("/a", Integration("AWS", request_parameters=mapping), "POST"))
    request = matched(topology, call(topology, "/a", "POST"))
    assert map_request(request, Parameters(request), body) == Mapped({}, {}, {})


def test_a_templates_override_wins_over_a_mapping_whatever_the_case_of_a_header() -> None:
    rendered = Rendered("", {"path": {"key": "b"}, "querystring": {"q": "1"}, "header": {"H": "2"}}, {}, None)
    mapped = Mapped({"key": "a", "bucket": "x"}, {}, {"h": ["1"], "i": ["1"]})
    expected = Mapped({"key": "b", "bucket": "x"}, {"q": ["1"]}, {"i": ["1"], "H": ["2"]})
    assert overridden(mapped, rendered) == expected


@pytest.mark.parametrize(("source", "expected"), [("'a'", "a"), ("''", ""), ("'", None), ("a", None)])
def test_a_static_value_stands_in_single_quotes(source: str, expected: str | None) -> None:
    assert static(source) == expected


def test_the_context_has_no_value_for_other_sources() -> None:
    topology = topology_with()
    assert context_value(matched(topology, call(topology)), "method.request.path.x") is None
