"""Where an authorizer finds who the caller claims to be.

AWS: "Input to an API Gateway Lambda authorizer"
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from landbridge.model.authorizers import Authorizer
from landbridge.model.exchange import all_values
from landbridge.semantics.api_gateway.context_variables import context_variables, look_up
from landbridge.semantics.api_gateway.request import MethodRequest
from landbridge.semantics.api_gateway.request_parameters import last_values, query_parameters

DEFAULT_SOURCE = "method.request.header.Authorization"
_REQUEST = re.compile(r"method\.request\.(?:multivalue)?(?P<place>header|querystring)\.(?P<name>.+)")


@dataclass(frozen=True, slots=True)
class Missing:
    """A source that the request has no value for."""

    source: str


def identity_values(request: MethodRequest, authorizer: Authorizer) -> tuple[str, ...] | Missing:
    """The value of every identity source; the first that is missing or empty ends it.

    AWS: "CreateAuthorizer" (Amazon API Gateway API reference)
    """
    values = []
    for source, read in request.world.once(compile_identity_sources, authorizer):
        value = read(request)
        if not value:
            return Missing(source)
        values.append(value)
    return tuple(values)


Read = Callable[[MethodRequest], str | None]


def compile_identity_sources(authorizer: Authorizer) -> tuple[tuple[str, Read], ...]:
    """Each source and how to read it; compile once with ``world.once``.

    A token has exactly one source, the ``Authorization`` header where none is named.
    """
    sources = authorizer.identity_sources
    if not sources and authorizer.type != "REQUEST":
        sources = (DEFAULT_SOURCE,)
    return tuple((source, _compile(source)) for source in sources)


def is_valid(authorizer: Authorizer, text: str) -> bool:
    """Whether the whole text fits the authorizer's validation expression, if it has one.

    An expression that Java and Python do not share fits nothing.
    AWS: "CreateAuthorizer" (Amazon API Gateway API reference)
    """
    expression = authorizer.identity_validation_expression
    if not expression:
        return True
    try:
        return re.fullmatch(expression, text) is not None
    except re.error:
        return False


def _compile(source: str) -> Read:
    found = _REQUEST.fullmatch(source)
    if found is not None and found["place"] == "header":
        name = found["name"].lower()
        return lambda request: _header(request, name)
    if found is not None:
        name = found["name"]
        return lambda request: last_values(query_parameters(request.call.request.query)).get(name)
    kind, _, name = source.partition(".")
    if kind == "stageVariables":
        return lambda request: dict(request.call.stage.variables).get(name)
    if kind == "context":
        return lambda request: _context(request, name)
    return lambda request: None


def _header(request: MethodRequest, name: str) -> str | None:
    values = all_values(request.call.request.headers, name)
    return values[-1] if values else None


def _context(request: MethodRequest, name: str) -> str | None:
    return look_up(context_variables(request.world, request.call, request.moment, request.match), name)
