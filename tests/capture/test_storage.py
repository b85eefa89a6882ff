from typing import Any

import pytest
from tests.capture.scripted import DENIED, Failure, ScriptedAccount

from landbridge.capture.storage import read_storage
from landbridge.model.storage import CorsRule, PublicAccessBlock, Storage

NO_POLICY = Failure("NoSuchBucketPolicy", 404)
ABSENT = Failure("NoSuchPublicAccessBlockConfiguration", 404)


NO_CONTROLS = Failure("OwnershipControlsNotFoundError", 404)
NO_CORS = Failure("NoSuchCORSConfiguration", 404)


def account(
    policy: Any = NO_POLICY, own: Any = ABSENT, everywhere: Any = ABSENT, **answers: Any
) -> ScriptedAccount:
    return ScriptedAccount(
        {
            "s3.list_buckets": {
                "Buckets": [
                    {"Name": "site"},
                    {"Name": "assets"},
                    {"Name": "far", "BucketRegion": "eu-west-1"},
                ]
            },
            "s3.get_bucket_ownership_controls": NO_CONTROLS,
            "s3.get_bucket_cors": NO_CORS,
            "s3.get_bucket_acl": {"Grants": []},
            "s3.get_bucket_request_payment": {"Payer": "BucketOwner"},
            "s3.get_bucket_policy": policy,
            "s3.get_public_access_block": own,
            "s3control.get_public_access_block": everywhere,
            **{f"s3.{operation}": answer for operation, answer in answers.items()},
        }
    )


def test_a_bucket_without_policy_and_settings_has_neither() -> None:
    reader = account().reader()
    buckets = read_storage(reader, Storage()).buckets
    assert [bucket.name for bucket in buckets] == ["assets", "site"]
    assert [bucket.policy for bucket in buckets] == [None, None]
    assert buckets[0].public_access_block == PublicAccessBlock()
    assert reader.notices == []


def test_a_bucket_has_its_policy() -> None:
    text = '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}]}'
    buckets = read_storage(account({"Policy": text}).reader(), Storage()).buckets
    assert buckets[0].policy is not None
    assert buckets[0].policy.statements[0].actions == ("s3:GetObject",)


def test_a_bucket_policy_that_cannot_be_read_has_an_unknown_effect() -> None:
    buckets = read_storage(account(DENIED).reader(), Storage()).buckets
    assert buckets[0].policy is not None
    assert buckets[0].policy.statements[0].unsupported


def block(*settings: str) -> dict[str, Any]:
    return {"PublicAccessBlockConfiguration": dict.fromkeys(settings, True)}


@pytest.mark.parametrize(
    ("own", "everywhere", "expected"),
    [
        (block("BlockPublicAcls"), ABSENT, PublicAccessBlock(block_public_acls=True)),
        (ABSENT, block("RestrictPublicBuckets"), PublicAccessBlock(restrict_public_buckets=True)),
        (
            block("IgnorePublicAcls"),
            block("BlockPublicPolicy"),
            PublicAccessBlock(ignore_public_acls=True, block_public_policy=True),
        ),
    ],
)
def test_public_access_is_blocked_by_the_bucket_or_by_its_account(
    own: Any, everywhere: Any, expected: PublicAccessBlock
) -> None:
    buckets = read_storage(account(own=own, everywhere=everywhere).reader(), Storage()).buckets
    assert buckets[0].public_access_block == expected


def test_buckets_of_other_regions_are_known_by_name() -> None:
    assert read_storage(account().reader(), Storage()).elsewhere == (("far", "eu-west-1"),)


def controls(*settings: str) -> dict[str, Any]:
    return {"OwnershipControls": {"Rules": [{"ObjectOwnership": setting} for setting in settings]}}


EVERYONE = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}


@pytest.mark.parametrize(
    ("ownership", "grants", "acls_enabled", "public_list"),
    [
        (controls("BucketOwnerEnforced"), [{"Grantee": EVERYONE, "Permission": "READ"}], False, False),
        (controls("ObjectWriter"), [{"Grantee": EVERYONE, "Permission": "READ"}], True, True),
        (controls("BucketOwnerPreferred"), [{"Grantee": EVERYONE, "Permission": "WRITE"}], True, False),
        (
            NO_CONTROLS,
            [{"Grantee": {"Type": "CanonicalUser", "ID": "me"}, "Permission": "READ"}],
            True,
            False,
        ),
        (DENIED, [], True, False),
    ],
)
def test_acls_count_unless_the_owner_of_the_bucket_owns_every_object(
    ownership: Any, grants: list[Any], acls_enabled: bool, public_list: bool
) -> None:
    scripted = account(get_bucket_ownership_controls=ownership, get_bucket_acl={"Grants": grants})
    found = read_storage(scripted.reader(), Storage()).buckets[0]
    assert (found.acls_enabled, found.public_list) == (acls_enabled, public_list)


def test_cors_rules_are_read() -> None:
    rule = {"AllowedOrigins": ["*"], "AllowedMethods": ["GET"], "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 9}
    buckets = read_storage(account(get_bucket_cors={"CORSRules": [rule]}).reader(), Storage()).buckets
    assert buckets[0].cors_rules == (CorsRule(("*",), ("GET",), (), ("ETag",), 9),)


def test_requester_pays_is_noticed_and_decides_nothing() -> None:
    reader = account(get_bucket_request_payment={"Payer": "Requester"}).reader()
    buckets = read_storage(reader, Storage()).buckets
    assert buckets[0].unsupported == ("buckets whose requesters pay",)
    assert {notice.feature for notice in reader.notices} == {"buckets whose requesters pay"}
