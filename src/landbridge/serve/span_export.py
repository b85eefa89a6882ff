"""Traces sent to an OpenTelemetry collector, where the environment names one."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson

from landbridge.errors import DeclarationError
from landbridge.model.exchange import HttpRequest
from landbridge.semantics.needs import HttpAnswered, HttpFailed, SendHttp, Tls
from landbridge.trace.decision import Trace
from landbridge.trace.open_telemetry import render_spans

ENDPOINT, TRACES_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
HEADERS = "OTEL_EXPORTER_OTLP_HEADERS"
TIMEOUT_MS = 10_000
MOST_WAITING = 1_000
"""What a slow collector does not take is dropped."""
Send = Callable[[SendHttp], Awaitable[HttpAnswered | HttpFailed]]


def collector_of(environment: Mapping[str, str]) -> str:
    """The URL to which spans are posted; empty for none.

    OpenTelemetry: "OpenTelemetry Protocol Exporter"
    """
    own = environment.get(TRACES_ENDPOINT, "")
    base = environment.get(ENDPOINT, "")
    url = own or (f"{base.rstrip('/')}/v1/traces" if base else "")
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        hint = "for example http://localhost:4318"
        raise DeclarationError(f"{url!r} is no URL of an OpenTelemetry collector", hint)
    return url


class SpanExport:
    """Sends each trace; a collector that does not answer is told once, and never holds anything up."""

    def __init__(self, url: str, headers: str, send: Send, notice: Callable[[str], None]) -> None:
        self._url = url
        self._headers = _pairs(headers)
        self._send = send
        self._notice = notice
        self._waiting: asyncio.Queue[Trace] = asyncio.Queue(MOST_WAITING)

    def note(self, trace: Trace) -> None:
        """Sends the trace soon."""
        if not self._waiting.full():
            self._waiting.put_nowait(trace)

    async def send_all(self) -> None:
        """Sends traces one after the other, for ever."""
        while True:
            trace = await self._waiting.get()
            answered = await self._send(self._need(orjson.dumps(render_spans(trace))))
            if isinstance(answered, HttpFailed):
                self._notice(f"spans do not reach {self._url}: {answered.failure}")
            elif answered.response.status >= 300:
                self._notice(f"spans are not taken by {self._url}: {answered.response.status}")

    def _need(self, body: bytes) -> SendHttp:
        url = urlsplit(self._url)
        secure, host = url.scheme == "https", url.hostname or ""
        headers = (
            ("Host", url.netloc.rpartition("@")[2]),
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            *self._headers,
        )
        request = HttpRequest("POST", url.path or "/", headers, body)
        tls = Tls(server_name=host) if secure else None
        return SendHttp(host, url.port or (443 if secure else 80), request, tls, TIMEOUT_MS, reuse=False)


def _pairs(headers: str) -> tuple[tuple[str, str], ...]:
    """``api-key=secret,other=value`` as headers."""
    pairs: list[Any] = [each.partition("=") for each in headers.split(",") if "=" in each]
    return tuple((name.strip(), value.strip()) for name, _, value in pairs)
