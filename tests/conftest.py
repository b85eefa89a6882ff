"""What every test shares: named skips for missing programs, and Hypothesis profiles."""

import os
import shutil

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ("tests.end_to_end.runs.beginning",)

settings.register_profile("dev", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "ci", max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that needs a program is skipped, by name, where it is missing; in the gate that is a failure."""
    for mark in item.iter_markers("needs"):
        program = str(mark.args[0])
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In the gate a skipped test is a failure: everything a test needs is installed there."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("LANDBRIDGE_NO_SKIP") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def _no_aws_of_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test can reach the AWS account of whoever runs it."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
