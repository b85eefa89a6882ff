from dataclasses import replace

import pytest
from tests.semantics.api_gateway.authorization.guarded import REQUEST, TOKEN, guarded, order
from tests.semantics.api_gateway.calls import matched, with_stage

from landbridge.model.authorizers import Authorizer
from landbridge.semantics.api_gateway.authorization.identity_sources import (
    Missing,
    identity_values,
    is_valid,
)

HEADERS = (("X-Key", "first"), ("x-key", "last"), ("X-Empty", ""), ("Authorization", "AWS4-HMAC-SHA256 x"))


def read(*sources: str, authorizer: Authorizer = REQUEST) -> tuple[str, ...] | Missing:
    topology = with_stage(guarded("CUSTOM", authorizer), variables=(("tenant", "acme"), ("none", "")))
    request = matched(topology, order(topology, HEADERS, target="/api/orders/7?a=1&a=2&b=&A=3"))
    return identity_values(request, replace(authorizer, identity_sources=sources))


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("method.request.header.X-Key", "last"),
        ("method.request.header.x-KEY", "last"),
        ("method.request.multivalueheader.X-Key", "last"),
        ("method.request.header.Authorization", "AWS4-HMAC-SHA256 x"),
        ("method.request.querystring.a", "2"),
        ("method.request.multivaluequerystring.a", "2"),
        ("method.request.querystring.A", "3"),
        ("stageVariables.tenant", "acme"),
        ("context.httpMethod", "GET"),
        ("context.identity.sourceIp", "10.20.1.10"),
        ("context.resourcePath", "/api/orders/{id}"),
    ],
)
def test_an_identity_source_reads_headers_query_stage_variables_and_context(source: str, value: str) -> None:
    assert read(source) == (value,)


@pytest.mark.parametrize(
    "source",
    [
        "method.request.header.X-Gone",
        "method.request.header.X-Empty",
        "method.request.querystring.b",
        "method.request.querystring.gone",
        "method.request.path.id",
        "stageVariables.none",
        "stageVariables.gone",
        "context.gone",
        "nonsense",
    ],
)
def test_what_is_missing_or_empty_or_no_identity_source_identifies_nobody(source: str) -> None:
    assert read("context.stage", source) == Missing(source)


def test_the_values_are_in_the_order_of_their_sources() -> None:
    assert read("stageVariables.tenant", "method.request.header.X-Key") == ("acme", "last")


def test_a_request_authorizer_may_have_no_identity_source_and_a_token_is_in_authorization() -> None:
    assert read() == ()
    assert read(authorizer=TOKEN) == ("AWS4-HMAC-SHA256 x",)


def test_a_validation_expression_is_matched_as_a_whole() -> None:
    assert is_valid(replace(TOKEN, identity_validation_expression="a.c"), "abc")
    assert not is_valid(replace(TOKEN, identity_validation_expression="a"), "abc")
