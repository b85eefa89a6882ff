"""Listening sockets on loopback; a busy port is named together with whoever holds it."""

import errno
import socket

import psutil

from landbridge.errors import HostError

LOOPBACK = "127.0.0.1"
FREE_PORT_ATTEMPTS = 20


def listening_socket(port: int, purpose: str) -> socket.socket:
    """A TCP socket bound to loopback; port 0 takes any free one.

    HostError names the purpose, the port and the process that holds it.
    """
    return _bound(socket.SOCK_STREAM, port, purpose)


def stream_and_datagram_socket(port: int, purpose: str) -> tuple[socket.socket, socket.socket]:
    """A TCP and a UDP socket bound to the same port of loopback; port 0 takes one that is free for both."""
    for attempts_left in reversed(range(FREE_PORT_ATTEMPTS if port == 0 else 1)):
        stream = _bound(socket.SOCK_STREAM, port, purpose)
        try:
            return stream, _bound(socket.SOCK_DGRAM, stream.getsockname()[1], purpose)
        except HostError:
            stream.close()
            if not attempts_left:
                raise
    raise AssertionError("the last attempt returns or raises")


def _bound(kind: socket.SocketKind, port: int, purpose: str) -> socket.socket:
    bound = socket.socket(socket.AF_INET, kind)
    if kind is socket.SOCK_STREAM:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((LOOPBACK, port))
    except OSError as error:
        bound.close()
        raise _explained(error, port, purpose) from error
    bound.setblocking(False)
    return bound


def _explained(error: OSError, port: int, purpose: str) -> HostError:
    if error.errno == errno.EADDRINUSE:
        return HostError(
            f"Port {port} for {purpose} is in use by {_holder(port)}",
            "stop that process, or choose other ports with --ports BASE (--ports 0 takes free ones)",
        )
    return HostError(
        f"Port {port} for {purpose} cannot be opened: {error.strerror}", "choose other ports with --ports"
    )


def _holder(port: int) -> str:
    try:
        connections = psutil.net_connections(kind="inet")
    except psutil.AccessDenied:
        return "another process"
    for connection in connections:
        if connection.laddr and connection.laddr.port == port and not connection.raddr and connection.pid:
            try:
                command = " ".join(psutil.Process(connection.pid).cmdline())[:80]
            except psutil.Error:
                command = "?"
            return f"process {connection.pid} ({command})"
    return "another process"
