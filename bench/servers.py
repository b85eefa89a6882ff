"""What is measured, each in a process of its own: a stack with a trivial app, and the bare server."""

import contextlib
import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from bench.bare_runtime import RUNTIME
from bench.bare_server import LARGE
from landbridge.blueprint.declaration import Design
from landbridge.blueprint.scaffold import scaffold
from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.serve.running import RunningStack

PATIENCE_S = 60.0
HANDLER = """import json


def handler(event, context):
    body = json.dumps(event) if event["path"] == "/api/event" else "ok"
    return {"statusCode": 200, "headers": {"Content-Type": "text/plain"}, "body": body}
"""


@dataclass(frozen=True, slots=True)
class App:
    """A running stack."""

    running: RunningStack
    process: "subprocess.Popen[bytes]"
    first_response_s: float
    """From starting the command to its first answer from the function."""

    @property
    def url(self) -> str:
        """The plain door by address: wrk knows no ``.localhost`` names."""
        return f"https://127.0.0.1:{urlsplit(self.running.door).port}"


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer."""

    status: int
    body: bytes


def fetch(url: str, path: str) -> Fetched:
    """One request over a TLS connection of its own; the certificate is not checked."""
    parts = urlsplit(url)
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    connection = http.client.HTTPSConnection(
        str(parts.hostname), parts.port, timeout=PATIENCE_S, context=context
    )
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return Fetched(response.status, response.read())
    finally:
        connection.close()


@contextlib.contextmanager
def app(folder: Path, design: Design = Design.GATEWAY) -> Iterator[App]:
    """A stack with a function that does nothing and an object of ten kilobytes."""
    for path, body in scaffold("bench", "bench.corp.example", design).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(body)
    declaration = folder / "landbridge.toml"
    declaration.write_text(re.sub(r'runtime = "[^"]+"', f'runtime = "{RUNTIME}"', declaration.read_text()))
    (folder / "backend" / "app.py").write_text(HANDLER)
    (folder / "frontend" / "large.bin").write_bytes(LARGE)
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "landbridge", "up", str(folder), "--ports", "0", "--quiet"],
        env=_environment(folder),
        stdout=subprocess.DEVNULL,
    )
    try:
        running = _wait_for_stack(process, folder / "landbridge" / f"{process.pid}.json")
        served = App(running, process, 0.0)
        _wait_for_answer(served.url, "/api/ping")
        yield App(running, process, time.perf_counter() - begun)
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _environment(folder: Path) -> dict[str, str]:
    """The user's environment, with only this stack in it, and Python's bytecode cache on."""
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(folder)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


@contextlib.contextmanager
def bare_server(folder: Path) -> Iterator[str]:
    """The bare server's URL."""
    issued = CertificateAuthority(folder).issue("localhost")
    (folder / "server.pem").write_text(issued.certificate_pem + issued.private_key_pem)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "bench.bare_server:app", "--port", str(port),
         "--log-level", "error", "--no-access-log", "--loop", "uvloop", "--http", "httptools",
         "--ssl-certfile", str(folder / "server.pem")]
    )  # fmt: skip
    try:
        url = f"https://127.0.0.1:{port}"
        _wait_for_answer(url, "/")
        yield url
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _wait_for_stack(process: "subprocess.Popen[bytes]", path: Path) -> RunningStack:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError, ValueError):
            return RunningStack(**json.loads(path.read_text()))
        time.sleep(0.005)
    raise RuntimeError("landbridge up did not start")


def _wait_for_answer(url: str, path: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if fetch(url, path).status == HTTPStatus.OK:
                return
        time.sleep(0.01)
    raise RuntimeError(f"{url} does not answer")
