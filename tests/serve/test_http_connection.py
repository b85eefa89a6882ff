"""One client connection to a load balancer's listener without TLS: order, limits, timeouts, desync modes."""

import asyncio
import re
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest
from tests.semantics.conversations import with_listener
from tests.serve.functions.fleets import run
from tests.serve.transports import Transport
from tests.serve.worlds import OFFICE, Bench, Functions
from tests.topologies import DOMAIN, private_app

from landbridge.model.topology import Topology
from landbridge.semantics.load_balancing.responses import error
from landbridge.serve.exchange import Entrance
from landbridge.serve.http_connection import HttpConnection
from landbridge.wire.http1 import CONTINUE, render_response

HOST = f"Host: {DOMAIN}\r\n".encode()
GET = b"GET /api/orders HTTP/1.1\r\n" + HOST + b"\r\n"


def http_app(*attributes: tuple[str, str], protocol: str = "HTTP") -> Topology:
    topology = with_listener(private_app(), protocol=protocol)
    section = topology.load_balancing
    balancer = replace(section.load_balancers[0], attributes=attributes)
    return replace(topology, load_balancing=replace(section, load_balancers=(balancer,)))


class Opened:
    """A connection with its transport, on a bench."""

    def __init__(self, bench: Bench, connection: HttpConnection, transport: Transport) -> None:
        self.bench = bench
        self.connection = connection
        self.transport = transport

    async def answered(self, data: bytes) -> bytes:
        """What is written once everything that these bytes ask for is answered."""
        self.connection.receive(data)
        await self.settle()
        return self.transport.take()

    async def settle(self) -> None:
        """Lets everything run that can run."""
        for _ in range(40):
            await asyncio.sleep(0)

    def wait(self, seconds: float) -> None:
        """Has the connection look at its timeouts as if so much time were over."""
        self.connection.expire(asyncio.get_running_loop().time() + seconds)


Trial = Callable[[Opened], Coroutine[Any, Any, None]]


def with_connection(
    trial: Trial, topology: Topology | None = None, functions: Functions | None = None
) -> None:
    async def whole() -> None:
        bench = Bench(topology or http_app(), functions)
        _, connection = await bench.exchange.connect(lambda: OFFICE, DOMAIN, 443)
        assert connection.door is not None
        entrance = Entrance("corporate", OFFICE, "http", DOMAIN, 443, connection.door, connection.hops)
        transport = Transport()
        opened = Opened(bench, HttpConnection(bench.exchange, entrance, transport, lambda: None), transport)
        await trial(opened)

    run(whole())


def statuses(answered: bytes) -> list[int]:
    return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d+) ", answered)]


def test_pipelined_requests_are_answered_in_their_order() -> None:
    async def trial(opened: Opened) -> None:
        trace = b"TRACE / HTTP/1.1\r\n" + HOST + b"\r\n"
        assert statuses(await opened.answered(GET + trace + GET)) == [200, 405, 200]
        assert not opened.transport.closed

    with_connection(trial)


@pytest.mark.parametrize(
    ("request_sent", "closes"),
    [
        (GET, False),
        (GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), True),
        (GET.replace(b"\r\n\r\n", b"\r\nConnection: closed-loop\r\n\r\n"), False),
        (GET.replace(b"1.1", b"1.0"), True),
        (GET.replace(b"1.1", b"1.0").replace(b"\r\n\r\n", b"\r\nConnection: keep-alive\r\n\r\n"), False),
    ],
)
def test_a_connection_stays_open_unless_its_client_says_otherwise(request_sent: bytes, closes: bool) -> None:
    async def trial(opened: Opened) -> None:
        answered = await opened.answered(request_sent)
        assert statuses(answered) == [200]
        assert (b"Connection: close" in answered) is closes
        assert opened.transport.closed is closes

    with_connection(trial)


def test_the_go_ahead_is_sent_before_the_body_is_there() -> None:
    async def trial(opened: Opened) -> None:
        head = b"POST /api/orders HTTP/1.1\r\n" + HOST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        assert await opened.answered(head) == CONTINUE
        assert statuses(await opened.answered(b"ab")) == [200]

    with_connection(trial)


AMBIGUOUS = b"GET /api/orders HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\n\r\nab"
ACCEPTABLE = b"GET /api/orders HTTP/1.1\r\n" + HOST + b"Content-Length: 0\r\n\r\n"
SEVERE = b"POST /api/orders HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc"


