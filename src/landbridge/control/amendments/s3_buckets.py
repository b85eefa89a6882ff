"""New buckets as AWS makes them, public policies that are blocked, lists with regions."""

import re
from typing import Any

from moto.s3.exceptions import S3ClientError
from moto.s3.models import PublicAccessBlock, S3Backend
from moto.s3.responses import S3Response

from landbridge.control.amendments.amend import amend
from landbridge.errors import DeclarationError
from landbridge.semantics.iam.parse import parse_policy
from landbridge.semantics.storage.public_policy import public_statement

_NAME = re.compile("<Name>([^<]+)</Name>")


def install() -> None:
    """Amends moto's buckets."""
    amend(S3Backend, "create_bucket", create_bucket)
    amend(S3Backend, "put_bucket_policy", put_bucket_policy)
    amend(S3Response, "all_buckets", all_buckets)
    amend(S3Response, "_acl_from_headers", acl_from_headers)


def create_bucket(original: Any, self: Any, *arguments: Any, **named: Any) -> Any:
    """A new bucket blocks all public access, and its ACLs are disabled.

    AWS: "Default settings for new S3 buckets FAQ"
    """
    bucket = original(self, *arguments, **named)
    bucket.ownership_rule = "BucketOwnerEnforced"
    bucket.public_access_block = PublicAccessBlock("true", "true", "true", "true")
    return bucket


def put_bucket_policy(original: Any, self: Any, bucket_name: str, policy: bytes) -> None:
    """A public policy is refused by a bucket that blocks public policies.

    AWS: "Blocking public access to your Amazon S3 storage"
    """
    block = self.get_bucket(bucket_name).public_access_block
    if block is not None and block.block_public_policy and _is_public(policy):
        arn = f"arn:aws:iam::{self.account_id}:root"
        raise S3ClientError(
            "AccessDenied",
            f"User: {arn} is not authorized to perform: s3:PutBucketPolicy on resource: "
            f'"arn:aws:s3:::{bucket_name}" because public policies are prevented by the BlockPublicPolicy '
            "setting in S3 Block Public Access.",
        )
    original(self, bucket_name, policy)


def all_buckets(original: Any, self: Any) -> Any:
    """Every bucket with its region.

    AWS: "ListBuckets"
    """
    status, headers, body = original(self)
    regions = {bucket.name: bucket.region_name for bucket in self.backend.buckets.values()}

    def with_region(found: re.Match[str]) -> str:
        return f"{found[0]}<BucketRegion>{regions[found[1]]}</BucketRegion>"

    return status, headers, _NAME.sub(with_region, body)


def acl_from_headers(original: Any, self: Any, headers: Any) -> Any:
    """An ACL that lets a group in is refused where ACLs are disabled or public ones are blocked.

    AWS: "Controlling ownership of objects and disabling ACLs for your bucket"
    """
    acl, bucket = original(self, headers), self.backend.buckets.get(self.bucket_name)
    if acl is None or bucket is None or not any(each.uri for grant in acl.grants for each in grant.grantees):
        return acl
    if (headers.get("x-amz-object-ownership") or bucket.ownership_rule) == "BucketOwnerEnforced":
        raise S3ClientError("AccessControlListNotSupported", "The bucket does not allow ACLs")
    if bucket.public_access_block is not None and bucket.public_access_block.block_public_acls:
        raise S3ClientError("AccessDenied", "Access Denied")
    return acl


def _is_public(policy: bytes) -> bool:
    try:
        document = parse_policy(policy.decode() if isinstance(policy, bytes) else policy)
    except (DeclarationError, UnicodeDecodeError):
        return False
    return public_statement(document) is not None
