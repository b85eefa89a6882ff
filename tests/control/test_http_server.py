import http.client
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from landbridge.control.aws_api import AwsApi
from landbridge.control.change import Change
from landbridge.errors import HostError

FRANKFURT = {"LocationConstraint": "eu-central-1"}


@pytest.fixture
def served(api: AwsApi) -> Iterator[AwsApi]:
    api.serve()
    yield api
    api.close()


def _client(api: AwsApi, service: str, **config: Any) -> Any:
    return boto3.client(
        service,
        region_name="eu-central-1",
        endpoint_url=api.endpoint_url,
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1}, **config),
    )


def _send(
    api: AwsApi, method: str, path: str, headers: dict[str, str] | None = None
) -> tuple[int, bytes, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection(api.endpoint_url.removeprefix("http://"), timeout=10)
    try:
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.read(), response.headers
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("service", "operation", "key"),
    [
        ("ec2", "describe_vpcs", "Vpcs"),
        ("elbv2", "describe_load_balancers", "LoadBalancers"),
        ("apigateway", "get_rest_apis", "items"),
        ("lambda", "list_functions", "Functions"),
        ("s3", "list_buckets", "Buckets"),
        ("iam", "list_roles", "Roles"),
        ("route53", "list_hosted_zones", "HostedZones"),
        ("route53resolver", "list_resolver_rules", "ResolverRules"),
        ("acm", "list_certificates", "CertificateSummaryList"),
        ("logs", "describe_log_groups", "logGroups"),
        ("directconnect", "describe_connections", "connections"),
        ("sts", "get_caller_identity", "Account"),
        ("dynamodb", "list_tables", "TableNames"),
        ("sqs", "list_queues", "ResponseMetadata"),
    ],
)
def test_every_service_answers_over_http_as_in_process(
    served: AwsApi, service: str, operation: str, key: str
) -> None:
    over_http = getattr(_client(served, service), operation)()
    in_process = getattr(served.client(service), operation)()
    assert key in over_http
    if key != "ResponseMetadata":
        assert over_http[key] == in_process[key]


