import base64

import orjson
import pytest
from tests import topologies
from tests.semantics.api_gateway.calls import call, get, matched, public, topology_with, with_stage

from landbridge.model.exchange import Headers
from landbridge.semantics.api_gateway.proxy_event import proxy_event

TRACE = "Self=1-624c4641-39061598649a512f2b364894;Root=1-624c4641-31a8bde2177ec9aa0409676b"


def test_the_event_of_a_private_api_behind_a_load_balancer_is_aws_own_key_for_key() -> None:
    integration = topologies.function_integration()
    topology = topology_with(
        get("/integration/{stage}/{function}", integration, "POST"), binary_media_types=()
    )
    topology = with_stage(topology, variables=(("EnvironmentNameUpper", "DEV12"),))
    made = call(
        topology,
        "/integration/canary/event-log?a=1&b=x%20y&a=2",
        "POST",
        (
            ("accept", "*/*"),
            ("Content-Type", "application/json"),
            ("user-agent", "PostmanRuntime/7.29.0"),
            ("X-Amzn-Trace-Id", TRACE),
            ("X-Forwarded-For", "10.223.44.173, 10.223.128.204"),
            ("X-Forwarded-Port", "443"),
            ("X-Forwarded-Proto", "https"),
            ("Connection", "keep-alive"),
            ("Content-Length", "7"),
        ),
        b'{"a":1}',
        event_path="/base/integration/canary/event-log",
        context_path="/base/integration/canary/event-log",
        default_endpoint_policy=False,
    )
    headers = {
        "accept": "*/*",
        "Content-Type": "application/json",
        "Host": "orders.corp.example",
        "User-Agent": "PostmanRuntime/7.29.0",
        "x-amzn-cipher-suite": "ECDHE-RSA-AES128-GCM-SHA256",
        "x-amzn-tls-version": "TLSv1.2",
        "X-Amzn-Trace-Id": TRACE,
        "x-amzn-vpc-id": "vpc-0app",
        "x-amzn-vpce-config": "0",
        "x-amzn-vpce-id": "vpce-0123456789abcdef0",
        "X-Forwarded-For": "10.223.44.173, 10.223.128.204, 10.20.1.10",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
    }
    expected = {
        "resource": "/integration/{stage}/{function}",
        "path": "/base/integration/canary/event-log",
        "httpMethod": "POST",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {"a": "2", "b": "x y"},
        "multiValueQueryStringParameters": {"a": ["1", "2"], "b": ["x y"]},
        "pathParameters": {"stage": "canary", "function": "event-log"},
        "stageVariables": {"EnvironmentNameUpper": "DEV12"},
        "requestContext": {
            "resourceId": "r-/integration/{stage}/{function}",
            "resourcePath": "/integration/{stage}/{function}",
            "httpMethod": "POST",
            "extendedRequestId": "QG_qQHmhFiAFsLQ=",
            "requestTime": "05/Apr/2022:13:38:09 +0000",
            "path": "/base/integration/canary/event-log",
            "accountId": "123456789012",
            "protocol": "HTTP/1.1",
            "stage": "live",
            "domainPrefix": "orders",
            "requestTimeEpoch": 1649165889404,
            "requestId": "7e42b0a7-465e-4f43-aaf0-95e049fcf05b",
            "identity": {
                "cognitoIdentityPoolId": None,
                "cognitoIdentityId": None,
                "vpceId": "vpce-0123456789abcdef0",
                "principalOrgId": None,
                "cognitoAuthenticationType": None,
                "userArn": None,
                "userAgent": "PostmanRuntime/7.29.0",
                "accountId": None,
                "caller": None,
                "sourceIp": "10.20.1.10",
                "accessKey": None,
                "vpcId": "vpc-0app",
                "cognitoAuthenticationProvider": None,
                "user": None,
            },
            "domainName": "orders.corp.example",
            "deploymentId": "d1e2f3",
            "apiId": "a1b2c3d4e5",
        },
        "body": '{"a":1}',
        "isBase64Encoded": False,
    }
    assert proxy_event(matched(topology, made)) == orjson.dumps(expected)


def test_what_a_request_lacks_is_null_never_empty() -> None:
    topology = topology_with(get("/", topologies.function_integration()))
    event = orjson.loads(proxy_event(matched(topology, call(topology, "/"))))
    absent = (
        "queryStringParameters",
        "multiValueQueryStringParameters",
        "pathParameters",
        "stageVariables",
        "body",
    )
    assert {event[name] for name in absent} == {None}
    assert event["requestContext"]["identity"]["userAgent"] is None


def test_a_direct_private_call_has_no_trace_id_and_no_forwarded_proto() -> None:
    topology = topology_with()
    event = orjson.loads(proxy_event(matched(topology, call(topology))))
    assert sorted(event["headers"]) == [
        "Host",
        "X-Forwarded-For",
        "x-amzn-cipher-suite",
        "x-amzn-tls-version",
        "x-amzn-vpc-id",
        "x-amzn-vpce-config",
        "x-amzn-vpce-id",
    ]


def test_a_public_api_adds_the_trace_id_and_knows_no_endpoint() -> None:
    topology = topology_with()
    event = orjson.loads(proxy_event(matched(topology, public(call(topology)))))
    assert event["headers"]["X-Amzn-Trace-Id"] == "Root=1-624c4641-31a8bde2177ec9aa0409676b"
    assert event["headers"]["X-Forwarded-Proto"] == "https"
    assert not {"vpcId", "vpceId"} & event["requestContext"]["identity"].keys()


@pytest.mark.parametrize(
    ("binary_media_types", "headers", "body", "expected"),
    [
        ((), (("Content-Type", "image/png"),), b"\x89P", ("�P", False)),
        (
            ("image/png",),
            (("Content-Type", "image/png"),),
            b"\x89P",
            (base64.b64encode(b"\x89P").decode(), True),
        ),
        (("image/png",), (("Content-Type", "text/plain"),), b"a", ("a", False)),
        (("*/*",), (), b"a", ("YQ==", True)),
        (("*/*",), (), b"", (None, False)),
    ],
)
def test_a_body_is_base64_only_for_a_binary_media_type(
    binary_media_types: tuple[str, ...], headers: Headers, body: bytes, expected: tuple[str | None, bool]
) -> None:
    topology = topology_with(binary_media_types=binary_media_types)
    event = orjson.loads(proxy_event(matched(topology, call(topology, "/api/x", "PUT", headers, body))))
    assert (event["body"], event["isBase64Encoded"]) == expected


def test_path_and_path_parameters_are_not_decoded() -> None:
    topology = topology_with()
    event = orjson.loads(proxy_event(matched(topology, call(topology, "/api/a%2Bb/"))))
    assert (event["path"], event["pathParameters"]) == ("/api/a%2Bb/", {"proxy": "a%2Bb"})
