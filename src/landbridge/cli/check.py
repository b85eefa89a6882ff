"""``landbridge check``: whether anybody gets in who is not meant to, with a proof or a counterexample."""

import asyncio
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import click
import uvloop

from landbridge import __version__
from landbridge.capture.own_account import reading_policy
from landbridge.cli.applying import Stopped, unless
from landbridge.cli.replaying import proxies, send_witnesses, witnesses
from landbridge.cli.report import TerminalReport
from landbridge.cli.subjects import Subject, applied, declared, own_account, running_stack, served
from landbridge.cli.up import INTERRUPTED, Block
from landbridge.control.client_environment import isolate_this_process
from landbridge.errors import DeclarationError, HostError
from landbridge.prove.case import NotUnderstood
from landbridge.prove.catalogue import CLAIMS
from landbridge.prove.check import check as prove
from landbridge.prove.rendering.json_form import assessment_to_json
from landbridge.prove.rendering.junit import render_junit
from landbridge.prove.rendering.sarif import assessment_to_sarif
from landbridge.prove.rendering.text import Screen, render_text
from landbridge.prove.replay import Agreement
from landbridge.prove.verdict import Verdict
from landbridge.prove.waivers import Assessment, Waiver, assess, expiry, parse_waivers
from landbridge.serve.running import ENVIRONMENT_VARIABLE, RunningStack, find

