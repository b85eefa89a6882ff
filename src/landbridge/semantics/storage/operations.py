"""Which operation of S3 a request is: by method, key and subresource.

AWS: "Actions defined by Amazon S3"
"""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from landbridge.semantics.storage.addressing import Addressed


@dataclass(frozen=True, slots=True)
class Operation:
    """What is asked of a bucket or an object."""

    name: str
    """``GetObject``, ``HeadBucket``, ``PutBucketPolicy``, or the method where it is none."""
    action: str
    """The permission it takes; empty for a method that the resource does not have."""
    query: tuple[tuple[str, str], ...] = ()


READS_OBJECT = frozenset({"GetObject", "HeadObject"})
LISTS = frozenset({"ListObjects", "ListObjectsV2", "HeadBucket"})


def find_operation(method: str, addressed: Addressed, query: str) -> Operation:
    """The operation; its name is the method, and its action empty, where there is none."""
    if not query:
        return _plain(method, addressed, ())
    pairs = tuple(parse_qsl(query, keep_blank_values=True))
    names = {name for name, _ in pairs}
    subresources = _SUBRESOURCES_OF_OBJECTS if addressed.key else _SUBRESOURCES_OF_BUCKETS
    for subresource, actions in subresources.items():
        if subresource in names and method in actions:
            action = actions[method]
            return Operation(f"{method} ?{subresource}", action, pairs)
    if ("list-type", "2") in pairs and method == "GET" and not addressed.key:
        return Operation("ListObjectsV2", "s3:ListBucket", pairs)
    return _plain(method, addressed, pairs)


def _plain(method: str, addressed: Addressed, pairs: tuple[tuple[str, str], ...]) -> Operation:
    name, action = (_OF_OBJECTS if addressed.key else _OF_BUCKETS).get(method, (method, ""))
    return Operation(name, action, pairs)


def allowed_methods(addressed: Addressed) -> str:
    """The header ``Allow`` of an answer 405."""
    if not addressed.bucket:
        return "GET"
    return "HEAD, DELETE, GET, PUT" if addressed.key else "HEAD, DELETE, POST, GET, PUT"


def resource_type(addressed: Addressed) -> str:
    """What 405 says the method is not for."""
    if not addressed.bucket:
        return "SERVICE"
    return "OBJECT" if addressed.key else "BUCKET"


_OF_OBJECTS = {
    "GET": ("GetObject", "s3:GetObject"),
    "HEAD": ("HeadObject", "s3:GetObject"),
    "PUT": ("PutObject", "s3:PutObject"),
    "DELETE": ("DeleteObject", "s3:DeleteObject"),
}
_OF_BUCKETS = {
    "GET": ("ListObjects", "s3:ListBucket"),
    "HEAD": ("HeadBucket", "s3:ListBucket"),
    "PUT": ("CreateBucket", "s3:CreateBucket"),
    "DELETE": ("DeleteBucket", "s3:DeleteBucket"),
    "POST": ("PostObject", "s3:PutObject"),
}
_SUBRESOURCES_OF_OBJECTS = {
    "acl": {"GET": "s3:GetObjectAcl", "PUT": "s3:PutObjectAcl"},
    "attributes": {"GET": "s3:GetObjectAttributes"},
    "legal-hold": {"GET": "s3:GetObjectLegalHold", "PUT": "s3:PutObjectLegalHold"},
    "retention": {"GET": "s3:GetObjectRetention", "PUT": "s3:PutObjectRetention"},
    "tagging": {
        "GET": "s3:GetObjectTagging",
        "PUT": "s3:PutObjectTagging",
        "DELETE": "s3:DeleteObjectTagging",
    },
    "torrent": {"GET": "s3:GetObjectTorrent"},
    "restore": {"POST": "s3:RestoreObject"},
    "select": {"POST": "s3:GetObject"},
    "uploads": {"POST": "s3:PutObject"},
    "uploadId": {
        "GET": "s3:ListMultipartUploadParts",
        "PUT": "s3:PutObject",
        "POST": "s3:PutObject",
        "DELETE": "s3:AbortMultipartUpload",
    },
    "versionId": {
        "GET": "s3:GetObjectVersion",
        "HEAD": "s3:GetObjectVersion",
        "DELETE": "s3:DeleteObjectVersion",
    },
    "partNumber": {"GET": "s3:GetObject", "HEAD": "s3:GetObject"},
}
_CONFIGURATIONS = {
    "accelerate": "AccelerateConfiguration",
    "acl": "BucketAcl",
    "analytics": "AnalyticsConfiguration",
    "cors": "BucketCORS",
    "encryption": "EncryptionConfiguration",
    "intelligent-tiering": "IntelligentTieringConfiguration",
    "inventory": "InventoryConfiguration",
    "lifecycle": "LifecycleConfiguration",
    "logging": "BucketLogging",
    "metrics": "MetricsConfiguration",
    "notification": "BucketNotification",
    "object-lock": "BucketObjectLockConfiguration",
    "ownershipControls": "BucketOwnershipControls",
    "policy": "BucketPolicy",
    "publicAccessBlock": "BucketPublicAccessBlock",
    "replication": "ReplicationConfiguration",
    "requestPayment": "BucketRequestPayment",
    "tagging": "BucketTagging",
    "versioning": "BucketVersioning",
    "website": "BucketWebsite",
}
_DELETED_BY_NAME = {"policy": "s3:DeleteBucketPolicy", "website": "s3:DeleteBucketWebsite"}
_SUBRESOURCES_OF_BUCKETS = {
    **{
        name: {
            "GET": f"s3:Get{what}",
            "PUT": f"s3:Put{what}",
            "DELETE": _DELETED_BY_NAME.get(name, f"s3:Put{what}"),
        }
        for name, what in _CONFIGURATIONS.items()
    },
    "delete": {"POST": "s3:DeleteObject"},
    "location": {"GET": "s3:GetBucketLocation"},
    "policyStatus": {"GET": "s3:GetBucketPolicyStatus"},
    "uploads": {"GET": "s3:ListBucketMultipartUploads"},
    "versions": {"GET": "s3:ListBucketVersions"},
}
