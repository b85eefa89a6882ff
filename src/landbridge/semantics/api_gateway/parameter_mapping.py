"""Parameter mappings: where an integration's path, query string and headers come from.

AWS: "Parameter mapping for REST APIs in API Gateway"
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

from landbridge.model.api_gateway import Integration
from landbridge.semantics.api_gateway.context_variables import context_variables, look_up
from landbridge.semantics.api_gateway.json_path.path import find
from landbridge.semantics.api_gateway.mapping_template import PLACES, Parameters, Rendered, Strings
from landbridge.semantics.api_gateway.request import MethodRequest
from landbridge.semantics.api_gateway.request_parameters import (
    Values,
    inbound_header,
    inbound_headers,
    query_parameters,
)
from landbridge.semantics.api_gateway.vtl.errors import MappingTemplateError

TARGET = "integration.request."
SOURCE = "method.request."


@dataclass(frozen=True, slots=True)
class Mapped:
    """The parameters of an integration request by their place."""

    path: Strings
    querystring: Values
    header: Values


def map_request(request: MethodRequest, parameters: Parameters, body: str) -> Mapped:
    """The integration request's parameters; a source without a value maps nothing."""
    mapped = Mapped({}, {}, {})
    for place, name, read in request.world.once(compile_request_parameters, request.integration):
        values = read(request, parameters, body)
        if not values:
            continue
        if place == "path":
            mapped.path[name] = values[-1]
        elif place == "querystring":
            mapped.querystring[name] = values
        elif place == "header":
            mapped.header[name] = [",".join(values)]
    return mapped


Read = Callable[[MethodRequest, Parameters, str], list[str]]
"""The values of a source, given the request, its parameters and its body."""


def compile_request_parameters(integration: Integration) -> tuple[tuple[str, str, Read], ...]:
    """Place and name of each target, and how to read its source; compile once with ``world.once``."""
    return tuple(
        (*_target(target), _compile_source(source)) for target, source in integration.request_parameters
    )


def overridden(mapped: Mapped, rendered: Rendered) -> Mapped:
    """The parameters after the mapping template has had its say: it has the last word."""
    override = rendered.request_override
    path, querystring, header = (override[place] for place in PLACES)
    if not (path or querystring or header):
        return mapped
    return Mapped(
        mapped.path | path,
        mapped.querystring | {name: [value] for name, value in querystring.items()},
        _without(mapped.header, header) | {name: [value] for name, value in header.items()},
    )


def static(source: str) -> str | None:
    """The value of a source in single quotes; None for any other source."""
    return source[1:-1] if len(source) > 1 and source[0] == source[-1] == "'" else None


def context_value(request: MethodRequest, source: str) -> str | None:
    """The value of ``context.…`` or ``stageVariables.…``; None for any other source."""
    if source.startswith("context."):
        variables = context_variables(
            request.world, request.call, request.moment, request.match, request.authorization
        )
        return look_up(variables, source.removeprefix("context."))
    if source.startswith("stageVariables."):
        return dict(request.call.stage.variables).get(source.removeprefix("stageVariables."))
    return None


def body_value(body: str, path: str, cannot_read: MappingTemplateError) -> str | None:
    """What a JSONPath without ``$.`` finds in a body, all of it for an empty one.

    Only what looks like JSON from its first character is read as JSON; `cannot_read` is raised if it is none.
    """
    if not path:
        return body
    if not body.lstrip().startswith(("{", "[", "'", '"')):
        return None
    try:
        found = find(json.loads(body), f"$.{path}")
    except (ValueError, RecursionError):
        raise cannot_read from None
    return found if isinstance(found, str) else _json_text(found)


def _json_text(value: object) -> str | None:
    """What is no string as JSON, without spaces."""
    if value is None:
        return None
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _without(headers: Values, named: Strings) -> Values:
    """The headers less those named, whatever their case."""
    names = {name.lower() for name in named}
    return {name: values for name, values in headers.items() if name.lower() not in names}


def _target(target: str) -> tuple[str, str]:
    place, _, name = target.removeprefix(TARGET).partition(".")
    return place, name


def _compile_source(source: str) -> Read:
    fixed = static(source)
    if fixed is not None:
        return lambda request, parameters, body: [fixed]
    if not source.startswith(SOURCE):
        return lambda request, parameters, body: _alone(context_value(request, source))
    place, _, name = source.removeprefix(SOURCE).partition(".")
    if place == "body":
        return lambda request, parameters, body: _alone(body_value(body, name, _UNREADABLE))
    return _compile_parameter(place, name)


_UNREADABLE = MappingTemplateError("Invalid JSON in request body", bad_request=True)


def _compile_parameter(place: str, name: str) -> Read:
    match place:
        case "path":
            return lambda request, parameters, body: _alone(parameters.path.get(name))
        case "querystring":
            return lambda request, parameters, body: _alone(parameters.querystring.get(name))
        case "multivaluequerystring":
            return lambda request, parameters, body: query_parameters(request.call.request.query).get(
                name, []
            )
        case "header":
            return lambda request, parameters, body: _alone(inbound_header(request.call, name))
        case "multivalueheader":
            return lambda request, parameters, body: _every_value(inbound_headers(request.call), name)
    return lambda request, parameters, body: []


def _alone(value: str | None) -> list[str]:
    return [] if value is None else [value]


def _every_value(headers: Values, name: str) -> list[str]:
    lower = name.lower()
    return [value for seen, values in headers.items() if seen.lower() == lower for value in values]
