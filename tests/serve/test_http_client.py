import asyncio
import contextlib
import socket
import ssl
from dataclasses import replace
from pathlib import Path

import pytest
from tests.serve.functions.fleets import run
from tests.serve.servers import OK, serving, tls_of

from landbridge.model.exchange import BodyStream, HttpRequest, HttpResponse, StreamEnd
from landbridge.semantics.needs import HttpAnswered, HttpFailed, HttpFailure, SendHttp, Tls
from landbridge.semantics.streaming import Streaming
from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.serve.http_client import HttpClient

GET = HttpRequest("GET", "/orders?a=1", (("Host", "shop.example"), ("X-Case", "Kept")))
HELLO = HttpResponse(200, (("Content-Length", "2"),), b"ok", "OK")


def get(port: int, *, tls: Tls | None = None, timeout_ms: int = 5000, reuse: bool = True) -> SendHttp:
    return SendHttp("127.0.0.1", port, GET, tls, timeout_ms, reuse=reuse)


@pytest.mark.parametrize(("reuse", "connections"), [(True, 1), (False, 2)])
def test_a_kept_connection_carries_the_next_request(reuse: bool, connections: int) -> None:
    async def trial() -> None:
        client = HttpClient(5)
        async with serving(OK) as server:
            for _ in range(2):
                assert await client.send(get(server.port, reuse=reuse)) == HttpAnswered(HELLO)
            assert server.connections == connections
            assert (
                server.heads[0] == b"GET /orders?a=1 HTTP/1.1\r\nHost: shop.example\r\nX-Case: Kept\r\n\r\n"
            )
            client.close()

    run(trial())


def test_requests_at_the_same_time_have_connections_of_their_own() -> None:
    async def trial() -> None:
        client = HttpClient(5)
        async with serving(OK) as server:
            await asyncio.gather(*(client.send(get(server.port)) for _ in range(3)))
            assert server.connections == 3
            await asyncio.gather(*(client.send(get(server.port)) for _ in range(3)))
            assert server.connections == 3
            client.close()

    run(trial())


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        OK + b"something that nobody asked for",
    ],
    ids=["close", "HTTP/1.0", "more than was said"],
)
def test_a_connection_that_cannot_carry_another_request_is_not_kept(answer: bytes) -> None:
    async def trial() -> None:
        client = HttpClient(5)
        async with serving(answer) as server:
            for _ in range(2):
                answered = await client.send(get(server.port))
                assert isinstance(answered, HttpAnswered)
                assert answered.response.body == b"ok"
            assert server.connections == 2
            client.close()

    run(trial())


@pytest.mark.parametrize("within", [True, False])
def test_a_server_that_never_stops_sending_is_cut_off_only_where_the_whole_answer_is_awaited(
    within: bool,
) -> None:
    over = asyncio.Event()

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n")
        try:
            with contextlib.suppress(ConnectionError):  # a client that has gone may reset the connection
                await send_slowly(reader, writer)
        finally:
            writer.close()
            over.set()

    async def send_slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(8):
            writer.write(b"x")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    await reader.read()  # the client has gone
                    return

    async def trial() -> None:
        async with await asyncio.start_server(drip, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            need = SendHttp("127.0.0.1", port, GET, timeout_ms=200, reuse=False, within_timeout=within)
            answered = await HttpClient(5).send(need)
            await over.wait()
        if within:
            assert isinstance(answered, HttpFailed)
            assert answered.failure is HttpFailure.RESPONSE_TIMEOUT
        else:
            assert isinstance(answered, HttpAnswered)

    run(trial())


@pytest.mark.parametrize(
    ("answer", "close", "failure"),
    [
        (b"", True, HttpFailure.RESET),
        (b"", False, HttpFailure.RESPONSE_TIMEOUT),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", False, HttpFailure.RESPONSE_TIMEOUT),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", True, HttpFailure.MALFORMED_RESPONSE),
        (b"good day\r\n\r\n", False, HttpFailure.MALFORMED_RESPONSE),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 40_000, False, HttpFailure.MALFORMED_RESPONSE),
    ],
    ids=["closed", "silent", "body missing", "cut off", "no HTTP", "headers too large"],
)
def test_a_server_that_does_not_answer_as_it_should_is_told_apart(
    answer: bytes, close: bool, failure: HttpFailure
) -> None:
    async def trial() -> None:
        async with serving(answer, close=close) as server:
            failed = await HttpClient(5).send(get(server.port, timeout_ms=200))
            assert isinstance(failed, HttpFailed)
            assert failed.failure is failure

    run(trial())


