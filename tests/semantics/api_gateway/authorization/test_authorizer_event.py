import json

from tests import topologies
from tests.semantics.api_gateway.authorization.guarded import API_ARN, TOKEN, guarded, order
from tests.semantics.api_gateway.calls import MOMENT, matched, with_stage

from landbridge.semantics.api_gateway.authorization.authorizer_event import request_event, token_event


def test_a_token_authorizer_gets_the_token_and_the_method() -> None:
    topology = guarded("CUSTOM", TOKEN)
    event = token_event(matched(topology, order(topology)), "Bearer abc")
    arn = f"{API_ARN}/live/GET/api/orders/7"
    assert event == f'{{"type":"TOKEN","methodArn":"{arn}","authorizationToken":"Bearer abc"}}'.encode()


def test_a_request_authorizer_gets_the_request_without_its_body() -> None:
    topology = with_stage(guarded("CUSTOM", TOKEN), variables=(("tenant", "acme"),))
    made = order(topology, (("X-Key", "1"), ("X-Key", "2")), target="/api/orders/7?a=1&a=2", body=b"{}")
    event = json.loads(request_event(matched(topology, made)))
    assert list(event) == [
        *("type", "methodArn", "resource", "path", "httpMethod", "headers", "multiValueHeaders"),
        *("queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables"),
        "requestContext",
    ]
    assert (event["type"], event["methodArn"]) == ("REQUEST", f"{API_ARN}/live/GET/api/orders/7")
    assert (event["resource"], event["path"], event["httpMethod"]) == (
        "/api/orders/{id}",
        "/api/orders/7",
        "GET",
    )
    assert (event["headers"]["X-Key"], event["multiValueHeaders"]["X-Key"]) == ("2", ["1", "2"])
    assert event["headers"]["x-amzn-vpce-id"] == topologies.ENDPOINT
    assert event["queryStringParameters"] == {"a": "2"}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"]}
    assert event["pathParameters"] == {"id": "7"}
    assert event["stageVariables"] == {"tenant": "acme"}
    context = event["requestContext"]
    assert context["identity"]["vpceId"] == topologies.ENDPOINT
    assert (context["requestId"], context["apiId"]) == (MOMENT.request_id, topologies.API)
    assert "authorizer" not in context


def test_absent_maps_are_empty_and_not_null() -> None:
    topology = guarded("CUSTOM", TOKEN)
    event = json.loads(request_event(matched(topology, order(topology))))
    assert [event[name] for name in ("queryStringParameters", "stageVariables")] == [{}, {}]
