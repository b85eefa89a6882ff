import pytest
from tests.cli.test_commands import assert_refused, landbridge

from landbridge.cli.fault import _sentence, _table


@pytest.mark.parametrize(
    "arguments",
    [("moon", "a", "on"), ("zone",), ("zone", "eu-central-1a"), ("zone", "eu-central-1a", "maybe")],
)
def test_a_fault_needs_a_kind_a_name_and_a_state(arguments: tuple[str, ...]) -> None:
    assert_refused(landbridge("fault", *arguments), "")


def test_the_list_marks_what_is_broken_even_when_it_is_gone() -> None:
    told = {"known": {"zone": ["a", "b"], "link": []}, "broken": {"zone": ["b", "gone"], "link": []}}
    assert _table(told).splitlines() == ["zone      off a", "zone      on  b", "zone      on  gone"]
    assert _table({"known": {}, "broken": {}}) == "there is nothing to break"


def test_one_sentence_tells_what_is_broken() -> None:
    assert _sentence({"zone": ["a"], "link": ["vpn"]}) == "broken on purpose: zone a, link vpn"
    assert _sentence({"zone": []}) == "nothing is broken on purpose"
