"""Bad clients, killed processes, busy ports, signals: the next client is served, nothing is left behind."""

import concurrent.futures
import contextlib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from tests.end_to_end.conftest import EXAMPLE
from tests.end_to_end.stack_process import PATIENCE_S, StackProcess, running

pytestmark = pytest.mark.needs("curl")


def tunnel(app: StackProcess) -> socket.socket:
    """A socket at the listener, behind the corporate proxy."""
    proxy = urlsplit(app.running.vantages["corporate"])
    connection = socket.create_connection((str(proxy.hostname), int(proxy.port or 0)), timeout=15)
    host = app.running.url.removeprefix("https://")
    connection.sendall(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
    granted = connection.recv(4096)
    assert b" 200 " in granted
    return connection


def encrypted(app: StackProcess) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=app.running.ca)
    return context.wrap_socket(tunnel(app), server_hostname=app.running.url.removeprefix("https://"))


def answer_to(app: StackProcess, request: bytes) -> bytes:
    """Everything the listener says until it closes."""
    with encrypted(app) as connection:
        connection.sendall(request)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received


def is_alive(app: StackProcess) -> bool:
    return app.curl(f"{app.running.url}/api/orders").status == 200


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"NONSENSE\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a b\x00c\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", b"400"),
        (b"GET /" + b"a" * 20000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 20000 + b"\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-Many: aaaaaaaaaa\r\n" * 5000 + b"\r\n", b"400"),
    ],
    ids=["nonsense", "nul", "two lengths", "long line", "long header", "many headers"],
)
def test_what_is_no_request_gets_the_load_balancers_page(
    orders: StackProcess, request_bytes: bytes, status: bytes
) -> None:
    answer = answer_to(orders, request_bytes)
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert b"\r\nServer: awselb/2.0\r\n" in answer
    assert b"\r\nConnection: close\r\n" in answer
    assert is_alive(orders)


def test_a_request_with_both_lengths_is_passed_on_and_the_connection_closed_after_it(
    orders: StackProcess,
) -> None:
    both = b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
    smuggled = b"GET /api/orders HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = answer_to(orders, b"GET / HTTP/1.1\r\nHost: x\r\n" + both + b"0\r\n\r\n" + smuggled)
    assert answer.startswith(b"HTTP/1.1 403 Forbidden")
    assert b"\r\nConnection: close\r\n" in answer
    assert answer.count(b"HTTP/1.1 ") == 1
    assert is_alive(orders)


def test_garbage_instead_of_tls_closes_the_connection(orders: StackProcess) -> None:
    for garbage in (b"\x16\x03\x01\xff\xff" + os.urandom(70000), os.urandom(4000), b"\x00"):
        with tunnel(orders) as connection:
            connection.sendall(garbage)
            with contextlib.suppress(OSError):  # it may be closed already
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass
    assert is_alive(orders)


def test_a_client_that_leaves_in_the_middle_disturbs_nobody(orders: StackProcess) -> None:
    for cut in (b"", b"\x16\x03", b"\x16\x03\x01\x00\xa5"):
        with tunnel(orders) as connection:
            connection.sendall(cut)
    with encrypted(orders) as connection:
        connection.sendall(b"GET /api/orders HTTP/1.1\r\nHost: orders.corp.example\r\n\r\n")
    assert is_alive(orders)


def test_slow_clients_do_not_keep_others_waiting(orders: StackProcess) -> None:
    slow = [encrypted(orders) for _ in range(30)]
    for connection in slow:
        connection.sendall(b"GET / HT")
    assert is_alive(orders)
    for connection in slow:
        connection.sendall(b"TP/1.1\r\nHost: orders.corp.example\r\nConnection: close\r\n\r\n")
        assert connection.recv(64).startswith(b"HTTP/1.1 200")
        connection.close()


def test_pipelined_requests_are_answered_in_their_order(orders: StackProcess) -> None:
    host = b"Host: orders.corp.example\r\n"
    answer = answer_to(
        orders,
        b"GET /assets/app.css HTTP/1.1\r\n" + host + b"\r\n"
        b"GET /api/health HTTP/1.1\r\n" + host + b"\r\n"
        b"GET /favicon.svg HTTP/1.1\r\n" + host + b"Connection: close\r\n\r\n",
    )
    kinds = [answer.index(kind) for kind in (b"text/css", b"application/json", b"image/svg+xml")]
    assert kinds == sorted(kinds)


def test_killing_function_processes_at_any_time_hangs_no_request(orders: StackProcess) -> None:
    url = f"{orders.running.url}/api/orders"

    def ask(_: int) -> int:
        return orders.curl(url).status

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(ask, number) for number in range(40)]
        while pending := [each for each in asked if not each.done()]:
            for child in psutil.Process(orders.process.pid).children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    if "awslambdaric" in " ".join(child.cmdline()):
                        child.kill()
            concurrent.futures.wait(pending, timeout=0.3)
        statuses = {each.result() for each in asked}
    assert statuses <= {200, 502}
    assert is_alive(orders)


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything(tmp_path: Path, signal_number: int) -> None:
    folder = tmp_path / "orders"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".landbridge", "__pycache__"))
    with running(folder, tmp_path / "runtime") as app:
        assert is_alive(app)
        children = psutil.Process(app.process.pid).children(recursive=True)
        assert children, "a function process is running"
        ports = [urlsplit(url).port for url in app.running.vantages.values()]
        assert app.stop(signal_number) == 0
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []
    assert [path.name for path in (tmp_path / "runtime" / "landbridge").iterdir()] == []
    for port in ports:
        with socket.socket() as free:
            free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            free.bind(("127.0.0.1", int(port or 0)))


def test_no_function_survives_a_stack_that_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "orders"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".landbridge", "__pycache__"))
    with running(folder, tmp_path / "runtime") as app:
        assert is_alive(app)
        children = psutil.Process(app.process.pid).children(recursive=True)
        app.process.kill()
        app.process.wait(PATIENCE_S)
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []


def test_a_busy_port_is_named_with_whoever_holds_it(orders: StackProcess, tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        base = holder.getsockname()[1] - 1  # the port of vantage corporate
        ended = subprocess.run(
            [sys.executable, "-m", "landbridge", "up", str(orders.folder), "--ports", str(base)],
            env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )
    assert ended.returncode == 2
    assert f"Port {base + 1} for vantage corporate is in use by process {os.getpid()}" in ended.stderr
    assert "hint: " in ended.stderr
    assert "Traceback" not in ended.stderr