def test_nothing_listens_and_no_name() -> None:
    async def trial() -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            failed = await HttpClient(5).send(get(free.getsockname()[1]))
        assert isinstance(failed, HttpFailed)
        assert failed.failure is HttpFailure.CONNECTION_REFUSED
        failed = await HttpClient(5).send(SendHttp("no.such.name.invalid", 80, GET))
        assert isinstance(failed, HttpFailed)
        assert failed.failure is HttpFailure.NAME_NOT_RESOLVED

    run(trial())


def test_a_connection_that_takes_too_long_times_out() -> None:
    async def trial() -> None:
        with socket.socket() as silent:  # listens, and never speaks TLS
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            failed = await HttpClient(0.1).send(get(silent.getsockname()[1], tls=Tls(verify=False)))
        assert isinstance(failed, HttpFailed)
        assert failed.failure is HttpFailure.CONNECT_TIMEOUT

    run(trial())


@pytest.mark.parametrize(
    ("tls", "answered"),
    [
        (Tls(verify=False), True),
        (Tls(verify=False, security_policy="ELBSecurityPolicy-2016-08"), True),
        (Tls(verify=False, security_policy="ELBSecurityPolicy-TLS13-1-0-2021-06"), True),
        (Tls(server_name="shop.example"), True),
        (Tls(server_name="other.example"), False),
    ],
)
def test_a_certificate_is_checked_only_where_it_is_asked_for(
    tls: Tls, answered: bool, tmp_path: Path
) -> None:
    async def trial() -> None:
        authority = CertificateAuthority(tmp_path)
        client = HttpClient(5, lambda: ssl.create_default_context(cadata=authority.certificate_pem))
        async with serving(OK, tls=tls_of(authority, tmp_path, "shop.example")) as server:
            answer = await client.send(get(server.port, tls=tls))
            if answered:
                assert answer == HttpAnswered(HELLO)
            else:
                assert isinstance(answer, HttpFailed)
                assert answer.failure is HttpFailure.TLS
            client.close()

    run(trial())


@pytest.mark.parametrize(
    ("host", "fault"),
    [
        ("shop.example", ""),
        ("a.shop.example", ""),
        ("a.b.shop.example", "Host name 'a.b.shop.example' does not match"),
        ("other.example", "Host name 'other.example' does not match"),
    ],
)
def test_a_certificate_of_any_authority_has_to_be_the_hosts_all_the_same(
    host: str, fault: str, tmp_path: Path
) -> None:
    async def trial() -> None:
        authority = CertificateAuthority(tmp_path)
        client = HttpClient(5, ssl.create_default_context)
        async with serving(OK, tls=tls_of(authority, tmp_path, "shop.example", "*.shop.example")) as server:
            answer = await client.send(get(server.port, tls=Tls(server_name=host, any_authority=True)))
            if not fault:
                assert answer == HttpAnswered(HELLO)
            else:
                assert isinstance(answer, HttpFailed)
                assert answer.failure is HttpFailure.TLS
                assert answer.detail.startswith(fault)
                assert answer.detail.endswith("(CN=shop.example)")
            client.close()

    run(trial())


def test_plain_http_where_tls_is_spoken_fails_in_the_handshake() -> None:
    async def trial() -> None:
        async with serving(OK) as server:
            failed = await HttpClient(1).send(get(server.port, tls=Tls(verify=False)))
            assert isinstance(failed, HttpFailed)
            assert failed.failure in (HttpFailure.TLS, HttpFailure.CONNECT_TIMEOUT)

    run(trial())


