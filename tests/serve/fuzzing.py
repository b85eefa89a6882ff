"""Attacks on a load balancer's HTTP side while others are served: ``python -m tests.serve.fuzzing``.

No attack may crash it, hang a connection, or have a client get what belongs to another one. Victims ask all
the time and must get their own answers; attackers send smuggling requests, mutations of them and noise.
"""

import argparse
import asyncio
import json
import logging
import random
import re
import ssl
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from h2.exceptions import H2Error
from tests.semantics.conversations import with_listener
from tests.serve.functions.fleets import run
from tests.serve.smuggling import (
    BODIES,
    CONTENT_LENGTHS,
    EXTRAS,
    HOST,
    LINES,
    METHODS,
    SECOND,
    TRANSFER_ENCODINGS,
)
from tests.serve.test_tls import material
from tests.serve.worlds import OFFICE, Bench, Functions
from tests.topologies import DOMAIN, private_app
from tests.wire.http2_client import Client

from landbridge.semantics.needs import Invoke, Invoked
from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.serve.contexts import TlsContexts
from landbridge.serve.vantage import Vantage, vantage_server

PATIENCE_S = 20.0
"""After so long a connection counts as hung."""
CONNECT = f"CONNECT {DOMAIN}:443 HTTP/1.1\r\nHost: {DOMAIN}:443\r\n\r\n".encode()
TOKEN = re.compile(rb"token[0-9]+x")
HEAD = re.compile(rb"HTTP/1\.1 (\d{3}) [^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n")
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass
class Findings:
    """What was tried, and what went wrong."""

    attacks: dict[str, int] = field(default_factory=dict)
    victims: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def attacked(self, kind: str) -> None:
        """Counts an attack."""
        self.attacks[kind] = self.attacks.get(kind, 0) + 1


class _Errors(logging.Handler):
    """Whatever landbridge logs as an error is a finding."""

    def __init__(self, findings: Findings) -> None:
        super().__init__(logging.ERROR)
        self._findings = findings

    def emit(self, record: logging.LogRecord) -> None:
        self._findings.problems.append(f"logged: {self.format(record)}")


def echo(need: Invoke) -> Invoked:
    """The function behind the load balancer answers with the path that it was asked for."""
    path = json.loads(need.payload).get("path", "")
    return Invoked(json.dumps({"statusCode": 200, "body": path}).encode())


