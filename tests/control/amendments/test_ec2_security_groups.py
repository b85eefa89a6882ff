from typing import Any

import pytest
from tests.control.worlds import two_subnets

from landbridge.control.aws_api import AwsApi


def _sources(api: AwsApi, group_id: str) -> dict[str, dict[str, Any]]:
    prefixes = api.client("ec2").create_managed_prefix_list(
        PrefixListName="corporate", MaxEntries=1, AddressFamily="IPv4"
    )
    prefix_list_id = prefixes["PrefixList"]["PrefixListId"]
    return {
        "range": {"IpRanges": [{"CidrIp": "10.10.0.0/16", "Description": "why"}]},
        "group": {"UserIdGroupPairs": [{"GroupId": group_id, "Description": "why"}]},
        "prefix list": {"PrefixListIds": [{"PrefixListId": prefix_list_id, "Description": "why"}]},
    }


@pytest.mark.parametrize("source", ["range", "group", "prefix list"])
def test_a_rule_keeps_its_description_whatever_its_source_is(api: AwsApi, source: str) -> None:
    group_id = two_subnets(api).group_id
    ec2 = api.client("ec2")
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, **_sources(api, group_id)[source]}
    ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[permission])
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group_id]}])
    (rule,) = [rule for rule in rules["SecurityGroupRules"] if not rule["IsEgress"]]
    assert rule["Description"] == "why"


def test_moto_still_lacks_descriptions_of_rules_from_groups() -> None:
    from moto.ec2.models.security_groups import SecurityGroupRule

    from landbridge.control.amendments.amend import original_of

    rule: Any = SecurityGroupRule.__new__(SecurityGroupRule)
    rule.ip_range, rule.source_group = {}, {"GroupId": "sg-1", "Description": "why"}
    assert original_of(SecurityGroupRule, "description").fget(rule) is None
