"""The example app holds on every claim; a single fault breaks the claim that is about it, and no other."""

from collections.abc import Callable

import pytest
from tests.prove.mutation import Mutation
from tests.prove.mutations_entrances import ENTRANCES
from tests.prove.mutations_policies import MUTATIONS as POLICIES
from tests.prove.mutations_policies import MUTATIONS_OF_LAMBDA
from tests.prove.mutations_static import MUTATIONS
from tests.prove.mutations_ways import NOBODY, WAYS, WAYS_OF_LAMBDA

from landbridge.model.topology import Topology
from landbridge.prove.catalogue import CLAIMS
from landbridge.prove.check import check
from landbridge.prove.verdict import Report, Verdict

CATALOGUE = (
    *(("gateway", each) for each in (*WAYS, *NOBODY, *ENTRANCES, *MUTATIONS, *POLICIES)),
    *(("lambda", each) for each in (*WAYS_OF_LAMBDA, *MUTATIONS_OF_LAMBDA)),
)
"""Faults with the design they are put into."""


@pytest.mark.parametrize("design", ["gateway", "lambda", "domain"])
def test_every_design_of_the_example_holds_on_every_claim(
    design: str, example_topology: Callable[[str], Topology]
) -> None:
    [report] = check(example_topology(design))
    assert [each.claim for each in report.judgements] == list(CLAIMS)
    assert not_holding(report) == {}


@pytest.mark.parametrize(("design", "mutation"), CATALOGUE, ids=str)
def test_a_fault_breaks_its_claim_and_no_other(
    design: str, mutation: Mutation, example_topology: Callable[[str], Topology]
) -> None:
    [report] = check(mutation.apply(example_topology(design)))
    found = not_holding(report)
    assert set(found) == {mutation.claim_id} | mutation.also
    assert found[mutation.claim_id] is Verdict.BROKEN
    for judgement in report.judgements:
        for finding in judgement.findings:
            assert finding.what
            assert not finding.what.endswith(".")
            assert finding.remedy or finding.verdict is Verdict.UNKNOWN


def test_there_are_faults_enough() -> None:
    assert len({mutation.name for _, mutation in CATALOGUE}) == len(CATALOGUE) >= 60


def not_holding(report: Report) -> dict[str, Verdict]:
    """The claims that do not hold, and what is known of them instead."""
    return {
        judgement.claim.id: judgement.verdict
        for judgement in report.judgements
        if judgement.verdict is not Verdict.HOLDS
    }