class Fuzzer:
    """Attacks one served load balancer, over HTTP/1.1 without TLS and over TLS with HTTP/2."""

    def __init__(self, seed: int, plain: int, secure: int, client_context: ssl.SSLContext) -> None:
        self.findings = Findings()
        self._random = random.Random(seed)
        self._plain, self._secure = plain, secure
        self._context = client_context
        self._tokens = 0

    async def attack(self, number: int, concurrent: int) -> None:
        """So many attacks, so many at a time, with victims beside them."""
        over = asyncio.Event()
        victims = [asyncio.create_task(victim(over)) for victim in (self._victim, self._victim_http2)]
        gate = asyncio.Semaphore(concurrent)

        async def one() -> None:
            async with gate:
                await self._watch(self._random.choice((self._raw, self._raw, self._raw, self._http2)))

        await asyncio.gather(*(one() for _ in range(number)))
        over.set()
        await asyncio.gather(*victims)

    async def _watch(self, attack: Callable[[], Awaitable[str]]) -> None:
        try:
            self.findings.attacked(await asyncio.wait_for(attack(), PATIENCE_S))
        except TimeoutError:
            self.findings.problems.append(f"a connection hung: {attack.__name__}")
        except (ConnectionError, ssl.SSLError, H2Error):
            self.findings.attacked("reset")

    async def _open(self, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(CONNECT)
        await reader.readuntil(b"\r\n\r\n")
        return reader, writer

    def _token(self) -> bytes:
        self._tokens += 1
        return b"token%dx" % self._tokens

    async def _raw(self) -> str:
        """Bytes to the HTTP listener, then the end of what the client has to say."""
        token = self._token()
        kind, data = self._bytes(token)
        reader, writer = await self._open(self._plain)
        reading = asyncio.create_task(reader.read())
        try:
            for piece in self._pieces(data):
                writer.write(piece)
                await writer.drain()
            await self._settle(reading)
            if not writer.transport.is_closing():
                writer.write_eof()
            answered = await reading
        finally:
            reading.cancel()
            writer.close()
        self._judge(token, data, answered)
        return kind

    async def _settle(self, reading: "asyncio.Task[bytes]") -> None:
        """Gives answers time to come, as the end of the client's bytes ends the connection."""
        await asyncio.wait([reading], timeout=self._random.choice((0.0, 0.02, 0.1)))

    def _bytes(self, token: bytes) -> tuple[str, bytes]:
        draw = self._random.random()
        if draw < 0.45:
            return "smuggling", self._smuggling().replace(b"@", token)
        if draw < 0.8:
            return "mutation", self._mutated(self._smuggling()).replace(b"@", token)
        if draw < 0.9:
            return "noise", self._random.randbytes(self._random.randrange(1, 3000))
        return "pipeline", b"".join(
            self._random.choice((SECOND, self._smuggling())) for _ in range(self._random.randrange(2, 50))
        ).replace(b"@", token)

    def _smuggling(self) -> bytes:
        choose = self._random.choice
        line = choose(LINES[:1] * 20 + LINES) % choose(METHODS[:2] * 8 + METHODS)
        lengths = [choose(TRANSFER_ENCODINGS), choose(CONTENT_LENGTHS)]
        self._random.shuffle(lengths)
        lengths = lengths[: self._random.randrange(3)]
        extra = choose(EXTRAS[:2] * 10 + EXTRAS)
        return (
            line + HOST + b"".join(length + b"\r\n" for length in lengths) + extra + b"\r\n" + choose(BODIES)
        )

    def _mutated(self, data: bytes) -> bytes:
        mutated = bytearray(data)
        for _ in range(self._random.randrange(1, 6)):
            at = self._random.randrange(len(mutated) + 1)
            draw = self._random.random()
            if draw < 0.4:
                mutated[at:at] = self._random.choice(
                    (b"\r\n", b"\n", b"\r", b"\0", b" ", b":", b",", b"0", b"\t")
                )
            elif draw < 0.7:
                del mutated[at : at + self._random.randrange(1, 8)]
            elif draw < 0.9:
                mutated[at : at + 1] = self._random.randbytes(1)
            else:
                mutated[at:at] = mutated[max(0, at - 40) : at]
        return bytes(mutated)

    def _pieces(self, data: bytes) -> list[bytes]:
        if len(data) > 5000 or self._random.random() < 0.5:
            return [data]
        cuts = sorted(self._random.randrange(len(data) + 1) for _ in range(self._random.randrange(1, 12)))
        return [data[at:end] for at, end in zip([0, *cuts], [*cuts, len(data)], strict=True) if at < end]

    def _judge(self, token: bytes, sent: bytes, answered: bytes) -> None:
        if set(TOKEN.findall(answered)) - {token}:
            self._problem("an answer to another client", sent, answered)
        heads_only = b"HEAD" in sent.upper()
        at, final = 0, 0
        while at < len(answered):
            found = HEAD.match(answered, at)
            if found is None:
                self._problem("an answer that is no HTTP response", sent, answered)
                return
            status = int(found[1])
            self.findings.statuses[status] = self.findings.statuses.get(status, 0) + 1
            final += status != 100
            at = found.end()
            length = LENGTH.search(found[2])
            if length is not None and not (heads_only and answered[at : at + 5] in (b"HTTP/", b"")):
                at += int(length[1])
        lines = len(re.findall(rb"HTTP/\d", sent)) + 1
        if final > max(lines, 1):
            self._problem("more answers than requests", sent, answered)

    def _problem(self, what: str, sent: bytes, answered: bytes) -> None:
        self.findings.problems.append(f"{what}: sent {sent[:400]!r}, answered {answered[:400]!r}")

    async def _http2(self) -> str:
        """Frames to the HTTPS listener, some of them damaged."""
        reader, writer = await self._open(self._secure)
        await writer.start_tls(self._context, server_hostname=DOMAIN)
        client, token = Client(DOMAIN), self._token().decode()
        reading = asyncio.create_task(self._read_http2(reader, client))
        try:
            for _ in range(self._random.randrange(1, 12)):
                if client.farewell is not None:
                    break
                data = self._frames(client, token)
                for piece in self._pieces(data) if data else []:
                    writer.write(piece)
                    await writer.drain()
                await asyncio.sleep(0)
            await asyncio.wait([reading], timeout=self._random.choice((0.0, 0.02, 0.1)))
        finally:
            reading.cancel()
            writer.transport.abort()
        for response in client.responses.values():
            if set(TOKEN.findall(response.body)) - {token.encode()}:
                self.findings.problems.append(f"HTTP/2: an answer to another client: {response.body!r}")
            if response.status:
                self.findings.statuses[response.status] = self.findings.statuses.get(response.status, 0) + 1
        return "http2"

    async def _read_http2(self, reader: asyncio.StreamReader, client: Client) -> None:
        while data := await reader.read(65536):
            client.receive(data)

    def _frames(self, client: Client, token: str) -> bytes:
        draw, choose = self._random.random(), self._random.choice
        if draw < 0.25:
            return self._random_frame()
        headers = [
            choose(
                (
                    ("x-tag", "y"),
                    ("transfer-encoding", "chunked"),
                    ("content-length", choose(("0", "3", "99", "x"))),
                    ("connection", "close"),
                    ("te", "trailers"),
                    ("x", "a\r\nb: c"),
                    ("bad name", "x"),
                    (":path", "/again"),
                    ("host", "elsewhere"),
                    ("cookie", "a=b"),
                )
            )
            for _ in range(self._random.randrange(4))
        ]
        client.connection.config.validate_outbound_headers = False
        stream = client.request(
            choose(("GET", "POST", "HEAD", "TRACE", "CONNECT", "G T")),
            choose((f"/api/{token}", f"/api/{token} HTTP/1.1\r\nX: y", "", "*", f"/api/{token}")),
            *headers,
            body=self._random.randbytes(choose((0, 0, 3, 2000))),
            end=self._random.random() < 0.9,
        )
        if draw < 0.4:
            client.connection.reset_stream(stream)
        sent = client.sent()
        return self._mutated(sent) if draw > 0.85 else sent

    def _random_frame(self) -> bytes:
        payload = self._random.randbytes(self._random.choice((0, 4, 5, 8, 9, 200)))
        head = len(payload).to_bytes(3, "big") + bytes(
            (self._random.randrange(12), self._random.randrange(256))
        )
        return head + self._random.choice((0, 1, 3, 5, 2**31 - 1)).to_bytes(4, "big") + payload

    async def _victim(self, over: asyncio.Event) -> None:
        """Asks on one connection again and again, and must get its own answers in time."""
        reader, writer = await self._open(self._plain)
        while not over.is_set():
            path = f"/api/victim-{self.findings.victims}"
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {DOMAIN}\r\n\r\n".encode())
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE_S)
            length = LENGTH.search(head)
            body = await reader.readexactly(int(length[1]) if length else 0)
            if not head.startswith(b"HTTP/1.1 200") or body != path.encode():
                self._problem("a victim got something else", path.encode(), head + body)
                return
            self.findings.victims += 1
            await asyncio.sleep(0.002)
        writer.close()

    async def _victim_http2(self, over: asyncio.Event) -> None:
        """The same over HTTP/2, in connections of a few requests at the same time."""
        while not over.is_set():
            reader, writer = await self._open(self._secure)
            await writer.start_tls(self._context, server_hostname=DOMAIN)
            client = Client(DOMAIN)
            paths = {
                client.request("GET", f"/api/victim-{number}-{id(client)}"): number for number in range(9)
            }
            writer.write(client.sent())
            while not all(response.whole for response in client.responses.values()):
                client.receive(await asyncio.wait_for(reader.read(65536), PATIENCE_S))
                writer.write(client.sent())
            for stream, number in paths.items():
                if client.responses[stream].body != f"/api/victim-{number}-{id(client)}".encode():
                    self.findings.problems.append(f"HTTP/2 victim: {client.responses[stream]}")
            self.findings.victims += len(paths)
            writer.transport.abort()
            await asyncio.sleep(0.005)


