import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.semantics.api_gateway.calls import bare_deployment

from landbridge.model.api_gateway import Method, Resource, StringMap
from landbridge.semantics.api_gateway.routing import Match, Unmatched, compile_resources, match


def tree(*routes: str) -> tuple[Resource, ...]:
    """Resources from lines such as ``GET,PUT /a/{id}``; a line without methods has none."""
    found = []
    for route in routes:
        methods, _, path = route.rpartition(" ")
        found.append(Resource(path, path, tuple(Method(each) for each in methods.split(",") if each)))
    return tuple(found)


def find(routes: tuple[Resource, ...], http_method: str, path: str) -> Match | Unmatched:
    return match(compile_resources(bare_deployment(resources=routes)), http_method, path)


SHOP = tree(
    "GET /",
    "GET /orders",
    "GET,DELETE /orders/{id}",
    "GET /orders/latest",
    "PUT /orders/{id}/lines/{line}",
    "GET /orders/{id}/lines/{line}/parts",
    "ANY /orders/{proxy+}",
    "ANY /any",
    "POST /any/{name}",
    " /empty",
)


@pytest.mark.parametrize(
    ("sentence", "method", "path", "resource", "parameters"),
    [
        ("the root has its own method", "GET", "/", "/", ()),
        ("a literal segment wins over a parameter", "GET", "/orders/latest", "/orders/latest", ()),
        ("a parameter wins over {proxy+}", "GET", "/orders/7", "/orders/{id}", (("id", "7"),)),
        (
            "a literal without the method falls back to a parameter",
            "DELETE",
            "/orders/latest",
            "/orders/{id}",
            (("id", "latest"),),
        ),
        (
            "a parameter without the method falls back to {proxy+}",
            "POST",
            "/orders/7",
            "/orders/{proxy+}",
            (("proxy", "7"),),
        ),
        (
            "a deeper literal that fails falls back to {proxy+}",
            "GET",
            "/orders/7/lines",
            "/orders/{proxy+}",
            (("proxy", "7/lines"),),
        ),
        (
            "several parameters are bound",
            "PUT",
            "/orders/7/lines/2",
            "/orders/{id}/lines/{line}",
            (("id", "7"), ("line", "2")),
        ),
        (
            "{proxy+} drops a slash at the end",
            "GET",
            "/orders/a/b/",
            "/orders/{proxy+}",
            (("proxy", "a/b"),),
        ),
        (
            "{proxy+} keeps a double slash inside",
            "GET",
            "/orders/a//b",
            "/orders/{proxy+}",
            (("proxy", "a//b"),),
        ),
        ("a slash at the end does not count", "GET", "/orders/", "/orders", ()),
        ("slashes at the beginning count as one", "GET", "//orders", "/orders", ()),
        ("nothing is decoded", "GET", "/orders/a%2Fb%2B", "/orders/{id}", (("id", "a%2Fb%2B"),)),
        (
            "an encoded literal is another path",
            "GET",
            "/orders/l%61test",
            "/orders/{id}",
            (("id", "l%61test"),),
        ),
    ],
)
def test_a_path_finds_its_resource(
    sentence: str, method: str, path: str, resource: str, parameters: StringMap
) -> None:
    found = find(SHOP, method, path)
    assert isinstance(found, Match), sentence
    assert (found.resource.path, found.path_parameters) == (resource, parameters)
    assert found.http_method == method


@pytest.mark.parametrize(
    ("method", "path", "closest"),
    [
        ("GET", "/nowhere", None),
        ("POST", "/orders", "/orders"),
        ("GET", "/empty", "/empty"),
        ("TRACE", "/any", "/any"),
        ("GET", "/any/x", "/any/{name}"),
        ("GET", "/Orders", None),
    ],
)
def test_an_unknown_path_and_a_missing_method_are_both_unmatched(
    method: str, path: str, closest: str | None
) -> None:
    found = find(SHOP, method, path)
    assert isinstance(found, Unmatched)
    assert (found.resource.path if found.resource else None) == closest


def test_any_stands_for_seven_methods_and_a_specific_method_wins() -> None:
    routes = tree("ANY,GET /a")
    for method in ("DELETE", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"):
        found = find(routes, method, "/a")
        assert isinstance(found, Match)
        assert found.method.http_method == "ANY"
    found = find(routes, "GET", "/a")
    assert isinstance(found, Match)
    assert found.method.http_method == "GET"
    assert isinstance(find(routes, "CONNECT", "/a"), Unmatched)


def test_a_greedy_parameter_needs_at_least_one_segment() -> None:
    assert isinstance(find(tree("GET /{proxy+}"), "GET", "/"), Unmatched)
    assert isinstance(find(tree("GET /a/{proxy+}"), "GET", "/a/"), Unmatched)


SEGMENTS = st.lists(st.sampled_from(["a", "b", "c%20d", "", "{x}"]), min_size=1, max_size=6)


@given(SEGMENTS)
def test_a_greedy_parameter_at_the_root_takes_every_path_whole(segments: list[str]) -> None:
    path = "/" + "/".join(segments)
    found = find(tree("GET /{proxy+}"), "GET", path)
    if path.strip("/"):
        assert isinstance(found, Match)
        assert dict(found.path_parameters)["proxy"] == path.strip("/")
    else:
        assert isinstance(found, Unmatched)


@given(SEGMENTS)
def test_adding_a_method_never_hides_another_path(segments: list[str]) -> None:
    path = "/" + "/".join(segments)
    before = find(tree("GET /a/{x}", "GET /{proxy+}"), "GET", path)
    after = find(tree("GET /a/{x}", "GET /{proxy+}", "POST /a/b/c", "POST /b"), "GET", path)
    assert type(before) is type(after)
    if isinstance(before, Match) and isinstance(after, Match):
        assert before.resource.path == after.resource.path
