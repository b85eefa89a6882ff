import json
from io import BytesIO
from typing import Any

import pytest
from tests.capture.scripted import ScriptedAccount

from landbridge.capture.api_gateway import read_api_gateway
from landbridge.model.api_gateway import ApiGateway, VpcLink
from landbridge.model.identifiers import Arn

NLB = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/net/n/1"
LINK = {"id": "l1nk", "name": "to-the-vpc", "status": "AVAILABLE", "targetArns": [NLB]}


def account(**members: Any) -> ScriptedAccount:
    integration = {"type": "http_proxy", "httpMethod": "GET", "uri": "http://nlb.example", **members}
    paths = {"/a": {"get": {"x-amazon-apigateway-integration": integration}}}
    export = {"openapi": "3.0.1", "paths": paths}
    return ScriptedAccount(
        {
            "apigateway.get_rest_apis": {"items": [{"id": "a1b2c3"}]},
            "apigateway.get_stages": {"item": [{"stageName": "prod", "deploymentId": "d1"}]},
            "apigateway.get_export": lambda parameters: {"body": BytesIO(json.dumps(export).encode())},
            "apigateway.get_vpc_links": {"items": [LINK]},
        }
    )


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, ()),
        (
            {"connectionType": "VPC_LINK", "connectionId": "l1nk"},
            (VpcLink("l1nk", "to-the-vpc", "AVAILABLE", (Arn(NLB),)),),
        ),
    ],
)
def test_vpc_links_are_read_where_an_integration_goes_through_one(
    members: dict[str, Any], expected: tuple[VpcLink, ...]
) -> None:
    scripted = account(**members)
    assert read_api_gateway(scripted.reader(), ApiGateway()).vpc_links == expected
    assert ("apigateway.get_vpc_links" in scripted.calls) == bool(expected)
