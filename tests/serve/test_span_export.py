import asyncio
from collections.abc import Mapping

import orjson
import pytest
from tests.serve.functions.fleets import run

from landbridge.errors import DeclarationError
from landbridge.model.exchange import HttpResponse
from landbridge.semantics.needs import HttpAnswered, HttpFailed, HttpFailure, SendHttp
from landbridge.serve.span_export import SpanExport, collector_of
from landbridge.trace.decision import TimedOut, Trace

TRACE = Trace("1-624c4641-31a8bde2177ec9aa0409676b", "corporate", "GET", "https://a.example/", (), TimedOut())
BASE, OWN = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ({}, ""),
        ({BASE: "http://localhost:4318"}, "http://localhost:4318/v1/traces"),
        ({BASE: "http://localhost:4318/otlp/"}, "http://localhost:4318/otlp/v1/traces"),
        ({BASE: "http://localhost:4318", OWN: "https://spans.example/x"}, "https://spans.example/x"),
    ],
)
def test_where_the_environment_has_spans_sent(environment: Mapping[str, str], url: str) -> None:
    assert collector_of(environment) == url


@pytest.mark.parametrize("url", ["localhost:4318", "grpc://localhost:4317", "http://"])
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(DeclarationError, match="no URL of an OpenTelemetry collector"):
        collector_of({OWN: url})


async def export(
    url: str, answer: HttpAnswered | HttpFailed, headers: str = ""
) -> tuple[SendHttp, list[str]]:
    """What one trace has sent, and what is noticed then."""
    sent: asyncio.Queue[SendHttp] = asyncio.Queue()
    notices: list[str] = []

    async def send(need: SendHttp) -> HttpAnswered | HttpFailed:
        sent.put_nowait(need)
        return answer

    spans = SpanExport(url, headers, send, notices.append)
    sending = asyncio.ensure_future(spans.send_all())
    spans.note(TRACE)
    need = await sent.get()
    sending.cancel()
    return need, notices


def test_a_trace_is_posted_as_json() -> None:
    async def trial() -> None:
        url = "http://localhost:4318/v1/traces"
        need, notices = await export(url, HttpAnswered(HttpResponse(200)), "api-key=secret, a=b")
        assert (need.host, need.port, need.tls) == ("localhost", 4318, None)
        assert (need.request.method, need.request.target) == ("POST", "/v1/traces")
        assert need.request.header("content-type") == "application/json"
        assert (need.request.header("api-key"), need.request.header("a")) == ("secret", "b")
        assert "resourceSpans" in orjson.loads(need.request.body)
        assert notices == []

    run(trial())


def test_a_secure_collector_is_asked_by_tls_on_its_own_port() -> None:
    async def trial() -> None:
        need, _ = await export("https://spans.example/x", HttpAnswered(HttpResponse(200)))
        assert need.port == 443
        assert need.tls is not None
        assert need.tls.server_name == "spans.example"

    run(trial())


@pytest.mark.parametrize(
    ("answer", "notice"),
    [
        (HttpFailed(HttpFailure.CONNECTION_REFUSED), "do not reach http://a/: connection refused"),
        (HttpAnswered(HttpResponse(404)), "are not taken by http://a/: 404"),
    ],
)
def test_a_collector_that_takes_nothing_is_noticed(answer: HttpAnswered | HttpFailed, notice: str) -> None:
    async def trial() -> None:
        _, notices = await export("http://a/", answer)
        assert notices == [f"spans {notice}"]

    run(trial())
