"""wrk as the client: it costs so little that the figures are the server's."""

import re
import shutil
import subprocess
from dataclasses import dataclass

from landbridge.errors import HostError

UNITS_US = {"us": 1.0, "ms": 1_000.0, "s": 1_000_000.0}


@dataclass(frozen=True, slots=True)
class Load:
    """What one run came to."""

    requests_per_second: float
    p50_us: float
    p99_us: float
    failed: int
    """Answers that were no 2xx or 3xx, and socket errors."""


def load(url: str, connections: int, seconds: int) -> Load:
    """Requests over kept-alive TLS connections; certificates are not checked."""
    if shutil.which("wrk") is None:
        raise HostError("wrk is not installed", "apt-get install wrk")
    ended = subprocess.run(
        ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s",
         "--latency", url],
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip
    return _read(ended.stdout)


def _read(text: str) -> Load:
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    assert rate is not None, text
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    failed = int(bad[1]) if bad else 0
    failed += sum(int(number) for number in errors.groups()) if errors else 0
    return Load(float(rate[1]), _percentile(text, 50), _percentile(text, 99), failed)


def _percentile(text: str, percent: int) -> float:
    found = re.search(rf"^\s+{percent}%\s+([\d.]+)(us|ms|s)", text, re.MULTILINE)
    assert found is not None, text
    return float(found[1]) * UNITS_US[found[2]]
