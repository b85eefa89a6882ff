"""What the methods of the REST API have in common."""

from landbridge.blueprint.calls import ApiCall, Parameters, Ref

REST_API_ID = Ref("rest-api", "id")
ROOT_ID = Ref("rest-api", "rootResourceId")


def create_resource(name: str, parent_id: Ref, path_part: str) -> ApiCall:
    """A resource below another; later calls find its id by ``Ref(name, "id")``."""
    return ApiCall(
        name,
        "apigateway",
        "create_resource",
        {"restApiId": REST_API_ID, "parentId": parent_id, "pathPart": path_part},
    )


def method_call(
    operation: str, name: str, resource_id: Ref, http_method: str, parameters: Parameters
) -> ApiCall:
    """A call about one method of one resource."""
    return ApiCall(
        name,
        "apigateway",
        operation,
        {"restApiId": REST_API_ID, "resourceId": resource_id, "httpMethod": http_method, **parameters},
    )
