"""An execute-api endpoint called directly, from the office and from the VPC, by every name it answers to."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.end_to_end.conftest import EXAMPLE
from tests.end_to_end.stack_process import StackProcess, running, stopped_hop

pytestmark = pytest.mark.needs("curl")

NAME = "private.corp.example"
OPEN = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "execute-api:Invoke",
                "Resource": "execute-api:/*",
            }
        ],
    }
)


@dataclass(frozen=True)
class Deployed:
    """A private API of its own beside the orders example, behind a second endpoint."""

    stack: StackProcess
    api_id: str
    endpoint_id: str
    names: list[str]
    """The endpoint's: the regional one first, then the zonal ones."""
    domain: dict[str, Any]

    def by_endpoint_name(self, *headers: str, place: int = 0, vantage: str = "vpc") -> tuple[int, str]:
        """Status and body by one of the endpoint's own names."""
        options = [option for header in headers for option in ("--header", header)]
        curled = self.stack.curl(f"https://{self.names[place]}/live", *options, "--insecure", vantage=vantage)
        return curled.status, curled.body


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    folder = tmp_path_factory.mktemp("endpoints") / "orders"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".landbridge", "__pycache__"))
    with running(Path(folder), tmp_path_factory.mktemp("runtime")) as stack:
        endpoint = _second_endpoint(stack.client("ec2"), stack.running.region)
        names = [entry["DnsName"] for entry in endpoint["DnsEntries"] if ".vpce." in entry["DnsName"]]
        names.sort(key=len)
        api_id = _mock_api(stack.client("apigateway"), endpoint["VpcEndpointId"])
        domain = _private_domain(stack, api_id, endpoint["VpcEndpointId"], names[0])
        yield Deployed(stack, api_id, endpoint["VpcEndpointId"], names, domain)


def _second_endpoint(ec2: Any, region: str) -> dict[str, Any]:
    service = f"com.amazonaws.{region}.execute-api"
    first = ec2.describe_vpc_endpoints(Filters=[{"Name": "service-name", "Values": [service]}])[
        "VpcEndpoints"
    ][0]
    group = ec2.create_security_group(GroupName="all", Description="all", VpcId=first["VpcId"])["GroupId"]
    everyone = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[everyone])
    endpoint: dict[str, Any] = ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=first["VpcId"],
        ServiceName=service,
        SubnetIds=first["SubnetIds"],
        SecurityGroupIds=[group],
        PrivateDnsEnabled=False,
    )["VpcEndpoint"]
    return endpoint


def _mock_api(gateway: Any, endpoint_id: str) -> str:
    api_id: str = gateway.create_rest_api(
        name="mock",
        endpointConfiguration={"types": ["PRIVATE"], "vpcEndpointIds": [endpoint_id]},
        policy=OPEN,
    )["id"]
    root = gateway.get_resources(restApiId=api_id)["items"][0]["id"]
    method = {"restApiId": api_id, "resourceId": root, "httpMethod": "GET"}
    gateway.put_method(**method, authorizationType="NONE")
    gateway.put_integration(
        **method, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'}
    )
    gateway.put_method_response(**method, statusCode="200")
    gateway.put_integration_response(
        **method, statusCode="200", responseTemplates={"application/json": '"$context.domainName"'}
    )
    gateway.create_deployment(restApiId=api_id, stageName="live")
    return api_id


def _private_domain(stack: StackProcess, api_id: str, endpoint_id: str, target: str) -> dict[str, Any]:
    gateway = stack.client("apigateway")
    domain: dict[str, Any] = gateway.create_domain_name(
        domainName=NAME,
        certificateArn=stack.client("acm").request_certificate(DomainName=NAME)["CertificateArn"],
        endpointConfiguration={"types": ["PRIVATE"]},
        policy=OPEN,
    )
    named = {"domainName": NAME, "domainNameId": domain["domainNameId"]}
    gateway.create_base_path_mapping(**named, restApiId=api_id, stage="live")
    _associate(gateway, domain, endpoint_id)
    route53, ec2 = stack.client("route53"), stack.client("ec2")
    (endpoint,) = ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint_id])["VpcEndpoints"]
    zone = route53.create_hosted_zone(
        Name=NAME,
        CallerReference="private",
        VPC={"VPCRegion": stack.running.region, "VPCId": endpoint["VpcId"]},
    )["HostedZone"]["Id"]
    alias = {
        "DNSName": target,
        "HostedZoneId": endpoint["DnsEntries"][0]["HostedZoneId"],
        "EvaluateTargetHealth": False,
    }
    record = {"Name": NAME, "Type": "A", "AliasTarget": alias}
    changes = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=changes)
    return domain


