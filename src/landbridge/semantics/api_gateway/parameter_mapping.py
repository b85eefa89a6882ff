"""Parameter mappings: where an integration's path, query string and headers come from.

AWS: "Parameter mapping for REST APIs in API Gateway"
"""

from dataclasses import dataclass

from landbridge.semantics.api_gateway import json_path
from landbridge.semantics.api_gateway.context_variables import context_variables, look_up
from landbridge.semantics.api_gateway.mapping_template import PLACES, Parameters, Rendered, Strings, parsed
from landbridge.semantics.api_gateway.request import MethodRequest
from landbridge.semantics.api_gateway.velocity import written

TARGET = "integration.request."
SOURCE = "method.request."


@dataclass(frozen=True, slots=True)
class Mapped:
    """The parameters of an integration request by their place."""

    path: Strings
    querystring: Strings
    header: Strings


def map_request(request: MethodRequest, parameters: Parameters, body: str) -> Mapped:
    """The integration request's parameters; a source without a value maps nothing."""
    mapped: dict[str, Strings] = {place: {} for place in PLACES}
    for target, source in request.integration.request_parameters:
        place, _, name = target.removeprefix(TARGET).partition(".")
        value = _value(request, source, parameters, body)
        if value is not None and place in mapped:
            mapped[place][name] = value
    return Mapped(**mapped)


def overridden(mapped: Mapped, rendered: Rendered) -> Mapped:
    """The parameters after the mapping template has had its say: it has the last word."""
    override = rendered.request_override
    return Mapped(
        mapped.path | override["path"],
        mapped.querystring | override["querystring"],
        mapped.header | override["header"],
    )


def static(source: str) -> str | None:
    """The value of a source in single quotes; None for any other source."""
    return source[1:-1] if len(source) > 1 and source[0] == source[-1] == "'" else None


def context_value(request: MethodRequest, source: str) -> str | None:
    """The value of ``context.…`` or ``stageVariables.…``; None for any other source."""
    if source.startswith("context."):
        variables = context_variables(request.world, request.call, request.moment, request.match)
        return look_up(variables, source.removeprefix("context."))
    if source.startswith("stageVariables."):
        return dict(request.call.stage.variables).get(source.removeprefix("stageVariables."))
    return None


def _value(request: MethodRequest, source: str, parameters: Parameters, body: str) -> str | None:
    fixed = static(source)
    if fixed is not None:
        return fixed
    if not source.startswith(SOURCE):
        return context_value(request, source)
    place, _, name = source.removeprefix(SOURCE).partition(".")
    if place == "body":
        return _from_body(body, name)
    match place.removeprefix("multivalue"):
        case "path":
            return parameters.path.get(name)
        case "querystring":
            return parameters.querystring.get(name)
        case "header":
            return _without_case(parameters.header, name)
    return None


def _from_body(body: str, path: str) -> str | None:
    found = json_path.find(parsed(body), f"$.{path}") if path else body
    return None if found is None else written(found)


def _without_case(headers: Strings, name: str) -> str | None:
    lower = name.lower()
    return next((value for key, value in headers.items() if key.lower() == lower), None)
