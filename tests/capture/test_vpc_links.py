import json
from io import BytesIO
from typing import Any

import pytest
from tests.capture.scripted import ScriptedAccount

from landbridge.capture.api_gateway import read_api_gateway
from landbridge.model.api_gateway import ApiGateway, VpcLink
from landbridge.model.identifiers import Arn, SecurityGroupId, SubnetId

NLB = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/net/n/1"
ALB = NLB.replace("/net/", "/app/")
LINK_V2 = {
    "VpcLinkId": "l2nk",
    "Name": "own",
    "VpcLinkStatus": "INACTIVE",
    "SubnetIds": ["subnet-b", "subnet-a"],
    "SecurityGroupIds": ["sg-1"],
}
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
            "apigatewayv2.get_vpc_links": {"Items": [LINK_V2]},
        }
    )


FIRST = VpcLink("l1nk", "to-the-vpc", "AVAILABLE", (Arn(NLB),))
SECOND = VpcLink(
    "l2nk",
    "own",
    "INACTIVE",
    (),
    "V2",
    subnet_ids=(SubnetId("subnet-a"), SubnetId("subnet-b")),
    security_group_ids=(SecurityGroupId("sg-1"),),
)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, ()),
        ({"connectionType": "VPC_LINK", "connectionId": "l1nk"}, (FIRST,)),
        ({"connectionType": "VPC_LINK", "connectionId": "l2nk", "integrationTarget": ALB}, (SECOND,)),
        ({"connectionType": "INTERNET", "connectionId": "l2nk", "integrationTarget": ALB}, ()),
    ],
)
def test_vpc_links_are_read_of_the_version_that_an_integration_goes_through(
    members: dict[str, Any], expected: tuple[VpcLink, ...]
) -> None:
    scripted = account(**members)
    gateway = read_api_gateway(scripted.reader(), ApiGateway())
    assert gateway.vpc_links == expected
    assert ("apigateway.get_vpc_links" in scripted.calls) == (FIRST in expected)
    assert ("apigatewayv2.get_vpc_links" in scripted.calls) == (SECOND in expected)
    (resource,) = gateway.rest_apis[0].stages[0].deployment.resources
    integration = resource.methods[0].integration
    assert integration is not None
    assert integration.integration_target == (ALB if SECOND in expected else "")
