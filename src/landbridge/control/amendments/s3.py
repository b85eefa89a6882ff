"""Bucket policies with conditions, objects that are replaced, and bodies that look like forms."""

import json
from typing import Any

from moto.iam.access_control import IAMPolicyStatement, PermissionResult
from moto.s3.models import FakeBucket, FakeKey
from moto.s3.responses import S3Response

from landbridge.control.amendments.amend import add, amend


def install() -> None:
    """Amends moto's buckets and objects."""
    add(FakeBucket, "get_permission", get_permission)
    add(FakeKey, "__del__", close)
    amend(S3Response, "setup_class", setup_class)


def close(self: Any) -> None:
    """The file of a replaced or deleted object is closed; moto warns of each one that it forgets.

    AWS: "Working with objects in Amazon S3"
    """
    self.dispose()


def setup_class(original: Any, self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
    """The body of a PUT is the object whatever its type; moto takes one for a form, and keeps nothing of it.

    curl sends ``--data-binary`` as ``application/x-www-form-urlencoded``.
    AWS: "PutObject" (Amazon S3 API reference)
    """
    if request.method == "PUT":
        request.get_data()  # from then on the body is kept, and there is no form
    return original(self, request, *args, **kwargs)


def get_permission(self: Any, action: str, resource: str) -> PermissionResult:
    """What the statements without a condition decide.

    moto takes a ``Deny`` whose condition it does not know as unconditional, so that the usual policy that
    refuses plain HTTP refuses everybody. Whoever calls the API here is the account's owner over TLS; requests
    on the path are judged by ``semantics``, with their conditions.
    AWS: "Bucket policies for Amazon S3"
    """
    if self.policy is None:
        return PermissionResult.NEUTRAL
    statements = json.loads(self.policy)["Statement"]
    results = {
        IAMPolicyStatement(statement).is_action_permitted(action, resource)
        for statement in (statements if isinstance(statements, list) else [statements])
        if not statement.get("Condition")
    }
    for decisive in (PermissionResult.DENIED, PermissionResult.PERMITTED):
        if decisive in results:
            return decisive
    return PermissionResult.NEUTRAL
