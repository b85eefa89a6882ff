"""Users with the ids that AWS gives them, and with permissions boundaries."""

from typing import Any

from moto.core.responses import EmptyResult
from moto.iam.models import IAMBackend, User
from moto.iam.responses import IamResponse
from moto.iam.utils import generate_access_key_id_from_account_id

from landbridge.control.amendments.amend import add, amend

ID_LENGTH = 21


def install() -> None:
    """Amends moto's users."""
    amend(User, "__init__", init_user)
    amend(IamResponse, "create_user", create_user)
    add(User, "permissions_boundary", property(permissions_boundary))
    add(IamResponse, "put_user_permissions_boundary", put_user_permissions_boundary)
    add(IamResponse, "delete_user_permissions_boundary", delete_user_permissions_boundary)


def init_user(original: Any, self: Any, account_id: str, *args: Any, **kwargs: Any) -> None:
    """A user has an id that begins with ``AIDA``, which is what ``$context.identity.user`` says.

    AWS: "IAM identifiers"
    """
    original(self, account_id, *args, **kwargs)
    self.id = generate_access_key_id_from_account_id(account_id, prefix="AIDA", total_length=ID_LENGTH)
    self.landbridge_boundary_arn = ""


def create_user(original: Any, self: Any) -> Any:
    """A user may be made with a permissions boundary.

    AWS: "CreateUser" (AWS Identity and Access Management API reference)
    """
    boundary = self._get_param("PermissionsBoundary")
    if boundary:
        _checked(self.backend, boundary)
    result = original(self)
    self.backend.get_user(self._get_param("UserName")).landbridge_boundary_arn = boundary or ""
    return result


def permissions_boundary(self: Any) -> dict[str, str] | None:
    """As ``GetUser`` and ``GetAccountAuthorizationDetails`` show it.

    AWS: "User" (AWS Identity and Access Management API reference)
    """
    if not self.landbridge_boundary_arn:
        return None
    return {
        "PermissionsBoundaryType": "PermissionsBoundaryPolicy",
        "PermissionsBoundaryArn": self.landbridge_boundary_arn,
    }


def put_user_permissions_boundary(self: Any) -> Any:
    """AWS: "PutUserPermissionsBoundary" (AWS Identity and Access Management API reference)."""
    user = self.backend.get_user(self._get_param("UserName"))
    user.landbridge_boundary_arn = _checked(self.backend, self._get_param("PermissionsBoundary"))
    return EmptyResult()


def delete_user_permissions_boundary(self: Any) -> Any:
    """AWS: "DeleteUserPermissionsBoundary" (AWS Identity and Access Management API reference)."""
    self.backend.get_user(self._get_param("UserName")).landbridge_boundary_arn = ""
    return EmptyResult()


def _checked(backend: IAMBackend, arn: str) -> str:
    """The boundary's ARN; moto's own error where there is no such policy."""
    backend.get_policy(arn)
    return arn
