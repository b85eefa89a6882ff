"""What the methods and policies of the REST API have in common."""

from landbridge.blueprint.calls import ApiCall, Json, Parameters, Ref, Value
from landbridge.blueprint.planning.network import ENDPOINT_ID

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


def only_through_the_endpoint() -> Json:
    """The policy of an API, or of a private domain name, that admits the app's endpoint and nobody else.

    AWS: "API Gateway resource policy examples"
    """
    statement: Value = {
        "Sid": "OnlyThroughTheEndpoint",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "execute-api:Invoke",
        "Resource": "execute-api:/*",
        "Condition": {"StringEquals": {"aws:SourceVpce": ENDPOINT_ID}},
    }
    return Json({"Version": "2012-10-17", "Statement": [statement]})
