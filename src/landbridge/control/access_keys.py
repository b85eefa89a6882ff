"""The access keys that IAM and STS gave out, with their secrets: who signs with one is who has it."""

from datetime import UTC, datetime
from typing import Any

from landbridge.control.client_environment import CREDENTIAL
from landbridge.control.dispatch import backends_of
from landbridge.model.identifiers import Arn
from landbridge.model.identity import AccessKey

PARTITION = "aws"


def find_access_key(account_id: str, access_key_id: str) -> AccessKey | None:
    """The key of a user or of a role's session; None for one that nobody has.

    The credentials with which clients talk to the local AWS API are those of the account's root user.
    AWS: "Manage access keys for IAM users"
    """
    if access_key_id == CREDENTIAL:
        return AccessKey(CREDENTIAL, Arn(f"arn:{PARTITION}:iam::{account_id}:root"), CREDENTIAL)
    return _of_user(account_id, access_key_id) or _of_session(access_key_id)


def _of_user(account_id: str, access_key_id: str) -> AccessKey | None:
    for user in backends_of("iam")[account_id][PARTITION].users.values():
        for key in user.access_keys:
            if key.access_key_id == access_key_id:
                active = key.status == "Active"
                return AccessKey(access_key_id, Arn(user.arn), key.secret_access_key, active=active)
    return None


def _of_session(access_key_id: str) -> AccessKey | None:
    """A role may be of another account: its sessions are kept there."""
    backends = backends_of("sts")
    for account_id in tuple(backends):
        for session in backends[account_id][PARTITION].assumed_roles:
            if session.access_key_id == access_key_id:
                return _session(session)
    return None


def _session(session: Any) -> AccessKey:
    """AWS: "AssumeRole" (AWS Security Token Service API reference)."""
    return AccessKey(
        session.access_key_id,
        Arn(session.role_arn),
        session.secret_access_key,
        session.session_token,
        session.session_name,
        issued_ms=_epoch_ms(session.access_key.create_date),
        expires_ms=_epoch_ms(session.expiration),
        session_policy=session.policy or "",
        session_policy_arns=getattr(session, "landbridge_policy_arns", ()),
        session_tags=getattr(session, "landbridge_tags", ()),
    )


def _epoch_ms(moment: datetime) -> int:
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return int(aware.timestamp() * 1000)
