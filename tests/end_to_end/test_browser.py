"""A real browser at the corporate vantage: loads the page, clicks, and sees what the function answered."""

import base64
import hashlib
import shutil
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import expect, sync_playwright
from tests.end_to_end.stack_process import StackProcess

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(120)]


def spki_of(ca: str) -> str:
    """How Chromium is told to trust the local CA: the hash of its public key."""
    key = x509.load_pem_x509_certificate(Path(ca).read_bytes()).public_key()
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(der).digest()).decode()


def test_a_browser_in_the_corporate_network_uses_the_app(orders: StackProcess) -> None:
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
                f"--ignore-certificate-errors-spki-list={spki_of(orders.running.ca)}",
            ],
            proxy={"server": orders.running.vantages["corporate"]},
        )
        page = browser.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(orders.running.url)
        page.get_by_role("link", name="New order").first.click()
        page.get_by_label("Customer").fill("Ada Lovelace")
        page.get_by_label("Item").fill("Analytical engine")
        page.get_by_label("Quantity").fill("3")
        page.get_by_role("button", name="Create order").click()
        expect(page.locator("dl")).to_contain_text("Analytical engine")
        page.goto(
            page.url
        )  # the deep link, asked of the server: the index answers, the function has the data
        expect(page.locator("dl")).to_contain_text("Ada Lovelace")
        page.get_by_role("link", name="All orders").first.click()
        expect(page.locator("table")).to_contain_text("Analytical engine")
        browser.close()
    assert problems == []
