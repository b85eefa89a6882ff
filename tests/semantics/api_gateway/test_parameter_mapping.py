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


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("method.request.path.id", "a b"),
        ("method.request.querystring.q", "2"),
        ("method.request.multivaluequerystring.q", "2"),
        ("method.request.header.x-token", "t"),
        ("method.request.body", '{"deep": {"n": 1}}'),
        ("method.request.body.deep.n", "1"),
        ("method.request.body.missing", None),
        ("method.request.path.missing", None),
        ("method.request.header.missing", None),
        ("method.request.cookie.x", None),
        ("'fixed'", "fixed"),
        ("context.stage", "live"),
        ("stageVariables.colour", "blue"),
        ("stageVariables.none", None),
        ("something.else", None),
    ],
)
def test_where_an_integration_parameter_comes_from(source: str, expected: str | None) -> None:
    mapping = (("integration.request.header.X", source), ("integration.request.body.x", "'no'"))
    topology = topology_with(get("/items/{id}", Integration("AWS", request_parameters=mapping), "POST"))
    topology = with_stage(topology, variables=(("colour", "blue"),))
    made = call(topology, "/items/a%20b?q=1&q=2", "POST", (("X-Token", "t"),))
    request = matched(topology, made)
    mapped = map_request(request, Parameters(request), '{"deep": {"n": 1}}')
    assert mapped == Mapped({}, {}, {"X": expected} if expected is not None else {})


def test_a_templates_override_wins_over_a_mapping() -> None:
    rendered = Rendered("", {"path": {"key": "b"}, "querystring": {"q": "1"}, "header": {}}, {}, None)
    mapped = Mapped({"key": "a", "bucket": "x"}, {}, {"h": "1"})
    assert overridden(mapped, rendered) == Mapped({"key": "b", "bucket": "x"}, {"q": "1"}, {"h": "1"})


@pytest.mark.parametrize(("source", "expected"), [("'a'", "a"), ("''", ""), ("'", None), ("a", None)])
def test_a_static_value_stands_in_single_quotes(source: str, expected: str | None) -> None:
    assert static(source) == expected


def test_the_context_has_no_value_for_other_sources() -> None:
    topology = topology_with()
    assert context_value(matched(topology, call(topology)), "method.request.path.x") is None
