from dataclasses import replace
from pathlib import Path

import pytest
from tests.serve.test_running import stack
from tests.trace.traces import ALLOWED, STOPPED

from landbridge.cli.report import TerminalReport, print_addresses


def test_a_request_is_one_line_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    report = TerminalReport(quiet=False)
    report.request(ALLOWED)
    report.request(STOPPED)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "corporate GET https://orders.corp.example/api/orders 200 3.1 ms",
        "vpc connect https://orders.corp.example/ timedOut 0.0 ms"
        "  security group ingress: ENI_SG_RULES_MISMATCH",
    ]


@pytest.mark.parametrize("quiet", [True, False])
def test_quiet_leaves_out_requests_and_functions_but_no_warning(
    quiet: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    report = TerminalReport(quiet)
    report.notice("not modelled")
    report.remark("backend redeployed")
    report.function_line("orders", "START")
    lines = ["warning: not modelled", "backend redeployed"] + ([] if quiet else ["orders | START"])
    assert capsys.readouterr().err.splitlines() == lines
    assert report.shows_requests is not quiet


def test_the_addresses_name_everything_a_client_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    running = replace(
        stack(tmp_path), vantages={"corporate": "http://127.0.0.1:4", "internet": "http://127.0.0.1:6"}
    )
    print_addresses(running)
    shown = capsys.readouterr().out
    for word in (running.url, running.door, running.aws_endpoint_url, *running.vantages.values(), "dig @"):
        assert word in shown
    assert running.token not in shown


def test_without_an_app_there_are_no_curl_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    print_addresses(replace(stack(tmp_path), url="", door="", vantages={}, resolvers={}))
    shown = capsys.readouterr().out
    assert "curl" not in shown
    assert "AWS API" in shown
