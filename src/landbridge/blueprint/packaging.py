"""The bytes of an app as AWS takes them: code as a zip archive, frontend files as objects."""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

CONTENT_TYPES = {
    "html": "text/html; charset=utf-8",
    "htm": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "json": "application/json",
    "map": "application/json",
    "webmanifest": "application/manifest+json",
    "txt": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xml": "application/xml",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "ico": "image/vnd.microsoft.icon",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "ttf": "font/ttf",
    "otf": "font/otf",
    "wasm": "application/wasm",
    "pdf": "application/pdf",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mp3": "audio/mpeg",
    "zip": "application/zip",
}
"""By suffix. Not Python's ``mimetypes``: that reads this machine's tables, and the same app would differ."""

# What build tools write: a name, a hash of eight characters or more with a digit in it, a suffix.
NAME_WITH_HASH = re.compile(r"[.-](?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]{8,}\.\w+$")
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip archive can say."""


@dataclass(frozen=True, slots=True)
class FrontendFile:
    """A file of the frontend as an object in a bucket."""

    key: str
    body: bytes
    content_type: str
    cache_control: str


def zip_folder(files: Mapping[str, bytes]) -> bytes:
    """A deployment package of these files by relative path; the same files give the same bytes.

    Python's caches are left out: they change without the code changing.

    AWS: "Working with .zip file archives for Python Lambda functions"
    """
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as package:
        for path in sorted(files):
            if not _is_cache(path):
                package.writestr(_zip_entry(path), files[path])
    return archive.getvalue()


def frontend_files(files: Mapping[str, bytes]) -> tuple[FrontendFile, ...]:
    """These files by relative path as objects, in the order of their keys."""
    return tuple(
        FrontendFile(path, body, content_type(path), cache_control(path))
        for path, body in sorted(files.items())
    )


def content_type(name: str) -> str:
    """The media type for a file name."""
    return CONTENT_TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")


def cache_control(name: str) -> str:
    """How long a browser may keep the file: a page never without asking, a name with a hash for ever."""
    if name.endswith((".html", ".htm")):
        return "no-cache"
    if NAME_WITH_HASH.search(name):
        return "max-age=31536000, immutable"
    return "max-age=60"


def _is_cache(path: str) -> bool:
    return "__pycache__" in path.split("/") or path.endswith(".pyc")


def _zip_entry(path: str) -> zipfile.ZipInfo:
    """An entry that Lambda can read and, as a ``bootstrap`` must be, execute."""
    entry = zipfile.ZipInfo(path, EPOCH)
    entry.create_system = 3
    entry.external_attr = 0o100755 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
