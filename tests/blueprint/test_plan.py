import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.validate import ParamValidator
from inline_snapshot import snapshot
from tests.blueprint.declarations import FILES, assets, declaration

from landbridge.blueprint.calls import ApiCall, Json, Plan, Ref, Text, Value
from landbridge.blueprint.packaging import frontend_files
from landbridge.blueprint.plan import frontend_update, function_update, plan
from landbridge.errors import UnsupportedError

DOMAIN = ('"gateway"', '"domain"')
LAMBDA = ('"gateway"', '"lambda"')
DIRECT_CONNECT = ('"vpn"', '"direct-connect"')
PLANS = {
    "vpn": plan(declaration(), assets()),
    "direct-connect": plan(declaration(DIRECT_CONNECT), assets()),
    "us-east-1": plan(
        declaration(*((f'"eu-central-1{end}"', f'"us-east-1{end}"') for end in ("", "a", "b"))), assets()
    ),
    "a route of two segments": plan(declaration(('"/api"', '"/v1/orders"')), assets()),
    "a route called as the frontend's resource": plan(declaration(('"/api"', '"/proxy/proxy"')), assets()),
    "lambda": plan(declaration(LAMBDA), assets()),
    "domain": plan(declaration(DOMAIN), assets()),
    "lambda, files without a suffix": plan(
        declaration(LAMBDA), replace(assets(), files=frontend_files({"NOTICE": b"", "a-b/LICENSE": b""}))
    ),
    "lambda, update": frontend_update(
        declaration(LAMBDA), frontend_files({"NOTICE": b""}), frontend_files({"LICENSE": b""})
    ),
    "without fallback": plan(declaration(("fallback = true", "fallback = false")), assets()),
    "update": frontend_update(declaration(), assets().files, frontend_files({"NOTICE": b""})),
    "function update": function_update(declaration(), b"zip"),
}
every_plan = pytest.mark.parametrize("calls", PLANS.values(), ids=PLANS)


def refs(value: Value) -> Iterator[Ref]:
    """Every Ref within a value."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, Text):
        yield from (part for part in value.parts if isinstance(part, Ref))
    elif isinstance(value, Json):
        yield from refs(value.value)
    elif isinstance(value, Mapping):
        for within in value.values():
            yield from refs(within)
    elif isinstance(value, list | tuple):
        for within in value:
            yield from refs(within)


def shown(value: Value) -> Any:
    """A value as it would be sent, each Ref as ``<call>``."""
    if isinstance(value, Ref):
        return f"<{value.call}>"
    if isinstance(value, Text):
        return "".join(shown(part) for part in value.parts)
    if isinstance(value, Json):
        return json.dumps(shown(value.value))
    if isinstance(value, Mapping):
        return {key: shown(within) for key, within in value.items()}
    if isinstance(value, list | tuple):
        return [shown(within) for within in value]
    return value


def call(name: str, calls: Plan = PLANS["vpn"]) -> dict[str, Any]:
    """What the call of that name sends."""
    [found] = [call for call in calls if call.name == name]
    parameters = shown(found.parameters)
    assert isinstance(parameters, dict)
    return parameters


def policy(name: str, key: str) -> Any:
    """The statements of a policy document that a call sends."""
    return json.loads(call(name)[key])["Statement"]


@every_plan
def test_each_call_has_a_name_of_its_own(calls: Plan) -> None:
    names = [call.name for call in calls]
    assert len(names) == len(set(names))


@every_plan
def test_a_call_refers_only_to_earlier_ones(calls: Plan) -> None:
    before: set[str] = set()
    for made in calls:
        assert {ref.call for ref in refs(made.parameters)} <= before
        before.add(made.name)


@pytest.mark.parametrize("calls", PLANS.values(), ids=PLANS)
def test_aws_knows_each_operation_and_takes_its_parameters(calls: Plan) -> None:
    for made in calls:
        report = ParamValidator().validate(_sent(made), _input_shape(made))
        assert not report.has_errors(), f"{made.name}: {report.generate_report()}"


def _sent(made: ApiCall) -> Any:
    """The parameters with something for each Ref: the one that stands for a list is the targets'."""
    parameters = dict(made.parameters)
    lists = {"Targets": [{"Id": "10.20.1.10", "Port": 443}], "NetworkInterfaceIds": ["eni-1"]}
    refs = {key for key, value in parameters.items() if isinstance(value, Ref)}
    return shown(parameters) | {key: value for key, value in lists.items() if key in refs}


