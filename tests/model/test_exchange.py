import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbridge.model.exchange import Headers, HttpRequest, first_value, names_of

NAMES = st.sampled_from(("Host", "host", "HOST", "Accept", "accept", "X-A", "x-a", ""))
HEADERS = st.lists(st.tuples(NAMES, st.sampled_from("abc")), max_size=6).map(tuple)


@given(HEADERS, st.lists(st.sampled_from(("host", "accept", "x-a", "", "missing")), min_size=1))
def test_a_header_is_the_first_of_its_name_however_often_it_is_asked_for(
    headers: Headers, asked: list[str]
) -> None:
    request = HttpRequest("GET", "/", headers)
    assert [request.header(name) for name in asked] == [first_value(headers, name) for name in asked]


def test_a_request_that_was_asked_for_a_header_equals_one_that_was_not() -> None:
    asked, untouched = HttpRequest("GET", "/", (("Host", "a"),)), HttpRequest("GET", "/", (("Host", "a"),))
    assert asked.header("host") == "a"
    assert asked == untouched
    assert hash(asked) == hash(untouched)
    assert repr(asked) == repr(untouched)


@pytest.mark.parametrize(
    ("headers", "names", "length"),
    [((), (), 0), ((("A", "bc"), ("a", "")), ("A", "a"), 4)],
)
def test_names_and_characters_of_headers(headers: Headers, names: tuple[str, ...], length: int) -> None:
    assert names_of(headers) == names
    assert HttpRequest("GET", "/", headers).header_characters == length
