import io
import json
import threading
import time
import zipfile

import pytest
from botocore.exceptions import ClientError
from joserfc import jwt
from joserfc.jwk import KeySet
from tests.control.worlds import REGION, function, role

from landbridge.control.aws_api import AwsApi
from landbridge.errors import DeclarationError
from landbridge.model.exchange import first_value


def _bucket(api: AwsApi) -> None:
    api.client("s3").create_bucket(Bucket="assets", CreateBucketConfiguration={"LocationConstraint": REGION})


def test_a_requested_certificate_has_a_private_key_that_fits(api: AwsApi) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization

    arn = api.client("acm").request_certificate(DomainName="orders.corp.example")["CertificateArn"]
    certificate, _, key = api.material.certificate_material(arn)
    public = x509.load_pem_x509_certificate(certificate.encode()).public_key()
    private = serialization.load_pem_private_key(key.encode(), None)
    assert private.public_key() == public


def test_a_certificate_that_does_not_exist_is_told(api: AwsApi) -> None:
    with pytest.raises(DeclarationError, match="no certificate"):
        api.material.certificate_material(f"arn:aws:acm:{REGION}:123456789012:certificate/none")


@pytest.mark.parametrize("suffix", ["", ":$LATEST"])
def test_the_code_of_a_function_is_its_archive(api: AwsApi, suffix: str) -> None:
    code = api.material.function_code(function(api) + suffix)
    with zipfile.ZipFile(io.BytesIO(code)) as archive:
        assert archive.namelist() == ["app.py"]


def test_an_object_has_the_headers_that_s3_sends(api: AwsApi) -> None:
    _bucket(api)
    s3 = api.client("s3")
    s3.put_object(
        Bucket="assets",
        Key="index.html",
        Body=b"<p>hello",
        ContentType="text/html",
        CacheControl="max-age=60",
        Metadata={"origin": "build"},
    )
    found = api.material.read_object("assets", "index.html")
    assert found is not None
    body, headers = found
    told = s3.get_object(Bucket="assets", Key="index.html")
    assert body == b"<p>hello"
    assert [name for name, _ in headers] == [
        "Last-Modified",
        "ETag",
        "x-amz-server-side-encryption",
        "Cache-Control",
        "x-amz-meta-origin",
        "Accept-Ranges",
        "Content-Type",
        "Server",
    ]
    assert first_value(headers, "etag") == told["ETag"]
    assert first_value(headers, "last-modified") == told["LastModified"].strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert first_value(headers, "content-type") == "text/html"
    assert first_value(headers, "cache-control") == "max-age=60"


def test_a_new_version_has_new_headers_and_a_deleted_object_is_none(api: AwsApi) -> None:
    _bucket(api)
    s3 = api.client("s3")
    s3.put_bucket_versioning(Bucket="assets", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="assets", Key="a", Body=b"1", ContentType="text/plain")
    first = api.material.read_object("assets", "a")
    s3.put_object(Bucket="assets", Key="a", Body=b"2", ContentType="text/html")
    second = api.material.read_object("assets", "a")
    assert first is not None
    assert second is not None
    assert (first[0], second[0]) == (b"1", b"2")
    assert first_value(first[1], "x-amz-version-id") != first_value(second[1], "x-amz-version-id")
    s3.delete_object(Bucket="assets", Key="a")
    assert api.material.read_object("assets", "a") is None
    assert api.material.read_object("assets", "none") is None
    assert api.material.read_object("none", "a") is None


def test_an_object_is_read_in_microseconds(api: AwsApi) -> None:
    _bucket(api)
    api.client("s3").put_object(Bucket="assets", Key="a", Body=bytes(10_000))
    durations = []
    for _ in range(200):
        began = time.perf_counter()
        api.material.read_object("assets", "a")
        durations.append(time.perf_counter() - began)
    assert min(durations) < 0.000_1


def test_reading_does_not_wait_for_a_call_in_progress(api: AwsApi) -> None:
    _bucket(api)
    api.client("s3").put_object(Bucket="assets", Key="a", Body=b"1")
    api.material.read_object("assets", "a")
    read = threading.Event()

    def read_once() -> None:
        api.material.read_object("assets", "a")
        read.set()

    with api._lock:
        threading.Thread(target=read_once).start()
        assert read.wait(10)


def test_log_events_make_their_group_and_stream(api: AwsApi) -> None:
    now = int(time.time() * 1000)
    stream = "2026/01/01/[$LATEST]0"
    api.material.write_log_events("/aws/lambda/orders", stream, [(now, "START"), (now + 1, "END")])
    logs = api.client("logs")
    events = logs.get_log_events(logGroupName="/aws/lambda/orders", logStreamName=stream)["events"]
    assert [(event["timestamp"], event["message"]) for event in events] == [(now, "START"), (now + 1, "END")]


def test_credentials_of_a_role_are_that_roles_session(api: AwsApi) -> None:
    import boto3

    arn = role(api, "orders")
    credentials = api.material.role_credentials(arn, "orders")
    assert api.material.role_credentials(arn, "orders") == credentials
    assert api.material.role_credentials(arn, "other") != credentials
    api.serve()
    try:
        key, secret, token = credentials
        sts = boto3.client(
            "sts",
            region_name=REGION,
            endpoint_url=api.endpoint_url,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
        )
        assert sts.get_caller_identity()["Arn"] == "arn:aws:sts::123456789012:assumed-role/orders/orders"
    finally:
        api.close()


def test_a_function_without_a_hook_is_not_run(api: AwsApi) -> None:
    function(api)
    api.material.set_invoke(None)
    with pytest.raises(ClientError, match="not implemented"):
        api.client("lambda").invoke(FunctionName="orders")


def test_the_keys_of_a_user_pool_verify_its_tokens(api: AwsApi) -> None:
    client = api.client("cognito-idp")
    pool = client.create_user_pool(PoolName="users")["UserPool"]["Id"]
    app = client.create_user_pool_client(
        UserPoolId=pool, ClientName="app", ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    client.admin_create_user(UserPoolId=pool, Username="ada")
    client.admin_set_user_password(UserPoolId=pool, Username="ada", Password="Secret.123", Permanent=True)
    tokens = client.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=app,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": "Secret.123"},
    )["AuthenticationResult"]
    keys = KeySet.import_key_set(json.loads(api.material.user_pool_keys(pool)))
    claims = jwt.decode(tokens["IdToken"], keys, algorithms=["RS256"]).claims
    assert claims["iss"] == f"https://cognito-idp.{api.region}.amazonaws.com/{pool}"
    assert claims["token_use"] == "id"
    assert api.material.user_pool_keys("eu-central-1_Gone") == b""
