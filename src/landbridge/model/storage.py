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
class Bucket:
    """An S3 bucket; its objects are not part of the topology."""

    name: str
    policy: PolicyDocument | None = None
    public_access_block: PublicAccessBlock = PublicAccessBlock()


@dataclass(frozen=True)
class Storage:
    """All buckets."""

    buckets: tuple[Bucket, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Bucket]:
        """Buckets by name."""
        return {bucket.name: bucket for bucket in self.buckets}
