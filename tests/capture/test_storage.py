from typing import Any

import pytest
from tests.capture.scripted import DENIED, Failure, ScriptedAccount

from landbridge.capture.storage import read_storage
from landbridge.model.storage import PublicAccessBlock, Storage

NO_POLICY = Failure("NoSuchBucketPolicy", 404)
ABSENT = Failure("NoSuchPublicAccessBlockConfiguration", 404)


def account(policy: Any = NO_POLICY, own: Any = ABSENT, everywhere: Any = ABSENT) -> ScriptedAccount:
    return ScriptedAccount(
        {
            "s3.list_buckets": {"Buckets": [{"Name": "site"}, {"Name": "assets"}]},
            "s3.get_bucket_policy": policy,
            "s3.get_public_access_block": own,
            "s3control.get_public_access_block": everywhere,
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
