import pytest

from landbridge.semantics.api_gateway.json_path import find
from landbridge.semantics.api_gateway.velocity import MappingTemplateError

DOCUMENT = {"a": {"b": [1, {"c": "x"}]}, "odd name": 2, "dash-ed": 3}


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


@pytest.mark.parametrize("path", ["a.b", "$..c", "$.a.b[?(@.c)]", "$.a.b[0:1]"])
def test_what_is_not_modelled_fails_the_template(path: str) -> None:
    with pytest.raises(MappingTemplateError):
        find(DOCUMENT, path)
