import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.test_commands import assert_refused, landbridge
from tests.serve.test_running import stack
from tests.trace.traces import ALLOWED, STOPPED

from landbridge.cli.trace import _headers, _parts
from landbridge.errors import DeclarationError
from landbridge.serve.running import ENVIRONMENT_VARIABLE, RunningStack, announce
from landbridge.trace.decision import Trace
from landbridge.trace.json_form import trace_to_json


@pytest.fixture(autouse=True)
def _nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://orders.corp.example/",
        "file:///etc/passwd",
        "https://",
        "",
        "https://orders.corp.example:0/",
        "https://orders.corp.example:99999/",
        "https://orders.corp.example:x/",
        "https://[::1/",
        "https://orders..example/",
        f"https://{'a' * 64}.example/",
        "https://orders.corp.example/a b",
        "https://orders .corp.example/",
        "https://orders.corp.example/ä",
        "https://orders.corp.example/?q=ä",
    ],
)
def test_a_url_that_is_none_is_refused(url: str) -> None:
    assert_refused(landbridge("trace", url), "")


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("https://orders.corp.example/a?b=c", "orders.corp.example", None, "/a"),
        ("orders.corp.example", "orders.corp.example", None, ""),
        ("http://10.20.1.10:8080/", "10.20.1.10", 8080, "/"),
        ("https://orders.corp.example/%C3%A4", "orders.corp.example", None, "/%C3%A4"),
    ],
)
def test_a_good_url_is_taken_apart(url: str, host: str, port: int | None, path: str) -> None:
    parts = _parts(url)
    assert (parts.hostname, parts.port, parts.path) == (host, port, path)


@pytest.mark.parametrize(
    "header", ["no colon", ": value", "a b: c", "a: b\r\nc: d", "a\nb: c", "a: €", "ä: b"]
)
def test_a_header_that_is_none_is_refused(header: str) -> None:
    assert_refused(landbridge("trace", "https://orders.corp.example/", "-H", header), "is no header")


def test_a_header_of_ones_own_replaces_the_usual_one_whatever_its_case() -> None:
    assert _headers(("user-agent: me", "X-A:1", "x-empty:")) == {
        "user-agent": "me",
        "Accept": "*/*",
        "X-A": "1",
        "x-empty": "",
    }
    with pytest.raises(DeclarationError):
        _headers(("x",))


@pytest.mark.parametrize("method", ["GE T", "", "GET\r\n", "GÄT"])
def test_a_method_that_is_none_is_refused(method: str) -> None:
    words = ("trace", "https://orders.corp.example/", "-X", method)
    assert_refused(landbridge(*words), "is no HTTP method" if method else "No stack is running")


def test_without_a_stack_there_is_nothing_to_trace() -> None:
    assert_refused(landbridge("trace", "https://orders.corp.example/"), "No stack is running")


class ControlPort:
    """Plays the control port of a stack: one prepared answer per command."""

    def __init__(self, trace: Trace | None) -> None:
        self.asked: list[dict[str, Any]] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        # Nothing listens there: the request fails, as one that AWS drops does.
        with socket.create_server(("127.0.0.1", 0)) as closed:
            proxy = f"http://127.0.0.1:{closed.getsockname()[1]}"
        shown: dict[str, Any] = {"error": "There is no trace of that request", "hint": "try again"}
        if trace is not None:
            shown = {"trace": trace_to_json(trace), "text": "the text"}
        self._answers = {"vantage": {"proxy": proxy}, "trace": shown}
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        for _ in self._answers:
            connection, _ = self._listening.accept()
            with connection, connection.makefile("rb") as lines:
                self.asked.append(json.loads(lines.readline()))
                answer = self._answers[self.asked[-1]["command"]]
                connection.sendall(json.dumps(answer).encode() + b"\n")

    def close(self) -> None:
        self._thread.join()
        self._listening.close()


def announce_stack(tmp_path: Path, port: int) -> RunningStack:
    ca = tmp_path / "ca.pem"
    ca.write_text("")
    announced = RunningStack(
        **{
            **{name: getattr(stack(tmp_path), name) for name in RunningStack.__slots__},
            "control_port": port,
            "ca": str(ca),
        }
    )
    announce(announced)
    return announced


@pytest.fixture(params=[ALLOWED, STOPPED], ids=["allowed", "stopped"])
def played(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Trace, ControlPort]]:
    control = ControlPort(request.param)
    announce_stack(tmp_path, control.port)
    yield request.param, control
    control.close()


def test_the_exit_code_says_whether_every_hop_let_it_pass(played: tuple[Trace, ControlPort]) -> None:
    trace, control = played
    result = landbridge("trace", "http://orders.corp.example/", "--from", "vpc", "--json")
    assert result.exit_code == (0 if trace is ALLOWED else 1)
    assert json.loads(result.stdout) == trace_to_json(trace)
    vantage, shown = control.asked
    assert (vantage["token"], vantage["vantage"]) == ("secret", "vpc")
    assert vantage["tag"] == shown["tag"]


def test_the_text_is_shown_without_json(played: tuple[Trace, ControlPort]) -> None:
    assert landbridge("trace", "http://orders.corp.example/").stdout == "the text\n"


def test_a_request_that_left_no_trace_is_told(tmp_path: Path) -> None:
    control = ControlPort(None)
    announce_stack(tmp_path, control.port)
    assert_refused(landbridge("trace", "http://orders.corp.example/"), "There is no trace of that request")
    control.close()


def test_a_stack_that_does_not_answer_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    announce_stack(tmp_path, port)
    assert_refused(landbridge("trace", "https://orders.corp.example/"), "The stack does not answer")