@pytest.mark.parametrize(
    ("mode", "request_sent", "status", "closes"),
    [
        ("monitor", ACCEPTABLE, 200, False),
        ("monitor", AMBIGUOUS, 200, False),
        ("monitor", SEVERE, 400, True),
        ("defensive", ACCEPTABLE, 200, False),
        ("defensive", AMBIGUOUS, 200, True),
        ("defensive", SEVERE, 400, True),
        ("strictest", ACCEPTABLE, 400, True),
        ("strictest", AMBIGUOUS, 400, True),
        ("strictest", SEVERE, 400, True),
    ],
)
def test_a_desync_mitigation_mode_routes_closes_or_blocks(
    mode: str, request_sent: bytes, status: int, closes: bool
) -> None:
    async def trial(opened: Opened) -> None:
        smuggled = b"GET /api/smuggled HTTP/1.1\r\n" + HOST + b"\r\n"
        assert statuses(await opened.answered(request_sent + smuggled))[0] == status
        assert opened.transport.closed is closes
        assert len(opened.bench.functions.invoked) == (status == 200) + (not closes)

    with_connection(trial, http_app(("routing.http.desync_mitigation_mode", mode)))


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        (b"", b""),
        (b"GET /api/orders HTTP/1.1\r\n", b"HTTP/1.1 408 Request Time-out\r\n"),
        (b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf", b"HTTP/1.1 408 Request Time-out\r\n"),
    ],
)
def test_a_silent_client_is_closed_after_the_idle_timeout(sent: bytes, answered: bytes) -> None:
    async def trial(opened: Opened) -> None:
        if sent:
            opened.connection.receive(sent)
        opened.wait(9)
        assert not opened.transport.closed
        opened.wait(11)
        assert opened.transport.closed
        assert opened.transport.take().startswith(answered)
        assert len(opened.bench.traced) == bool(sent)

    with_connection(trial, http_app(("idle_timeout.timeout_seconds", "10")))


def test_a_target_that_is_silent_for_the_idle_timeout_is_a_504() -> None:
    functions = Functions(wait=asyncio.Event())

    async def trial(opened: Opened) -> None:
        assert await opened.answered(GET) == b""
        opened.wait(9)
        assert not opened.transport.closed
        opened.wait(11)
        await opened.settle()
        assert statuses(opened.transport.take()) == [504]
        assert opened.transport.closed

    with_connection(trial, http_app(("idle_timeout.timeout_seconds", "10")), functions)


def test_after_the_client_keep_alive_duration_the_next_response_is_the_last() -> None:
    async def trial(opened: Opened) -> None:
        assert b"Connection: keep-alive" in await opened.answered(GET)
        later = asyncio.get_running_loop().time() + 61
        opened.connection._clock = lambda: later
        assert b"Connection: close" in await opened.answered(GET)
        assert opened.transport.closed

    with_connection(trial, http_app(("client_keep_alive.seconds", "60")))


def test_a_slow_reader_holds_further_answers_back() -> None:
    async def trial(opened: Opened) -> None:
        opened.connection.pause_writing()
        assert await opened.answered(GET) == b""
        opened.connection.resume_writing()
        await opened.settle()
        assert statuses(opened.transport.take()) == [200]

    with_connection(trial)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x01\x02\x03", 400),
        (b"GET /" + b"x" * 17_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\n" + HOST + b"A: " + b"x" * 17_000 + b"\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + (b"A: " + b"x" * 9_000 + b"\r\n") * 8 + b"\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n" + HOST + b"\r\n", 505),
        (b"TRACE / HTTP/1.1\r\n" + HOST + b"\r\n", 405),
        (b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\n" + HOST + b"X-Forwarded-For: " + b"1.1.1.1," * 30 + b"1.1.1.1\r\n\r\n", 463),
        (b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 99999999999\r\n\r\n", 413),
        (b"GET / HTTP/1.1\r\nHost: nowhere.example\r\n\r\n", 403),
    ],
)
def test_each_error_has_the_load_balancers_own_page(sent: bytes, status: int) -> None:
    async def trial(opened: Opened) -> None:
        answered = await opened.answered(sent)
        keep_alive = not opened.transport.closed
        (trace,) = opened.bench.traced
        if status == 403:  # API Gateway's, not the load balancer's
            assert b"Server: awselb/2.0" not in answered
            return
        page = render_response(error(status, 0), keep_alive=keep_alive)
        assert re.sub(rb"Date: [^\r]*", b"", answered) == re.sub(rb"Date: [^\r]*", b"", page)
        assert trace.stopped_at is not None
        assert trace.stopped_at.decision.remedy

    with_connection(trial)


def test_attributes_of_the_listener_reach_the_pages_for_what_cannot_be_read() -> None:
    attributes = (
        ("routing.http.response.server.enabled", "false"),
        ("routing.http.response.x_frame_options.header_value", "DENY"),
    )

    async def trial(opened: Opened) -> None:
        for sent in (GET, b"TRACE / HTTP/1.1\r\n" + HOST + b"\r\n", b"\x01"):
            answered = await opened.answered(sent)
            assert b"\r\nX-Frame-Options: DENY\r\n" in answered
            assert b"awselb" not in answered

    with_connection(trial, with_listener(http_app(), attributes=attributes))


def test_a_client_that_leaves_ends_its_request() -> None:
    functions = Functions(wait=asyncio.Event())

    async def trial(opened: Opened) -> None:
        await opened.answered(GET)
        opened.connection.end()
        await opened.settle()
        assert functions.invoked
        assert opened.transport.take() == b""

    with_connection(trial, functions=functions)
