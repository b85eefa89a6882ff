"""Bodies that stream: held back, cut off, and written to clients of HTTP/1 and HTTP/2."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.serve import test_http2_connection, test_http_connection
from tests.serve.functions.fleets import run
from tests.serve.test_http_connection import GET, http_app
from tests.serve.worlds import OFFICE, Bench, Functions
from tests.topologies import DOMAIN, FUNCTION_ARN

from landbridge.model.api_gateway import Integration, ResponseTransferMode
from landbridge.model.exchange import StreamEnd
from landbridge.model.topology import Topology
from landbridge.semantics.needs import Invoke
from landbridge.semantics.streaming import InvokedStreaming
from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.serve.contexts import TlsContexts
from landbridge.serve.exchange import Entrance
from landbridge.serve.response_stream import MOST_WAITING, CountedStream, ResponseStream
from landbridge.serve.vantage import Vantage, vantage_server

METADATA = json.dumps({"headers": {"Content-Type": "text/event-stream"}}).encode()
URI = (
    "arn:aws:apigateway:eu-central-1:lambda:path/2021-11-15/functions/"
    f"{FUNCTION_ARN}/response-streaming-invocations"
)


def opened(idle_s: float = 60, total_s: float = 60) -> ResponseStream:
    return ResponseStream(idle_s, asyncio.get_running_loop().time() + total_s)


def test_a_reader_gets_what_has_come_and_then_the_end() -> None:
    async def trial() -> None:
        stream = opened()
        for piece in (b"one ", b"", b"two"):
            stream.feed(piece)
        assert await stream.read() == b"one two"
        reading = asyncio.ensure_future(stream.read())
        await asyncio.sleep(0)
        assert not reading.done()
        stream.feed(b"three")
        assert await reading == b"three"
        stream.feed(b"four")
        stream.finish(StreamEnd.WHOLE)
        stream.finish(StreamEnd.CUT_OFF)
        stream.feed(b"late")
        assert [await stream.read() for _ in range(3)] == [b"four", StreamEnd.WHOLE, StreamEnd.WHOLE]

    run(trial())


@pytest.mark.parametrize(("idle_s", "total_s"), [(0.01, 60), (60, 0.01)], ids=["idle", "total"])
def test_a_body_that_takes_too_long_is_cut_off(idle_s: float, total_s: float) -> None:
    async def trial() -> None:
        stream = opened(idle_s, total_s)
        stream.feed(b"one")
        assert await stream.read() == b"one"
        assert await stream.read() is StreamEnd.CUT_OFF

    run(trial())


def test_a_body_that_comes_after_its_time_is_cut_off_however_busy_its_maker_is() -> None:
    async def trial() -> None:
        stream = opened(total_s=0)
        stream.feed(b"one")
        assert await stream.read() is StreamEnd.CUT_OFF

    run(trial())


@pytest.mark.parametrize("way", ["read", "closed", "ended"])
def test_the_maker_is_held_back_until_all_is_read_or_it_does_not_matter_any_more(way: str) -> None:
    async def trial() -> None:
        stream, held = opened(), list[bool]()
        stream.feed(bytes(MOST_WAITING), held.append)
        assert held == []
        stream.feed(b"more", held.append)
        stream.feed(b"and more", held.append)
        assert held == [True]
        if way == "closed":
            stream.close()
        elif way == "ended":
            stream.finish(StreamEnd.CUT_OFF)
        else:
            await stream.read()
            reading = asyncio.ensure_future(stream.read())
            await asyncio.sleep(0)
            reading.cancel()
        assert held == [True, False]

    run(trial())


def test_a_counted_body_tells_its_end_and_its_length_once() -> None:
    async def trial() -> None:
        stream, told = opened(), list[tuple[StreamEnd | None, int]]()
        counted = CountedStream(stream, lambda end, size_bytes: told.append((end, size_bytes)))
        stream.feed(b"four")
        stream.finish(StreamEnd.WHOLE)
        assert [await counted.read(), await counted.read()] == [b"four", StreamEnd.WHOLE]
        counted.close()
        counted.close()
        assert told == [(StreamEnd.WHOLE, 4)]

    run(trial())


def streaming_app(protocol: str = "HTTP") -> Topology:
    """An app behind a listener whose function is invoked with response streaming."""
    topology = http_app(protocol=protocol)
    (api,) = topology.api_gateway.rest_apis
    stage = api.stages[0]

    def streams(integration: Integration | None) -> Integration | None:
        if integration is None or integration.type != "AWS_PROXY":
            return integration
        return replace(integration, uri=URI, response_transfer_mode=ResponseTransferMode.STREAM)

    resources = tuple(
        replace(
            each,
            methods=tuple(replace(one, integration=streams(one.integration)) for one in each.methods),
        )
        for each in stage.deployment.resources
    )
    stages = (replace(stage, deployment=replace(stage.deployment, resources=resources)),)
    apis = (replace(api, stages=stages),)
    return replace(topology, api_gateway=replace(topology.api_gateway, rest_apis=apis))


class Streams(Functions):
    """A function that has streamed a first piece when it is invoked; a test does the rest."""

    stream: ResponseStream

    async def invoke(self, need: Invoke) -> InvokedStreaming:
        self.invoked.append(need)
        self.stream = opened()
        self.stream.feed(b"one ")
        return InvokedStreaming(METADATA, self.stream)


def over_http1(trial: Callable[[test_http_connection.Opened, Streams], Coroutine[Any, Any, None]]) -> None:
    streams = Streams()
    test_http_connection.with_connection(lambda opened: trial(opened, streams), streaming_app(), streams)


def test_chunks_reach_the_client_before_the_body_is_whole() -> None:
    async def trial(connection: test_http_connection.Opened, streams: Streams) -> None:
        for request in (GET, GET):
            head, _, body = (await connection.answered(request)).partition(b"\r\n\r\n")
            assert b"Transfer-Encoding: chunked" in head
            assert b"Content-Type: text/event-stream" in head
            assert b"Content-Length" not in head
            assert body == b"4\r\none \r\n"
            streams.stream.feed(b"two")
            await connection.settle()
            assert connection.transport.take() == b"3\r\ntwo\r\n"
            before = len(connection.bench.traced)
            streams.stream.finish(StreamEnd.WHOLE)
            await connection.settle()
            assert connection.transport.take() == b"0\r\n\r\n"
            assert len(connection.bench.traced) == before + 1
            last = connection.bench.traced[-1].hops[-1]
            assert last.decision.facts[-1] == ("body", "7 bytes streamed, whole")
        assert not connection.transport.closed

    over_http1(trial)


def test_a_body_that_is_cut_off_has_no_last_chunk_and_ends_the_connection() -> None:
    async def trial(connection: test_http_connection.Opened, streams: Streams) -> None:
        await connection.answered(GET)
        streams.stream.finish(StreamEnd.CUT_OFF)
        await connection.settle()
        assert (connection.transport.take(), connection.transport.closed) == (b"", True)
        (trace,) = connection.bench.traced
        assert trace.hops[-1].decision.facts[-1] == ("body", "4 bytes streamed, cut off")

    over_http1(trial)


def test_a_client_of_http_1_0_gets_the_body_without_chunks_up_to_the_end_of_the_connection() -> None:
    async def trial(connection: test_http_connection.Opened, streams: Streams) -> None:
        request = GET.replace(b"1.1\r\n", b"1.0\r\nConnection: keep-alive\r\n", 1)
        head, _, body = (await connection.answered(request)).partition(b"\r\n\r\n")
        assert body == b"one "
        assert b"Transfer-Encoding" not in head
        assert b"Connection: close" in head
        streams.stream.finish(StreamEnd.WHOLE)
        await connection.settle()
        assert connection.transport.closed

    over_http1(trial)


def test_a_head_request_has_no_body_and_leaves_the_function_to_itself() -> None:
    async def trial(connection: test_http_connection.Opened, streams: Streams) -> None:
        answered = await connection.answered(GET.replace(b"GET", b"HEAD"))
        assert answered.endswith(b"\r\n\r\n")
        assert b"one" not in answered
        held: list[bool] = []
        streams.stream.feed(bytes(2 * MOST_WAITING), held.append)
        assert held == []
        assert not connection.transport.closed

    over_http1(trial)


def test_a_client_that_leaves_or_does_not_read_is_not_written_to() -> None:
    async def trial(connection: test_http_connection.Opened, streams: Streams) -> None:
        await connection.answered(GET)
        connection.connection.pause_writing()
        streams.stream.feed(b"two")
        await connection.settle()
        assert connection.transport.take() == b""
        connection.connection.resume_writing()
        await connection.settle()
        assert connection.transport.take() == b"3\r\ntwo\r\n"
        connection.connection.end()
        await connection.settle()
        (trace,) = connection.bench.traced
        assert trace.hops[-1].decision.facts[-1] == ("body", "7 bytes streamed, the client has left")
        held: list[bool] = []
        streams.stream.feed(bytes(2 * MOST_WAITING), held.append)
        assert held == []

    over_http1(trial)


def test_a_load_balancer_cuts_off_a_body_that_stands_still_for_its_idle_timeout() -> None:
    async def trial(connection: test_http_connection.Opened, streams: Streams) -> None:
        await connection.answered(GET)
        connection.wait(59)
        assert not connection.transport.closed
        connection.wait(61)
        await connection.settle()
        assert (connection.transport.take(), connection.transport.closed) == (b"", True)

    over_http1(trial)


Http2Trial = Callable[[test_http2_connection.Opened, Streams, int], Coroutine[Any, Any, None]]


def over_http2(trial: Http2Trial, method: str = "GET") -> None:
    streams = Streams()

    async def whole() -> None:
        bench = Bench(streaming_app("HTTPS"), streams)
        _, connection = await bench.exchange.connect(lambda: OFFICE, DOMAIN, 443)
        assert connection.door is not None
        entrance = Entrance("corporate", OFFICE, "https", DOMAIN, 443, connection.door, connection.hops)
        opened = test_http2_connection.Opened(bench, entrance, 3600)
        stream = opened.client.request(method, "/api/orders")
        await opened.talk()
        await trial(opened, streams, stream)

    run(whole())


@pytest.mark.parametrize("end", list(StreamEnd))
def test_over_http2_pieces_are_frames_and_a_body_that_is_cut_off_is_reset(end: StreamEnd) -> None:
    async def trial(opened: test_http2_connection.Opened, streams: Streams, stream: int) -> None:
        response = opened.client.responses[stream]
        assert (response.status, response.body, response.whole) == (200, b"one ", False)
        streams.stream.feed(b"two")
        streams.stream.finish(end)
        await opened.talk()
        assert response.body == b"one two"
        assert (response.whole, response.reset) == (end is StreamEnd.WHOLE, end is StreamEnd.CUT_OFF)

    over_http2(trial)


def test_over_http2_a_closed_window_holds_the_function_back() -> None:
    async def trial(opened: test_http2_connection.Opened, streams: Streams, stream: int) -> None:
        opened.client.hold_windows = True
        held: list[bool] = []
        for _ in range(4):
            streams.stream.feed(bytes(100_000), held.append)
            await opened.talk()
        assert held[-1] is True
        opened.client.connection.increment_flow_control_window(500_000)
        opened.client.connection.increment_flow_control_window(500_000, stream)
        await opened.talk()
        assert held[-1] is False
        streams.stream.finish(StreamEnd.WHOLE)
        await opened.talk()
        assert len(opened.client.responses[stream].body) == 400_004

    over_http2(trial)


def test_over_http2_a_head_request_has_no_body() -> None:
    async def trial(opened: test_http2_connection.Opened, streams: Streams, stream: int) -> None:
        response = opened.client.responses[stream]
        assert (response.status, response.body, response.whole) == (200, b"", True)

    over_http2(trial, "HEAD")


def test_over_http2_a_body_that_stands_still_for_the_idle_timeout_is_reset() -> None:
    async def trial(opened: test_http2_connection.Opened, streams: Streams, stream: int) -> None:
        now = asyncio.get_running_loop().time()
        opened.connection.expire(now + 61, 60, now)
        await opened.talk()
        assert opened.client.responses[stream].reset

    over_http2(trial)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_absolute_form_request_gets_its_chunks_as_they_come(tmp_path: Path, method: str) -> None:
    target = f"{method} http://{DOMAIN}:443/api/orders HTTP/1.1\r\nHost: {DOMAIN}:443\r\n\r\n"

    async def whole() -> None:
        streams = Streams()
        bench = Bench(streaming_app(), streams)
        contexts = TlsContexts(CertificateAuthority(tmp_path), lambda arn: None, lambda arn: None)
        async with vantage_server(Vantage("corporate", lambda: OFFICE), bench.exchange, contexts, 0) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(target.encode())
            head = await reader.readuntil(b"\r\n\r\n")
            assert b"Transfer-Encoding: chunked" in head
            if method == "GET":
                assert await reader.readuntil(b"one \r\n") == b"4\r\none \r\n"
                streams.stream.finish(StreamEnd.WHOLE)
                assert await reader.readuntil(b"0\r\n\r\n") == b"0\r\n\r\n"
            writer.close()

    run(whole())
