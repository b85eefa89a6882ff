"""The private REST API: backend below its route, frontend everywhere else.

AWS: "Private REST APIs in API Gateway"
"""

from landbridge.blueprint.calls import ApiCall, Json, Plan, Ref, Value
from landbridge.blueprint.declaration import Declaration, Design
from landbridge.blueprint.naming import STAGE, arn, tag_map
from landbridge.blueprint.packaging import FrontendFile
from landbridge.blueprint.planning import backend_methods, fallback, frontend_methods
from landbridge.blueprint.planning.network import ENDPOINT_ID
from landbridge.blueprint.planning.rest_api import REST_API_ID, only_through_the_endpoint


def plan(declaration: Declaration, files: tuple[FrontendFile, ...]) -> Plan:
    """The API, the endpoint's policy, resources and methods, a deployed stage."""
    return (
        _create_rest_api(declaration),
        *_limit_endpoint(declaration),
        *frontend_methods.plan(declaration, files),
        *backend_methods.plan(declaration),
        ApiCall("deployment", "apigateway", "create_deployment", {"restApiId": REST_API_ID}),
        ApiCall(
            "stage",
            "apigateway",
            "create_stage",
            {
                "restApiId": REST_API_ID,
                "stageName": STAGE,
                "deploymentId": Ref("deployment", "id"),
                "tags": tag_map(declaration, f"{declaration.name}-{STAGE}"),
            },
        ),
    )


def plan_fallback_update(
    declaration: Declaration, before: tuple[FrontendFile, ...], after: tuple[FrontendFile, ...]
) -> Plan:
    """The calls that teach the fallback which files have no suffix now; none when these are the same.

    AWS: "UpdateIntegration", "Deploy REST APIs in API Gateway"
    """
    if not declaration.frontend.fallback:
        return ()
    template = fallback.template(declaration.frontend, after)
    if template == fallback.template(declaration.frontend, before):
        return ()
    api_id = Ref("rest-apis", f"items[?name=='{declaration.name}'].id | [0]")
    resource_id = Ref("resources", "items[?path=='/{proxy+}'].id | [0]")
    replacement: Value = {"op": "replace", "path": "/requestTemplates/application~1json", "value": template}
    return (
        ApiCall("rest-apis", "apigateway", "get_rest_apis", {"limit": 500}),
        ApiCall("resources", "apigateway", "get_resources", {"restApiId": api_id, "limit": 500}),
        ApiCall(
            "fallback",
            "apigateway",
            "update_integration",
            {
                "restApiId": api_id,
                "resourceId": resource_id,
                "httpMethod": "GET",
                "patchOperations": [replacement],
            },
        ),
        ApiCall("redeployment", "apigateway", "create_deployment", {"restApiId": api_id, "stageName": STAGE}),
    )


def _create_rest_api(declaration: Declaration) -> ApiCall:
    """An API that only this endpoint reaches, by its endpoint type and by its resource policy.

    AWS: "API Gateway resource policy examples"
    """
    return ApiCall(
        "rest-api",
        "apigateway",
        "create_rest_api",
        {
            "name": declaration.name,
            "endpointConfiguration": {"types": ["PRIVATE"], "vpcEndpointIds": [ENDPOINT_ID]},
            "policy": only_through_the_endpoint(),
            # Without it images and fonts would be read as UTF-8 and spoilt.
            "binaryMediaTypes": ["*/*"],
            "tags": tag_map(declaration, declaration.name),
        },
    )


def _limit_endpoint(declaration: Declaration) -> Plan:
    """The endpoint's policy: this API and no other. It comes after the API, as the API needs the endpoint.

    Where the endpoint answers to a private name, the policy has to admit that too, and comes with it.

    AWS: "Use VPC endpoint policies for private APIs in API Gateway"
    """
    if declaration.design is Design.DOMAIN:
        return ()
    statement: Value = {
        "Sid": "OnlyThisApi",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "execute-api:Invoke",
        "Resource": arn(declaration, "execute-api", REST_API_ID, "/*"),
    }
    document = Json({"Version": "2012-10-17", "Statement": [statement]})
    parameters: dict[str, Value] = {"VpcEndpointId": ENDPOINT_ID, "PolicyDocument": document}
    return (ApiCall("endpoint-policy", "ec2", "modify_vpc_endpoint", parameters),)
