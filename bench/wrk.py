"""wrk as the client: it costs so little that the figures are the server's."""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from landbridge.errors import HostError

UNITS_US = {"us": 1.0, "ms": 1_000.0, "s": 1_000_000.0}


@dataclass(frozen=True, slots=True)
class Asked:
    """What each request asks for: GET, or POST where there is a body."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True, slots=True)
class Load:
    """What one run came to."""

    requests_per_second: float
    p50_us: float
    p99_us: float


def load(asked: Asked | str, connections: int, seconds: int) -> Load:
    """Requests over kept-alive TLS connections, all of them answered well; certificates are not checked."""
    if shutil.which("wrk") is None:
        raise HostError("wrk is not installed", "apt-get install wrk")
    if isinstance(asked, str):
        asked = Asked(asked)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_script(asked))
        script.flush()
        ended = subprocess.run(
            ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s",
             "--latency", "--script", script.name, asked.url],
            capture_output=True,
            text=True,
            check=True,
        )  # fmt: skip
    failed = _failed(ended.stdout)
    if failed:
        raise SystemExit(f"{failed} requests for {asked.url} failed: the figures mean nothing")
    return _read(ended.stdout)


def _script(asked: Asked) -> str:
    lines = [f"wrk.headers[{_lua(name)}] = {_lua(value)}" for name, value in asked.headers.items()]
    if asked.body:
        lines += ['wrk.method = "POST"', f"wrk.body = {_lua(asked.body)}"]
    return "\n".join(lines)


def _lua(text: str) -> str:
    """A string literal; ASCII is written in Lua as in JSON."""
    assert text.isascii()
    return json.dumps(text)


def _failed(text: str) -> int:
    """Answers that were no 2xx or 3xx, and socket errors."""
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    return (int(bad[1]) if bad else 0) + (sum(int(number) for number in errors.groups()) if errors else 0)


def _read(text: str) -> Load:
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    assert rate is not None, text
    return Load(float(rate[1]), _percentile(text, 50), _percentile(text, 99))


def _percentile(text: str, percent: int) -> float:
    found = re.search(rf"^\s+{percent}%\s+([\d.]+)(us|ms|s)", text, re.MULTILINE)
    assert found is not None, text
    return float(found[1]) * UNITS_US[found[2]]
