"""Parameter mappings: where an integration's path, query string and headers come from.

AWS: "Parameter mapping for REST APIs in API Gateway"
"""

from collections.abc import Callable
from dataclasses import dataclass

from landbridge.model.api_gateway import Integration
from landbridge.semantics.api_gateway.context_variables import context_variables, look_up
from landbridge.semantics.api_gateway.json_path.path import find
from landbridge.semantics.api_gateway.mapping_template import PLACES, Parameters, Rendered, Strings, parsed
from landbridge.semantics.api_gateway.request import MethodRequest
from landbridge.semantics.api_gateway.request_parameters import inbound_header
from landbridge.semantics.api_gateway.vtl.values import written

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
    for place, name, read in request.world.once(compile_request_parameters, request.integration):
        value = read(request, parameters, body)
        if value is not None and place in mapped:
            mapped[place][name] = value
    return Mapped(**mapped)


Read = Callable[[MethodRequest, Parameters, str], str | None]
"""The value of a source, given the request, its parameters and its body."""


def compile_request_parameters(integration: Integration) -> tuple[tuple[str, str, Read], ...]:
    """Place and name of each target, and how to read its source; compile once with ``world.once``."""
    return tuple(
        (*_target(target), _compile_source(source)) for target, source in integration.request_parameters
    )


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


def _target(target: str) -> tuple[str, str]:
    place, _, name = target.removeprefix(TARGET).partition(".")
    return place, name


def _compile_source(source: str) -> Read:
    fixed = static(source)
    if fixed is not None:
        return lambda request, parameters, body: fixed
    if not source.startswith(SOURCE):
        return lambda request, parameters, body: context_value(request, source)
    place, _, name = source.removeprefix(SOURCE).partition(".")
    if place == "body":
        return lambda request, parameters, body: _from_body(body, name)
    match place.removeprefix("multivalue"):
        case "path":
            return lambda request, parameters, body: parameters.path.get(name)
        case "querystring":
            return lambda request, parameters, body: parameters.querystring.get(name)
        case "header":
            return lambda request, parameters, body: inbound_header(request.call, name)
    return lambda request, parameters, body: None


def _from_body(body: str, path: str) -> str | None:
    found = find(parsed(body), f"$.{path}") if path else body
    return None if found is None else written(found)
