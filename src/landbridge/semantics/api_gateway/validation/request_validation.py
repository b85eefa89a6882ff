"""Whether a request is as its method's request validator wants it.

AWS: "Request validation for REST APIs in API Gateway"
"""

from landbridge.model.api_gateway import RequestValidation
from landbridge.semantics.api_gateway.gateway_responses import bad_request_parameters, invalid_request_body
from landbridge.semantics.api_gateway.media_types import first_media_type
from landbridge.semantics.api_gateway.refusal import configuration_error, failed, refuse
from landbridge.semantics.api_gateway.request import (
    ApiRequest,
    Executed,
    MethodRequest,
    method_reference,
    stage_reference,
)
from landbridge.semantics.api_gateway.request_parameters import query_parameters
from landbridge.trace.codes import GatewayResponseType
from landbridge.trace.decision import Decision, Hop, Hops, Step, allowed

ANY_OTHER_TYPE = "$default"


def validate(request: MethodRequest, hops: Hops) -> Hops | Executed:
    """The hops so far and that the request is valid; or a 400. Parameters come before the body.

    AWS: "Request validation for REST APIs in API Gateway"
    """
    validation = request.match.method.validation
    if validation is None:
        return hops
    missing = missing_parameters(request, validation)
    if missing:
        return _refuse_parameters(request, hops, missing)
    if not validation.models:
        return (*hops, _valid(request))
    return _validate_body(request, hops, validation)


def missing_parameters(request: MethodRequest, validation: RequestValidation) -> list[str]:
    """The names of required parameters that are absent or blank; headers first, the query string last.

    AWS: "Request validation for REST APIs in API Gateway"
    """
    missing = []
    for parameter in sorted(validation.required_parameters):
        place, _, name = parameter.partition(".")
        if not _is_given(request, place, name):
            missing.append(name)
    return missing


def model_name(call: ApiRequest, validation: RequestValidation) -> str:
    """The model for the request's content type, JSON's without one; empty where no model is for it.

    Then the body is not validated.
    AWS: "Request validation for REST APIs in API Gateway"
    """
    models = dict(validation.models)
    media_type = first_media_type(call.request.header("content-type"))
    return models.get(media_type) or models.get(ANY_OTHER_TYPE, "")


def _is_given(request: MethodRequest, place: str, name: str) -> bool:
    match place:
        case "header":
            value = request.call.request.header(name.lower())
        case "path":
            value = dict(request.match.path_parameters).get(name)
        case _:
            values = query_parameters(request.call.request.query).get(name, [])
            value = next(filter(None, values), None)
    return bool(value and value.strip())


def _validate_body(request: MethodRequest, hops: Hops, validation: RequestValidation) -> Hops | Executed:
    name = model_name(request.call, validation)
    if not name:
        media_type = first_media_type(request.call.request.header("content-type"))
        return (*hops, _valid(request, ("model", f"none for {media_type}")))
    # JSON schema costs a tenth of a second to import, and few APIs have models.
    from landbridge.semantics.api_gateway.validation.models import compile_models

    model = request.world.once(compile_models, request.call.stage.deployment).get(name)
    if model is None or isinstance(model, str):
        return _refuse_model(request, hops, name, model or "it does not exist")
    violations = model(request.call.request.body)
    if violations:
        return _refuse_body(request, hops, name, f"[{', '.join(violations)}]")
    return (*hops, _valid(request, ("model", name)))


def _valid(request: MethodRequest, *facts: tuple[str, str]) -> Hop:
    return _hop(request, allowed(method_reference(request.match), *facts))


def _hop(request: MethodRequest, decision: Decision) -> Hop:
    return Hop(stage_reference(request.world, request.call), Step.REQUEST_VALIDATION, decision)


def _refuse_parameters(request: MethodRequest, hops: Hops, missing: list[str]) -> Executed:
    error = bad_request_parameters(missing)
    decision = failed(
        GatewayResponseType.BAD_REQUEST_PARAMETERS,
        method_reference(request.match),
        error.message,
        f"Send {' and '.join(missing)}, not blank, or make them optional in the method request",
        ("missing or blank", ", ".join(missing)),
    )
    return refuse(request, hops, _hop(request, decision), error)


def _refuse_body(request: MethodRequest, hops: Hops, name: str, violations: str) -> Executed:
    media_type = first_media_type(request.call.request.header("content-type"))
    decision = failed(
        GatewayResponseType.BAD_REQUEST_BODY,
        method_reference(request.match),
        f"Request body does not match model schema for content type {media_type}: {violations}",
        f"Send a body that fits the model {name}: {violations}",
        ("model", name),
        ("violations", violations),
    )
    return refuse(request, hops, _hop(request, decision), invalid_request_body(violations))


def _refuse_model(request: MethodRequest, hops: Hops, name: str, reason: str) -> Executed:
    decision = failed(
        GatewayResponseType.API_CONFIGURATION_ERROR,
        method_reference(request.match),
        f"Invalid model {name}",
        f"Correct the model {name} and deploy again: {reason}",
        ("model", name),
        ("what is wrong", reason),
    )
    return refuse(request, hops, _hop(request, decision), configuration_error())
