import os
import socket

import pytest

from landbridge.errors import HostError
from landbridge.serve import ports
from landbridge.serve.ports import listening_socket, stream_and_datagram_socket


def test_port_0_takes_a_free_one_on_loopback_only() -> None:
    with listening_socket(0, "a test") as bound:
        host, port = bound.getsockname()
        assert (host, bound.getblocking()) == ("127.0.0.1", False)
        assert port > 0


def test_a_busy_port_is_told_with_its_purpose_and_its_holder() -> None:
    with listening_socket(0, "the first") as bound:
        bound.listen()
        port = bound.getsockname()[1]
        with pytest.raises(HostError, match=f"Port {port} for the second is in use") as raised:
            listening_socket(port, "the second")
        assert f"process {os.getpid()}" in raised.value.message
        assert "--ports" in raised.value.hint


def test_a_port_that_may_not_be_opened_is_told() -> None:
    error = ports._explained(OSError(13, "Permission denied"), 80, "the door")
    assert error.message == "Port 80 for the door cannot be opened: Permission denied"


def test_a_port_is_free_again_at_once() -> None:
    with listening_socket(0, "the first") as bound:
        bound.listen()
        port = bound.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            bound.setblocking(True)
            accepted, _ = bound.accept()
            accepted.close()
    listening_socket(port, "the second").close()


def test_a_resolver_has_the_same_port_twice() -> None:
    stream, datagram = stream_and_datagram_socket(0, "DNS")
    with stream, datagram:
        assert stream.getsockname() == datagram.getsockname()
        assert (stream.type, datagram.type) == (socket.SOCK_STREAM, socket.SOCK_DGRAM)


def test_a_free_port_that_is_taken_for_datagrams_is_tried_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        offered = iter([taken.getsockname()[1], 0])
        bind = ports._bound

        def first_the_taken_one(kind: socket.SocketKind, port: int, purpose: str) -> socket.socket:
            return bind(kind, next(offered) if kind is socket.SOCK_STREAM else port, purpose)

        monkeypatch.setattr(ports, "_bound", first_the_taken_one)
        stream, datagram = stream_and_datagram_socket(0, "DNS")
        with stream, datagram:
            assert stream.getsockname() == datagram.getsockname() != taken.getsockname()


def test_a_chosen_port_that_is_taken_for_datagrams_is_told() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(HostError, match="for DNS is in use"):
            stream_and_datagram_socket(port, "DNS")
        listening_socket(port, "nothing is left open").close()
