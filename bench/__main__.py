"""Prints three tables: the path with start-up, memory and design beside design, features, the proof."""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

from bench.bare_runtime import Work, measure
from bench.features import features
from bench.proof import proof
from bench.row import Row
from bench.servers import HANDLER, App, app, bare_server, fetch
from bench.wrk import Load, load
from landbridge.blueprint.declaration import Design


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=6, help="how long each figure is measured")
    parser.add_argument("--part", choices=PARTS, help="only this part")
    asked = parser.parse_args()
    print(f"{'':58} {'landbridge':>10} {'peer':>10} {'':6} {'ratio':>6}   budget")
    for name, rows in PARTS.items():
        if asked.part in (None, name):
            for row in rows(asked.seconds):
                print(row, flush=True)


def _path(seconds: int) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder, bare_server(Path(folder)) as url:
        server = load(f"{url}/large.bin", 16, seconds)
    with tempfile.TemporaryDirectory() as folder, app(Path(folder)):
        pass  # fills Python's caches
    with tempfile.TemporaryDirectory() as folder, app(Path(folder)) as served:
        yield Row("start to first response", served.first_response_s, 0, "s", "3 s, caches warm")
        yield Row("memory when idle", _memory_mib(served), 0, "MiB", "200 MiB")
        # The same event for the same function, so that only the path to it differs.
        work = Work(HANDLER, fetch(served.url, "/api/event").body.replace(b"/api/event", b"/api/ping"))
        bare_one, bare_many = measure(1, 1, seconds, work), measure(16, 4, seconds, work)
        one = load(f"{served.url}/api/ping", 1, seconds)
        yield Row(
            "warm request p50, 1 connection / runtime client", one.p50_us, bare_one.p50_us, "us", "<= 1.5"
        )
        many = load(f"{served.url}/api/ping", 16, seconds)
        yield Row(
            "throughput, 16 connections / runtime client",
            many.requests_per_second,
            bare_many.invocations_per_second,
            "req/s",
            ">= 0.7",
        )
        s3 = load(f"{served.url}/large.bin", 16, seconds)
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
        short = load(f"{served.url}/api/ping", 1, seconds)
        yield Row(f"{design}warm request p50, 1 connection", short.p50_us, one.p50_us, "us", "-")
        for what, path, peer in (("throughput", "/api/ping", many), ("S3 object of 10 KB", "/large.bin", s3)):
            ours = load(f"{served.url}{path}", 16, seconds)
            figures = ours.requests_per_second, peer.requests_per_second
            yield Row(f"{design}{what}, 16 connections", *figures, "req/s", "-")


def _features(seconds: int) -> Iterator[Row]:
    """What API Gateway's features cost; the peer is a method without."""
    with tempfile.TemporaryDirectory() as folder, app(Path(folder)) as served:
        yield from features(served, seconds)


def _memory_mib(served: App) -> float:
    resident: int = psutil.Process(served.process.pid).memory_info().rss
    return resident / 2**20


PARTS = {"path": _path, "features": _features, "proof": proof}


if __name__ == "__main__":
    main()
