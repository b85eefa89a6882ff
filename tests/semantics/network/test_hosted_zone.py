import pytest

from landbridge.model.names import HostedZone, RecordSet
from landbridge.semantics.network.hosted_zone import compile_zone, find, most_specific, suffixes


def record(name: str, record_type: str = "A", value: str = "10.0.0.1") -> RecordSet:
    return RecordSet(name, record_type, 300, (value,))


ZONE = compile_zone(
    HostedZone(
        "Z1",
        "corp.example",
        True,
        (),
        (
            record("corp.example", "SOA"),
            record("corp.example", "TXT", '"hello"'),
            record("orders.corp.example"),
            record("old.corp.example", "CNAME", "orders.corp.example"),
            record("\\052.apps.corp.example"),
            record("web.apps.corp.example", "TXT"),
            record("deep.under.corp.example"),
        ),
    )
)


@pytest.mark.parametrize(
    ("name", "record_type", "answer", "exists"),
    [
        ("orders.corp.example", "A", "A", True),
        ("orders.corp.example", "AAAA", None, True),
        ("corp.example", "SOA", "SOA", True),
        ("corp.example", "TXT", "TXT", True),
        ("corp.example", "A", None, True),
        ("old.corp.example", "A", "CNAME", True),
        ("old.corp.example", "CNAME", "CNAME", True),
        ("old.corp.example", "MX", "CNAME", True),
        ("any.apps.corp.example", "A", "A", True),
        ("a.b.apps.corp.example", "A", "A", True),
        ("any.apps.corp.example", "TXT", None, True),
        ("web.apps.corp.example", "A", None, True),
        ("x.web.apps.corp.example", "A", None, False),
        ("under.corp.example", "A", None, True),
        ("apps.corp.example", "A", None, True),
        ("missing.corp.example", "A", None, False),
        ("missing.under.corp.example", "A", None, False),
    ],
)
def test_a_zone_answers_by_name_type_cname_and_wildcard(
    name: str, record_type: str, answer: str | None, exists: bool
) -> None:
    found = find(ZONE, name, record_type)
    assert [record_set.type for record_set in found.record_sets] == ([answer] if answer else [])
    assert found.exists is exists


def test_several_record_sets_of_one_name_and_type_are_all_found() -> None:
    weighted = (record("a.example", value="10.0.0.1"), record("a.example", value="10.0.0.2"))
    zone = compile_zone(HostedZone("Z1", "a.example", False, (), weighted))
    assert find(zone, "a.example", "A").record_sets == weighted


def test_the_zone_with_the_longest_name_is_the_most_specific() -> None:
    zones = {name: compile_zone(HostedZone(name, name, True, (), ())) for name in ("example", "corp.example")}
    for name, expected in (
        ("orders.corp.example", "corp.example"),
        ("corp.example", "corp.example"),
        ("xcorp.example", "example"),
    ):
        zone = most_specific(zones, name)
        assert zone is not None
        assert zone.name == expected
    assert most_specific(zones, "example.org") is None


def test_a_names_suffixes_go_from_itself_to_its_top_level() -> None:
    assert list(suffixes("a.b.c")) == ["a.b.c", "b.c", "c"]
