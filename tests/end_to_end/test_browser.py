"""A real browser at the corporate vantage: loads the page, clicks, and sees what the function answered."""

import pytest
from playwright.sync_api import expect
from tests.end_to_end.browsing import browsing
from tests.end_to_end.stack_process import StackProcess

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(120)]


def test_a_browser_in_the_corporate_network_uses_the_app(orders: StackProcess) -> None:
    with browsing(orders) as page:
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
