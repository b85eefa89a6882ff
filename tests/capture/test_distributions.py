from typing import Any

import pytest
from tests.capture.entrances import ALB, VPC_ORIGIN, cloudfront, origin
from tests.capture.scripted import ACCOUNT, REGION, ScriptedAccount

from landbridge.capture.distributions import read_distributions
from landbridge.capture.reading import Reader
from landbridge.model.other_entrances import ANYWHERE, OtherEntrance


def read(script: dict[str, Any]) -> list[OtherEntrance]:
    account = ScriptedAccount(script)
    return list(read_distributions(Reader(account.client, ACCOUNT, REGION, "", lambda _: True)))


def behavior(target: str = "web", **members: Any) -> dict[str, Any]:
    return {"TargetOriginId": target, "ViewerProtocolPolicy": "https-only", **members}


def several(*items: dict[str, Any]) -> dict[str, Any]:
    return {"Quantity": len(items), "Items": list(items)}


SIGNED: dict[str, Any] = {"TrustedKeyGroups": {"Enabled": True, "Quantity": 1}}
FUNCTION: dict[str, Any] = {"FunctionAssociations": {"Quantity": 1}}
GROUP = {
    "Id": "group",
    "FailoverCriteria": {"StatusCodes": {"Quantity": 1, "Items": [500]}},
    "Members": several({"OriginId": "web"}, {"OriginId": "other"}),
}


@pytest.mark.parametrize(
    ("changes", "public"),
    [
        ({}, True),
        ({"WebACLId": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/1"}, False),
        ({"ViewerMtlsConfig": {"Mode": "required"}}, False),
        ({"ViewerMtlsConfig": {"Mode": "optional"}}, True),
        ({"DefaultCacheBehavior": behavior(**SIGNED)}, False),
        ({"DefaultCacheBehavior": behavior(**FUNCTION)}, False),
        ({"DefaultCacheBehavior": behavior("other")}, False),
        (
            {
                "DefaultCacheBehavior": behavior("other"),
                "CacheBehaviors": several({"PathPattern": "/api/*", **behavior()}),
            },
            True,
        ),
        ({"DefaultCacheBehavior": behavior("group"), "OriginGroups": several(GROUP)}, True),
    ],
)
def test_a_distribution_is_open_to_anybody_where_nothing_before_the_origin_may_refuse(
    changes: dict[str, Any], public: bool
) -> None:
    [found] = read(cloudfront(**changes))
    assert (found.leads_to, found.public) == ((ALB,), public)


@pytest.mark.parametrize(
    ("changes", "leads_to"),
    [
        ({"VpcOriginConfig": {"VpcOriginId": "vo_of_another_account"}}, ANYWHERE),
        ({"VpcOriginConfig": {"VpcOriginId": ""}, "DomainName": "www.example.com"}, "www.example.com"),
        ({"VpcOriginConfig": {"VpcOriginId": ""}, "DomainName": "{{tenant}}.example.com"}, ANYWHERE),
    ],
)
def test_an_origin_is_a_load_balancer_a_name_or_not_to_be_seen(
    changes: dict[str, Any], leads_to: str
) -> None:
    [found, unused] = read(cloudfront(Origins=several(origin(**changes))))
    assert found.leads_to == (leads_to,)
    assert (unused.type, unused.arn, unused.public) == ("AWS::CloudFront::VpcOrigin", VPC_ORIGIN, False)


def test_a_distribution_that_is_disabled_serves_nobody() -> None:
    assert read(cloudfront(Enabled=False)) == []


def test_every_page_of_vpc_origins_is_read() -> None:
    script = cloudfront(Enabled=False, Origins=several(origin(VpcOriginConfig={"VpcOriginId": ""})))
    [known] = script["cloudfront.list_vpc_origins"]["VpcOriginList"]["Items"]

    def pages(parameters: dict[str, Any]) -> dict[str, Any]:
        first = "Marker" not in parameters
        listed = {"Marker": "", "MaxItems": 1, "IsTruncated": first, "Quantity": 1}
        found = {**known, "Id": "vo_1" if first else "vo_2"}
        return {"VpcOriginList": {**listed, "Items": [found], **({"NextMarker": "m"} if first else {})}}

    found = read({**script, "cloudfront.list_vpc_origins": pages})
    assert [each.id for each in found] == ["vo_1", "vo_2"]
