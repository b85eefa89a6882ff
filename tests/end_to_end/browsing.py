"""A real browser at the corporate vantage, which trusts the local CA by its public key."""

import base64
import contextlib
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Page, sync_playwright
from tests.end_to_end.stack_process import StackProcess


@contextlib.contextmanager
def browsing(stack: StackProcess) -> Iterator[Page]:
    """An empty page; no error of a script may have happened when it is closed.

    What the tests serve on 127.0.0.1 stands for the internet, which the browser reaches without the proxy.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                f"--ignore-certificate-errors-spki-list={_public_key_hash(stack.running.ca)}",
            ],
            proxy={"server": stack.running.vantages["corporate"], "bypass": "127.0.0.1"},
        )
        page = browser.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        yield page
        browser.close()
    assert problems == []


def _public_key_hash(ca: str) -> str:
    key = x509.load_pem_x509_certificate(Path(ca).read_bytes()).public_key()
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(der).digest()).decode()
