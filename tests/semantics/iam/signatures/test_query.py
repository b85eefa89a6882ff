import pytest

from landbridge.semantics.iam.signatures.query import query_pairs, without_signature


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        ("", []),
        ("a=1&b=2&a=0", [("a", "1"), ("b", "2"), ("a", "0")]),
        ("a&b=&=c&&", [("a", ""), ("b", ""), ("", "c")]),
        ("a%20b=c+d%2Be", [("a b", "c d+e")]),
        ("a=%C3%A9=x", [("a", "é=x")]),
        ("a=%zz", [("a", "%zz")]),
    ],
)
def test_every_parameter_counts_and_a_plus_is_a_space(query: str, pairs: list[tuple[str, str]]) -> None:
    assert query_pairs(query) == pairs


def test_a_query_without_its_signature_is_as_it_was_sent() -> None:
    signature = "X-Amz-Algorithm=x&X-Amz-Credential=x&X-Amz-Date=x&X-Amz-Expires=1&X-Amz-SignedHeaders=host"
    assert without_signature(f"a=%2F&{signature}&X-Amz-Signature=0&x-id=GetObject") == "a=%2F&x-id=GetObject"
    assert without_signature("a=b+c&&") == "a=b+c&&"
