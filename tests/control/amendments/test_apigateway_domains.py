from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import ACCOUNT, OPEN_POLICY, REGION, private_api

from landbridge.control.aws_api import AwsApi


def _domain(api: AwsApi, kind: str, **asked: Any) -> dict[str, Any]:
    certificate = api.client("acm").request_certificate(DomainName="orders.corp.example")["CertificateArn"]
    answer: dict[str, Any] = api.client("apigateway").create_domain_name(
        domainName="orders.corp.example",
        endpointConfiguration={"types": [kind]},
        **{"regionalCertificateArn" if kind == "REGIONAL" else "certificateArn": certificate},
        **asked,
    )
    return answer


def test_a_regional_domain_name_has_a_regional_address_only(api: AwsApi) -> None:
    domain = _domain(api, "REGIONAL")
    assert domain["regionalDomainName"].endswith(f".execute-api.{REGION}.amazonaws.com")
    assert domain["regionalHostedZoneId"] == "Z1U9ULNL0V5AJ3"
    assert "distributionDomainName" not in domain
    assert "domainNameId" not in domain


def test_a_private_domain_name_has_an_id_a_policy_and_no_address(api: AwsApi) -> None:
    domain = _domain(api, "PRIVATE", policy=OPEN_POLICY)
    assert domain["domainNameArn"] == (
        f"arn:aws:apigateway:{REGION}:{ACCOUNT}:/domainnames/orders.corp.example+{domain['domainNameId']}"
    )
    assert domain["policy"] == OPEN_POLICY
    assert "regionalDomainName" not in domain


def test_base_path_mappings_are_listed_even_when_there_are_none(api: AwsApi) -> None:
    _domain(api, "REGIONAL")
    client = api.client("apigateway")
    assert client.get_base_path_mappings(domainName="orders.corp.example").get("items", []) == []
    api_id, _ = private_api(api, OPEN_POLICY)
    client.create_deployment(restApiId=api_id, stageName="prod")
    client.create_base_path_mapping(domainName="orders.corp.example", restApiId=api_id, stage="prod")
    (mapping,) = client.get_base_path_mappings(domainName="orders.corp.example")["items"]
    assert (mapping["basePath"], mapping["restApiId"], mapping["stage"]) == ("(none)", api_id, "prod")


def test_a_domain_name_is_patched(api: AwsApi) -> None:
    _domain(api, "REGIONAL")
    certificate = api.client("acm").request_certificate(DomainName="other.example")["CertificateArn"]
    changed = api.client("apigateway").update_domain_name(
        domainName="orders.corp.example",
        patchOperations=[
            {"op": "replace", "path": "/regionalCertificateArn", "value": certificate},
            {"op": "replace", "path": "/securityPolicy", "value": "TLS_1_2"},
        ],
    )
    assert (changed["regionalCertificateArn"], changed["securityPolicy"]) == (certificate, "TLS_1_2")


def test_the_two_policies_of_a_private_domain_name_are_kept_apart(api: AwsApi) -> None:
    domain = _domain(api, "PRIVATE", policy=OPEN_POLICY)
    management = OPEN_POLICY.replace("execute-api:Invoke", "apigateway:CreateAccessAssociation")
    named = {"domainName": "orders.corp.example", "domainNameId": domain["domainNameId"]}
    api.client("apigateway").update_domain_name(
        **named, patchOperations=[{"op": "replace", "path": "/managementPolicy", "value": management}]
    )
    read = api.client("apigateway").get_domain_name(**named)
    assert (read["policy"], read["managementPolicy"]) == (OPEN_POLICY, management)


def test_a_domain_name_keeps_its_endpoint_access_mode_and_its_routing_mode(api: AwsApi) -> None:
    assert _domain(api, "PRIVATE")["routingMode"] == "BASE_PATH_MAPPING_ONLY"
    policy = "SecurityPolicy_TLS13_1_3_2025_09"
    made = _domain(api, "REGIONAL", securityPolicy=policy, endpointAccessMode="BASIC")
    assert (made["securityPolicy"], made["endpointAccessMode"]) == (policy, "BASIC")
    changed = api.client("apigateway").update_domain_name(
        domainName="orders.corp.example",
        patchOperations=[
            {"op": "replace", "path": "/endpointAccessMode", "value": "STRICT"},
            {"op": "replace", "path": "/routingMode", "value": "ROUTING_RULE_THEN_BASE_PATH_MAPPING"},
        ],
    )
    assert changed["endpointAccessMode"] == "STRICT"
    assert changed["routingMode"] == "ROUTING_RULE_THEN_BASE_PATH_MAPPING"


def test_an_endpoint_is_associated_with_a_private_domain_name(api: AwsApi) -> None:
    domain = _domain(api, "PRIVATE")
    client = api.client("apigateway")
    made = client.create_domain_name_access_association(
        domainNameArn=domain["domainNameArn"],
        accessAssociationSourceType="VPCE",
        accessAssociationSource="vpce-1",
    )
    assert made["domainNameAccessAssociationArn"].endswith(
        f"/domainname/orders.corp.example+{domain['domainNameId']}/vpcesource/vpce-1"
    )
    client.tag_resource(resourceArn=made["domainNameAccessAssociationArn"], tags={"team": "shop"})
    tags = client.get_tags(resourceArn=made["domainNameAccessAssociationArn"])["tags"]
    assert tags == {"team": "shop"}
    (found,) = client.get_domain_name_access_associations()["items"]
    assert found["domainNameArn"] == domain["domainNameArn"]
    assert found["accessAssociationSource"] == "vpce-1"
    client.delete_domain_name_access_association(
        domainNameAccessAssociationArn=made["domainNameAccessAssociationArn"]
    )
    assert client.get_domain_name_access_associations().get("items", []) == []


@pytest.mark.parametrize("name", ["none+1", "orders.corp.example+1", "orders.corp.example"])
def test_an_association_with_a_domain_name_that_does_not_exist_is_refused(api: AwsApi, name: str) -> None:
    _domain(api, "PRIVATE")
    with pytest.raises(ClientError, match="NotFoundException"):
        api.client("apigateway").create_domain_name_access_association(
            domainNameArn=f"arn:aws:apigateway:{REGION}:{ACCOUNT}:/domainnames/{name}",
            accessAssociationSourceType="VPCE",
            accessAssociationSource="vpce-1",
        )


def test_moto_still_lacks_the_zones_of_regional_domain_names() -> None:
    from moto.apigateway.models import DomainName

    assert DomainName("orders.corp.example").regional_hosted_zone_id == "Z2FDTNDATAQYW2"
