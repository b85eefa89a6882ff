"""What the terminal shows of a running stack."""

import os
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

import click

from landbridge.serve.running import RunningStack
from landbridge.trace.decision import Delivered, Trace
from landbridge.trace.json_form import outcome_name


class TerminalReport:
    """Prints notices, a line per request and the functions' logs to stderr."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet

    @property
    def shows_requests(self) -> bool:
        """Whether there is a line per request."""
        return not self._quiet

    def notice(self, text: str) -> None:
        """Something on the path is not modelled or could not be read."""
        click.echo(f"warning: {text}", err=True)

    def remark(self, text: str) -> None:
        """Anything else worth a line."""
        click.echo(text, err=True)

    def function_line(self, function: str, line: str) -> None:
        """A line of a function's log."""
        if not self._quiet:
            click.echo(f"{function} | {line}", err=True)

    def request(self, trace: Trace) -> None:
        """One line: vantage, request, status, time, and what stopped it."""
        outcome = trace.outcome
        ended = str(outcome.response.status) if isinstance(outcome, Delivered) else outcome_name(outcome)
        stopped = trace.stopped_at
        why = f"  {stopped.step.value}: {stopped.decision.code}" if stopped is not None else ""
        click.echo(
            f"{trace.vantage} {trace.method} {trace.url} {ended} {trace.duration_ms:.1f} ms{why}", err=True
        )


def print_addresses(running: RunningStack) -> None:
    """Vantages, addresses and ready-made curl lines."""
    lines = [""]
    if running.url:
        lines.append(f"  app        {running.url}")
        lines += [f"             {url}" for url in running.more_urls]
    if running.door:
        lines.append(f"  door       {running.door}   (the same, as the corporate network sees it)")
    lines.append(f"  AWS API    {running.aws_endpoint_url}   ({running.region})")
    lines.append(f"  CA         {_near(running.ca)}")
    for name, proxy in running.vantages.items():
        port = running.resolvers.get(name)
        lines.append(f"  vantage    {name:10} proxy {proxy}   DNS 127.0.0.1:{port}")
    if running.url and "corporate" in running.vantages:
        lines += ["", *_curl_lines(running)]
    click.echo("\n".join([*lines, ""]))


def _near(path: str) -> str:
    """The path relative to where the user is, where it lies below."""
    return os.path.relpath(path) if Path(path).is_relative_to(Path.cwd()) else path


def _own_command() -> str:
    """How the user can call landbridge from where they are."""
    return "landbridge" if shutil.which("landbridge") else _near(str(Path(sys.argv[0]).absolute()))


def _curl_lines(running: RunningStack) -> list[str]:
    domain = urlsplit(running.url).hostname
    ca = _near(running.ca)
    corporate, internet = running.vantages["corporate"], running.vantages["internet"]
    lines = [
        f"  curl --proxy {corporate} --cacert {ca} {running.url}/",
        f"  curl --proxy {internet} --cacert {ca} {running.url}/     # does not reach it",
    ]
    if "corporate" in running.resolvers:
        lines.append(f"  dig @127.0.0.1 -p {running.resolvers['corporate']} {domain}")
    return [*lines, f"  {_own_command()} trace {running.url}/ --from corporate"]
