"""A counterexample is a request: sent from the vantage that it names, it gets where it says."""

from collections.abc import Callable, Iterator

import pytest
from tests.prove.mutation import Mutation
from tests.prove.test_mutations import CATALOGUE

from landbridge.model.topology import Topology
from landbridge.prove.check import check
from landbridge.prove.reach.decided import Knock, decide
from landbridge.prove.verdict import Verdict, Witness
from landbridge.semantics.journey.connection import connect
from landbridge.semantics.network.other_account import join_other_account
from landbridge.semantics.network.source import address_in_other_account, vantage
from landbridge.semantics.world import World

CREDENTIALS = ("signatures take the place of the policy",)
"""What is reached only by somebody who can sign."""


def witnesses(topology: Topology) -> Iterator[Witness]:
    """Of everything that is broken and that something is reached by."""
    for report in check(topology):
        for judgement in report.judgements:
            for finding in judgement.findings:
                if finding.verdict is Verdict.BROKEN and finding.witness and finding.witness.reaches:
                    yield finding.witness


def reached_by(topology: Topology, witness: Witness) -> set[str]:
    """What the request asks, whichever target and release takes it."""
    elsewhere = address_in_other_account(witness.vantage)
    world = World(join_other_account(topology, (elsewhere,)) if elsewhere is not None else topology)
    source = vantage(world.topology, witness.vantage)
    connection = connect(world, source, witness.host, witness.port)
    assert connection.door is not None
    address = str((connection.seen_as or source).address)
    found: set[str] = set()
    for turn in range(4):
        for canary in (False, True):
            knock = Knock(connection.door, address, witness.request, witness.server_name, turn, canary)
            backend = decide(world, knock).backend
            found |= {backend.arn or backend.id} if backend is not None else set()
    return found


@pytest.mark.parametrize(("design", "mutation"), CATALOGUE, ids=str)
def test_a_witness_gets_where_it_says(
    design: str, mutation: Mutation, example_topology: Callable[[str], Topology]
) -> None:
    topology = mutation.apply(example_topology(design))
    for witness in witnesses(topology):
        reached = reached_by(topology, witness)
        assert witness.reaches in reached or mutation.name in CREDENTIALS
        assert witness.hops
        assert witness.curl().startswith("curl --proxy")


def test_most_ways_in_have_a_witness(example_topology: Callable[[str], Topology]) -> None:
    shown = [
        mutation.claim_id
        for design, mutation in CATALOGUE
        if any(True for _ in witnesses(mutation.apply(example_topology(design))))
    ]
    assert {
        "only-listed-endpoints",
        "no-other-way-to-integration",
        "no-bypass",
        "only-corporate-clients",
        "function-only-through-path",
        "bucket-only-through-path",
    } <= set(shown)