def test_a_request_that_meets_the_end_of_a_kept_connection_is_not_sent_again() -> None:
    async def trial() -> None:
        client = HttpClient(5)
        async with serving(OK, b"", close=False) as server:
            assert await client.send(get(server.port)) == HttpAnswered(HELLO)
            (kept,) = client._idle["127.0.0.1", server.port, None]
            asking = asyncio.ensure_future(client.send(get(server.port)))
            while len(server.heads) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
            kept.connection_lost(ConnectionResetError())
            failed = await asking
            assert isinstance(failed, HttpFailed)
            assert failed.failure is HttpFailure.RESET
            assert len(server.heads) == 2

    run(trial())


def test_whoever_stops_waiting_ends_the_connection() -> None:
    async def trial() -> None:
        client = HttpClient(5)
        async with serving(b"") as server:
            asking = asyncio.ensure_future(client.send(get(server.port)))
            while not server.heads:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
            assert not client._idle

    run(trial())


STREAMED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\none \r\n"


def streamed(port: int, timeout_ms: int = 5000, idle_ms: int = 5000) -> SendHttp:
    return replace(get(port, timeout_ms=timeout_ms, reuse=False), streaming=Streaming(idle_ms))


async def begun(client: HttpClient, need: SendHttp) -> BodyStream:
    answered = await client.send(need)
    assert isinstance(answered, HttpAnswered)
    assert (answered.response.status, answered.response.body) == (200, b"")
    assert answered.response.stream is not None
    return answered.response.stream


@pytest.mark.parametrize(
    ("rest", "end"),
    [(b"3\r\ntwo\r\n0\r\n\r\n", StreamEnd.WHOLE), (b"3\r\ntwo\r\n", StreamEnd.CUT_OFF)],
    ids=["whole", "cut off"],
)
def test_a_body_that_streams_is_there_before_the_server_has_ended_it(rest: bytes, end: StreamEnd) -> None:
    gate = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(STREAMED)
        await gate.wait()
        writer.write(rest)
        writer.close()

    async def trial() -> None:
        async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
            body = await begun(HttpClient(5), streamed(server.sockets[0].getsockname()[1]))
            assert await body.read() == b"one "
            gate.set()
            assert [await body.read(), await body.read()] == [b"two", end]

    run(trial())


@pytest.mark.parametrize(("timeout_ms", "idle_ms"), [(40, 5000), (5000, 40)], ids=["timeout", "idle"])
def test_a_body_that_takes_too_long_is_cut_off_and_its_connection_closed(
    timeout_ms: int, idle_ms: int
) -> None:
    closed = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(STREAMED)
        assert await reader.read() == b""
        writer.close()
        closed.set()

    async def trial() -> None:
        async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
            need = streamed(server.sockets[0].getsockname()[1], timeout_ms, idle_ms)
            body = await begun(HttpClient(5), need)
            assert [await body.read(), await body.read()] == [b"one ", StreamEnd.CUT_OFF]
            body.close()
            await closed.wait()

    run(trial())


def test_a_body_up_to_the_end_of_the_connection_is_whole() -> None:
    async def trial() -> None:
        async with serving(b"HTTP/1.1 200 OK\r\n\r\nall of it", close=True) as server:
            body = await begun(HttpClient(5), streamed(server.port))
            assert [await body.read(), await body.read()] == [b"all of it", StreamEnd.WHOLE]

    run(trial())


@pytest.mark.parametrize("answer", [b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\n"], ids=["nonsense", "cut off"])
def test_a_head_that_cannot_be_read_begins_no_stream(answer: bytes) -> None:
    async def trial() -> None:
        async with serving(answer, close=True) as server:
            answered = await HttpClient(5).send(streamed(server.port))
            assert isinstance(answered, HttpFailed)
            assert answered.failure is HttpFailure.MALFORMED_RESPONSE

    run(trial())
