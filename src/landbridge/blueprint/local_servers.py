"""Real servers of this machine, as a user writes them: ``"10.20.3.7:8080" = "127.0.0.1:9000"``."""

import re
from ipaddress import AddressValueError, IPv4Address

from landbridge.errors import DeclarationError
from landbridge.model.local_servers import LocalServer

EXAMPLE = '"10.20.3.7:8080" = "127.0.0.1:9000"'
PORTS = range(1, 65_536)
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?", re.IGNORECASE)


def local_server(place: str, really: str) -> LocalServer:
    """The server that listens at `really` and stands at `place` in the topology or for a name.

    DeclarationError says what is wrong with one of them.
    """
    address, port = _split(place)
    host, host_port = _split(really)
    if _NAME.fullmatch(address):
        return LocalServer(None, port, host, host_port, address.lower())
    try:
        return LocalServer(IPv4Address(address), port, host, host_port)
    except AddressValueError:
        raise _mistake(f"{address} is no IPv4 address") from None


def _split(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) not in PORTS:
        raise _mistake(f"{text!r} is no address with a port")
    return host, int(port)


def _mistake(message: str) -> DeclarationError:
    return DeclarationError(message, f"for example {EXAMPLE}")
