"""The article's Terraform, completed to a working configuration, from apply to destroy."""

from typing import Any

import pytest
from tests.end_to_end.runs.observing import PATIENCE_S

pytestmark = [pytest.mark.needs("terraform"), pytest.mark.timeout(PATIENCE_S)]


def test_the_page_comes_from_s3_and_the_api_from_lambda(article_run: dict[str, Any]) -> None:
    assert article_run["url"] == "https://intranet.corp.example"
    page, style, api = article_run["page"], article_run["style"], article_run["api"]
    assert (page["status"], page["headers"]["content-type"]) == (200, "text/html; charset=utf-8"), page
    assert "<h1>Intranet</h1>" in page["body"]
    assert (style["headers"]["cache-control"], style["body"]) == ("max-age=3600", "h1 { color: teal }\n")
    assert (api["status"], api["body"]) == (
        200,
        {"greeting": "Good morning", "path": "/api/who", "endpoint": article_run["endpoint"]},
    )


def test_each_name_has_its_own_certificate(article_run: dict[str, Any]) -> None:
    former = article_run["former name"]
    assert (former["status"], former["stderr"]) == (301, "")
    assert former["headers"]["location"] == "https://intranet.corp.example:443/"


def test_the_internet_does_not_reach_the_app(article_run: dict[str, Any]) -> None:
    assert article_run["from the internet"] != 0


def test_once_it_is_applied_terraform_plans_nothing(article_run: dict[str, Any]) -> None:
    assert article_run["in sync"] is True
    assert article_run["in sync after the slip"] is True


def test_a_vpc_id_for_the_endpoints_id_is_a_403(article_run: dict[str, Any]) -> None:
    answer = article_run["api after the slip"]
    assert (answer["status"], answer["headers"]["x-intranet"]) == (403, "closed")
    assert "with an explicit deny" in answer["body"]["message"]


def test_the_trace_of_the_slip_names_policy_statement_and_condition(article_run: dict[str, Any]) -> None:
    stopped = article_run["stopped"]
    told = str(stopped)
    assert (stopped["step"], stopped["verdict"]) == ("resource policy", "explicitDeny"), stopped
    assert "OnlyThroughTheEndpoint" in told
    assert "aws:SourceVpce" in told
    assert article_run["vpc"] in told
    assert article_run["endpoint"] in told


def test_nothing_is_left_after_destroy(article_run: dict[str, Any]) -> None:
    assert not article_run["left over"], "\n".join(article_run["left over"])
