"""A declared app: its folder read, deployed to the AWS API, and kept up to date as its files change."""

from collections.abc import Iterator
from pathlib import Path

from landbridge.blueprint.declaration import Declaration, LinkType, parse_declaration
from landbridge.blueprint.files import check_files
from landbridge.blueprint.packaging import FrontendFile, frontend_files, zip_folder
from landbridge.blueprint.plan import Assets, frontend_update, function_update, plan
from landbridge.control.aws_api import AwsApi
from landbridge.control.execute import execute
from landbridge.errors import DeclarationError
from landbridge.serve.certificate_authority import CertificateAuthority

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
        self._code_stamp: Stamp = ()
        self._frontend_stamp: Stamp = ()
        self._files: tuple[FrontendFile, ...] = ()

    def deploy(self, api: AwsApi, authority: CertificateAuthority) -> None:
        """Makes every AWS call of the plan."""
        issued = authority.issue(self.declaration.domain)
        self._code_stamp, self._frontend_stamp = _stamp(self._code), _stamp(self._frontend)
        self._files = self._read_frontend()
        assets = Assets(
            zip_folder(_contents(self._code)),
            self._files,
            issued.certificate_pem.encode(),
            issued.private_key_pem.encode(),
            authority.certificate_pem.encode(),
        )
        execute(plan(self.declaration, assets), api)
        if self.declaration.link.type is LinkType.DIRECT_CONNECT:
            self._announce_corporate_networks(api)

    def redeploy_changes(self, api: AwsApi) -> tuple[str, ...]:
        """Deploys files that changed since; what was deployed, in words."""
        done = []
        code, frontend = _stamp(self._code), _stamp(self._frontend)
        if code != self._code_stamp:
            self._code_stamp = code
            execute(function_update(self.declaration, zip_folder(_contents(self._code))), api)
            done.append("backend")
        if frontend != self._frontend_stamp:
            self._frontend_stamp = frontend
            files = self._read_frontend()
            execute(frontend_update(self.declaration, self._files, files), api)
            self._files = files
            done.append("frontend")
        return tuple(done)

    def _read_frontend(self) -> tuple[FrontendFile, ...]:
        return frontend_files(_contents(self._frontend))

    def _announce_corporate_networks(self, api: AwsApi) -> None:
        corporate = tuple(str(block) for block in self.declaration.link.corporate)
        interfaces = api.client("directconnect").describe_virtual_interfaces()["virtualInterfaces"]
        for interface in interfaces:
            api.announce(interface["virtualInterfaceId"], corporate)


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


def _contents(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in _files_below(folder)}


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
