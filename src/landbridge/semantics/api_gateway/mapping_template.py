"""Mapping templates: VTL over ``$input``, ``$context``, ``$stageVariables`` and ``$util``.

AWS: "Variables for data transformations for API Gateway"
"""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote_plus, unquote_plus

from landbridge.semantics.api_gateway.context_variables import context_variables
from landbridge.semantics.api_gateway.json_path.path import find
from landbridge.semantics.api_gateway.request import MethodRequest
from landbridge.semantics.api_gateway.request_parameters import (
    decoded_path_parameters,
    inbound_headers,
    last_values,
    query_parameters,
)
from landbridge.semantics.api_gateway.vtl.errors import MappingTemplateError
from landbridge.semantics.api_gateway.vtl.template import Template
from landbridge.semantics.api_gateway.vtl.values import written

Strings = dict[str, str]


class Parameters:
    """The request's parameters, decoded, one value for each name; what is long is read when asked for."""

    def __init__(self, request: MethodRequest) -> None:
        self._request = request
        self.path: Strings = decoded_path_parameters(request)
        """Path parameters."""

    @cached_property
    def querystring(self) -> Strings:
        """The query string; the last value of a repeated key."""
        return last_values(query_parameters(self._request.call.request.query))

    @cached_property
    def header(self) -> Strings:
        """The headers that reach an integration."""
        return last_values(inbound_headers(self._request.call))

    def find(self, name: str) -> str:
        """The first value of that name in path, query string and headers; empty when there is none."""
        for place in PLACES:
            values: Strings = getattr(self, place)
            if name in values:
                return values[name]
        return ""


PLACES = ("path", "querystring", "header")


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a template made, and the parameters it overrides.

    AWS: "Override your API's request and response parameters and status codes for REST APIs in API Gateway"
    """

    text: str
    request_override: dict[str, Strings]
    """By ``path``, ``querystring`` and ``header``."""
    response_header: Strings
    response_status: int | None


def render(request: MethodRequest, template: str, body: str, parameters: Parameters) -> Rendered:
    """The template carried out; raises ``MappingTemplateError`` when it fails.

    Where all that it asks of a request is known beforehand, it is carried out once for those values.
    """
    compiled = request.world.once(_compile, template)
    if compiled.asks_for is None:
        return _carry_out(request, compiled, body, parameters)
    values = tuple([parameters.find(name) for name in compiled.asks_for])
    return request.world.remember(
        ("rendered", template, request.call.stage.variables, values),
        lambda: _carry_out(request, compiled, body, parameters),
        sum(map(len, values)),
    )


@dataclass(frozen=True, slots=True)
class _Compiled:
    template: Template
    reads_context: bool
    """Whether it may ask for more of ``$context`` than the overrides."""
    asks_for: tuple[str, ...] | None
    """The parameters by which alone a request can change what it makes; None where other things may."""


_READS_CONTEXT = re.compile(r"context(?!\.(?:request|response)Override\b)")
_PARAMETER = re.compile(r"""input\.params\(\s*(?P<quote>['"])(?P<name>[\w-]+)(?P=quote)\s*\)""")


def _compile(template: str) -> _Compiled:
    reads_context = _READS_CONTEXT.search(template) is not None
    reads_more = reads_context or "input" in _PARAMETER.sub(" ", template)
    names = dict.fromkeys(found["name"] for found in _PARAMETER.finditer(template))
    return _Compiled(Template(template), reads_context, None if reads_more else tuple(names))


def _carry_out(request: MethodRequest, compiled: _Compiled, body: str, parameters: Parameters) -> Rendered:
    request_override = {name: _Once(name) for name in PLACES}
    response_header = _Once("header")
    response_override: dict[str, object] = _Once("responseOverride", {"header": response_header})
    context: dict[str, object] = {}
    if compiled.reads_context:
        context = context_variables(
            request.world, request.call, request.moment, request.match, request.authorization
        )
    context["requestOverride"] = request_override
    context["responseOverride"] = response_override
    variables = {
        "input": _input(body, parameters),
        "context": context,
        "stageVariables": dict(request.call.stage.variables),
        "util": dict(_UTIL),
    }
    text = compiled.template.render(variables)
    status = response_override.get("status")
    return Rendered(
        text,
        {name: _as_strings(values) for name, values in request_override.items()},
        _as_strings(response_header),
        int(str(status)) if str(status).isdigit() else None,
    )


class _Once(dict[str, object]):
    """Overrides; each may be set once, and what it held at the start does not count."""

    def __init__(self, name: str, held: dict[str, object] | None = None) -> None:
        if held is not None:
            super().__init__(held)
        self._name = name
        self._set: set[str] = set()

    def __setitem__(self, key: str, value: object) -> None:
        if key in self._set:
            raise MappingTemplateError(f"{self._name} override {key!r} is set more than once")
        self._set.add(key)
        super().__setitem__(key, value)


def _as_strings(values: dict[str, object]) -> Strings:
    return {name: written(value) for name, value in values.items()}


def _input(body: str, parameters: Parameters) -> dict[str, object]:
    """``$input``: the body, and the parameters by ``params()``."""

    def params(name: str | None = None) -> object:
        if name is not None:
            return parameters.find(name)
        return {place: getattr(parameters, place) for place in PLACES}

    return {"body": body, "json": _json_of(body), "path": _path_of(body), "params": params}


def _path_of(body: str) -> Callable[[str], object]:
    def path(expression: str) -> object:
        found = find(parsed(body), expression)
        return "" if found is None else found

    return path


def _json_of(body: str) -> Callable[[str], str]:
    def as_json(expression: str) -> str:
        found = find(parsed(body), expression)
        return json.dumps("" if found is None else found, separators=(",", ":"), ensure_ascii=False)

    return as_json


def parsed(body: str) -> object:
    """The body as JSON; an empty one is an empty object."""
    if not body:
        return {}
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MappingTemplateError(
            f"Could not parse request body into json: {error}", bad_request=True
        ) from error


def _escape_javascript(text: object) -> str:
    r"""As JavaScript text; ``'`` becomes ``\'``, which JSON does not know."""
    return json.dumps(written(text))[1:-1].replace("'", "\\'").replace("/", "\\/")


_UTIL: dict[str, Callable[..., object]] = {
    "escapeJavaScript": _escape_javascript,
    "parseJson": json.loads,
    "urlEncode": lambda text: quote_plus(written(text), safe="*-._"),
    "urlDecode": lambda text: unquote_plus(written(text)),
    "base64Encode": lambda text: base64.b64encode(written(text).encode()).decode(),
    "base64Decode": lambda text: base64.b64decode(written(text)).decode("utf-8", "replace"),
}
