"""The entry that a request leaves in the access log of its stage.

AWS: "Variables for access logging for API Gateway"
"""

import re
from collections.abc import Callable
from functools import lru_cache
from json import dumps

from landbridge.model.exchange import Moment
from landbridge.semantics.api_gateway.context_variables import Variables, context_variables, look_up
from landbridge.semantics.api_gateway.execution_log import AUTHORIZER_ERRORS
from landbridge.semantics.api_gateway.request import (
    NOBODY,
    ApiRequest,
    BackendCall,
    Executed,
    MethodRequest,
)
from landbridge.semantics.world import World
from landbridge.trace.codes import GatewayResponseType

UNSET = "-"
PASSED: Variables = {"latency": 0, "status": 200}
"""A phase of authorization that let the request go on; nothing is waited for in it."""
_VARIABLE = re.compile(r"\$context\.([A-Za-z]\w*(?:\.\w+)*)")
Form = Callable[[Variables], str]


def access_log_entry(
    world: World, call: ApiRequest, moment: Moment, executed: Executed, ended_ms: int
) -> str:
    """The entry in the stage's own format; what has no value in this request is a hyphen.

    AWS: "Variables for access logging for API Gateway"
    """
    settings = call.stage.settings.access_log
    assert settings is not None
    request = executed.request
    authorization = request.authorization if request is not None else NOBODY
    match = request.match if request is not None else None
    variables = context_variables(world, call, moment, match, authorization)
    variables |= _answer_variables(call, moment, executed, ended_ms)
    if executed.error_type is not None:
        variables["error"] = _error(executed)
    if executed.backend is not None:
        variables |= _backend_variables(executed.backend, executed)
    if request is not None:
        variables |= _tracing(request) | _phases(request, executed)
        if request.authorizer_call is not None:
            variables["authorizer"] = _authorizer(request, request.authorizer_call, executed)
    return compile_format(settings.format)(variables)


@lru_cache(maxsize=64)
def compile_format(text: str) -> Form:
    """The format as a function of the variables; CLF, JSON, XML and CSV are formats as any other."""
    parts = _VARIABLE.split(text.strip("\r\n"))
    literals, names = parts[::2], parts[1::2]

    def write(variables: Variables) -> str:
        values = [look_up(variables, name) for name in names]
        filled = (value or UNSET for value in values)
        return literals[0] + "".join(map("".join, zip(filled, literals[1:], strict=True)))

    return write


def _answer_variables(call: ApiRequest, moment: Moment, executed: Executed, ended_ms: int) -> Variables:
    return {
        "cipherSuite": call.cipher_suite,
        "customDomain": {"basePathMatched": call.event_path.removesuffix(call.resource_path).strip("/")},
        "endpointType": call.api.endpoint_type,
        "responseLatency": max(ended_ms - moment.epoch_ms, 0),
        "responseLength": len(executed.response.body),
        "status": executed.response.status,
        "tlsVersion": call.tls_version,
    }


def _error(executed: Executed) -> Variables:
    return {
        "message": executed.error_message,
        "messageString": dumps(executed.error_message),
        "responseType": str(executed.error_type),
        "validationErrorString": executed.validation_error or None,
    }


def _backend_variables(backend: BackendCall, executed: Executed) -> Variables:
    """Of a Lambda proxy integration ``integration.status`` is the function's, ``integrationStatus`` Lambda's.

    AWS: "Variables for access logging for API Gateway"
    """
    request = executed.request
    is_proxy = request is not None and request.integration.type == "AWS_PROXY"
    status = executed.response.status if is_proxy and executed.error_type is None else backend.status
    return {
        "awsEndpointRequestId": backend.request_id,
        "integration": {
            "error": executed.error_message,
            "integrationStatus": backend.status,
            "latency": backend.latency_ms,
            "requestId": backend.request_id,
            "responseTransferMode": "STREAMED" if executed.response.stream is not None else "BUFFERED",
            "status": status,
            "timeToAllHeaders": backend.latency_ms,
        },
        "integrationErrorMessage": executed.error_message,
        "integrationLatency": backend.latency_ms,
        "integrationStatus": backend.status,
    }


def _authorizer(request: MethodRequest, call: BackendCall, executed: Executed) -> Variables:
    """What the authorizer told, and how its function answered; its latency is that of its function.

    AWS: "Variables for access logging for API Gateway"
    """
    failed = executed.error_type in AUTHORIZER_ERRORS
    return {
        **request.authorization.authorizer,
        "error": executed.error_message if failed else "",
        "integrationLatency": call.latency_ms,
        "integrationStatus": call.status,
        "latency": call.latency_ms,
        "requestId": call.request_id,
        "status": executed.response.status if failed else 200,
    }


def _phases(request: MethodRequest, executed: Executed) -> Variables:
    """``authenticate`` of a signed request, then ``authorize`` of one that was signed or had an authorizer.

    AWS: "Troubleshooting Amazon API Gateway with enhanced observability variables"
    """
    kind = request.match.method.authorization_type
    phases: Variables = {}
    refused: Variables = {
        "error": executed.error_message,
        "latency": 0,
        "status": executed.response.status,
    }
    if kind == "AWS_IAM":
        authenticated = request.call.signer is not None
        phases["authenticate"] = PASSED if authenticated else refused
        if not authenticated:
            return phases
    elif kind != "CUSTOM" or executed.error_type in AUTHORIZER_ERRORS:
        return phases
    denied = executed.error_type is GatewayResponseType.ACCESS_DENIED
    return phases | {"authorize": refused if denied else PASSED}


def _tracing(request: MethodRequest) -> Variables:
    if not request.call.stage.settings.tracing:
        return {}
    return {"xrayTraceId": request.moment.trace_id}
