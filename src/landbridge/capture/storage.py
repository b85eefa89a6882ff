"""S3 buckets: policies, Block Public Access, ownership and ACLs, CORS rules."""

from landbridge.capture.reading import Answer, Missing, Reader
from landbridge.model.storage import Bucket, CorsRule, PublicAccessBlock, Storage
from landbridge.trace.decision import ResourceRef

PAGE_SIZE = 1000
SETTING = "PublicAccessBlockConfiguration"
ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
LISTING_PERMISSIONS = frozenset({"READ", "FULL_CONTROL"})


def read_storage(reader: Reader, previous: Storage) -> Storage:
    """Every bucket of the region, and the regions of the others."""
    found = reader.items("s3", "list_buckets", "Buckets", order_by="Name", MaxBuckets=PAGE_SIZE)
    regions = {answer["Name"]: answer.get("BucketRegion", reader.region) for answer in found}
    here = [name for name, region in regions.items() if region == reader.region]
    elsewhere = tuple((name, region) for name, region in regions.items() if region != reader.region)
    if not here:
        return Storage(elsewhere=elsewhere)
    account = _setting(
        reader, "s3control", ResourceRef("AWS::S3::AccountPublicAccessBlock", reader.account_id)
    )
    return Storage(tuple(_bucket(reader, name, account) for name in here), elsewhere)


def _bucket(reader: Reader, name: str, account: Answer) -> Bucket:
    about = ResourceRef("AWS::S3::Bucket", name, f"arn:aws:s3:::{name}")
    acls_enabled = _acls_enabled(reader, about)
    return Bucket(
        name=name,
        policy=reader.policy("s3", "get_bucket_policy", "Policy", about, Bucket=name),
        public_access_block=_strictest(account, _setting(reader, "s3", about)),
        acls_enabled=acls_enabled,
        public_list=acls_enabled and _lists_for_everyone(reader, about),
        cors_rules=_cors_rules(reader, about),
        unsupported=_unsupported(reader, about),
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


def _acls_enabled(reader: Reader, about: ResourceRef) -> bool:
    """A bucket without ownership controls is one of old, whose ACLs count.

    AWS: "Controlling ownership of objects and disabling ACLs for your bucket"
    """
    answer = reader.answer("s3", "get_bucket_ownership_controls", about, Bucket=about.id)
    if isinstance(answer, Missing):
        return True
    rules = answer.get("OwnershipControls", {}).get("Rules", ())
    return all(rule["ObjectOwnership"] != "BucketOwnerEnforced" for rule in rules)


def _lists_for_everyone(reader: Reader, about: ResourceRef) -> bool:
    answer = reader.answer("s3", "get_bucket_acl", about, Bucket=about.id)
    grants = [] if isinstance(answer, Missing) else answer.get("Grants", [])
    return any(
        grant.get("Grantee", {}).get("URI") == ALL_USERS and grant.get("Permission") in LISTING_PERMISSIONS
        for grant in grants
    )


def _cors_rules(reader: Reader, about: ResourceRef) -> tuple[CorsRule, ...]:
    answer = reader.answer("s3", "get_bucket_cors", about, Bucket=about.id)
    return tuple(
        CorsRule(
            allowed_origins=tuple(rule["AllowedOrigins"]),
            allowed_methods=tuple(rule["AllowedMethods"]),
            allowed_headers=tuple(rule.get("AllowedHeaders", ())),
            expose_headers=tuple(rule.get("ExposeHeaders", ())),
            max_age_s=rule.get("MaxAgeSeconds"),
        )
        for rule in ([] if isinstance(answer, Missing) else answer.get("CORSRules", []))
    )


def _unsupported(reader: Reader, about: ResourceRef) -> tuple[str, ...]:
    answer = reader.answer("s3", "get_bucket_request_payment", about, Bucket=about.id)
    payer = "" if isinstance(answer, Missing) else answer.get("Payer", "BucketOwner")
    if payer != "Requester":
        return ()
    reader.notice(about, "buckets whose requesters pay")
    return ("buckets whose requesters pay",)
