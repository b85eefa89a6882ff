"""The backend's route and everything below it, handed to the function as a whole request.

AWS: "Lambda proxy integrations in API Gateway"
"""

from landbridge.blueprint.calls import ApiCall, Plan, Ref, Text
from landbridge.blueprint.declaration import Declaration
from landbridge.blueprint.naming import arn, function_name
from landbridge.blueprint.planning.function import FUNCTION_ARN
from landbridge.blueprint.planning.rest_api import REST_API_ID, ROOT_ID, create_resource, method_call


def plan(declaration: Declaration) -> Plan:
    """Resources for the route and all below it, both with the ANY method, and permission to invoke."""
    segments = declaration.backend.route.strip("/").split("/")
    names = tuple(f"resource-{'/'.join(segments[: count + 1])}" for count in range(len(segments)))
    parents = (ROOT_ID, *(Ref(name, "id") for name in names))
    below = f"{names[-1]}/proxy"
    return (
        *(
            create_resource(name, parent, segment)
            for name, parent, segment in zip(names, parents, segments, strict=False)
        ),
        create_resource(below, parents[-1], "{proxy+}"),
        *_any_method(declaration, "backend", parents[-1]),
        *_any_method(declaration, "backend-below", Ref(below, "id")),
        _permission(declaration, "backend", declaration.backend.route),
        _permission(declaration, "backend-below", f"{declaration.backend.route}/*"),
    )


def _any_method(declaration: Declaration, name: str, resource_id: Ref) -> Plan:
    invocations = (
        f"arn:aws:apigateway:{declaration.region}:lambda:path/2015-03-31/functions/",
        FUNCTION_ARN,
        "/invocations",
    )
    return (
        method_call("put_method", f"{name}-method", resource_id, "ANY", {"authorizationType": "NONE"}),
        method_call(
            "put_integration",
            f"{name}-integration",
            resource_id,
            "ANY",
            # API Gateway invokes with POST whatever the client's method is.
            {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": Text(invocations)},
        ),
    )


def _permission(declaration: Declaration, name: str, path: str) -> ApiCall:
    """This API may invoke the function, for this path, on every stage and for every method.

    AWS: "Granting Lambda function access to AWS services"
    """
    return ApiCall(
        f"{name}-permission",
        "lambda",
        "add_permission",
        {
            "FunctionName": function_name(declaration),
            "StatementId": f"api-gateway-{name}",
            "Action": "lambda:InvokeFunction",
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": arn(declaration, "execute-api", REST_API_ID, f"/*/*{path}"),
        },
    )
