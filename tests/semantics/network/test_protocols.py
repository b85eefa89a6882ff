import pytest

from landbridge.semantics.network.protocols import covers_protocol, port_range, render_ports


@pytest.mark.parametrize(
    ("rule", "protocol", "covered"),
    [
        ("-1", "tcp", True),
        ("-1", "udp", True),
        ("tcp", "tcp", True),
        ("6", "tcp", True),
        ("17", "udp", True),
        ("udp", "17", True),
        ("tcp", "udp", False),
        ("17", "tcp", False),
        ("icmp", "tcp", False),
        ("50", "tcp", False),
    ],
)
def test_protocols_are_names_or_numbers_or_all(rule: str, protocol: str, covered: bool) -> None:
    assert covers_protocol(rule, protocol) is covered


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, (0, 65535)),
        (-1, -1, (0, 65535)),
        (443, 443, (443, 443)),
        (80, 90, (80, 90)),
        (0, 0, (0, 0)),
    ],
)
def test_a_rule_without_ports_is_about_all_of_them(
    first: int | None, last: int | None, expected: tuple[int, int]
) -> None:
    assert port_range(first, last) == expected


def test_a_single_port_is_written_as_one() -> None:
    assert render_ports((443, 443)) == "443"
    assert render_ports((1024, 65535)) == "1024-65535"
