"""Requests to real servers: one at a time on each connection, open connections kept for the next one."""

import asyncio
import socket
import ssl
import sys
import warnings
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import cast

from landbridge.model.exchange import HttpResponse, StreamEnd, with_stream
from landbridge.semantics.api_gateway.backend_certificate import certificate_fault
from landbridge.semantics.load_balancing.security_policies import TlsVersion, security_policy
from landbridge.semantics.needs import HttpAnswered, HttpFailed, HttpFailure, SendHttp, Tls
from landbridge.semantics.streaming import Streaming
from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.serve.response_stream import ResponseStream
from landbridge.wire.http1 import render_request
from landbridge.wire.http_response import BadResponse, ResponseReader

Place = tuple[str, int, Tls | None]
"""Where connections that can stand for each other lead."""
SWITCHING_PROTOCOLS = 101
MOST_IDLE = 64
"""Open connections kept for each place."""


class HttpClient:
    """Sends requests and keeps connections; a failure is a value, and nothing is sent twice."""

    def __init__(
        self, connect_timeout_s: float, trusted: Callable[[], ssl.SSLContext] = ssl.create_default_context
    ) -> None:
        """`trusted` makes the context with which servers are checked where a request asks for it."""
        self._connect_timeout_s = connect_timeout_s
        self._make_trusted = trusted
        self._trusted: ssl.SSLContext | None = None
        self._idle: dict[Place, deque[_ServerConnection]] = {}

    async def send(self, need: SendHttp) -> HttpAnswered | HttpFailed:
        """The server's answer.

        A request that meets the end of a kept connection has failed, as it has for a load balancer.

        AWS: "Troubleshoot your Application Load Balancers"
        """
        place = (need.host, need.port, need.tls)
        connection = self._take(place, need.timeout_ms) if need.reuse else None
        if connection is None:
            opened = await self._open(place)
            if isinstance(opened, HttpFailed):
                return opened
            connection = opened
        answer = await connection.ask(need)
        if isinstance(answer, HttpAnswered) and (answer.channel or answer.response.stream) is not None:
            return answer
        if need.reuse and connection.is_open:
            self._keep(place, connection)
        else:
            connection.close()
        return answer

    def close(self) -> None:
        """Closes every kept connection."""
        for connections in self._idle.values():
            for connection in connections:
                connection.close()
        self._idle.clear()

    def _take(self, place: Place, timeout_ms: int) -> "_ServerConnection | None":
        kept = self._idle.get(place)
        oldest = asyncio.get_running_loop().time() - timeout_ms / 1000
        while kept:
            connection = kept.pop()
            if connection.is_open and connection.last_active > oldest:
                return connection
            connection.close()
        return None

    def _keep(self, place: Place, connection: "_ServerConnection") -> None:
        kept = self._idle.setdefault(place, deque())
        kept.append(connection)
        if len(kept) > MOST_IDLE:
            kept.popleft().close()

    async def _open(self, place: Place) -> "_ServerConnection | HttpFailed":
        host, port, tls = place
        loop = asyncio.get_running_loop()
        connecting = loop.create_connection(
            _ServerConnection,
            host,
            port,
            ssl=self._context(tls) if tls is not None else None,
            server_hostname=tls.server_name if tls is not None else None,
        )
        try:
            async with asyncio.timeout(self._connect_timeout_s):
                _, connection = await connecting
        except TimeoutError:
            return HttpFailed(HttpFailure.CONNECT_TIMEOUT, f"{host}:{port}")
        except ssl.SSLError as error:  # an OSError, too
            return HttpFailed(HttpFailure.TLS, error.reason or str(error))
        except socket.gaierror as error:
            return HttpFailed(HttpFailure.NAME_NOT_RESOLVED, f"{host}: {error.strerror}")
        except OSError as error:
            return HttpFailed(_TLS_CUT_OFF if tls and _was_cut_off(error) else _REFUSED, str(error))
        fault = connection.certificate_fault(tls.server_name) if tls is not None and tls.any_authority else ""
        if fault:
            connection.close()
            return HttpFailed(HttpFailure.TLS, fault)
        return connection

    def _context(self, tls: Tls) -> ssl.SSLContext:
        if not tls.verify or tls.any_authority:
            return _unverified(tls.security_policy)
        if self._trusted is None:
            self._trusted = self._make_trusted()
        return self._trusted


def trusting(authority: CertificateAuthority) -> Callable[[], ssl.SSLContext]:
    """Makes what servers are checked with: the machine's authorities, and a local one."""

    def make() -> ssl.SSLContext:
        context = ssl.create_default_context()
        context.load_verify_locations(cadata=authority.certificate_pem)
        return context

    return make


