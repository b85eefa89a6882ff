from ipaddress import IPv4Network

import pytest
from tests.capture.scripted import DENIED, ScriptedAccount

from landbridge.capture.prefix_lists import prefix_lists

BLOCK, STAND_IN = IPv4Network("52.216.0.0/15"), IPv4Network("192.0.2.20/32")


@pytest.mark.parametrize(
    ("name", "blocks"),
    [
        ("com.amazonaws.eu-central-1.s3", (BLOCK, STAND_IN)),
        ("com.amazonaws.eu-central-1.dynamodb", (BLOCK,)),
        ("com.amazonaws.us-east-1.s3", (BLOCK,)),
        ("offices", (BLOCK,)),
    ],
)
def test_the_list_of_s3_holds_the_address_that_stands_for_s3(
    name: str, blocks: tuple[IPv4Network, ...]
) -> None:
    lists = {"PrefixLists": [{"PrefixListId": "pl-1", "PrefixListName": name}]}
    scripted = ScriptedAccount(
        {
            "ec2.get_managed_prefix_list_entries": {"Entries": [{"Cidr": str(BLOCK)}, {"Cidr": "2600::/24"}]},
            "ec2.describe_managed_prefix_lists": lists,
        }
    )
    assert prefix_lists(scripted.reader())("pl-1") == blocks


def test_a_list_that_cannot_be_read_has_no_blocks() -> None:
    scripted = ScriptedAccount({"ec2.get_managed_prefix_list_entries": DENIED})
    assert prefix_lists(scripted.reader())("pl-1") is None