async def fuzz(folder: Path, seed: int, number: int, seconds: float = 0.0, concurrent: int = 24) -> Findings:
    """At least `number` attacks, and more of them until `seconds` are over; what they did."""
    plain, secure = private_app(), private_app()
    plain = with_listener(plain, protocol="HTTP", certificate_arns=())
    authority = CertificateAuthority(folder)
    certificate = material(authority, DOMAIN)
    contexts = TlsContexts(authority, lambda arn: certificate, lambda arn: None)
    context = ssl.create_default_context(cadata=authority.certificate_pem)
    context.set_alpn_protocols(["h2"])
    vantage = Vantage("corporate", lambda: OFFICE)
    benches = [Bench(topology, Functions(echo)) for topology in (plain, secure)]
    async with (
        vantage_server(vantage, benches[0].exchange, contexts, 0) as plain_port,
        vantage_server(vantage, benches[1].exchange, contexts, 0) as secure_port,
    ):
        fuzzer = Fuzzer(seed, plain_port, secure_port, context)
        watch = _Errors(fuzzer.findings)
        logging.getLogger().addHandler(watch)
        try:
            end = time.monotonic() + seconds
            await fuzzer.attack(number, concurrent)
            while time.monotonic() < end and not fuzzer.findings.problems:
                for bench in benches:
                    bench.traced.clear()
                    bench.functions.invoked.clear()
                await fuzzer.attack(number, concurrent)
        finally:
            logging.getLogger().removeHandler(watch)
    return fuzzer.findings


def main() -> None:
    """Attacks for as long as asked, tells what was tried; exit status 1 when something went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    chosen = parser.parse_args()

    async def whole() -> None:
        with tempfile.TemporaryDirectory() as folder:
            findings = await fuzz(Path(folder), chosen.seed, 1000, chosen.seconds)
        print(f"seed {chosen.seed}; attacks {findings.attacks}; victims' requests {findings.victims}")  # noqa: T201
        print(f"statuses {dict(sorted(findings.statuses.items()))}")  # noqa: T201
        for problem in findings.problems[:20]:
            print(f"PROBLEM {problem}")  # noqa: T201
        if findings.problems:
            raise SystemExit(1)

    run(whole())


if __name__ == "__main__":
    main()
