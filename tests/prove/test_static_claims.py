"""Each fault of the catalogue breaks its own claim, and none of the others that look at configuration."""

from collections.abc import Callable
from types import ModuleType

import pytest
from tests import topologies
from tests.prove.example_app import DESIGNS, case_of
from tests.prove.mutation import Mutation
from tests.prove.mutations_static import MUTATIONS

from landbridge.model.topology import Topology
from landbridge.prove.claims import (
    corporate_networks_private,
    deployed_equals_declared,
    health_check_can_succeed,
    intended_authorization,
    names_stay_private,
    tls_everywhere,
)
from landbridge.prove.verdict import Finding, Verdict

CLAIMS = (
    corporate_networks_private,
    deployed_equals_declared,
    health_check_can_succeed,
    intended_authorization,
    names_stay_private,
    tls_everywhere,
)
DOMAIN = "orders.corp.example"


def found_by_claim(topology: Topology) -> dict[str, list[Finding]]:
    case = case_of(topology, DOMAIN)
    judged = {claim.CLAIM.id: list(claim.judge(case)) for claim in CLAIMS}
    return {claim: findings for claim, findings in judged.items() if findings}


@pytest.mark.parametrize("design", DESIGNS)
def test_the_example_app_holds_in_every_design(
    design: str, example_topology: Callable[[str], Topology]
) -> None:
    assert found_by_claim(example_topology(design)) == {}


def test_the_whole_path_of_the_article_holds() -> None:
    assert found_by_claim(topologies.private_app()) == {}


@pytest.mark.parametrize("mutation", MUTATIONS, ids=str)
def test_a_fault_breaks_its_claim_and_no_other(
    mutation: Mutation, example_topology: Callable[[str], Topology]
) -> None:
    for topology in (example_topology("gateway"), topologies.private_app()):
        found = found_by_claim(mutation.apply(topology))
        assert list(found) == [mutation.claim_id]
        assert {finding.verdict for finding in found[mutation.claim_id]} == {Verdict.BROKEN}


@pytest.mark.parametrize("mutation", MUTATIONS, ids=str)
def test_a_finding_says_what_to_change_in_a_sentence_without_full_stop(mutation: Mutation) -> None:
    for findings in found_by_claim(mutation.apply(topologies.private_app())).values():
        for finding in findings:
            assert finding.cited is not None
            assert finding.remedy[0].isupper()
            assert not finding.what.endswith(".")
            assert not finding.remedy.endswith(".")


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: str(claim.CLAIM.id))
def test_the_catalogue_has_a_fault_for_every_claim(claim: ModuleType) -> None:
    assert claim.CLAIM.id in {mutation.claim_id for mutation in MUTATIONS}
