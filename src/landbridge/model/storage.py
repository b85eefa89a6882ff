"""Amazon S3 buckets as deployed; their objects are not part of the topology.

AWS: "General purpose buckets overview"
"""

from dataclasses import dataclass
from functools import cached_property

from landbridge.model.policy import PolicyDocument


@dataclass(frozen=True, slots=True)
class PublicAccessBlock:
    """S3 Block Public Access settings of a bucket."""

    block_public_acls: bool = False
    ignore_public_acls: bool = False
    block_public_policy: bool = False
    restrict_public_buckets: bool = False


@dataclass(frozen=True, slots=True)
class CorsRule:
    """One rule of a bucket's CORS configuration."""

    allowed_origins: tuple[str, ...]
    """With at most one ``*`` each."""
    allowed_methods: tuple[str, ...]
    allowed_headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    max_age_s: int | None = None


@dataclass(frozen=True, slots=True)
class Bucket:
    """An S3 bucket; its objects are not part of the topology."""

    name: str
    policy: PolicyDocument | None = None
    public_access_block: PublicAccessBlock = PublicAccessBlock()
    acls_enabled: bool = False
    """Whether ACLs count: the ownership setting is not ``BucketOwnerEnforced``."""
    public_list: bool = False
    """Whether the bucket's own ACL lets everyone list it."""
    cors_rules: tuple[CorsRule, ...] = ()
    unsupported: tuple[str, ...] = ()
    """What decides on every request to it and is not modelled, such as requester pays."""


@dataclass(frozen=True)
class Storage:
    """All buckets of the region, and where the account's others are."""

    buckets: tuple[Bucket, ...] = ()
    elsewhere: tuple[tuple[str, str], ...] = ()
    """Names and regions of buckets in other regions."""

    @cached_property
    def by_name(self) -> dict[str, Bucket]:
        """Buckets by name."""
        return {bucket.name: bucket for bucket in self.buckets}

    @cached_property
    def region_by_name(self) -> dict[str, str]:
        """Regions by name, of buckets in other regions."""
        return dict(self.elsewhere)
