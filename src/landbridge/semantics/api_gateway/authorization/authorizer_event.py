"""What a Lambda authorizer is invoked with.

AWS: "Input to an API Gateway Lambda authorizer"
"""

import orjson

from landbridge.semantics.api_gateway.authorization.resource_policy import method_arn
from landbridge.semantics.api_gateway.proxy_event import request_context
from landbridge.semantics.api_gateway.request import MethodRequest
from landbridge.semantics.api_gateway.request_parameters import (
    inbound_headers,
    last_values,
    query_parameters,
)


def token_event(request: MethodRequest, token: str) -> bytes:
    """The event of a ``TOKEN`` authorizer: the token and what it is to be judged for.

    AWS: "Input to an API Gateway Lambda authorizer"
    """
    return orjson.dumps({"type": "TOKEN", "methodArn": method_arn(request), "authorizationToken": token})


def request_event(request: MethodRequest) -> bytes:
    """The event of a ``REQUEST`` authorizer: the request without its body; absent maps are empty, not null.

    AWS: "Input to an API Gateway Lambda authorizer"
    """
    call, match = request.call, request.match
    headers = inbound_headers(call)
    query = query_parameters(call.request.query)
    return orjson.dumps(
        {
            "type": "REQUEST",
            "methodArn": method_arn(request),
            "resource": match.resource.path,
            "path": call.event_path,
            "httpMethod": match.http_method,
            "headers": last_values(headers),
            "multiValueHeaders": headers,
            "queryStringParameters": last_values(query),
            "multiValueQueryStringParameters": query,
            "pathParameters": dict(match.path_parameters),
            "stageVariables": dict(call.stage.variables),
            "requestContext": request_context(request, headers),
        }
    )
