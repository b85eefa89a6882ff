"""The frontend: GET on the root and on everything that is no resource of its own reads an object from S3.

AWS: "Tutorial: Create a REST API as an Amazon S3 proxy"
"""

from landbridge.blueprint.calls import Plan, Ref, Text, Value
from landbridge.blueprint.declaration import Declaration
from landbridge.blueprint.naming import bucket_name
from landbridge.blueprint.packaging import FrontendFile
from landbridge.blueprint.planning import fallback
from landbridge.blueprint.planning.identity import GATEWAY_ROLE_ARN
from landbridge.blueprint.planning.rest_api import ROOT_ID, create_resource, method_call

PROXY_ID = Ref("frontend-resource", "id")
OPTIONAL_HEADER: dict[str, Value] = {"method.request.header.If-None-Match": False}
"""What a browser asks with whether its copy is still good; True would make API Gateway insist on it."""
OBJECT_HEADERS = ("Content-Type", "Cache-Control", "ETag", "Last-Modified")
RESPONSES = (
    ("200", "", OBJECT_HEADERS),
    ("304", "304", ("Cache-Control", "ETag", "Last-Modified")),
    ("404", "404", ("Content-Type",)),
    ("403", "403", ("Content-Type",)),
    ("500", r"5\d{2}", ("Content-Type",)),
)
"""Status, pattern over S3's status, headers passed on. The one without a pattern is the default: without the
others an error of S3 would be delivered as 200.

AWS: "Set up an integration response in API Gateway"
"""


def plan(declaration: Declaration, files: tuple[FrontendFile, ...]) -> Plan:
    """``GET /`` and ``GET /{proxy+}``."""
    revalidate = {"integration.request.header.If-None-Match": "method.request.header.If-None-Match"}
    index: Value = {"integration.request.path.key": f"'{declaration.frontend.index}'", **revalidate}
    path: Value = {"integration.request.path.key": "method.request.path.proxy", **revalidate}
    return (
        *_get(declaration, "index", ROOT_ID, OPTIONAL_HEADER, {"requestParameters": index}),
        create_resource("frontend-resource", ROOT_ID, "{proxy+}"),
        *_get(
            declaration,
            "files",
            PROXY_ID,
            {"method.request.path.proxy": True, **OPTIONAL_HEADER},
            {"requestParameters": path, **_fallback(declaration, files)},
        ),
    )


def _fallback(declaration: Declaration, files: tuple[FrontendFile, ...]) -> dict[str, Value]:
    """The request template, if there is to be one.

    As every media type is binary here, the request must be converted to text for a template to apply to it.

    AWS: "Content type conversions in API Gateway"
    """
    if not declaration.frontend.fallback:
        return {}
    return {
        "requestTemplates": {"application/json": fallback.template(declaration.frontend, files)},
        "passthroughBehavior": "WHEN_NO_MATCH",
        "contentHandling": "CONVERT_TO_TEXT",
    }


def _get(
    declaration: Declaration,
    name: str,
    resource_id: Ref,
    parameters: dict[str, Value],
    integration: dict[str, Value],
) -> Plan:
    return (
        method_call(
            "put_method",
            f"{name}-method",
            resource_id,
            "GET",
            {"authorizationType": "NONE", "requestParameters": parameters},
        ),
        *(
            method_call(
                "put_method_response",
                f"{name}-method-response-{status}",
                resource_id,
                "GET",
                _method_response(status, headers),
            )
            for status, _, headers in RESPONSES
        ),
        method_call(
            "put_integration",
            f"{name}-integration",
            resource_id,
            "GET",
            {**_read_object(declaration), **integration},
        ),
        *(
            method_call(
                "put_integration_response",
                f"{name}-integration-response-{status}",
                resource_id,
                "GET",
                _integration_response(status, pattern, headers),
            )
            for status, pattern, headers in RESPONSES
        ),
    )


def _read_object(declaration: Declaration) -> dict[str, Value]:
    objects = f"arn:aws:apigateway:{declaration.region}:s3:path/"
    return {
        "type": "AWS",
        "integrationHttpMethod": "GET",
        "uri": Text((objects, *bucket_name(declaration).parts, "/{key}")),
        "credentials": GATEWAY_ROLE_ARN,
    }


def _method_response(status: str, headers: tuple[str, ...]) -> dict[str, Value]:
    return {
        "statusCode": status,
        "responseParameters": {f"method.response.header.{header}": False for header in headers},
    }


def _integration_response(status: str, pattern: str, headers: tuple[str, ...]) -> dict[str, Value]:
    response: dict[str, Value] = {
        "statusCode": status,
        "responseParameters": {
            f"method.response.header.{header}": f"integration.response.header.{header}" for header in headers
        },
    }
    return {**response, "selectionPattern": pattern} if pattern else response
