"""User pools: what an identity token says of its user."""

from typing import Any

from moto.cognitoidp.models import CognitoIdpUserPoolClient

from landbridge.control.amendments.amend import amend

STANDARD_ATTRIBUTES = (
    *("address", "birthdate", "email", "email_verified", "family_name", "gender", "given_name", "locale"),
    *("middle_name", "name", "nickname", "phone_number", "phone_number_verified", "picture"),
    *("preferred_username", "profile", "updated_at", "website", "zoneinfo"),
)


def install() -> None:
    """Amends moto's app clients."""
    amend(CognitoIdpUserPoolClient, "get_readable_fields", get_readable_fields)


def get_readable_fields(original: Any, self: Any) -> Any:
    """The standard attributes, where the app client does not say which it may read; moto takes it for none.

    AWS: "UserPoolClientType" (Amazon Cognito user pools API reference)
    """
    return original(self) or list(STANDARD_ATTRIBUTES)
