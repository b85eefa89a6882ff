"""``landbridge logs``: what functions, stages and load balancers of a running stack have logged."""

import contextlib
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from landbridge.cli.asking import ask
from landbridge.serve.log_commands import LogKind
from landbridge.serve.running import find

POLL_S = 0.5


@click.command()
@click.option("--follow", "-f", is_flag=True, help="Go on with every new line until Ctrl-C.")
@click.option("--function", metavar="NAME", help="Only the log of this function.")
@click.option("--access", is_flag=True, help="Only access logs of API Gateway stages.")
@click.option("--execution", is_flag=True, help="Only execution logs of API Gateway stages.")
@click.option("--load-balancer", is_flag=True, help="Only access logs of load balancers.")
def logs(follow: bool, function: str | None, access: bool, execution: bool, load_balancer: bool) -> None:
    """Show logs by time, each line with its log group or load balancer in front; all of them by default.

    The same lines are in CloudWatch Logs of the local AWS API, those of load balancers in their bucket.
    """
    chosen = {
        LogKind.FUNCTION: function is not None,
        LogKind.ACCESS: access,
        LogKind.EXECUTION: execution,
        LogKind.LOAD_BALANCER: load_balancer,
    }
    asked: dict[str, Any] = {
        "command": "logs",
        "kinds": [kind.value for kind, wanted in chosen.items() if wanted],
        "function": function or "",
    }
    with contextlib.suppress(KeyboardInterrupt):  # the way to end --follow
        _show(asked, follow=follow)


def log_line(epoch_ms: int, source: str, text: str) -> str:
    """``2026-01-31T12:00:00.123Z /aws/lambda/orders START RequestId: …``."""
    moment = datetime.fromtimestamp(epoch_ms / 1000, UTC).isoformat(timespec="milliseconds")
    return f"{moment.removesuffix('+00:00')}Z {source} {text.rstrip()}"


def _show(asked: dict[str, Any], *, follow: bool) -> None:
    running = find(Path())
    while True:
        told = ask(running, asked)
        for line in told["lines"]:
            click.echo(log_line(*line))
        if not follow:
            return
        asked |= {"after": told["after"], "entries_after": told["entries_after"]}
        time.sleep(POLL_S)
