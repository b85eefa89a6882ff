"""A real ``landbridge up`` in a process of its own, and the clients a user would point at it."""

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from landbridge.serve.running import RunningStack

PATIENCE_S = 40.0


@dataclass(frozen=True)
class Curled:
    """What curl made of it."""

    exit_code: int
    status: int
    headers: dict[str, str]
    body: str
    stderr: str


class StackProcess:
    """A running stack with its output kept."""

    def __init__(self, folder: Path, runtime: Path, *options: str, patience_s: float = PATIENCE_S) -> None:
        self.folder = folder
        self._runtime = runtime
        self.log_path = runtime / "log.txt"
        runtime.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "landbridge", "up", str(folder), "--ports", "0", *options],
                env=self.environment(),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        self.running = self._wait_until_running(patience_s)

    def environment(self) -> dict[str, str]:
        """An environment in which only this stack is found."""
        return {**os.environ, "XDG_RUNTIME_DIR": str(self._runtime)}

    @property
    def log(self) -> str:
        """What it printed so far."""
        return self.log_path.read_text()

    def stop(self, signal_number: int) -> int:
        """Sends the signal and waits; the exit code."""
        self.process.send_signal(signal_number)
        return self.process.wait(PATIENCE_S)

    def client(self, service: str) -> Any:
        """A stock boto3 client on the local AWS API over HTTP."""
        client = boto3.client(
            service,
            endpoint_url=self.running.aws_endpoint_url,
            region_name=self.running.region,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}),
        )
        if service == "s3control":
            client.meta.events.register("before-send.s3-control", _without_account_in_host)
        return client

    def curl(self, url: str, *options: str, vantage: str = "corporate") -> Curled:
        """The real curl through a vantage's proxy with the local CA."""
        ended = subprocess.run(
            ["curl", "--silent", "--show-error", "--max-time", "35", "--include", "--proxy",
             self.running.vantages[vantage], "--cacert", self.running.ca, *options, url],
            capture_output=True,
            check=False,
            timeout=60,
        )  # fmt: skip
        return _read_curl(ended)

    def trace(self, url: str, *options: str) -> dict[str, Any]:
        """``landbridge trace --json``."""
        ended = subprocess.run(
            [sys.executable, "-m", "landbridge", "trace", url, "--json", *options],
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert ended.returncode in {0, 1}, ended.stderr
        traced: dict[str, Any] = json.loads(ended.stdout)
        return traced

    def eventually(self, condition: Callable[[], bool]) -> bool:
        """Whether the condition holds within the time any of this takes."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if condition():
                return True
            time.sleep(0.02)  # polled: another process has nothing to wait on
        return False

    def _wait_until_running(self, patience_s: float) -> RunningStack:
        path = self._runtime / "landbridge" / f"{self.process.pid}.json"
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"landbridge up ended with {self.process.returncode}:\n{self.log}")
            with contextlib.suppress(OSError, ValueError):
                return RunningStack(**json.loads(path.read_text()))
            self.process.poll()
            time.sleep(0.02)  # polled: another process has nothing to wait on
        raise AssertionError(f"landbridge up is not ready after {patience_s} s:\n{self.log}")


@contextlib.contextmanager
def running(
    folder: Path, runtime: Path, *options: str, patience_s: float = PATIENCE_S
) -> Iterator[StackProcess]:
    """A stack that is stopped at the end."""
    stack = StackProcess(folder, runtime, *options, patience_s=patience_s)
    try:
        yield stack
    finally:
        stack.process.terminate()
        stack.process.wait(PATIENCE_S)


def _without_account_in_host(request: Any, **_: Any) -> None:
    """boto3 puts the account in front of 127.0.0.1 whatever it is told, and no resolver knows that name."""
    request.url = re.sub(r"^http://\d{12}\.", "http://", request.url)


def _read_curl(ended: "subprocess.CompletedProcess[bytes]") -> Curled:
    rest = ended.stdout
    status, headers = 0, dict[str, str]()
    # The proxy's own answer to CONNECT comes first.
    while rest.startswith(b"HTTP/"):
        head, _, rest = rest.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split()[1])
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])
        }
    return Curled(ended.returncode, status, headers, rest.decode(errors="replace"), ended.stderr.decode())


def stopped_hop(traced: dict[str, Any]) -> dict[str, Any]:
    """The hop that stopped the request."""
    hops = [hop for hop in traced["hops"] if hop["verdict"] != "allowed"]
    assert hops, traced
    found: dict[str, Any] = hops[-1]
    return found
