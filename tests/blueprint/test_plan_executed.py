"""The plan carried out: every call is one that the AWS API takes, and the pieces fit together."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.blueprint.declarations import FILES, declaration

from landbridge.blueprint.packaging import frontend_files, zip_folder
from landbridge.blueprint.plan import Assets, frontend_update, function_update, plan
from landbridge.control.aws_api import AwsApi
from landbridge.control.execute import execute

LINKS = {"vpn": ('"vpn"', '"vpn"'), "direct-connect": ('"vpn"', '"direct-connect"')}


@pytest.fixture(params=LINKS.values(), ids=list(LINKS))
def api(request: pytest.FixtureRequest) -> Iterator[AwsApi]:
    """The AWS API with the complete declaration deployed, over either link."""
    aws_api = AwsApi("eu-central-1")
    execute(plan(declaration(request.param), certified_assets()), aws_api)
    yield aws_api
    aws_api.close()


def certified_assets() -> Assets:
    """Assets with a certificate that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "orders.corp.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, SHA256())
        .public_bytes(Encoding.PEM)
    )
    key_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Assets(zip_folder({"app.py": b""}), frontend_files(FILES), certificate, key_pem, certificate)


def one(items: list[Any]) -> Any:
    """The only item."""
    [item] = items
    return item


def test_the_targets_are_the_addresses_of_the_endpoints_network_interfaces(api: AwsApi) -> None:
    ec2, elbv2 = api.client("ec2"), api.client("elbv2")
    endpoint = one(ec2.describe_vpc_endpoints()["VpcEndpoints"])
    interfaces = ec2.describe_network_interfaces(NetworkInterfaceIds=endpoint["NetworkInterfaceIds"])
    addresses = {interface["PrivateIpAddress"] for interface in interfaces["NetworkInterfaces"]}
    target_group = one(elbv2.describe_target_groups()["TargetGroups"])
    health = elbv2.describe_target_health(TargetGroupArn=target_group["TargetGroupArn"])
    targets = [description["Target"] for description in health["TargetHealthDescriptions"]]
    assert {target["Id"] for target in targets} == addresses
    assert len(addresses) == 2
    assert {target["Port"] for target in targets} == {443}


def test_the_stage_is_deployed_and_the_apps_name_leads_to_it(api: AwsApi) -> None:
    client = api.client("apigateway")
    rest_api = one(client.get_rest_apis()["items"])
    mapping = one(client.get_base_path_mappings(domainName="orders.corp.example")["items"])
    assert (mapping["basePath"], mapping["restApiId"], mapping["stage"]) == ("(none)", rest_api["id"], "live")
    paths = {resource["path"] for resource in client.get_resources(restApiId=rest_api["id"])["items"]}
    assert paths == {"/", "/{proxy+}", "/api", "/api/{proxy+}"}


def test_the_name_is_an_alias_of_the_load_balancer(api: AwsApi) -> None:
    load_balancer = one(api.client("elbv2").describe_load_balancers()["LoadBalancers"])
    route53 = api.client("route53")
    zone = one(route53.list_hosted_zones()["HostedZones"])
    assert zone["Config"]["PrivateZone"] is True
    records = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    alias = one([record["AliasTarget"] for record in records if record["Type"] == "A"])
    assert alias["DNSName"].rstrip(".") == load_balancer["DNSName"]
    assert alias["HostedZoneId"] == load_balancer["CanonicalHostedZoneId"]


def test_the_frontend_is_brought_up_to_date(api: AwsApi) -> None:
    after = frontend_files({"index.html": b"new", "NOTICE": b""})
    execute(frontend_update(declaration(), frontend_files(FILES), after), api)
    s3, gateway = api.client("s3"), api.client("apigateway")
    bucket = one(s3.list_buckets()["Buckets"])["Name"]
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [
        "NOTICE",
        "index.html",
    ]
    assert s3.get_object(Bucket=bucket, Key="index.html")["Body"].read() == b"new"
    rest_api = one(gateway.get_rest_apis()["items"])["id"]
    resources = gateway.get_resources(restApiId=rest_api)["items"]
    files = one([resource["id"] for resource in resources if resource["path"] == "/{proxy+}"])
    integration = gateway.get_integration(restApiId=rest_api, resourceId=files, httpMethod="GET")
    assert "['NOTICE']" in integration["requestTemplates"]["application/json"]
    deployments = {deployment["id"] for deployment in gateway.get_deployments(restApiId=rest_api)["items"]}
    assert len(deployments) == 2
    assert gateway.get_stage(restApiId=rest_api, stageName="live")["deploymentId"] in deployments


def test_the_function_gets_new_code(api: AwsApi) -> None:
    client = api.client("lambda")
    before = client.get_function_configuration(FunctionName="orders-backend")["CodeSha256"]
    execute(function_update(declaration(), zip_folder({"app.py": b"new"})), api)
    after = client.get_function_configuration(FunctionName="orders-backend")["CodeSha256"]
    assert before != after
