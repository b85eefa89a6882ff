from ipaddress import IPv4Address

import pytest
from tests.blueprint.declarations import COMPLETE

from landbridge.blueprint.declaration import parse_declaration
from landbridge.blueprint.local_servers import local_server
from landbridge.errors import DeclarationError
from landbridge.model.local_servers import LocalServer


@pytest.mark.parametrize(
    ("place", "really", "expected"),
    [
        ("10.20.3.7:8080", "127.0.0.1:9000", LocalServer(IPv4Address("10.20.3.7"), 8080, "127.0.0.1", 9000)),
        ("10.20.3.7:80", "localhost:1", LocalServer(IPv4Address("10.20.3.7"), 80, "localhost", 1)),
        (
            "api.partner.example:443",
            "127.0.0.1:9000",
            LocalServer(None, 443, "127.0.0.1", 9000, "api.partner.example"),
        ),
    ],
)
def test_a_server_has_a_place_and_really_listens_somewhere(
    place: str, really: str, expected: LocalServer
) -> None:
    assert local_server(place, really) == expected
    assert expected.place == place


@pytest.mark.parametrize(
    ("place", "really"),
    [
        ("10.20.3.7", "127.0.0.1:9000"),
        ("10.20.3.7:0", "127.0.0.1:9000"),
        ("10.20.3.7:65536", "127.0.0.1:9000"),
        ("shop:8080", "127.0.0.1:9000"),
        ("300.1.1.1:8080", "127.0.0.1:9000"),
        ("a..example:8080", "127.0.0.1:9000"),
        ("10.20.3.7:8080", "127.0.0.1"),
        ("10.20.3.7:8080", ":9000"),
        ("10.20.3.7:8080", ""),
    ],
)
def test_both_sides_have_an_address_and_a_port(place: str, really: str) -> None:
    with pytest.raises(DeclarationError) as raised:
        local_server(place, really)
    assert "127.0.0.1:9000" in raised.value.hint


def test_an_app_declares_the_servers_beside_its_path() -> None:
    text = f'{COMPLETE}\n[local.servers]\n"192.168.3.7:8080" = "127.0.0.1:9000"\n'
    declared = parse_declaration(text, "landbridge.toml").local_servers
    assert declared == (local_server("192.168.3.7:8080", "127.0.0.1:9000"),)


@pytest.mark.parametrize("line", ['"192.168.3.7" = "127.0.0.1:9000"', '"192.168.3.7:8080" = 9000'])
def test_a_mistake_in_a_server_is_told_with_its_line(line: str) -> None:
    text = f"{COMPLETE}\n[local.servers]\n{line}\n"
    with pytest.raises(DeclarationError) as raised:
        parse_declaration(text, "landbridge.toml")
    assert raised.value.line == text.rstrip("\n").count("\n") + 1
