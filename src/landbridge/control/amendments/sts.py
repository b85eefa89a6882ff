"""Who a caller is whose credentials nobody gave out, and what a session is held to."""

from typing import Any

from moto.sts.models import STSBackend
from moto.sts.responses import TokenResponse

from landbridge.control.amendments.amend import amend

NOBODY = ":user/moto"


def install() -> None:
    """Amends moto's identities."""
    amend(STSBackend, "get_caller_identity", get_caller_identity)
    amend(TokenResponse, "assume_role", assume_role)


def get_caller_identity(original: Any, self: Any, access_key_id: str, region: str) -> tuple[str, str, str]:
    """The account's root user for credentials of no user or role, as they may do everything here.

    AWS: "GetCallerIdentity" (AWS Security Token Service API reference)
    """
    user_id, arn, account_id = original(self, access_key_id, region)
    if arn.endswith(NOBODY):
        return account_id, f"arn:{self.partition}:iam::{account_id}:root", account_id
    return user_id, arn, account_id


def assume_role(original: Any, self: Any) -> Any:
    """A session keeps the managed policies and the tags that it was made with.

    AWS: "AssumeRole" (AWS Security Token Service API reference)
    """
    answered = original(self)
    session = answered.result["Credentials"]
    arns, tags = self._get_param("PolicyArns", []), self._get_param("Tags", [])
    session.landbridge_policy_arns = tuple(each["arn"] for each in arns)
    session.landbridge_tags = tuple((each["Key"], each["Value"]) for each in tags)
    return answered
