"""A declared app: its folder read, deployed to the AWS API, and kept up to date as its files change."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from landbridge.blueprint.declaration import Declaration, LinkType, parse_declaration
from landbridge.blueprint.files import check_files
from landbridge.blueprint.packaging import FrontendFile, frontend_files, zip_folder
from landbridge.blueprint.plan import Assets, frontend_update, function_update, plan
from landbridge.control.aws_api import AwsApi
from landbridge.control.execute import execute
from landbridge.errors import DeclarationError
from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.serve.corporate_links import announce_corporate_networks
from landbridge.serve.deployed import Deployed, without_files

DECLARATION = "landbridge.toml"
IGNORED = {"__pycache__", ".git", ".venv", ".landbridge", ".DS_Store"}
Stamp = tuple[tuple[str, int, int], ...]


class Deployment:
    """An app on disk and what of it has been deployed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.declaration = read_declaration(folder)
        self._code = folder / self.declaration.backend.code
        self._frontend = folder / self.declaration.frontend.folder
        self._code_digest = ""
        self._authority_digest = ""
        self._code_stamp: Stamp = ()
        self._frontend_stamp: Stamp = ()
        self._files: tuple[FrontendFile, ...] = ()

    def deploy(self, api: AwsApi, authority: CertificateAuthority) -> None:
        """Makes every AWS call of the plan."""
        issued = authority.issue(self.declaration.domain)
        self._code_stamp, self._frontend_stamp = _stamp(self._code), _stamp(self._frontend)
        self._files = self._read_frontend()
        self._authority_digest = _digest(authority.certificate_pem.encode())
        assets = Assets(
            self._read_code(),
            self._files,
            issued.certificate_pem.encode(),
            issued.private_key_pem.encode(),
            authority.certificate_pem.encode(),
        )
        execute(plan(self.declaration, assets), api)
        if self.declaration.link.type is LinkType.DIRECT_CONNECT:
            announce_corporate_networks(api, self.declaration.link.corporate)

    @property
    def deployed(self) -> dict[str, Any]:
        """What has been deployed, as JSON, for ``resume`` in another process."""
        files = {file.key: _digest(file.body) for file in self._files}
        return Deployed(
            without_files(self.declaration), self._code_digest, files, self._authority_digest
        ).to_json()

    def resume(self, deployed: Any, authority: CertificateAuthority) -> None:
        """What another process deployed is there; files that changed since will be deployed.

        DeclarationError when the declaration needs other resources now.
        """
        before = Deployed.from_json(deployed)
        before.check(self.declaration, self.folder / DECLARATION)
        self._authority_digest = _digest(authority.certificate_pem.encode())
        if before.authority != self._authority_digest:
            raise DeclarationError(
                "The app's certificate was issued by another certificate authority than this one",
                "put the ca.pem and ca.key of then back beside the app, or remove the state folder",
            )
        code, frontend = _stamp(self._code), _stamp(self._frontend)
        self._read_code()
        if self._code_digest == before.code:
            self._code_stamp = code
        now = self._read_frontend()
        if {file.key: _digest(file.body) for file in now} == before.files:
            self._frontend_stamp = frontend
        bodies = {file.key: file.body for file in now}
        self._files = frontend_files(before.bodies(bodies, _digest))

    def redeploy_changes(self, api: AwsApi) -> tuple[str, ...]:
        """Deploys files that changed since; what was deployed, in words."""
        done = []
        code, frontend = _stamp(self._code), _stamp(self._frontend)
        if code != self._code_stamp:
            self._code_stamp = code
            execute(function_update(self.declaration, self._read_code()), api)
            done.append("backend")
        if frontend != self._frontend_stamp:
            self._frontend_stamp = frontend
            files = self._read_frontend()
            execute(frontend_update(self.declaration, self._files, files), api)
            self._files = files
            done.append("frontend")
        return tuple(done)

    def _read_code(self) -> bytes:
        package = zip_folder(contents(self._code))
        self._code_digest = _digest(package)
        return package

    def _read_frontend(self) -> tuple[FrontendFile, ...]:
        return frontend_files(contents(self._frontend))


def read_declaration(folder: Path) -> Declaration:
    """The declaration in a folder, checked against the files beside it."""
    path = folder / DECLARATION
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DeclarationError(
            f"There is no {DECLARATION} in {folder}", f"landbridge init {folder} writes a small complete app"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise DeclarationError(f"{path} cannot be read: {error}", "it is a UTF-8 text file") from error
    declaration = parse_declaration(text, str(path))
    check_files(declaration, {file.relative_to(folder).as_posix() for file in _files_below(folder)})
    return declaration


def contents(folder: Path) -> dict[str, bytes]:
    """The files below a folder by relative path, but for what is no part of an app."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in _files_below(folder)}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _stamp(folder: Path) -> Stamp:
    """Changes whenever a file below the folder does."""
    entries = []
    for file in _files_below(folder):
        status = file.stat()
        entries.append((file.as_posix(), status.st_mtime_ns, status.st_size))
    return tuple(entries)


def _files_below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not IGNORED.intersection(path.relative_to(folder).parts):
            yield path
