"""A configuration of ours, applied by ``landbridge up --terraform`` from a copy of its folder."""

import asyncio
import contextlib
import os
import shutil
import time
import zipfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import psutil
from tests.end_to_end.runs.observing import run_environment
from tests.end_to_end.stack_process import StackProcess, running

from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.terraform.configuration import Api, Configuration

CONFIGURATIONS = Path(__file__).parent.parent / "configurations"
PATIENCE_S = 400.0
FUNCTION = """
import json
import os


def handler(event, context):
    said = {
        "greeting": os.environ.get("GREETING"),
        "path": event["path"],
        "endpoint": event["requestContext"].get("identity", {}).get("vpceId"),
    }
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(said)}
"""


class Configured:
    """A running stack with the configuration that made what is in it."""

    def __init__(self, stack: StackProcess, configuration: Path, company_ca: str) -> None:
        self.stack = stack
        self.configuration = configuration
        self.company_ca = company_ca
        """The company's own certificate authority."""
        self.seconds: dict[str, float] = {}
        """How long each command took; for ``… in the AWS API``, the CPU time of the stack's process."""

    def is_in_sync(self) -> bool:
        """Whether a plan of the real Terraform is empty."""
        return bool(self._timed("plan", lambda made, api: made.is_in_sync(api, print)))

    def destroy(self) -> None:
        """Destroys by the real Terraform."""
        self._timed("destroy", lambda made, api: made.destroy(api, print))

    def edit(self, file: str, old: str, new: str) -> None:
        """Changes one place of a file; returns once the stack has applied it again."""
        path = self.configuration / file
        text = path.read_text()
        assert text.count(old) == 1, (file, old)
        applied = self.stack.log.count("Apply complete!")
        began = time.monotonic()
        path.write_text(text.replace(old, new))
        while self.stack.log.count("Apply complete!") == applied:
            assert time.monotonic() < began + PATIENCE_S, self.stack.log
            assert self.stack.process.poll() is None, self.stack.log
            time.sleep(0.2)  # polled: another process has nothing to wait on
        self.seconds["apply again"] = time.monotonic() - began

    def _timed(self, name: str, do: Callable[[Configuration, Api], Awaitable[object]]) -> object:
        state_folder = self.stack.folder / ".landbridge"
        made = Configuration(self.configuration, state_folder, str((state_folder / "state").resolve()))
        work = do(made, Api(self.stack.running.aws_endpoint_url, self.stack.running.region))
        began, cpu_before = time.monotonic(), self.stack_cpu_s()
        result = asyncio.run(_awaited(work))
        self.seconds[name] = time.monotonic() - began
        self.seconds[f"{name} in the AWS API"] = self.stack_cpu_s() - cpu_before
        return result

    def stack_cpu_s(self) -> float:
        """CPU time of the stack's process so far."""
        times = psutil.Process(self.stack.process.pid).cpu_times()
        return float(times.user + times.system)


@contextlib.contextmanager
def configured(name: str, folder: Path, host: str, *options: str) -> Iterator[Configured]:
    """The configuration applied; `host` is on the company's own certificate."""
    os.environ.update(run_environment(folder))
    configuration, app = folder / name, folder / "app"
    shutil.copytree(CONFIGURATIONS / name, configuration)
    app.mkdir()
    company_ca = _make_material(configuration / "material", folder / "company", host)
    began = time.monotonic()
    with running(
        app, folder / "runtime", "--terraform", str(configuration), *options, patience_s=PATIENCE_S
    ) as stack:
        made = Configured(stack, configuration, company_ca)
        made.seconds["apply, from start to addresses"] = time.monotonic() - began
        made.seconds["apply in the AWS API"] = made.stack_cpu_s()
        yield made


def _make_material(folder: Path, authority_folder: Path, host: str) -> str:
    """What the configurations read from files: a certificate with its key, a function; the issuer's path."""
    folder.mkdir()
    authority_folder.mkdir()
    authority = CertificateAuthority(authority_folder)
    issued = authority.issue(host)
    (folder / "certificate.pem").write_text(issued.certificate_pem)
    (folder / "key.pem").write_text(issued.private_key_pem)
    (folder / "chain.pem").write_text(authority.certificate_pem)
    with zipfile.ZipFile(folder / "function.zip", "w") as archive:
        archive.writestr("app.py", FUNCTION)
    return str(authority.certificate_path)


async def _awaited(work: Awaitable[object]) -> object:
    return await work
