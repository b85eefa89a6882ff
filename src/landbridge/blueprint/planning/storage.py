"""The frontend's bucket, closed to the public, its objects, and who may read them."""

from collections.abc import Set as AbstractSet

from landbridge.blueprint.calls import ApiCall, Json, Plan, Value
from landbridge.blueprint.declaration import Declaration, Design
from landbridge.blueprint.naming import bucket_name, tag_list
from landbridge.blueprint.packaging import FrontendFile
from landbridge.blueprint.planning.identity import GATEWAY_ROLE_ARN, bucket_arn, object_arns
from landbridge.blueprint.planning.network import ENDPOINT_ID


def plan(declaration: Declaration, files: tuple[FrontendFile, ...]) -> Plan:
    """The bucket, blocked to the public, tagged and filled.

    AWS: "Blocking public access to your Amazon S3 storage"
    """
    bucket = bucket_name(declaration)
    settings = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    block: Value = dict.fromkeys(settings, True)
    tagging: Value = {"TagSet": tag_list(declaration, f"{declaration.name}-frontend")}
    return (
        _create_bucket(declaration),
        ApiCall(
            "bucket-public-access",
            "s3",
            "put_public_access_block",
            {"Bucket": bucket, "PublicAccessBlockConfiguration": block},
        ),
        ApiCall("bucket-tags", "s3", "put_bucket_tagging", {"Bucket": bucket, "Tagging": tagging}),
        *plan_objects(declaration, files),
    )


def plan_objects(declaration: Declaration, files: tuple[FrontendFile, ...]) -> Plan:
    """Each file as an object."""
    return tuple(
        ApiCall(
            f"object-{file.key}",
            "s3",
            "put_object",
            {
                "Bucket": bucket_name(declaration),
                "Key": file.key,
                "Body": file.body,
                "ContentType": file.content_type,
                "CacheControl": file.cache_control,
            },
        )
        for file in files
    )


def plan_removals(declaration: Declaration, keys: AbstractSet[str]) -> Plan:
    """The objects that are gone from the folder."""
    return tuple(
        ApiCall(
            f"removed-object-{key}",
            "s3",
            "delete_object",
            {"Bucket": bucket_name(declaration), "Key": key},
        )
        for key in sorted(keys)
    )


def plan_policy(declaration: Declaration) -> Plan:
    """The bucket policy: API Gateway's role or the S3 endpoint may read, and nobody may speak without TLS.

    AWS: "Examples of Amazon S3 bucket policies", "Controlling access from VPC endpoints with bucket policies"
    """
    return (
        ApiCall(
            "bucket-policy",
            "s3",
            "put_bucket_policy",
            {
                "Bucket": bucket_name(declaration),
                "Policy": Json({"Version": "2012-10-17", "Statement": _statements(declaration)}),
            },
        ),
    )


def _create_bucket(declaration: Declaration) -> ApiCall:
    """The call; us-east-1 is the one Region that may not be named in it.

    AWS: "CreateBucket"
    """
    parameters: dict[str, Value] = {"Bucket": bucket_name(declaration)}
    if declaration.region != "us-east-1":
        parameters["CreateBucketConfiguration"] = {"LocationConstraint": declaration.region}
    return ApiCall("bucket", "s3", "create_bucket", parameters)


def _statements(declaration: Declaration) -> Value:
    bucket, objects = bucket_arn(declaration), object_arns(declaration)
    who, reader = _reader(declaration)
    return [
        {
            "Sid": f"{who}Reads",
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": objects,
            **reader,
        },
        {
            "Sid": f"{who}Lists",
            "Effect": "Allow",
            "Action": "s3:ListBucket",
            "Resource": bucket,
            **reader,
        },
        {
            "Sid": "OnlyWithTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [bucket, objects],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    ]


def _reader(declaration: Declaration) -> tuple[str, dict[str, Value]]:
    """Who reads the bucket, in a word and as parts of a statement."""
    match declaration.design:
        case Design.GATEWAY | Design.DOMAIN:
            return "Gateway", {"Principal": {"AWS": GATEWAY_ROLE_ARN}}
        case Design.LAMBDA:
            through_endpoint: Value = {"StringEquals": {"aws:SourceVpce": ENDPOINT_ID}}
            return "Endpoint", {"Principal": "*", "Condition": through_endpoint}
