"""Prints the table: warm request, throughput, S3 objects, start-up, memory, and design beside design."""

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.bare_runtime import Work, measure
from bench.servers import HANDLER, App, app, bare_server, fetch
from bench.wrk import Load, load
from landbridge.blueprint.declaration import Design


@dataclass(frozen=True, slots=True)
class Row:
    """One figure, its peer in the same run, and the budget for their ratio."""

    what: str
    ours: float
    peer: float
    unit: str
    budget: str

    def __str__(self) -> str:
        ratio = f"{self.ours / self.peer:6.2f}" if self.peer else "     -"
        peer = f"{self.peer:10.0f}" if self.peer else "         -"
        return f"{self.what:58} {self.ours:10.1f} {peer} {self.unit:6} {ratio}   {self.budget}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=6, help="how long each figure is measured")
    seconds = parser.parse_args().seconds
    print(f"{'':58} {'landbridge':>10} {'peer':>10} {'':6} {'ratio':>6}   budget")
    for row in _rows(seconds):
        print(row, flush=True)


def _rows(seconds: int) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder, bare_server(Path(folder)) as url:
        server = _checked(load(f"{url}/large.bin", 16, seconds))
    with tempfile.TemporaryDirectory() as folder, app(Path(folder)):
        pass  # fills Python's caches
    with tempfile.TemporaryDirectory() as folder, app(Path(folder)) as served:
        yield Row("start to first response", served.first_response_s, 0, "s", "3 s, caches warm")
        yield Row("memory when idle", _memory_mib(served), 0, "MiB", "200 MiB")
        # The same event for the same function, so that only the path to it differs.
        work = Work(HANDLER, fetch(served.url, "/api/event").body.replace(b"/api/event", b"/api/ping"))
        bare_one, bare_many = measure(1, 1, seconds, work), measure(16, 4, seconds, work)
        one = _checked(load(f"{served.url}/api/ping", 1, seconds))
        yield Row(
            "warm request p50, 1 connection / runtime client", one.p50_us, bare_one.p50_us, "us", "<= 1.5"
        )
        many = _checked(load(f"{served.url}/api/ping", 16, seconds))
        yield Row(
            "throughput, 16 connections / runtime client",
            many.requests_per_second,
            bare_many.invocations_per_second,
            "req/s",
            ">= 0.7",
        )
        s3 = _checked(load(f"{served.url}/large.bin", 16, seconds))
        yield Row(
            "S3 object of 10 KB, 16 connections / bare uvicorn with TLS",
            s3.requests_per_second,
            server.requests_per_second,
            "req/s",
            ">= 0.5",
        )
        yield Row("memory after the load", _memory_mib(served), 0, "MiB", "flat")
        yield from _lambda_design(seconds, one, many, s3)


def _lambda_design(seconds: int, one: Load, many: Load, s3: Load) -> Iterator[Row]:
    """The design without API Gateway; its peer is the one with it, which runs idle beside it."""
    with tempfile.TemporaryDirectory() as folder, app(Path(folder), Design.LAMBDA) as served:
        design = "design lambda / gateway: "
        short = _checked(load(f"{served.url}/api/ping", 1, seconds))
        yield Row(f"{design}warm request p50, 1 connection", short.p50_us, one.p50_us, "us", "-")
        for what, path, peer in (("throughput", "/api/ping", many), ("S3 object of 10 KB", "/large.bin", s3)):
            ours = _checked(load(f"{served.url}{path}", 16, seconds))
            figures = ours.requests_per_second, peer.requests_per_second
            yield Row(f"{design}{what}, 16 connections", *figures, "req/s", "-")


def _checked(measured: Load) -> Load:
    if measured.failed:
        raise SystemExit(f"{measured.failed} requests failed: the figures mean nothing")
    return measured


def _memory_mib(served: App) -> float:
    resident: int = psutil.Process(served.process.pid).memory_info().rss
    return resident / 2**20


if __name__ == "__main__":
    main()
