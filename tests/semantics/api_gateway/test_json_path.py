import pytest

from landbridge.semantics.api_gateway.json_path.path import find
from landbridge.semantics.api_gateway.vtl.errors import MappingTemplateError

DOCUMENT = {"a": {"b": [1, {"c": "x"}]}, "odd name": 2, "dash-ed": 3}
STORE = {
    "book": [
        {"title": "Sayings", "price": 8.95, "category": "reference"},
        {"title": "Sword", "price": 12.99, "category": "fiction", "isbn": None},
        {
            "title": "Moby Dick",
            "price": 8.99,
            "category": "fiction",
            "isbn": "0-553",
            "tags": ["sea", "whale"],
        },
    ],
    "limit": 9,
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$", DOCUMENT),
        ("$.a.b[0]", 1),
        ("$.a.b[1].c", "x"),
        ("$.a.b[-1].c", "x"),
        ("$['odd name']", 2),
        ('$["a"]["b"][0]', 1),
        ("$.dash-ed", 3),
        ("$.a.b[*].c", ["x"]),
        ("$.a.*", [[1, {"c": "x"}]]),
        ("$.a.b[7]", None),
        ("$.missing.deep", None),
        ("$.a[0]", None),
    ],
)
def test_a_path_finds_its_value(path: str, expected: object) -> None:
    assert find(DOCUMENT, path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$..title", ["Sayings", "Sword", "Moby Dick"]),
        ("$..book[0].title", ["Sayings"]),
        ("$.book[0:2].title", ["Sayings", "Sword"]),
        ("$.book[-1:].title", ["Moby Dick"]),
        ("$.book[:1].title", ["Sayings"]),
        ("$.book[0,2].title", ["Sayings", "Moby Dick"]),
        ("$.book[0]['title','price']", {"title": "Sayings", "price": 8.95}),
        ("$.book[?(@.price < 9)].title", ["Sayings", "Moby Dick"]),
        ("$.book[?(@.price < $.limit)].title", ["Sayings", "Moby Dick"]),
        ("$.book[?(@.isbn)].title", ["Sword", "Moby Dick"]),
        ("$.book[?(!@.isbn)].title", ["Sayings"]),
        ("$.book[?(@.isbn == null)].title", ["Sword"]),
        ("$.book[?(@.category == 'fiction' && @.price > 10)].title", ["Sword"]),
        ('$.book[?(@.category=="reference"||@.price>10)].title', ["Sayings", "Sword"]),
        ("$.book[?((@.price > 10 || @.price < 8.96) && @.category != 'reference')].title", ["Sword"]),
        ("$.book[?(@.title =~ /s.*/i)].title", ["Sayings", "Sword"]),
        ("$.book[?(@.title in ['Sword', 'X'])].price", [12.99]),
        ("$.book[?(@.title nin ['Sword'])].price", [8.95, 8.99]),
        ("$.book[?(@.tags contains 'sea')].title", ["Moby Dick"]),
        ("$.book[?(@.tags size 2)].title", ["Moby Dick"]),
        ("$.book[?(@.tags subsetof ['sea', 'whale', 'x'])].title", ["Moby Dick"]),
        ("$.book[?(@.tags empty false)].title", ["Moby Dick"]),
        ("$.book[?('a' == 1)].title", []),
        ("$.book.length()", 3),
        ("$.book[0].keys()", ["title", "price", "category"]),
        ("$.book[*].price.max()", 12.99),
        ("$..price.sum()", 30.93),
        ("book[1].title", "Sword"),
        ("$.limit.max()", None),
        ("$..*.missing", []),
    ],
)
def test_jayways_paths(path: str, expected: object) -> None:
    assert find(STORE, path) == expected


@pytest.mark.parametrize("path", ["$.", "$.a[", "$.a[x]", "$.a[?(@.b ==)]", "$.a b", "$.a[?(@.b]", "$['a"])
def test_what_is_no_path_fails_the_template(path: str) -> None:
    with pytest.raises(MappingTemplateError):
        find(DOCUMENT, path)
