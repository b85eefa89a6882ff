"""Resources: which of them may stand side by side; moto lets any."""

from typing import Any

from moto.apigateway.exceptions import BadRequestException, ConflictException
from moto.apigateway.models import APIGatewayBackend

from landbridge.control.amendments.amend import amend


def install() -> None:
    """Amends moto's resources."""
    amend(APIGatewayBackend, "create_resource", create_resource)


def create_resource(
    original: Any, self: Any, function_id: str, parent_resource_id: str, path_part: str
) -> Any:
    """Refused beside a resource of the same name, or beside another path parameter.

    AWS: "CreateResource" (Amazon API Gateway API reference)
    """
    siblings = [
        each.path_part
        for each in self.get_rest_api(function_id).resources.values()
        if each.parent_id == parent_resource_id
    ]
    if path_part in siblings:
        raise ConflictException(f"Another resource with the same parent already has this name: {path_part}")
    variable = next((sibling for sibling in siblings if sibling.startswith("{")), None)
    if variable is not None and path_part.startswith("{"):
        raise BadRequestException(
            f"A sibling ({variable}) of this resource already has a variable path part -- only one is allowed"
        )
    return original(self, function_id, parent_resource_id, path_part)