class _ServerConnection(asyncio.Protocol):
    """One connection to a server, which answers one request at a time."""

    def __init__(self) -> None:
        self.is_open = False
        self.last_active = 0.0
        self._reader: ResponseReader | None = None
        self._answered: asyncio.Future[HttpAnswered | HttpFailed] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._receive: Callable[[bytes], None] | None = None
        self._ended: Callable[[], None] | None = None
        self._switched = False
        self._hurried = False
        self._early = b""
        self._body: ResponseStream | None = None

    async def ask(self, need: SendHttp) -> HttpAnswered | HttpFailed:
        """The answer to a request; the connection is closed where it cannot carry another one."""
        self.last_active = self._loop.time()
        self._timeout_s = need.timeout_ms / 1000
        self._hurried = need.within_timeout
        self._streaming = need.streaming
        most = need.body_bytes if need.streaming is None else sys.maxsize
        self._reader = ResponseReader(need.request.method, need.headers_bytes, most)
        self._answered = self._loop.create_future()
        self._transport.write(render_request(need.request))
        self._watch()
        try:
            return await self._answered
        finally:
            if not self._answered.done() or self._answered.cancelled():
                self.close()
            self._answered = None
            if self._body is None:
                self._reader = None
            if self._timer is not None:
                self._timer.cancel()

    def close(self) -> None:
        """Closes the connection."""
        self.is_open = False
        self._transport.close()

    def certificate_fault(self, host: str) -> str:
        """What is wrong with the server's certificate, whatever its authority; empty for nothing."""
        der = self._transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
        return certificate_fault(der, host, datetime.now(UTC))

    def join(self, receive: Callable[[bytes], None], ended: Callable[[], None]) -> None:
        """After the server has switched protocols: what it says, and its end, are the client's."""
        self._receive, self._ended = receive, ended
        early, self._early = self._early, b""
        if early:
            receive(early)
        if not self.is_open:
            ended()

    def send(self, data: bytes) -> None:
        """Passes bytes on to the server."""
        self._transport.write(data)

    def pause(self, paused: bool) -> None:
        """Holds the server back, or lets it go on."""
        if self.is_open:
            (self._transport.pause_reading if paused else self._transport.resume_reading)()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The server is there."""
        self._transport = cast(asyncio.Transport, transport)
        self._loop = asyncio.get_running_loop()
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        """More of the answer; what nobody has asked for ends the connection."""
        if not self._hurried:
            self.last_active = self._loop.time()
        if self._receive is not None:
            self._receive(data)
            return
        if self._switched:
            self._early += data
            return
        if self._reader is None:
            self.close()
            return
        done = self._reader.feed(data)
        if self._streaming is not None and self._is_begun(self._reader, self._streaming):
            self._pass_on(self._reader, done)
        elif done is not None:
            self._finish(done)

    def connection_lost(self, exc: Exception | None) -> None:
        """The server has closed, or the network failed."""
        self.is_open = False
        if self._ended is not None:
            self._ended()
        if self._reader is None:
            return
        done = self._reader.end() if exc is None else None
        if self._body is not None:
            self._body.finish(StreamEnd.WHOLE if isinstance(done, HttpResponse) else StreamEnd.CUT_OFF)
        elif done is None:
            self._settle(HttpFailed(HttpFailure.RESET, str(exc or "closed before an answer")))
        else:
            self._finish(done)

    def _is_begun(self, reader: ResponseReader, streaming: Streaming) -> bool:
        """Whether the head of a streamed answer is there; then whoever asked has it."""
        head = reader.head
        if self._body is None and head is not None and head.status != SWITCHING_PROTOCOLS:
            idle_s, ends_at = streaming.idle_ms / 1000, self.last_active + self._timeout_s
            self._body = _ServerBody(idle_s, ends_at, self.close)
            self._settle(HttpAnswered(with_stream(head, self._body)))
        return self._body is not None

    def _pass_on(self, reader: ResponseReader, done: HttpResponse | BadResponse | None) -> None:
        assert self._body is not None
        self._body.feed(reader.take_body(), self.pause)
        if done is not None:
            self._body.finish(StreamEnd.WHOLE if isinstance(done, HttpResponse) else StreamEnd.CUT_OFF)
            self.close()

    def _finish(self, done: HttpResponse | BadResponse) -> None:
        if isinstance(done, BadResponse):
            self.close()
            self._settle(HttpFailed(HttpFailure.MALFORMED_RESPONSE, done.detail))
            return
        assert self._reader is not None
        if done.status == SWITCHING_PROTOCOLS:
            self._switched, self._early = True, self._reader.leftover
            self._settle(HttpAnswered(done, self))
            return
        if not self._reader.keep_alive:
            self.close()
        self._settle(HttpAnswered(done))

    def _settle(self, answer: HttpAnswered | HttpFailed) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_result(answer)

    def _watch(self) -> None:
        """Ends the waiting when the server has been silent for too long."""
        silent_s = self._loop.time() - self.last_active
        if silent_s < self._timeout_s:
            self._timer = self._loop.call_later(self._timeout_s - silent_s, self._watch)
            return
        self.close()
        self._settle(HttpFailed(HttpFailure.RESPONSE_TIMEOUT, f"silent for {self._timeout_s:g} s"))


class _ServerBody(ResponseStream):
    """The body of a server's answer; its connection is closed when nobody reads it."""

    def __init__(self, idle_s: float, ends_at: float, end: Callable[[], None]) -> None:
        super().__init__(idle_s, ends_at)
        self._end_connection = end

    def close(self) -> None:
        super().close()
        self._end_connection()


_VERSIONS = {
    TlsVersion.TLS_1_0: ssl.TLSVersion.TLSv1,
    TlsVersion.TLS_1_1: ssl.TLSVersion.TLSv1_1,
    TlsVersion.TLS_1_2: ssl.TLSVersion.TLSv1_2,
    TlsVersion.TLS_1_3: ssl.TLSVersion.TLSv1_3,
}
_REFUSED = HttpFailure.CONNECTION_REFUSED
_TLS_CUT_OFF = HttpFailure.TLS


def _was_cut_off(error: OSError) -> bool:
    """Whether the server took the connection, and closed it during the handshake."""
    return isinstance(error, ConnectionResetError | ConnectionAbortedError)


@lru_cache(maxsize=64)
def _unverified(policy_name: str) -> ssl.SSLContext:
    """A context that takes any certificate, with the protocols and ciphers of a policy if one is named."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if policy_name:
        policy = security_policy(policy_name)
        with warnings.catch_warnings():
            # Old protocols are deprecated, and still what some of AWS's policies allow.
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = _VERSIONS[policy.minimum]
            context.maximum_version = _VERSIONS[policy.maximum]
        context.set_ciphers(":".join((*policy.ciphers, "@SECLEVEL=0")))
    return context
