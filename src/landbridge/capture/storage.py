"""S3 buckets of the region with their policies and Block Public Access settings."""

from landbridge.capture.reading import Answer, Missing, Reader
from landbridge.model.storage import Bucket, PublicAccessBlock, Storage
from landbridge.trace.decision import ResourceRef

PAGE_SIZE = 1000
SETTING = "PublicAccessBlockConfiguration"


def read_storage(reader: Reader, previous: Storage) -> Storage:
    """Every bucket of the region."""
    buckets = reader.items(
        "s3",
        "list_buckets",
        "Buckets",
        order_by="Name",
        BucketRegion=reader.region,
        MaxBuckets=PAGE_SIZE,
    )
    if not buckets:
        return Storage()
    account = _setting(
        reader, "s3control", ResourceRef("AWS::S3::AccountPublicAccessBlock", reader.account_id)
    )
    return Storage(tuple(_bucket(reader, answer["Name"], account) for answer in buckets))


def _bucket(reader: Reader, name: str, account: Answer) -> Bucket:
    about = ResourceRef("AWS::S3::Bucket", name, f"arn:aws:s3:::{name}")
    own = _setting(reader, "s3", about)
    return Bucket(
        name=name,
        policy=reader.policy("s3", "get_bucket_policy", "Policy", about, Bucket=name),
        public_access_block=_strictest(account, own),
    )


def _setting(reader: Reader, service: str, about: ResourceRef) -> Answer:
    parameters = {"AccountId" if service == "s3control" else "Bucket": about.id}
    answer = reader.answer(service, "get_public_access_block", about, **parameters)
    return {} if isinstance(answer, Missing) else answer[SETTING]


def _strictest(account: Answer, bucket: Answer) -> PublicAccessBlock:
    """Each setting is on when the account or the bucket turns it on.

    AWS: "Blocking public access to your Amazon S3 storage"
    """

    def on(setting: str) -> bool:
        return bool(account.get(setting)) or bool(bucket.get(setting))

    return PublicAccessBlock(
        block_public_acls=on("BlockPublicAcls"),
        ignore_public_acls=on("IgnorePublicAcls"),
        block_public_policy=on("BlockPublicPolicy"),
        restrict_public_buckets=on("RestrictPublicBuckets"),
    )