def _associate(gateway: Any, domain: dict[str, Any], endpoint_id: str) -> str:
    association: str = gateway.create_domain_name_access_association(
        domainNameArn=domain["domainNameArn"],
        accessAssociationSourceType="VPCE",
        accessAssociationSource=endpoint_id,
    )["domainNameAccessAssociationArn"]
    return association


@pytest.mark.parametrize("vantage", ["corporate", "vpc"])
def test_a_private_custom_domain_name_answers_with_its_own_certificate(
    deployed: Deployed, vantage: str
) -> None:
    curled = deployed.stack.curl(f"https://{NAME}/", vantage=vantage)
    assert (curled.status, curled.body) == (200, f'"{NAME}"'), curled.stderr
    assert curled.headers["server"] == "Server"


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_endpoints_names_lead_to_the_api_that_host_or_header_means(
    deployed: Deployed, place: int
) -> None:
    own = f"{deployed.api_id}.execute-api.{deployed.stack.running.region}.amazonaws.com"
    assert deployed.by_endpoint_name(f"Host: {own}", place=place) == (200, f'"{own}"')
    assert deployed.by_endpoint_name(f"x-apigw-api-id: {deployed.api_id}", place=place)[0] == 200
    assert deployed.by_endpoint_name(place=place) == (403, '{"message":"Forbidden"}')
    assert deployed.by_endpoint_name(f"Host: {NAME}", place=place, vantage="corporate")[0] == 403, "no /live"


def test_the_alias_of_api_and_endpoint_resolves_everywhere_and_is_answered(deployed: Deployed) -> None:
    host = (
        f"{deployed.api_id}-{deployed.endpoint_id}.execute-api.{deployed.stack.running.region}.amazonaws.com"
    )
    curled = deployed.stack.curl(f"https://{host}/live")
    assert (curled.status, curled.body) == (200, f'"{host}"')


def test_without_its_association_a_private_custom_domain_name_is_forbidden(deployed: Deployed) -> None:
    gateway = deployed.stack.client("apigateway")
    (association,) = gateway.get_domain_name_access_associations()["items"]
    arn = association["domainNameAccessAssociationArn"]
    gateway.delete_domain_name_access_association(domainNameAccessAssociationArn=arn)
    try:
        unverified = deployed.stack.trace(f"https://{NAME}/", "--from", "vpc")
        assert stopped_hop(unverified)["step"] == "TLS handshake"
        assert "domain name access association" in stopped_hop(unverified)["remedy"]
        url = f"https://{deployed.names[0]}/"
        traced = deployed.stack.trace(url, "--from", "vpc", "--header", f"Host: {NAME}")
        assert traced["status"] == 403
        assert stopped_hop(traced)["code"] == "landbridge.DomainNameNotAssociated"
        assert deployed.endpoint_id in stopped_hop(traced)["remedy"]
    finally:
        _associate(gateway, deployed.domain, deployed.endpoint_id)
    assert deployed.stack.curl(f"https://{NAME}/", vantage="vpc").status == 200


def test_a_public_custom_domain_name_does_not_answer_at_an_endpoint_with_an_association(
    deployed: Deployed,
) -> None:
    app = deployed.stack.running.url.removeprefix("https://")
    assert deployed.by_endpoint_name(f"Host: {app}") == (403, '{"message":"Forbidden"}')
    assert deployed.stack.curl(f"https://{app}/api/orders").status == 200


def test_a_strict_api_wants_the_server_name_that_the_host_header_repeats(deployed: Deployed) -> None:
    gateway = deployed.stack.client("apigateway")

    def set_mode(mode: str) -> None:
        operations = [{"op": "replace", "path": "/endpointAccessMode", "value": mode}]
        gateway.update_rest_api(restApiId=deployed.api_id, patchOperations=operations)

    set_mode("STRICT")
    try:
        assert deployed.stack.curl(f"https://{NAME}/", vantage="vpc").status == 200
        assert deployed.by_endpoint_name(f"x-apigw-api-id: {deployed.api_id}")[0] == 403
        own = f"{deployed.api_id}.execute-api.{deployed.stack.running.region}.amazonaws.com"
        assert deployed.by_endpoint_name(f"Host: {own}")[0] == 403
    finally:
        set_mode("BASIC")
    assert deployed.by_endpoint_name(f"x-apigw-api-id: {deployed.api_id}")[0] == 200
