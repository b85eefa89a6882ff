"""Custom domain names as capture reads them: mappings, policies, associations, what is only noticed."""

import json
from typing import Any

import pytest
from tests.capture.scripted import ACCOUNT, DENIED, REGION, ScriptedAccount, features

from landbridge.capture.custom_domains import (
    UNREAD_MAPPINGS,
    read_access_associations,
    read_domain_names,
)
from landbridge.model.api_gateway import BasePathMapping, DomainName
from landbridge.model.identifiers import Arn, RestApiId

CERTIFICATE = Arn("arn:aws:acm:eu-central-1:123456789012:certificate/1")
PUBLIC = {
    "domainName": "orders.corp.example",
    "endpointConfiguration": {"types": ["REGIONAL"]},
    "regionalCertificateArn": CERTIFICATE,
    "securityPolicy": "TLS_1_2",
}
ARN = f"arn:aws:apigateway:{REGION}:{ACCOUNT}:/domainnames/orders.corp.example+abcd1234"
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*"}]}
PRIVATE = {
    "domainName": "orders.corp.example",
    "domainNameId": "abcd1234",
    "domainNameArn": ARN,
    "endpointConfiguration": {"types": ["PRIVATE"], "ipAddressType": "dualstack"},
    "certificateArn": CERTIFICATE,
}


def domains(domain: dict[str, Any], mappings: Any, **answers: Any) -> ScriptedAccount:
    return ScriptedAccount(
        {
            "apigateway.get_domain_names": {"items": [domain]},
            "apigateway.get_base_path_mappings": mappings,
            **{name.replace("__", "."): answer for name, answer in answers.items()},
        }
    )


def only(account: ScriptedAccount) -> DomainName:
    (domain,) = read_domain_names(account.reader())
    return domain


def test_a_domain_name_has_its_certificate_and_base_path_mappings() -> None:
    mappings = [
        {"basePath": "v1", "restApiId": "a1b2c3", "stage": "prod"},
        {"basePath": "(none)", "restApiId": "a1b2c3", "stage": "test"},
    ]
    reader = domains(PUBLIC, {"items": mappings}).reader()
    assert read_domain_names(reader) == (
        DomainName(
            "orders.corp.example",
            "REGIONAL",
            "TLS_1_2",
            CERTIFICATE,
            (
                BasePathMapping("", RestApiId("a1b2c3"), "test"),
                BasePathMapping("v1", RestApiId("a1b2c3"), "prod"),
            ),
        ),
    )
    assert reader.notices == []


def test_mappings_on_several_levels_come_from_the_second_version_of_the_api() -> None:
    one_level = {"basePath": "v1", "restApiId": "a1b2c3", "stage": "prod"}
    both = [
        {"ApiMappingKey": "v1", "ApiId": "a1b2c3", "Stage": "prod"},
        {"ApiMappingKey": "v1/items", "ApiId": "a1b2c3", "Stage": "test"},
        {"ApiId": "a1b2c3", "Stage": "prod"},
    ]
    account = domains(PUBLIC, {"items": [one_level]}, apigatewayv2__get_api_mappings={"Items": both})
    assert only(account).mappings == (
        BasePathMapping("v1", RestApiId("a1b2c3"), "prod"),
        BasePathMapping("v1/items", RestApiId("a1b2c3"), "test"),
    )


def test_a_private_domain_name_has_its_id_its_arn_and_its_policy_and_no_notice() -> None:
    account = domains(
        PRIVATE, {"items": []}, apigateway__get_domain_name={**PRIVATE, "policy": json.dumps(POLICY)}
    )
    reader = account.reader()
    (domain,) = read_domain_names(reader)
    assert (domain.id, domain.arn, domain.is_private) == ("abcd1234", ARN, True)
    assert domain.certificate_arn == CERTIFICATE
    assert domain.policy is not None
    assert domain.policy.statements[0].effect == "Deny"
    assert reader.notices == []
    assert "apigatewayv2.get_api_mappings" not in account.calls


def test_a_private_domain_name_without_a_policy_has_none() -> None:
    assert only(domains(PRIVATE, {"items": []}, apigateway__get_domain_name=PRIVATE)).policy is None


def test_a_policy_that_cannot_be_read_might_deny_anything() -> None:
    policy = only(domains(PRIVATE, {"items": []}, apigateway__get_domain_name=DENIED)).policy
    assert policy is not None
    assert (policy.statements[0].effect, bool(policy.statements[0].unsupported)) == ("Deny", True)


