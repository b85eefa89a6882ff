"""How long the proof takes as an account grows, what memory it needs, and a plot of both.

Each size is proved in a process of its own, so that memory is that size's alone. The peer of each is the size
before it: where both double, the ratio tells how the time grows.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from bench.accounts import Size, account
from bench.row import Row
from landbridge.prove.check import check
from landbridge.prove.verdict import Verdict

SIZES = tuple(Size(vpcs, vpcs * 5, vpcs * 50) for vpcs in (25, 50, 100, 200))
BUDGET = "30 s for 1,000 APIs, 200 VPCs, 10,000 rules"
WIDTH, HEIGHT, MARGIN = 640, 360, 60


def proof(seconds: int) -> Iterator[Row]:
    """A row for each size; `seconds` is of no account, as each proof is measured once and whole."""
    before = 0.0
    for size in SIZES:
        told = measure_apart(size)
        what = f"proof of {size.apis} APIs, {size.vpcs} VPCs, {size.rules} rules"
        yield Row(what, told["seconds"], before, "s", BUDGET if size == SIZES[-1] else "")
        yield Row("  its memory", told["mebibytes"], 0, "MiB", "1024 MiB" if size == SIZES[-1] else "")
        before = told["seconds"]


def measure_apart(size: Size) -> dict[str, float]:
    """Seconds and MiB of one proof, in a process of its own."""
    command = [sys.executable, "-m", "bench.proof", str(size.vpcs), str(size.apis), str(size.rules)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    told: dict[str, float] = json.loads(answer.stdout)
    return told


def measure(size: Size) -> dict[str, float]:
    """Seconds and MiB of one proof, which has to hold."""
    topology = account(size)
    begun = time.perf_counter()
    reports = check(topology)
    taken = time.perf_counter() - begun
    assert len(reports) == size.vpcs
    assert {report.verdict for report in reports} == {Verdict.HOLDS}
    return {"seconds": taken, "mebibytes": psutil.Process().memory_info().rss / 2**20}


def plot(measured: list[tuple[Size, float]]) -> str:
    """The seconds by the number of APIs, as SVG."""
    most_apis = max(size.apis for size, _ in measured)
    most_seconds = max(seconds for _, seconds in measured)
    points = [
        (
            MARGIN + (WIDTH - 2 * MARGIN) * size.apis / most_apis,
            HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * seconds / most_seconds,
        )
        for size, seconds in measured
    ]
    line = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
    labels = "".join(
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3"/>'
        f'<text x="{x - 10:.0f}" y="{y - 10:.0f}" text-anchor="end">{seconds:.1f} s</text>'
        f'<text x="{x:.0f}" y="{HEIGHT - MARGIN + 20}" text-anchor="middle">{size.apis}</text>'
        for (x, y), (size, seconds) in zip(points, measured, strict=True)
    )
    low = HEIGHT - MARGIN
    axes = f'<path d="M{MARGIN},{MARGIN} V{low} H{WIDTH - MARGIN}" fill="none" stroke="gray"/>'
    words = "APIs; a VPC for every five of them"
    title = f'<text x="{WIDTH / 2:.0f}" y="{HEIGHT - 15}" text-anchor="middle">{words}</text>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12"><rect width="100%" height="100%" fill="white"/>{axes}{title}'
        f'<polyline points="{line}" fill="none" stroke="steelblue" stroke-width="2"/>{labels}</svg>\n'
    )


def main() -> None:
    """With three numbers, one measurement as JSON; with a path, the plot of all sizes there."""
    if len(sys.argv) == 4:
        vpcs, apis, rules = map(int, sys.argv[1:])
        print(json.dumps(measure(Size(vpcs, apis, rules))))
        return
    measured = [(size, measure_apart(size)["seconds"]) for size in SIZES]
    Path(sys.argv[1]).write_text(plot(measured))


if __name__ == "__main__":
    main()