EXIT_CODES = {Verdict.HOLDS: 0, Verdict.BROKEN: 1, Verdict.UNKNOWN: 3}
WAIVERS = "landbridge-waivers.toml"
SCRATCH = (
    "Ids and addresses are those of a scratch account. For commands to paste, check a running stack: "
    "landbridge up ... -- landbridge check; or have them sent: --replay"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user asked for."""

    directory: Path | None
    root_module: Path | None
    variable_files: tuple[Path, ...]
    aws: bool
    running: bool
    corporate: tuple[IPv4Network, ...]
    profile: str
    region: str
    app: str | None
    waivers: Path | None
    replay: bool
    verbose: bool

    @property
    def folder(self) -> Path:
        """What is looked at, or where the command runs."""
        return self.root_module or self.directory or Path()


class QuietReport(TerminalReport):
    """Says only what is asked for: what is not modelled is in the answer."""

    def __init__(self, verbose: bool) -> None:
        super().__init__(quiet=True)
        self._verbose = verbose

    def notice(self, text: str) -> None:
        """Nothing."""

    def remark(self, text: str) -> None:
        """A line about what goes on."""
        if self._verbose:
            super().remark(text)


@click.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.option(
    "--terraform",
    "root_module",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Check this Terraform configuration: your own terraform or tofu applies it to a scratch AWS API.",
)
@click.option(
    "--var-file", "variable_files", multiple=True, type=click.Path(path_type=Path), help="Given to Terraform."
)
@click.option("--aws", is_flag=True, help="Check your own AWS account, with read-only calls.")
@click.option("--permissions", is_flag=True, help="With --aws: print the IAM policy that is needed for that.")
@click.option("--profile", default="", help="With --aws: the profile of your AWS configuration.")
@click.option("--region", default="", help="With --aws: the region.")
@click.option("--running", is_flag=True, help="Check what is in the stack that runs at or around DIRECTORY.")
@click.option(
    "--corporate",
    multiple=True,
    metavar="CIDR",
    type=Block(),
    help="A block of the corporate network; the static routes of VPN connections when not given.",
)
@click.option("--app", metavar="NAME", help="Only this app: its domain, load balancer or API.")
@click.option("--json", "form", flag_value="json", help="The report as JSON.")
@click.option("--sarif", "form", flag_value="sarif", help="As SARIF 2.1.0, for code scanning.")
@click.option("--junit", "form", flag_value="junit", help="As JUnit XML.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write that form to a file, and the text to the terminal.",
)
@click.option(
    "--waivers",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=f"Findings that are accepted; {WAIVERS} beside what is checked when not given.",
)
@click.option("--replay", is_flag=True, help="Send every counterexample through a local stack.")
@click.option("--verbose", is_flag=True, help="Say what takes how long.")
def check(permissions: bool, form: str | None, output: Path | None, **chosen: Any) -> None:
    """Prove that nobody outside the corporate network gets to the app in DIRECTORY, or show who does.

    Exit code 0 when every claim holds, 1 when one is broken, 2 for bad input, 3 when something that matters
    is not modelled.
    """
    wanted = Wanted(**chosen)
    _check_options(wanted, permissions)
    if permissions:
        click.echo(json.dumps(reading_policy(), indent=2))
        return
    if wanted.directory is None and not wanted.root_module and not wanted.aws:
        wanted = replace(wanted, running=wanted.running or ENVIRONMENT_VARIABLE in os.environ)
    running = find(wanted.folder) if wanted.running else None
    waivers = _read_waivers(wanted, Path(running.directory) if running else wanted.folder)
    if not wanted.aws:
        isolate_this_process()
    try:
        assessment, subject = _assess(wanted, running, waivers)
    except (Stopped, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    for waiver in assessment.expired:
        click.echo(f"error: {expiry(waiver)}", err=True)
    _show(assessment, subject, form, output, _screen(running, assessment))
    sys.exit(_exit_code(assessment))


def _check_options(wanted: Wanted, permissions: bool) -> None:
    given = [wanted.root_module is not None, wanted.aws, wanted.running or wanted.directory is not None]
    if sum(given) > 1:
        raise DeclarationError(
            "Several things to check are given", "one of DIRECTORY, --terraform DIR, --running and --aws"
        )
    for_aws = permissions or wanted.profile or wanted.region
    if for_aws and not wanted.aws:
        raise DeclarationError("--permissions, --profile and --region are about --aws", "add --aws")
    if wanted.aws and wanted.replay:
        raise DeclarationError(
            "--replay sends requests, and --aws only reads your account",
            "replay against the Terraform configuration of the same app: --terraform DIR --replay",
        )
    if wanted.variable_files and wanted.root_module is None:
        raise DeclarationError("--var-file is given to Terraform", "add --terraform DIR")
    if wanted.corporate and wanted.root_module is None and not wanted.aws:
        raise DeclarationError(
            "--corporate is for what neither landbridge.toml nor a running stack tells",
            "give it with --terraform or --aws",
        )


def _read_waivers(wanted: Wanted, folder: Path) -> tuple[Waiver, ...]:
    path = wanted.waivers or folder / WAIVERS
    if wanted.waivers is None and not path.exists():
        return ()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DeclarationError(f"{path} cannot be read: {error}", "it is a UTF-8 text file") from error
    return parse_waivers(text, str(path), tuple(claim.id for claim in CLAIMS))


def _assess(
    wanted: Wanted, running: RunningStack | None, waivers: tuple[Waiver, ...]
) -> tuple[Assessment, Subject]:
    """What is found, from a stack of our own where there has to be one."""
    if running is not None:
        subject = running_stack(running)
    elif wanted.aws:
        subject = own_account(wanted.profile, wanted.region, wanted.corporate)
    elif wanted.root_module is not None or wanted.replay:
        return uvloop.run(_in_own_stack(wanted, waivers))
    else:
        subject = declared(wanted.folder, QuietReport(wanted.verbose))
    return _judge(wanted, subject, waivers), subject


async def _in_own_stack(wanted: Wanted, waivers: tuple[Waiver, ...]) -> tuple[Assessment, Subject]:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    report = QuietReport(wanted.verbose)
    if wanted.root_module is not None:
        opened = applied(wanted.root_module, wanted.variable_files, wanted.corporate, report, stopping)
    else:
        opened = served(wanted.folder, report)
    async with opened as subject:
        return await unless(stopping, asyncio.to_thread(_judge, wanted, subject, waivers)), subject


def _judge(wanted: Wanted, subject: Subject, waivers: tuple[Waiver, ...]) -> Assessment:
    captured = subject.captured
    notices = tuple(NotUnderstood(notice.resource, notice.feature) for notice in captured.notices)
    began = time.perf_counter()
    reports = prove(captured.topology, notices, wanted.app)
    if not reports:
        raise DeclarationError(
            "There is no app to check: no load balancer and no private API",
            "name the region, account or configuration that has one",
        )
    if wanted.verbose:
        click.echo(f"proved or refuted in {time.perf_counter() - began:.2f} s", err=True)
    today = datetime.now(UTC).date()
    assessment = assess(reports, waivers, today, tuple(map(str, captured.notices)))
    if not wanted.replay or subject.running is None:
        return assessment
    return replace(assessment, replays=send_witnesses(subject.running, assessment.reports))


def _show(
    assessment: Assessment, subject: Subject, form: str | None, output: Path | None, screen: Screen
) -> None:
    text = render_text(assessment, screen)
    rendered = text if form is None else FORMS[form](assessment, subject)
    if output is not None:
        try:
            output.write_text(rendered, encoding="utf-8")
        except OSError as error:
            raise HostError(
                f"{output} cannot be written: {error.strerror}", "is its folder there?"
            ) from error
        rendered = text
    click.echo(rendered, nl=False)


def _screen(running: RunningStack | None, assessment: Assessment) -> Screen:
    """In a stack that goes on running, commands that can be pasted."""
    width = min(shutil.get_terminal_size((100, 24)).columns, 140)
    if running is None:
        return Screen(width, aside=SCRATCH)
    vantages = {witness.vantage for witness in witnesses(assessment.reports)}
    return Screen(width, proxies(running, vantages), running.ca)


def _exit_code(assessment: Assessment) -> int:
    disagreements = [each for each in assessment.replays or () if each.agreement is Agreement.DISAGREES]
    if disagreements:
        click.echo(
            f"error: {len(disagreements)} of the counterexamples met something else when they were sent\n\n"
            "hint: the proof or the path is wrong here: please report it as a bug of landbridge",
            err=True,
        )
        return EXIT_CODES[Verdict.UNKNOWN]
    return EXIT_CODES[assessment.verdict]


def _json_text(assessment: Assessment, _: Subject) -> str:
    return json.dumps(assessment_to_json(assessment), indent=2) + "\n"


def _sarif_text(assessment: Assessment, subject: Subject) -> str:
    return json.dumps(assessment_to_sarif(assessment, CLAIMS, subject.sources, __version__), indent=2) + "\n"


def _junit_text(assessment: Assessment, _: Subject) -> str:
    return render_junit(assessment)


FORMS: dict[str, Callable[[Assessment, Subject], str]] = {
    "json": _json_text,
    "sarif": _sarif_text,
    "junit": _junit_text,
}
