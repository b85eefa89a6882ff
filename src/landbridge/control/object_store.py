"""S3's objects for whoever plays S3: permission has been decided before, and is not asked again."""

from collections.abc import Callable

from landbridge.control.dispatch import Answer, Request, refused
from landbridge.control.material import Material
from landbridge.model.exchange import Headers

OWNER = "AWS4-HMAC-SHA256 Credential=owner/20200101/{region}/s3/aws4_request, SignedHeaders=host, Signature=0"
"""Makes a call one of the account's owner; signatures are not verified."""


class ObjectStore:
    """The objects of one account's buckets."""

    def __init__(
        self, material: Material, answer: Callable[[str, str, str, Request], Answer], region: str
    ) -> None:
        self._material = material
        self._answer = answer
        self._region = region

    def read_object(self, bucket: str, key: str) -> tuple[bytes, Headers] | None:
        """The body and the headers that S3 answers with, or None when there is no such object."""
        return self._material.read_object(bucket, key)

    def is_public(self, bucket: str, key: str) -> bool:
        """Whether the object's own ACL lets everyone read it."""
        return self._material.is_public(bucket, key)

    def list_objects(self, bucket: str, query: str) -> tuple[int, bytes]:
        """The status and the XML that S3 answers a list with.

        AWS: "ListObjectsV2"
        """
        url = f"https://s3.{self._region}.amazonaws.com/{bucket}?{query}"
        headers = {"Authorization": OWNER.format(region=self._region)}
        request = Request.from_primitives("GET", url, headers, b"")
        try:
            answered = self._answer("s3", "ListObjectsV2", self._region, request)
        except (TypeError, ValueError):  # what moto makes of a token or a number that it cannot read
            answered = refused("s3", 400, "InvalidArgument", "The continuation token provided is incorrect")
        return answered.status, answered.body
