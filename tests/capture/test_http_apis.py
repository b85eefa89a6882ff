from typing import Any

import pytest
from tests.capture.entrances import ALB, ELB, FUNCTION
from tests.capture.scripted import ACCOUNT, REGION, ScriptedAccount

from landbridge.capture.http_apis import read_http_apis
from landbridge.capture.reading import Reader
from landbridge.model.other_entrances import ANYWHERE, OtherEntrance

PROXY = {"IntegrationId": "i1", "IntegrationType": "AWS_PROXY", "IntegrationUri": FUNCTION}
OPEN = {"RouteKey": "$default", "Target": "integrations/i1", "AuthorizationType": "NONE"}
GUARDED = {**OPEN, "RouteKey": "GET /a", "AuthorizationType": "JWT"}
CONNECT = {"RouteKey": "$connect", "AuthorizationType": "AWS_IAM"}
STAGE = ({"StageName": "prod"},)
INVOCATION = "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions"


def read(
    *routes: dict[str, Any],
    stages: tuple[dict[str, Any], ...] = STAGE,
    integration: dict[str, Any] = PROXY,
    **api: Any,
) -> list[OtherEntrance]:
    of_api = {"ApiId": "h1", "Name": "a", "ProtocolType": "HTTP", "RouteSelectionExpression": "", **api}
    account = ScriptedAccount(
        {
            "apigatewayv2.get_apis": {"Items": [of_api]},
            "apigatewayv2.get_integrations": {"Items": [integration]},
            "apigatewayv2.get_routes": {"Items": list(routes)},
            "apigatewayv2.get_stages": {"Items": list(stages)},
        }
    )
    return list(read_http_apis(Reader(account.client, ACCOUNT, REGION, "", lambda _: True)))


@pytest.mark.parametrize(
    ("routes", "api", "public"),
    [
        ((OPEN,), {}, True),
        ((GUARDED,), {}, False),
        ((GUARDED, OPEN), {}, True),
        (({**OPEN, "Target": "integrations/i2"},), {}, False),
        ((), {}, False),
        ((OPEN,), {"DisableExecuteApiEndpoint": True}, False),
        ((OPEN,), {"ProtocolType": "WEBSOCKET"}, True),
        ((OPEN, CONNECT), {"ProtocolType": "WEBSOCKET"}, False),
        (({**OPEN, "ApiKeyRequired": True},), {"ProtocolType": "WEBSOCKET"}, False),
    ],
)
def test_an_api_is_open_to_anybody_where_a_route_asks_for_no_authorization(
    routes: tuple[dict[str, Any], ...], api: dict[str, Any], public: bool
) -> None:
    [found] = read(*routes, **api)
    assert found.public is public
    assert found.open_to.startswith("anybody" if public else "whomever")


@pytest.mark.parametrize(
    ("uri", "connection", "leads_to"),
    [
        (f"{FUNCTION}:live", "INTERNET", f"{FUNCTION}:live"),
        (f"{INVOCATION}/{FUNCTION}/invocations", "INTERNET", FUNCTION),
        ("arn:aws:apigateway:eu-central-1:s3:path/site/{key}", "INTERNET", "site"),
        (f"{ELB}:listener/app/web/1/2", "VPC_LINK", ALB),
        ("arn:aws:servicediscovery:eu-central-1:123456789012:service/srv-1", "VPC_LINK", ANYWHERE),
        (f"{INVOCATION}/${{stageVariables.function}}/invocations", "INTERNET", ANYWHERE),
        ("https://orders.corp.example/api", "INTERNET", "orders.corp.example"),
        ("", "INTERNET", ""),
        ("arn:aws:apigateway:eu-central-1:sqs:path/123456789012/queue", "INTERNET", ""),
    ],
)
def test_an_integration_says_what_it_leads_to(uri: str, connection: str, leads_to: str) -> None:
    integration = {**PROXY, "IntegrationUri": uri, "ConnectionType": connection}
    found = read(OPEN, integration=integration)
    assert [each.leads_to for each in found] == ([(leads_to,)] if leads_to else [])


def test_an_api_without_a_stage_serves_nobody() -> None:
    assert read(OPEN, stages=()) == []


@pytest.mark.parametrize(
    ("members", "route_key", "source"),
    [
        ({}, "$default", "prod/$default"),
        ({}, "ANY /a/{id}", "prod/ANY/a/{id}"),
        ({"CredentialsArn": "arn:aws:iam::123456789012:role/invoker"}, "$default", ""),
    ],
)
def test_function_policies_see_the_route_unless_a_role_invokes(
    members: dict[str, Any], route_key: str, source: str
) -> None:
    [found] = read({**OPEN, "RouteKey": route_key}, integration={**PROXY, **members})
    place = "arn:aws:execute-api:eu-central-1:123456789012:h1/"
    assert found.source_arn == (f"{place}{source}" if source else "")
