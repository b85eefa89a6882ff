"""One version of a function made ready to run: its code on disk, its command and its variables."""

import asyncio
import io
import os
import shutil
import stat
import tempfile
import zipfile
from base64 import b64decode
from binascii import Error as Base64Error
from hashlib import sha256
from pathlib import Path

from landbridge.model.functions import Function
from landbridge.semantics.functions.log_lines import init_start_line
from landbridge.semantics.functions.refusals import package_not_unzipped
from landbridge.semantics.needs import InvokeRefused
from landbridge.serve.functions.host import Host
from landbridge.serve.functions.log_writer import name_group
from landbridge.serve.functions.process import Program
from landbridge.serve.functions.python_runtime import PythonRuntime
from landbridge.serve.functions.runtimes import RuntimeFamily, explain_unsupported, find_family

_VERSION = "v1"
"""Stands for the version of AWS's runtime, which is not known here."""


class DeploymentRefusedError(Exception):
    """This version of the function cannot be made ready; `refusal` is what its callers get."""

    def __init__(self, refusal: InvokeRefused) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


class Deployment:
    """A function's code and configuration; each change of either makes another deployment."""

    def __init__(self, function: Function, host: Host) -> None:
        self.function = function
        version_hash = sha256(function.runtime.encode()).hexdigest()
        self.init_start_line = init_start_line(function.runtime, _VERSION, host.region, version_hash)
        self._host = host
        self._code = host.directory / "code" / _name_folder(function)
        self._preparing = asyncio.Lock()
        self._python: PythonRuntime | None = None
        self._prepared = False

    async def prepare(self) -> None:
        """Unpacks the code, once; DeploymentRefusedError when it cannot run."""
        async with self._preparing:
            if self._prepared:
                return
            family = find_family(self.function)
            if family is RuntimeFamily.UNSUPPORTED:
                refusal = InvokeRefused("InvalidRuntimeException", explain_unsupported(self.function))
                raise DeploymentRefusedError(refusal)
            if family is RuntimeFamily.PYTHON:
                self._python = await self._host.python()
            if not self._code.exists():
                package = self._host.code(self.function.arn)
                await asyncio.to_thread(_unpack, package, self._code)
            self._prepared = True

    @property
    def bootstrap_missing(self) -> bool:
        """Whether the code lacks the program that its runtime starts with."""
        return self._python is None and not os.access(self._code / "bootstrap", os.X_OK)

    def program_for(self, runtime_api: str, log_stream: str) -> Program:
        """What to run so that it asks this Runtime API for events."""
        python = self._python
        if python is None:
            return Program(
                (str(self._code / "bootstrap"),),
                self._code,
                self._list_variables(runtime_api, log_stream, str(self._code), {}),
            )
        return Program(
            (str(python.executable), "-m", "awslambdaric", self.function.handler),
            self._code,
            self._list_variables(
                runtime_api, log_stream, str(python.packages), {"PYTHONPATH": str(python.packages)}
            ),
        )

    def _list_variables(
        self, runtime_api: str, log_stream: str, runtime_directory: str, overridable: dict[str, str]
    ) -> dict[str, str]:
        """The environment variables; nothing of this machine's own is among them.

        AWS: "Working with Lambda environment variables"
        """
        function = self.function
        key_id, secret, token = self._host.credentials(function.role_arn)
        return {
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
            "AWS_ENDPOINT_URL": self._host.endpoint_url,
            "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
            **overridable,
            **dict(function.environment),
            "AWS_ACCESS_KEY_ID": key_id,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_SESSION_TOKEN": token,
            "AWS_REGION": self._host.region,
            "AWS_DEFAULT_REGION": self._host.region,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": function.version,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": name_group(function.name),
            "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
            "AWS_LAMBDA_RUNTIME_API": runtime_api,
            "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
            "_AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1",
            "_AWS_XRAY_DAEMON_PORT": "2000",
            "LAMBDA_TASK_ROOT": str(self._code),
            "LAMBDA_RUNTIME_DIR": runtime_directory,
            "LC_CTYPE": "C.UTF-8",
            "PWD": str(self._code),
            "SHLVL": "0",
            "_HANDLER": function.handler,
            # Not AWS's: whatever the user has configured for the real AWS stays out of reach.
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }


def _name_folder(function: Function) -> str:
    """A folder for this code; the same code is unpacked once, whichever function it belongs to."""
    try:
        return b64decode(function.code_sha256, validate=True).hex() or "empty"
    except Base64Error:
        return function.code_sha256.encode().hex()


def _unpack(package: bytes, folder: Path) -> None:
    """Unpacks a deployment package with its permissions; all of it appears at once."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".unpacking-"))
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            for entry in archive.infolist():
                _extract(archive, entry, unfinished)
        unfinished.chmod(0o755)
        unfinished.rename(folder)
    except zipfile.BadZipFile:
        shutil.rmtree(unfinished)
        raise DeploymentRefusedError(package_not_unzipped()) from None
    except OSError:
        shutil.rmtree(unfinished)
        if not folder.exists():  # two functions may share their code, and one was faster
            raise


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path) -> None:
    unpacked = Path(archive.extract(entry, folder))
    mode = stat.S_IMODE(entry.external_attr >> 16)
    if mode and not entry.is_dir():
        unpacked.chmod(mode | stat.S_IRUSR)