def test_a_user_signs_in_without_a_signature_and_the_keys_of_the_pool_are_public(served: AwsApi) -> None:
    idp = _client(served, "cognito-idp")
    pool = idp.create_user_pool(PoolName="users")["UserPool"]["Id"]
    app = idp.create_user_pool_client(
        UserPoolId=pool, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    idp.admin_create_user(UserPoolId=pool, Username="ada")
    idp.admin_set_user_password(UserPoolId=pool, Username="ada", Password="Secret.123", Permanent=True)
    signed_in = idp.initiate_auth(
        ClientId=app,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": "Secret.123"},
    )
    assert signed_in["AuthenticationResult"]["IdToken"].count(".") == 2
    status, body, _ = _send(served, "GET", f"/{pool}/.well-known/jwks.json")
    assert (status, b'"keys"' in body) == (200, True)


def test_a_change_over_http_is_announced_with_service_operation_and_region() -> None:
    own = AwsApi("eu-central-1")
    told: list[Change] = []
    own.on_change(told.append)
    own.serve()
    try:
        rest_api = _client(own, "apigateway").create_rest_api(name="orders")
        _client(own, "s3").create_bucket(Bucket="assets", CreateBucketConfiguration=FRANKFURT)
        _client(own, "logs").create_log_group(logGroupName="orders")
        _client(own, "elbv2").describe_load_balancers()
        _client(own, "apigateway").get_rest_api(restApiId=rest_api["id"])
    finally:
        own.close()
    assert told == [
        Change("apigateway", "CreateRestApi", "eu-central-1"),
        Change("s3", "CreateBucket", "eu-central-1"),
        Change("logs", "CreateLogGroup", "eu-central-1"),
    ]


@pytest.mark.parametrize("addressing", ["path", "virtual"])
def test_objects_go_in_and_out_in_both_addressing_styles(served: AwsApi, addressing: str) -> None:
    served.client("s3").create_bucket(Bucket="assets", CreateBucketConfiguration=FRANKFURT)
    if addressing == "path":
        client = _client(served, "s3", s3={"addressing_style": "path"})
        client.put_object(Bucket="assets", Key="deep/a b.txt", Body=b"hello", ContentType="text/plain")
        assert client.get_object(Bucket="assets", Key="deep/a b.txt")["Body"].read() == b"hello"
    else:
        served.client("s3").put_object(Bucket="assets", Key="deep/a b.txt", Body=b"hello")
        port = served.endpoint_url.rpartition(":")[2]
        status, body, _ = _send(
            served,
            "GET",
            "/deep/a%20b.txt",
            {
                "Host": f"assets.localhost:{port}",
                "Authorization": "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/eu-central-1/s3/"
                "aws4_request, SignedHeaders=host, Signature=0",
            },
        )
        assert (status, body) == (200, b"hello")


def test_a_large_streamed_upload_arrives_whole(served: AwsApi) -> None:
    client = _client(served, "s3", s3={"addressing_style": "path"})
    client.create_bucket(Bucket="assets", CreateBucketConfiguration=FRANKFURT)
    content = bytes(range(256)) * 12_000
    client.put_object(Bucket="assets", Key="large", Body=content)
    assert served.client("s3").get_object(Bucket="assets", Key="large")["Body"].read() == content


def test_a_request_for_the_account_is_not_taken_for_a_bucket(served: AwsApi) -> None:
    headers = {
        "x-amz-account-id": "123456789012",
        "Authorization": "AWS4-HMAC-SHA256 Credential=x/20261122/eu-central-1/s3/aws4_request, Signature=0",
    }
    path = "/v20180820/configuration/publicAccessBlock"
    status, body, _ = _send(served, "GET", path, headers)
    assert status == 404
    assert b"NoSuchPublicAccessBlockConfiguration" in body
    del headers["x-amz-account-id"]
    assert b"NoSuchBucket" in _send(served, "GET", path, headers)[1]


def test_what_is_not_implemented_answers_501_over_http(served: AwsApi) -> None:
    with pytest.raises(ClientError) as failed:
        _client(served, "ec2").describe_verified_access_groups()
    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "ec2:DescribeVerifiedAccessGroups is not implemented" in str(failed.value)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example:80"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "localhost"}, 200),
        ({"Host": "127.0.0.1:1"}, 200),
    ],
)
def test_a_web_page_cannot_reach_the_api(served: AwsApi, headers: dict[str, str], status: int) -> None:
    signed = (
        "AWS4-HMAC-SHA256 Credential=K/20260101/eu-central-1/s3/aws4_request, SignedHeaders=host, Signature=0"
    )
    assert _send(served, "GET", "/", {"Authorization": signed, **headers})[0] == status


@pytest.mark.parametrize(
    "path", ["/moto-api", "/moto-api/data.json", "/moto-api/reset", "/moto-api/recorder/x"]
)
def test_the_control_routes_of_moto_are_closed(served: AwsApi, path: str) -> None:
    assert _send(served, "POST", path)[0] == 404


def test_an_unknown_service_is_told_at_once(served: AwsApi) -> None:
    signed = "AWS4-HMAC-SHA256 Credential=K/20260101/eu-central-1/nimbus/aws4_request, Signature=0"
    status, body, _ = _send(served, "GET", "/", {"Authorization": signed})
    assert status == 404
    assert b"nimbus" in body


def test_a_port_that_is_taken_is_told_as_a_host_error(served: AwsApi) -> None:
    port = int(served.endpoint_url.rpartition(":")[2])
    with pytest.raises(HostError, match=str(port)):
        AwsApi("eu-central-1").serve(port)


def test_close_gives_the_port_back(api: AwsApi) -> None:
    api.serve()
    port = int(api.endpoint_url.rpartition(":")[2])
    api.close()
    assert api.endpoint_url == ""
    api.serve(port)
    api.close()