def _input_shape(made: ApiCall) -> Any:
    client: Any = boto3.client(
        made.service,
        region_name="eu-central-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",
    )
    operation = client.meta.method_to_api_mapping[made.operation]
    return client.meta.service_model.operation_model(operation).input_shape


def test_the_calls_are_in_the_order_in_which_their_answers_are_needed() -> None:
    services: list[str] = []
    for made in PLANS["vpn"]:
        if services[-1:] != [made.service]:
            services.append(made.service)
    assert services == snapshot(
        [
            "sts",
            "ec2",
            "dynamodb",
            "s3",
            "iam",
            "s3",
            "logs",
            "lambda",
            "acm",
            "apigateway",
            "ec2",
            "apigateway",
            "lambda",
            "apigateway",
            "elbv2",
            "route53",
            "route53resolver",
        ]
    )


def test_a_vpn_has_a_static_route_for_each_corporate_network_and_the_way_back() -> None:
    calls = [made for made in PLANS["vpn"] if made.name.startswith(("vpn-", "customer", "route-prop"))]
    assert [made.operation for made in calls] == snapshot(
        [
            "create_vpn_gateway",
            "attach_vpn_gateway",
            "create_customer_gateway",
            "create_vpn_connection",
            "create_vpn_connection_route",
            "create_vpn_connection_route",
            "enable_vgw_route_propagation",
        ]
    )
    assert call("vpn-connection")["Options"] == {"StaticRoutesOnly": True}
    assert call("vpn-route-172.20.0.0/16")["DestinationCidrBlock"] == "172.20.0.0/16"
    assert call("route-propagation") == {"GatewayId": "<vpn-gateway>", "RouteTableId": "<route-table>"}


def test_direct_connect_announces_the_vpc_and_has_no_vpn_connection() -> None:
    calls = PLANS["direct-connect"]
    assert not [made for made in calls if "vpn_connection" in made.operation]
    assert call("direct-connect-association", calls)["addAllowedPrefixesToDirectConnectGateway"] == [
        {"cidr": "10.20.0.0/16"}
    ]
    interface = call("virtual-interface", calls)["newPrivateVirtualInterface"]
    assert interface["directConnectGatewayId"] == "<direct-connect-gateway>"
    assert call("route-propagation", calls) == call("route-propagation")


