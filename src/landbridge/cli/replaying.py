"""Counterexamples really sent, through the vantages of a running stack."""

import contextlib
import http.client
import secrets
import socket
import ssl
from collections.abc import Iterable
from urllib.parse import urlsplit

from landbridge.cli.asking import PATIENCE_S, ask
from landbridge.errors import DeclarationError
from landbridge.prove.replay import Agreement, Replayed, compare, not_replayable
from landbridge.prove.verdict import Report, Witness
from landbridge.serve.running import RunningStack

ATTEMPTS = 8
"""A load balancer's targets take turns, and a canary release gets its share: not every time the one meant."""
LONGEST_HEAD = 65536


def witnesses(reports: Iterable[Report]) -> tuple[Witness, ...]:
    """Every request in the reports, once."""
    found = (
        finding.witness
        for report in reports
        for judgement in report.judgements
        for finding in judgement.findings
        if finding.witness is not None
    )
    return tuple(dict.fromkeys(found))


def send_witnesses(running: RunningStack, reports: Iterable[Report]) -> tuple[Replayed, ...]:
    """What each witness of the reports met, in their order."""
    return tuple(_replay(running, witness) for witness in witnesses(reports))


def proxies(running: RunningStack, vantages: Iterable[str]) -> dict[str, str]:
    """The proxy of each vantage in a running stack, opened where it was not; without those it refuses."""
    opened = {}
    for vantage in sorted(vantages):
        with contextlib.suppress(DeclarationError):
            asked = {"command": "vantage", "vantage": vantage, "tag": secrets.token_hex(8)}
            opened[vantage] = ask(running, asked)["proxy"]
    return opened


def _replay(running: RunningStack, witness: Witness) -> Replayed:
    if witness.scheme not in ("http", "https"):
        return not_replayable(witness, f"it is no HTTP request but {witness.scheme}")
    replayed = _once(running, witness)
    for _ in range(ATTEMPTS):
        if replayed.agreement is not Agreement.DISAGREES or not replayed.told.startswith("delivered"):
            break
        replayed = _once(running, witness)
    return replayed


def _once(running: RunningStack, witness: Witness) -> Replayed:
    tag = secrets.token_hex(8)
    try:
        opened = ask(running, {"command": "vantage", "vantage": witness.vantage, "tag": tag})
        _send(urlsplit(opened["proxy"]).port or 0, tag, witness)
        return compare(witness, ask(running, {"command": "trace", "tag": tag})["trace"])
    except (DeclarationError, ValueError) as problem:
        return not_replayable(witness, str(problem).partition("\n")[0])


def _send(proxy_port: int, tag: str, witness: Witness) -> None:
    """Sends the request; what the client gets is in the trace, so nothing is made of it here."""
    try:
        with socket.create_connection(("127.0.0.1", proxy_port), PATIENCE_S) as connection:
            if _tunnel(connection, tag, witness):
                _ask(_secured(connection, witness), witness)
    except (OSError, http.client.HTTPException):
        return


def _tunnel(connection: socket.socket, tag: str, witness: Witness) -> bool:
    """Whether the proxy grants a tunnel to what the witness connects to."""
    place = f"{witness.host}:{witness.port}"
    head = f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\nX-Landbridge-Trace: {tag}\r\n\r\n"
    connection.sendall(head.encode("ascii"))
    answer = b""
    while b"\r\n\r\n" not in answer and len(answer) < LONGEST_HEAD:
        piece = connection.recv(1)  # not one byte of what comes through the tunnel
        if not piece:
            return False
        answer += piece
    return answer.split(b" ", 2)[1:2] == [b"200"]


def _secured(connection: socket.socket, witness: Witness) -> socket.socket:
    """TLS with the witness's SNI; whoever breaks in does not look at certificates."""
    if witness.scheme == "http":
        return connection
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(connection, server_hostname=witness.server_name or None)


def _ask(connection: socket.socket, witness: Witness) -> None:
    request = witness.request
    with contextlib.closing(http.client.HTTPConnection(witness.host)) as client:
        client.sock = connection
        client.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers:
            client.putheader(name, value.encode("latin-1"))
        if request.body and request.header("content-length") is None:
            client.putheader("Content-Length", str(len(request.body)))
        client.endheaders(request.body or None)
        client.getresponse().read()
