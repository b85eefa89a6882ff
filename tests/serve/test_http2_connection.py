import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from tests.serve.functions.fleets import run
from tests.serve.test_http_connection import http_app
from tests.serve.worlds import OFFICE, Bench, Functions
from tests.topologies import DOMAIN
from tests.wire.http2_client import Client

from landbridge.model.exchange import HttpRequest
from landbridge.serve.exchange import Entrance
from landbridge.serve.http2_connection import Http2Connection


class Opened:
    """A connection and its client, on a bench."""

    def __init__(self, bench: Bench, entrance: Entrance, keep_alive_s: float) -> None:
        self.bench = bench
        self.client = Client(DOMAIN)
        self.written = b""
        self.closed = False
        self.connection = Http2Connection(
            bench.exchange, entrance, self._write, self._close, self._addressed, keep_alive_s
        )

    def _write(self, data: bytes) -> None:
        self.written += data

    def _close(self) -> None:
        self.closed = True

    @staticmethod
    def _addressed(request: HttpRequest) -> HttpRequest:
        return request

    async def talk(self) -> None:
        """Both sides say what they have to say, and everything runs that can run."""
        for _ in range(60):
            sent = self.client.sent()
            if sent:
                self.connection.receive(sent)
            written, self.written = self.written, b""
            if written:
                self.client.receive(written)
            await asyncio.sleep(0)


Trial = Callable[[Opened], Coroutine[Any, Any, None]]


def with_connection(trial: Trial, functions: Functions | None = None, keep_alive_s: float = 3600.0) -> None:
    async def whole() -> None:
        bench = Bench(http_app(protocol="HTTPS"), functions)
        _, connection = await bench.exchange.connect(lambda: OFFICE, DOMAIN, 443)
        assert connection.door is not None
        entrance = Entrance("corporate", OFFICE, "https", DOMAIN, 443, connection.door, connection.hops)
        await trial(Opened(bench, entrance, keep_alive_s))

    run(whole())


def test_streams_are_answered_at_the_same_time() -> None:
    functions = Functions(wait=asyncio.Event())

    async def trial(opened: Opened) -> None:
        waiting = [opened.client.request("GET", "/api/orders") for _ in range(5)]
        own = opened.client.request("TRACE", "/")
        await opened.talk()
        assert opened.client.responses[own].status == 405
        assert len(functions.invoked) == 5
        assert functions.wait is not None
        functions.wait.set()
        await opened.talk()
        assert {opened.client.responses[stream].status for stream in waiting} == {200}
        assert len(opened.bench.traced) == 6

    with_connection(trial, functions)


@pytest.mark.parametrize(("method", "body"), [("GET", b"hello"), ("HEAD", b"")])
def test_a_head_request_gets_no_body(method: str, body: bytes) -> None:
    async def trial(opened: Opened) -> None:
        stream = opened.client.request(method, "/api/orders")
        await opened.talk()
        response = opened.client.responses[stream]
        assert (response.status, response.body, response.whole) == (200, body, True)

    with_connection(trial)


def test_a_stream_that_is_reset_ends_its_request_and_no_other() -> None:
    functions = Functions(wait=asyncio.Event())

    async def trial(opened: Opened) -> None:
        first, second = (opened.client.request("GET", "/api/orders") for _ in range(2))
        await opened.talk()
        opened.client.connection.reset_stream(first)
        await opened.talk()
        assert functions.wait is not None
        functions.wait.set()
        await opened.talk()
        assert opened.client.responses[first].status == 0
        assert opened.client.responses[second].status == 200

    with_connection(trial, functions)


def test_a_silent_client_gets_a_farewell_and_the_connection_ends() -> None:
    async def trial(opened: Opened) -> None:
        await opened.talk()
        now = asyncio.get_running_loop().time()
        opened.connection.expire(now + 9, 10, now)
        assert not opened.closed
        opened.connection.expire(now + 11, 10, now)
        assert opened.closed
        opened.client.receive(opened.written)
        assert opened.client.farewell == 0

    with_connection(trial)


def test_a_target_that_is_silent_for_the_idle_timeout_is_a_504_and_the_connection_goes_on() -> None:
    functions = Functions(wait=asyncio.Event())

    async def trial(opened: Opened) -> None:
        stream = opened.client.request("GET", "/api/orders")
        await opened.talk()
        now = asyncio.get_running_loop().time()
        opened.connection.expire(now + 11, 10, now + 11)
        await opened.talk()
        assert opened.client.responses[stream].status == 504
        assert not opened.closed

    with_connection(trial, functions)


def test_after_the_client_keep_alive_duration_no_further_request_is_taken() -> None:
    functions = Functions(wait=asyncio.Event())

    async def trial(opened: Opened) -> None:
        opened.client.request("GET", "/api/orders")
        await opened.talk()
        now = asyncio.get_running_loop().time()
        opened.connection.expire(now + 61, 3600, now)
        assert not opened.closed
        assert functions.wait is not None
        functions.wait.set()
        for _ in range(40):
            await asyncio.sleep(0)
        assert opened.closed

    with_connection(trial, functions, keep_alive_s=60)


def test_what_is_no_http2_ends_the_connection() -> None:
    async def trial(opened: Opened) -> None:
        opened.connection.receive(b"GET / HTTP/1.1\r\n\r\n")
        assert opened.closed
        opened.connection.receive(b"more")

    with_connection(trial)


def test_a_client_that_leaves_ends_its_requests() -> None:
    functions = Functions(wait=asyncio.Event())

    async def trial(opened: Opened) -> None:
        opened.client.request("GET", "/api/orders")
        await opened.talk()
        opened.connection.end()
        await opened.talk()
        assert not opened.closed
        assert opened.written == b""

    with_connection(trial, functions)