def test_only_corporate_networks_reach_the_load_balancer_and_only_it_reaches_the_endpoint() -> None:
    assert {
        name: call(f"{name}")["IpPermissions"]
        for name in (
            "load-balancer-group-without-egress",
            "load-balancer-group-ingress",
            "load-balancer-group-egress",
            "endpoint-group-without-egress",
            "endpoint-group-ingress",
            "resolver-group-without-egress",
            "resolver-group-ingress",
        )
    } == snapshot(
        {
            "load-balancer-group-without-egress": [
                {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
            ],
            "load-balancer-group-ingress": [
                {
                    "IpProtocol": "tcp",
                    "FromPort": 443,
                    "ToPort": 443,
                    "IpRanges": [
                        {"CidrIp": "192.168.0.0/16", "Description": "corporate network"},
                        {"CidrIp": "172.20.0.0/16", "Description": "corporate network"},
                    ],
                }
            ],
            "load-balancer-group-egress": [
                {
                    "IpProtocol": "tcp",
                    "FromPort": 443,
                    "ToPort": 443,
                    "UserIdGroupPairs": [{"GroupId": "<endpoint-group>", "Description": "to the endpoint"}],
                }
            ],
            "endpoint-group-without-egress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
            "endpoint-group-ingress": [
                {
                    "IpProtocol": "tcp",
                    "FromPort": 443,
                    "ToPort": 443,
                    "UserIdGroupPairs": [
                        {"GroupId": "<load-balancer-group>", "Description": "from the load balancer"}
                    ],
                }
            ],
            "resolver-group-without-egress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
            "resolver-group-ingress": [
                {
                    "IpProtocol": "tcp",
                    "FromPort": 53,
                    "ToPort": 53,
                    "IpRanges": [
                        {"CidrIp": "192.168.0.0/16", "Description": "corporate network"},
                        {"CidrIp": "172.20.0.0/16", "Description": "corporate network"},
                    ],
                },
                {
                    "IpProtocol": "udp",
                    "FromPort": 53,
                    "ToPort": 53,
                    "IpRanges": [
                        {"CidrIp": "192.168.0.0/16", "Description": "corporate network"},
                        {"CidrIp": "172.20.0.0/16", "Description": "corporate network"},
                    ],
                },
            ],
        }
    )


def test_the_endpoint_is_in_every_zone_without_private_dns() -> None:
    endpoint = call("endpoint")
    assert endpoint["ServiceName"] == "com.amazonaws.eu-central-1.execute-api"
    assert endpoint["SubnetIds"] == ["<subnet-eu-central-1a>", "<subnet-eu-central-1b>"]
    assert endpoint["PrivateDnsEnabled"] is False


def test_policies_admit_this_endpoint_this_api_this_role() -> None:
    assert policy("rest-api", "policy") == snapshot(
        [
            {
                "Sid": "OnlyThroughTheEndpoint",
                "Effect": "Allow",
                "Principal": "*",
                "Action": "execute-api:Invoke",
                "Resource": "execute-api:/*",
                "Condition": {"StringEquals": {"aws:SourceVpce": "<endpoint>"}},
            }
        ]
    )
    assert policy("endpoint-policy", "PolicyDocument") == snapshot(
        [
            {
                "Sid": "OnlyThisApi",
                "Effect": "Allow",
                "Principal": "*",
                "Action": "execute-api:Invoke",
                "Resource": "arn:aws:execute-api:eu-central-1:<account>:<rest-api>/*",
            }
        ]
    )
    assert policy("bucket-policy", "Policy") == snapshot(
        [
            {
                "Sid": "GatewayReads",
                "Effect": "Allow",
                "Principal": {"AWS": "<gateway-role>"},
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::orders-frontend-<account>/*",
            },
            {
                "Sid": "GatewayLists",
                "Effect": "Allow",
                "Principal": {"AWS": "<gateway-role>"},
                "Action": "s3:ListBucket",
                "Resource": "arn:aws:s3:::orders-frontend-<account>",
            },
            {
                "Sid": "OnlyWithTls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [
                    "arn:aws:s3:::orders-frontend-<account>",
                    "arn:aws:s3:::orders-frontend-<account>/*",
                ],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ]
    )
    assert policy("gateway-role-policy", "PolicyDocument") == snapshot(
        [
            {
                "Sid": "ReadFrontend",
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::orders-frontend-<account>/*",
            },
            {
                "Sid": "TellMissingFromForbidden",
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": "arn:aws:s3:::orders-frontend-<account>",
            },
        ]
    )


def test_the_function_may_write_its_log_and_use_its_tables() -> None:
    statements = policy("function-role-policy", "PolicyDocument")
    assert [statement["Resource"] for statement in statements] == [
        "arn:aws:logs:eu-central-1:<account>:log-group:/aws/lambda/orders-backend:*",
        ["<table-orders>", "<table-order-lines>"],
    ]
    assert not [action for statement in statements for action in statement["Action"] if "*" in action]


def test_the_function_is_told_its_tables() -> None:
    function = call("function")
    assert function["Environment"] == {
        "Variables": {
            "GREETING": "Hello",
            "ORDERS_TABLE": "orders-orders",
            "ORDER_LINES_TABLE": "orders-order-lines",
        }
    }
    assert (function["MemorySize"], function["Timeout"]) == (256, 10)
    assert call("table-order-lines")["KeySchema"] == [
        {"AttributeName": "order", "KeyType": "HASH"},
        {"AttributeName": "line", "KeyType": "RANGE"},
    ]


@pytest.mark.parametrize(
    ("route", "paths"), [("/api", ["/api", "/api/*"]), ("/v1/orders", ["/v1/orders", "/v1/orders/*"])]
)
def test_only_this_api_may_invoke_the_function_and_only_below_its_route(route: str, paths: list[str]) -> None:
    calls = plan(declaration(('"/api"', f'"{route}"')), assets())
    permissions = [shown(made.parameters) for made in calls if made.operation == "add_permission"]
    assert [permission["SourceArn"] for permission in permissions] == [
        f"arn:aws:execute-api:eu-central-1:<account>:<rest-api>/*/*{path}" for path in paths
    ]
    assert {permission["Principal"] for permission in permissions} == {"apigateway.amazonaws.com"}


def test_the_rest_api_is_private_and_takes_every_media_type_as_binary() -> None:
    rest_api = call("rest-api")
    assert rest_api["endpointConfiguration"] == {"types": ["PRIVATE"], "vpcEndpointIds": ["<endpoint>"]}
    assert rest_api["binaryMediaTypes"] == ["*/*"]


def test_the_frontend_is_read_from_the_bucket_and_the_rest_goes_to_the_function() -> None:
    bucket = "arn:aws:apigateway:eu-central-1:s3:path/orders-frontend-<account>/{key}"
    function = "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/<function>/invocations"
    revalidation = {"integration.request.header.If-None-Match": "method.request.header.If-None-Match"}
    integrations = {made.name: shown(made.parameters) for made in PLANS["vpn"] if _is_integration(made)}
    assert {
        name: (sent["resourceId"], sent["httpMethod"], sent["type"], sent["integrationHttpMethod"])
        for name, sent in integrations.items()
    } == {
        "index-integration": ("<rest-api>", "GET", "AWS", "GET"),
        "files-integration": ("<frontend-resource>", "GET", "AWS", "GET"),
        "backend-integration": ("<resource-api>", "ANY", "AWS_PROXY", "POST"),
        "backend-below-integration": ("<resource-api/proxy>", "ANY", "AWS_PROXY", "POST"),
    }
    assert [sent["uri"] for sent in integrations.values()] == [bucket, bucket, function, function]
    assert {sent.get("credentials") for sent in integrations.values()} == {"<gateway-role>", None}
    assert [sent.get("requestParameters") for sent in integrations.values()] == [
        {"integration.request.path.key": "'index.html'", **revalidation},
        {"integration.request.path.key": "method.request.path.proxy", **revalidation},
        None,
        None,
    ]


def test_the_fallback_applies_although_every_media_type_is_binary() -> None:
    files = call("files-integration")
    assert "'index.html'" in files["requestTemplates"]["application/json"]
    assert files["contentHandling"] == "CONVERT_TO_TEXT"
    assert "requestTemplates" not in call("index-integration")


def _is_integration(made: ApiCall) -> bool:
    return made.operation == "put_integration"


def test_an_error_of_s3_stays_an_error() -> None:
    responses = [
        (made.parameters["statusCode"], made.parameters.get("selectionPattern"))
        for made in PLANS["vpn"]
        if made.name.startswith("files-integration-response")
    ]
    assert responses == [("200", None), ("304", "304"), ("404", "404"), ("403", "403"), ("500", r"5\d{2}")]
    assert call("files-integration-response-200")["responseParameters"] == {
        f"method.response.header.{name}": f"integration.response.header.{name}"
        for name in ("Content-Type", "Cache-Control", "ETag", "Last-Modified")
    }


def test_without_fallback_there_is_no_template() -> None:
    assert "requestTemplates" not in call("files-integration", PLANS["without fallback"])


def test_the_browsers_host_names_the_api() -> None:
    assert call("domain-name")["domainName"] == "orders.corp.example"
    assert call("domain-name")["securityPolicy"] == "TLS_1_2"
    assert call("domain-name")["endpointConfiguration"] == {"types": ["REGIONAL"]}
    assert call("base-path-mapping")["basePath"] == "(none)"


def test_the_load_balancer_is_internal_and_its_health_check_takes_403_for_an_answer() -> None:
    assert call("load-balancer")["Scheme"] == "internal"
    assert {key: value for key, value in call("target-group").items() if key != "Tags"} == snapshot(
        {
            "Name": "orders-endpoint",
            "Protocol": "HTTPS",
            "Port": 443,
            "VpcId": "<vpc>",
            "TargetType": "ip",
            "HealthCheckProtocol": "HTTPS",
            "HealthCheckPort": "traffic-port",
            "HealthCheckPath": "/",
            "HealthCheckIntervalSeconds": 10,
            "HealthCheckTimeoutSeconds": 5,
            "HealthyThresholdCount": 2,
            "UnhealthyThresholdCount": 2,
            "Matcher": {"HttpCode": "200-499"},
        }
    )
    assert call("listener")["SslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    assert call("targets")["Targets"] == "<endpoint-interfaces>"


def test_the_private_zone_is_named_as_the_app_and_shadows_nothing_else() -> None:
    assert call("hosted-zone")["Name"] == "orders.corp.example"
    [change] = call("alias")["ChangeBatch"]["Changes"]
    assert change["ResourceRecordSet"]["Name"] == "orders.corp.example"
    assert change["ResourceRecordSet"]["AliasTarget"]["EvaluateTargetHealth"] is True
    assert call("resolver-endpoint")["IpAddresses"] == [
        {"SubnetId": "<subnet-eu-central-1a>"},
        {"SubnetId": "<subnet-eu-central-1b>"},
    ]


def test_us_east_1_is_not_named_as_a_location() -> None:
    assert "CreateBucketConfiguration" not in call("bucket", PLANS["us-east-1"])
    assert call("bucket")["CreateBucketConfiguration"] == {"LocationConstraint": "eu-central-1"}


def test_objects_carry_their_headers() -> None:
    index = call("object-index.html")
    assert (index["ContentType"], index["CacheControl"]) == ("text/html; charset=utf-8", "no-cache")
    assert index["Bucket"] == "orders-frontend-<account>"


def test_a_frontend_that_did_not_change_needs_no_calls() -> None:
    assert frontend_update(declaration(), assets().files, assets().files) == ()


def test_a_frontend_that_changed_is_brought_up_to_date_object_by_object() -> None:
    after = {**FILES, "assets/app.js": b"changed", "new.css": b""}
    del after["index.html"]
    calls = frontend_update(declaration(), assets().files, frontend_files(after))
    assert [(made.operation, made.parameters.get("Key")) for made in calls] == [
        ("get_caller_identity", None),
        ("put_object", "assets/app.js"),
        ("put_object", "new.css"),
        ("delete_object", "index.html"),
    ]


def test_a_new_file_without_a_suffix_redeploys_the_api() -> None:
    after = frontend_files({**FILES, "NOTICE": b""})
    calls = frontend_update(declaration(), assets().files, after)
    assert [made.operation for made in calls] == [
        "get_caller_identity",
        "put_object",
        "get_rest_apis",
        "get_resources",
        "update_integration",
        "create_deployment",
    ]
    [patch] = call("fallback", calls)["patchOperations"]
    assert "['LICENSE', 'NOTICE']" in patch["value"]
    assert call("redeployment", calls)["stageName"] == "live"


def test_without_fallback_a_new_file_without_a_suffix_is_only_an_object() -> None:
    after = frontend_files({**FILES, "NOTICE": b""})
    calls = frontend_update(declaration(("fallback = true", "fallback = false")), assets().files, after)
    assert [made.operation for made in calls] == ["get_caller_identity", "put_object"]


def test_new_code_is_one_call() -> None:
    assert function_update(declaration(), b"zip") == (
        ApiCall(
            "function-code",
            "lambda",
            "update_function_code",
            {"FunctionName": "orders-backend", "ZipFile": b"zip"},
        ),
    )


def test_the_lambda_design_has_no_api_and_its_endpoint_is_s3s() -> None:
    calls = PLANS["lambda"]
    assert not [made for made in calls if made.service == "apigateway" or made.name.startswith("gateway")]
    endpoint = call("endpoint", calls)
    assert endpoint["ServiceName"] == "com.amazonaws.eu-central-1.s3"
    assert json.loads(endpoint["PolicyDocument"])["Statement"] == snapshot(
        [
            {
                "Sid": "OnlyTheFrontend",
                "Effect": "Allow",
                "Principal": "*",
                "Action": ["s3:GetObject", "s3:ListBucket"],
                "Resource": [
                    "arn:aws:s3:::orders-frontend-<account>",
                    "arn:aws:s3:::orders-frontend-<account>/*",
                ],
            }
        ]
    )


def test_in_the_lambda_design_only_the_endpoint_reads_the_bucket_and_only_the_target_group_invokes() -> None:
    calls = PLANS["lambda"]
    statements = json.loads(call("bucket-policy", calls)["Policy"])["Statement"]
    allowing = [statement for statement in statements if statement["Effect"] == "Allow"]
    assert {statement["Action"] for statement in allowing} == {"s3:GetObject", "s3:ListBucket"}
    for statement in allowing:
        assert statement["Condition"] == {"StringEquals": {"aws:SourceVpce": "<endpoint>"}}
    permission = call("backend-permission", calls)
    assert permission["Principal"] == "elasticloadbalancing.amazonaws.com"
    assert permission["SourceArn"] == "<backend-target-group>"


def test_the_domain_design_has_no_load_balancer_and_a_private_name() -> None:
    calls = PLANS["domain"]
    assert not [made for made in calls if made.service == "elbv2" or "load-balancer" in made.name]
    name = call("domain-name", calls)
    assert name["endpointConfiguration"] == {"types": ["PRIVATE"]}
    assert json.loads(name["policy"])["Statement"][0]["Condition"] == {
        "StringEquals": {"aws:SourceVpce": "<endpoint>"}
    }
    assert call("base-path-mapping", calls)["domainNameId"] == "<domain-name>"
    association = call("access-association", calls)
    assert (association["accessAssociationSourceType"], association["accessAssociationSource"]) == (
        "VPCE",
        "<endpoint>",
    )
    alias = call("alias", calls)["ChangeBatch"]["Changes"][0]["ResourceRecordSet"]["AliasTarget"]
    assert alias["DNSName"] == "<endpoint>"


def test_in_the_domain_design_the_office_reaches_the_endpoint_and_its_policy_admits_name_and_api() -> None:
    calls = PLANS["domain"]
    (permission,) = call("endpoint-group-ingress", calls)["IpPermissions"]
    assert [block["CidrIp"] for block in permission["IpRanges"]] == ["192.168.0.0/16", "172.20.0.0/16"]
    (statement,) = json.loads(call("endpoint-policy", calls)["PolicyDocument"])["Statement"]
    assert statement["Resource"] == [
        "arn:aws:execute-api:eu-central-1:<account>:/domainnames/orders.corp.example+<domain-name>",
        "arn:aws:execute-api:eu-central-1:<account>:<rest-api>/*",
    ]


def test_the_lambda_designs_rules_send_the_route_to_the_function_and_pages_to_the_index() -> None:
    calls = PLANS["lambda"]
    host = {"Field": "host-header", "HostHeaderConfig": {"Values": ["orders.corp.example"]}}
    assert call("backend-rule", calls) == snapshot(
        {
            "ListenerArn": "<listener>",
            "Priority": 10,
            "Conditions": [
                host,
                {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api", "/api/*"]}},
            ],
            "Actions": [{"Type": "forward", "TargetGroupArn": "<backend-target-group>"}],
        }
    )
    frontend = call("frontend-rule", calls)
    assert frontend["Conditions"][0] == host
    assert frontend["Conditions"][1]["HttpRequestMethodConfig"] == {"Values": ["GET", "HEAD"]}
    assert [transform["Type"] for transform in frontend["Transforms"]] == [
        "host-header-rewrite",
        "url-rewrite",
    ]
    assert frontend["Transforms"][0]["HostHeaderRewriteConfig"]["Rewrites"] == [
        {"Regex": "^.*$", "Replace": "orders-frontend-<account>.s3.eu-central-1.amazonaws.com"}
    ]
    assert call("listener", calls)["DefaultActions"][0]["Type"] == "fixed-response"


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("/", True),
        ("/?a=b.c", True),
        ("/orders", True),
        ("/orders/7", True),
        ("/orders/7?sort=a.b/c", True),
        ("/v1.2/orders/", True),
        ("/assets/app.js", False),
        ("/favicon.svg?v=1", False),
        ("/orders/7.json", False),
    ],
)
def test_a_path_whose_last_segment_has_no_dot_is_a_page(url: str, page: bool) -> None:
    rewrite = call("frontend-rule", PLANS["lambda"])["Transforms"][1]["UrlRewriteConfig"]["Rewrites"][0]
    assert rewrite["Replace"] == "/index.html"
    assert (re.search(rewrite["Regex"], url) is not None) == page


def test_without_fallback_only_the_root_is_the_index() -> None:
    calls = plan(declaration(LAMBDA, ("fallback = true", "fallback = false")), assets())
    rewrite = call("frontend-rule", calls)["Transforms"][1]["UrlRewriteConfig"]["Rewrites"][0]
    assert re.search(rewrite["Regex"], "/?a=b")
    assert not re.search(rewrite["Regex"], "/orders")


def test_files_without_a_suffix_have_a_rule_of_their_own() -> None:
    files = call("files-rule", PLANS["lambda, files without a suffix"])
    expression = files["Conditions"][2]["PathPatternConfig"]["RegexValues"][0]
    found = [
        path
        for path in ("/NOTICE", "/a-b/LICENSE", "/aXb/LICENSE", "/NOTICE2")
        if re.search(expression, path)
    ]
    assert found == ["/NOTICE", "/a-b/LICENSE"]
    assert [transform["Type"] for transform in files["Transforms"]] == ["host-header-rewrite"]
    assert files["Priority"] < call("frontend-rule", PLANS["lambda"])["Priority"]


def test_the_rule_of_files_without_a_suffix_follows_the_files() -> None:
    operations = [made.operation for made in PLANS["lambda, update"] if made.service == "elbv2"]
    assert operations[-2:] == ["delete_rule", "create_rule"]
    same = frontend_files({"a.js": b""}), frontend_files({"b.js": b""})
    assert not [made for made in frontend_update(declaration(LAMBDA), *same) if made.service == "elbv2"]


def test_more_files_without_a_suffix_than_a_rule_can_name_are_refused_with_the_way_out() -> None:
    files = frontend_files({f"file-number-{number}": b"" for number in range(20)})
    with pytest.raises(UnsupportedError, match="more than one listener rule can name"):
        plan(declaration(LAMBDA), replace(assets(), files=files))
