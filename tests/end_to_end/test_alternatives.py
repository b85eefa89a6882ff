"""Other ways than the article's, as Terraform makes, plans and destroys them."""

from typing import Any

import pytest
from tests.end_to_end.runs.observing import PATIENCE_S

pytestmark = [pytest.mark.needs("terraform"), pytest.mark.timeout(PATIENCE_S)]


def test_once_they_are_applied_terraform_plans_nothing(alternatives_run: dict[str, Any]) -> None:
    assert alternatives_run["in sync"] is True


def test_a_load_balancer_has_an_alias_of_a_function_as_its_target(alternatives_run: dict[str, Any]) -> None:
    assert alternatives_run["target types"]["app"] == "lambda"
    [target] = alternatives_run["targets"]["app"]
    assert target.endswith(":function:app:live")


def test_a_load_balancer_has_the_addresses_of_the_s3_endpoint_as_targets(
    alternatives_run: dict[str, Any],
) -> None:
    assert alternatives_run["target types"]["bucket"] == "ip"
    targets = alternatives_run["targets"]["bucket"]
    assert len(targets) == 2
    for target in targets:
        assert alternatives_run["addresses"][target].startswith("VPC Endpoint Interface vpce-")


def test_a_private_custom_domain_name_has_an_id_and_a_policy(alternatives_run: dict[str, Any]) -> None:
    [domain] = alternatives_run["domain names"]
    assert domain["endpointConfiguration"]["types"] == ["PRIVATE"]
    assert domain["domainNameArn"].endswith(f"/domainnames/api.corp.example+{domain['domainNameId']}")
    assert "aws:SourceVpce" in domain["policy"]


def test_nothing_is_left_after_destroy(alternatives_run: dict[str, Any]) -> None:
    assert not alternatives_run["left over"], "\n".join(alternatives_run["left over"])
