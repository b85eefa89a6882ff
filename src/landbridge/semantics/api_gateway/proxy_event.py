"""The event that a Lambda proxy integration gives to a function, key for key in AWS's order.

AWS: "Lambda proxy integrations in API Gateway"
"""

import base64

import orjson

from landbridge.semantics.api_gateway.context_variables import signer_identity
from landbridge.semantics.api_gateway.media_types import compile_binary_media_types, is_binary
from landbridge.semantics.api_gateway.request import MethodRequest
from landbridge.semantics.api_gateway.request_parameters import (
    Values,
    inbound_headers,
    last_values,
    query_parameters,
)
from landbridge.semantics.dates import request_time


def proxy_event(request: MethodRequest) -> bytes:
    """The event as JSON; absent maps and an absent body are null, never empty."""
    call, match = request.call, request.match
    headers = inbound_headers(call)
    trace_id = "x-amzn-trace-id" if call.lower_case_header_names else "X-Amzn-Trace-Id"
    if not call.through_endpoint and trace_id not in headers:
        headers[trace_id] = [f"Root={request.moment.trace_id}"]
    query = query_parameters(call.request.query)
    body, is_base64 = _body(request)
    return orjson.dumps(
        {
            "resource": match.resource.path,
            "path": call.event_path,
            "httpMethod": match.http_method,
            "headers": last_values(headers),
            "multiValueHeaders": headers,
            "queryStringParameters": last_values(query) or None,
            "multiValueQueryStringParameters": query or None,
            "pathParameters": dict(match.path_parameters) or None,
            "stageVariables": dict(call.stage.variables) or None,
            "requestContext": request_context(request, headers),
            "body": body,
            "isBase64Encoded": is_base64,
        }
    )


def _body(request: MethodRequest) -> tuple[str | None, bool]:
    """Binary payloads in Base64; any other is read as UTF-8, and what is not UTF-8 is lost."""
    body = request.call.request.body
    if not body:
        return None, False
    deployment = request.call.stage.deployment
    binary_media_types = request.world.once(compile_binary_media_types, deployment)
    if is_binary(binary_media_types, request.call.request.header("content-type")):
        return base64.b64encode(body).decode(), True
    return body.decode("utf-8", "replace"), False


def request_context(request: MethodRequest, headers: Values) -> dict[str, object]:
    """``requestContext``: `headers` as the integration sees them; an authorizer's own event has it too."""
    call, match, moment = request.call, request.match, request.moment
    authorizer = request.authorization.authorizer
    return {
        "resourceId": match.resource.id,
        **({"authorizer": dict(authorizer)} if authorizer else {}),
        "resourcePath": match.resource.path,
        "httpMethod": match.http_method,
        "extendedRequestId": moment.extended_request_id,
        "requestTime": request_time(moment.epoch_ms),
        "path": call.context_path,
        "accountId": request.world.topology.account_id,
        "protocol": f"HTTP/{call.request.version}",
        "stage": call.stage.name,
        "domainPrefix": call.domain_name.partition(".")[0],
        "requestTimeEpoch": moment.epoch_ms,
        "requestId": moment.request_id,
        "identity": _identity(request, headers),
        "domainName": call.domain_name,
        "deploymentId": call.stage.deployment.id,
        "apiId": call.api.id,
    }


def _identity(request: MethodRequest, headers: Values) -> dict[str, str | None]:
    """Who called: nobody known, from an address; private APIs add the endpoint and its VPC."""
    call = request.call
    user_agent = headers.get("user-agent" if call.lower_case_header_names else "User-Agent")
    identity: dict[str, str | None] = {
        "cognitoIdentityPoolId": None,
        "cognitoIdentityId": None,
        "vpceId": call.vpc_endpoint_id,
        "principalOrgId": None,
        "cognitoAuthenticationType": None,
        "userArn": None,
        "userAgent": user_agent[-1] if user_agent else None,
        "accountId": None,
        "caller": None,
        "sourceIp": call.source_address,
        "accessKey": None,
        "vpcId": call.vpc_id,
        "cognitoAuthenticationProvider": None,
        "user": None,
    }
    if call.signer is not None:
        identity |= signer_identity(call.signer)
    key = request.authorization.api_key
    if key is not None:
        identity |= {"apiKey": key.value, "apiKeyId": key.id}
    if not call.through_endpoint:
        del identity["vpceId"], identity["vpcId"]
    return identity
