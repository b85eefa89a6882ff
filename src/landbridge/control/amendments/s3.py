"""Bucket policies with conditions, and objects that are replaced."""

import json
from typing import Any

from moto.iam.access_control import IAMPolicyStatement, PermissionResult
from moto.s3.models import FakeBucket, FakeKey

from landbridge.control.amendments.amend import add


def install() -> None:
    """Amends moto's buckets and objects."""
    add(FakeBucket, "get_permission", get_permission)
    add(FakeKey, "__del__", close)


def close(self: Any) -> None:
    """The file of a replaced or deleted object is closed; moto warns of each one that it forgets.

    AWS: "Working with objects in Amazon S3"
    """
    self.dispose()


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
