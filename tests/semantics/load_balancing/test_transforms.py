from dataclasses import replace

import pytest
from tests.semantics.load_balancing.builders import request, rule

from landbridge.model.exchange import HttpRequest
from landbridge.model.load_balancing import Transform
from landbridge.semantics.load_balancing.transforms import (
    LONGEST_URL,
    Transformed,
    compile_transforms,
    transform,
)
from landbridge.trace.codes import TransformStatus


def url(expression: str, replacement: str) -> Transform:
    return Transform("url-rewrite", ((expression, replacement),))


def host(expression: str, replacement: str) -> Transform:
    return Transform("host-header-rewrite", ((expression, replacement),))


def transformed(of: HttpRequest, *transforms: Transform) -> Transformed:
    return transform(compile_transforms(replace(rule(1), transforms=transforms)), of)


def test_a_url_rewrite_changes_path_and_query_and_nothing_else() -> None:
    before = request("/api/v1/users?page=2")
    done = transformed(before, url("^/api/v1/(.*)$", "/v2/$1"))
    assert done.request == replace(before, target="/v2/users?page=2")
    assert done.decision.code is TransformStatus.SUCCESS
    assert done.decision.facts == (("url", "/api/v1/users?page=2 -> /v2/users?page=2"),)


def test_the_dollar_of_an_expression_comes_after_the_query() -> None:
    before = request("/products/1?format=json")
    assert transformed(before, url("^/products/([0-9]+)$", "/p/$1")).request is before


def test_a_host_header_rewrite_changes_the_host_whatever_its_case() -> None:
    done = transformed(
        request(headers=(("Accept", "*/*"), ("host", "MyWebsite-Example.com"))),
        host("^mywebsite-(.+).com$", "internal.dev.$1.myweb.com"),
    )
    assert done.request.header("host") == "internal.dev.Example.myweb.com"
    assert done.request.header("accept") == "*/*"


def test_both_transforms_look_at_the_request_as_it_came() -> None:
    done = transformed(request("/a"), url("^/a$", "/b"), host("^.*$", "b.example"))
    assert (done.request.target, done.request.header("host")) == ("/b", "b.example")


def test_an_absolute_target_keeps_its_authority_unless_the_host_is_rewritten() -> None:
    absolute = request("http://orders.example/a")
    assert transformed(absolute, url("^/a$", "/b")).request.target == "http://orders.example/b"
    done = transformed(absolute, host("orders", "other"))
    assert (done.request.target, done.request.header("host")) == ("/a", "other.example")


def test_a_request_that_no_expression_matches_goes_out_as_it_came() -> None:
    before = request("/a")
    done = transformed(before, url("^/b", "/c"), host("^x$", "y"))
    assert done.request is before
    assert done.decision.allowed


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (url("^/a", "b"), TransformStatus.INVALID_PATH),
        (url("^/a", "/b c"), TransformStatus.INVALID_PATH),
        (url("^/a", "/b\r\nX: y"), TransformStatus.INVALID_PATH),
        (url("^(.*)$", "/" + "$1" * 500), TransformStatus.BUFFER_TOO_SMALL),
        (host("^.*$", "no host"), TransformStatus.INVALID_HOST),
        (host("^.*$", ""), TransformStatus.INVALID_HOST),
        (host("^(.*)$", "$1" * 20), TransformStatus.BUFFER_TOO_SMALL),
    ],
)
def test_a_transform_that_makes_no_request_fails(change: Transform, status: TransformStatus) -> None:
    done = transformed(request("/a" + "a" * (LONGEST_URL // 400)), change)
    assert done.decision.code is status
    assert not done.decision.allowed
    assert done.decision.remedy