@pytest.mark.parametrize("mode", ["BASIC", "STRICT"])
def test_a_domain_name_has_its_endpoint_access_mode(mode: str) -> None:
    assert only(domains({**PUBLIC, "endpointAccessMode": mode}, {"items": []})).endpoint_access_mode == mode


@pytest.mark.parametrize(
    ("members", "feature"),
    [
        ({"endpointConfiguration": {"types": ["EDGE"]}}, "edge-optimized custom domain names"),
        ({"mutualTlsAuthentication": {"truststoreUri": "s3://trust/store.pem"}}, "mutual TLS"),
    ],
)
def test_a_domain_name_that_is_not_modelled_is_marked_and_noticed(
    members: dict[str, Any], feature: str
) -> None:
    reader = domains({**PUBLIC, **members}, {"items": []}).reader()
    (domain,) = read_domain_names(reader)
    assert domain.unsupported == (feature,)
    assert features(reader) == [("orders.corp.example", feature)]


def test_dualstack_of_a_public_domain_name_is_noticed() -> None:
    endpoint = {"types": ["REGIONAL"], "ipAddressType": "dualstack"}
    reader = domains({**PUBLIC, "endpointConfiguration": endpoint}, {"items": []}).reader()
    assert read_domain_names(reader)[0].unsupported == ()
    assert features(reader) == [("orders.corp.example", "IPv6")]


def test_a_domain_name_that_is_being_migrated_is_regional_here() -> None:
    endpoint = {"types": ["EDGE", "REGIONAL"]}
    domain = only(domains({**PUBLIC, "endpointConfiguration": endpoint}, {"items": []}))
    assert (domain.endpoint_type, domain.unsupported) == ("REGIONAL", ())


RULE = {
    "RoutingRuleId": "r1",
    "Priority": 1,
    "Conditions": [],
    "Actions": [{"InvokeApi": {"ApiId": "a1b2c3", "Stage": "prod"}}],
}
MAPPING = {"items": [{"basePath": "v1", "restApiId": "a1b2c3", "stage": "prod"}]}


@pytest.mark.parametrize(
    ("mode", "rules", "marks", "mappings"),
    [
        ("BASE_PATH_MAPPING_ONLY", {"RoutingRules": [RULE]}, (), 1),
        ("ROUTING_RULE_THEN_BASE_PATH_MAPPING", {"RoutingRules": []}, (), 1),
        ("ROUTING_RULE_THEN_BASE_PATH_MAPPING", {"RoutingRules": [RULE]}, ("routing rules",), 1),
        ("ROUTING_RULE_THEN_BASE_PATH_MAPPING", DENIED, ("routing rules",), 1),
        ("ROUTING_RULE_ONLY", {"RoutingRules": []}, (), 0),
        ("ROUTING_RULE_ONLY", {"RoutingRules": [RULE]}, ("routing rules",), 0),
    ],
)
def test_a_routing_mode_without_rules_is_as_good_as_its_mappings(
    mode: str, rules: Any, marks: tuple[str, ...], mappings: int
) -> None:
    account = domains({**PUBLIC, "routingMode": mode}, MAPPING, apigatewayv2__list_routing_rules=rules)
    domain = only(account)
    assert (domain.unsupported, len(domain.mappings)) == (marks, mappings)


@pytest.mark.parametrize("operation", ["apigateway.get_base_path_mappings", "apigatewayv2.get_api_mappings"])
def test_mappings_that_cannot_be_read_mark_the_domain_name(operation: str) -> None:
    account = domains(PUBLIC, {"items": []})
    account.script[operation] = DENIED
    assert only(account).unsupported == (UNREAD_MAPPINGS,)


@pytest.mark.parametrize(
    ("owner", "noticed"), [(ACCOUNT, []), ("999999999999", ["private custom domain names of other accounts"])]
)
def test_an_access_association_joins_an_endpoint_and_a_domain_name(owner: str, noticed: list[str]) -> None:
    arn, prefix = ARN.replace(ACCOUNT, owner), f"arn:aws:apigateway:{REGION}:{ACCOUNT}"
    answer = {
        "domainNameAccessAssociationArn": f"{prefix}:/domainnameaccessassociations/domainname/d/vpcesource/v",
        "domainNameArn": arn,
        "accessAssociationSourceType": "VPCE",
        "accessAssociationSource": "vpce-1",
    }
    account = ScriptedAccount({"apigateway.get_domain_name_access_associations": {"items": [answer]}})
    reader = account.reader()
    (association,) = read_access_associations(reader)
    assert (association.vpc_endpoint_id, association.domain_name_arn) == ("vpce-1", arn)
    assert association.domain_name == "orders.corp.example"
    assert [feature for _, feature in features(reader)] == noticed
