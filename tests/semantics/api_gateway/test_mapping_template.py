import pytest
from tests.semantics.api_gateway.calls import call, matched, topology_with, with_stage

from landbridge.semantics.api_gateway.mapping_template import Parameters, Rendered, parsed, render
from landbridge.semantics.api_gateway.vtl.errors import MappingTemplateError

BODY = '{"name": "Ada", "tags": ["a", "b"], "quote": "it\'s"}'


def rendered(template: str, body: str = BODY) -> Rendered:
    topology = with_stage(topology_with(), variables=(("colour", "blue"),))
    made = call(topology, "/api/a%20b?q=1&q=2&proxy=query", "POST", (("X-Token", "t"),))
    request = matched(topology, made)
    return render(request, template, body, Parameters(request))


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("$input.body", BODY),
        ("$input.json('$.name')", '"Ada"'),
        ("$input.json('$.tags')", '["a","b"]'),
        ("$input.json('$.missing')", '""'),
        ("$input.path('$.name') $input.path('$.tags')[1]", "Ada b"),
        ("#set($root = $input.path('$'))$root.name", "Ada"),
        ("$input.params('proxy')", "a b"),
        ("$input.params('q')", "2"),
        ("$input.params('X-Token')", "t"),
        ("[$input.params('missing')]", "[]"),
        ("$input.params().path.proxy $input.params().querystring.q", "a b 2"),
        ("#foreach($k in $input.params().querystring.keySet())$k;#end", "q;proxy;"),
        ("$stageVariables.colour", "blue"),
        ("$context.stage $context.httpMethod $context.resourcePath", "live POST /api/{proxy+}"),
        ("$context.identity.sourceIp $context.identity.vpceId", "10.20.1.10 vpce-0123456789abcdef0"),
        ("$context.requestTimeEpoch", "1649165889404"),
        ("$util.escapeJavaScript($input.path('$.quote'))", "it\\'s"),
        ("$util.urlEncode('a b/ä') $util.urlDecode('a+b%2F')", "a+b%2F%C3%A4 a b/"),
        ("$util.base64Encode('hi') $util.base64Decode('aGk=')", "aGk= hi"),
        ("$util.parseJson('{\"a\": 1}').a", "1"),
    ],
)
def test_the_variables_of_a_template(template: str, expected: str) -> None:
    assert rendered(template).text == expected


def test_an_empty_body_is_an_empty_object() -> None:
    assert rendered("$input.json('$')", "").text == "{}"
    assert parsed("") == {}


def test_a_body_that_is_not_json_is_the_clients_fault() -> None:
    with pytest.raises(MappingTemplateError) as caught:
        rendered("$input.json('$')", "no json")
    assert caught.value.bad_request


def test_overrides_of_path_query_string_and_header() -> None:
    found = rendered(
        '#set($context.requestOverride.path.key = "index.html")'
        "#set($context.requestOverride.querystring['filter[0]'] = 1)"
        "#set($context.requestOverride.header.X-Name = \"$input.path('$.name')\")"
        "#set($context.responseOverride.status = 404)"
        '#set($context.responseOverride.header.Cache-Control = "no-cache")'
    )
    assert found.request_override == {
        "path": {"key": "index.html"},
        "querystring": {"filter[0]": "1"},
        "header": {"X-Name": "Ada"},
    }
    assert (found.response_status, found.response_header) == (404, {"Cache-Control": "no-cache"})


def test_the_same_override_twice_fails() -> None:
    once = '#set($context.requestOverride.path.key = "a")'
    assert rendered(once).request_override["path"] == {"key": "a"}
    with pytest.raises(MappingTemplateError, match="more than once"):
        rendered(once + once)


def test_without_overrides_nothing_is_overridden() -> None:
    found = rendered("x")
    assert found.request_override == {"path": {}, "querystring": {}, "header": {}}
    assert (found.response_status, found.response_header) == (None, {})
