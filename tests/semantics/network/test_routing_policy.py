from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.semantics.conversations import with_target_group
from tests.topologies import ALB_NAME, ENDPOINT_A, ENDPOINT_B, private_app

from landbridge.model.faults import Faults
from landbridge.model.health import KnownHealth
from landbridge.model.identifiers import NetworkInterfaceId
from landbridge.model.names import AliasTarget, RecordSet
from landbridge.model.topology import Topology
from landbridge.semantics.network.routing_policy import choose_record

NAME = "orders.corp.example"


def weighted(identifier: str, weight: int) -> RecordSet:
    return RecordSet(NAME, "A", 60, (f"10.0.0.{identifier}",), set_identifier=identifier, weight=weight)


def chosen(*records: RecordSet, draw: int = 0, faults: Faults | None = None) -> str:
    topology = replace(private_app(), faults=faults or Faults())
    found = choose_record(topology, records, draw)
    return found if isinstance(found, str) else found.set_identifier


def failover(which: str, *, to_load_balancer: bool = False, evaluate: bool = True) -> RecordSet:
    alias = AliasTarget(f"dualstack.{ALB_NAME}", "Z1", evaluate) if to_load_balancer else None
    return RecordSet(
        NAME, "A", 60, () if alias else ("10.9.9.9",), alias, set_identifier=which, failover=which
    )


PRIMARY, SECONDARY = failover("PRIMARY", to_load_balancer=True), failover("SECONDARY")
NO_TARGETS = Faults(targets=frozenset({str(ENDPOINT_A), f"{ENDPOINT_B}:443"}))
NO_ZONES = Faults(zones=frozenset({"eu-central-1a", "eu-central-1b"}))


def test_a_single_record_answers_whatever_its_health() -> None:
    record = replace(PRIMARY, failover="", set_identifier="only")
    assert chosen(record, faults=NO_TARGETS) == "only"


@pytest.mark.parametrize(
    ("faults", "answer"),
    [
        (Faults(), "PRIMARY"),
        (Faults(targets=frozenset({str(ENDPOINT_A)})), "PRIMARY"),
        (NO_TARGETS, "SECONDARY"),
        (NO_ZONES, "SECONDARY"),
    ],
)
def test_the_secondary_answers_when_the_load_balancer_has_no_target_left(faults: Faults, answer: str) -> None:
    assert chosen(SECONDARY, PRIMARY, faults=faults) == answer


def test_the_primary_answers_when_nothing_asks_for_its_health_or_neither_is_healthy() -> None:
    blind = failover("PRIMARY", to_load_balancer=True, evaluate=False)
    assert chosen(blind, SECONDARY, faults=NO_TARGETS) == "PRIMARY"
    assert chosen(PRIMARY, failover("SECONDARY", to_load_balancer=True), faults=NO_TARGETS) == "PRIMARY"


@given(st.lists(st.integers(0, 40), min_size=1, max_size=4).filter(any))
def test_weighted_records_answer_in_proportion_to_their_weights(weights: list[int]) -> None:
    records = [weighted(str(number), weight) for number, weight in enumerate(weights)]
    drawn = Counter(chosen(*records, draw=draw) for draw in range(sum(weights)))
    assert drawn == Counter({str(number): weight for number, weight in enumerate(weights) if weight})


def test_records_of_weight_0_answer_alike_when_there_are_no_others() -> None:
    drawn = {chosen(weighted("1", 0), weighted("2", 0), draw=draw) for draw in range(2)}
    assert drawn == {"1", "2"}


def test_a_weighted_record_whose_load_balancer_is_unhealthy_is_left_out() -> None:
    alias = replace(PRIMARY, failover="", weight=255, set_identifier="alb")
    assert {chosen(alias, weighted("1", 1), draw=draw, faults=NO_TARGETS) for draw in range(9)} == {"1"}


def test_a_multivalue_answer_has_up_to_eight_values() -> None:
    records = tuple(
        RecordSet(NAME, "A", 60, (f"10.0.0.{number}",), set_identifier=str(number), multivalue=True)
        for number in range(10)
    )
    found = choose_record(private_app(), records, 3)
    assert isinstance(found, RecordSet)
    assert found.values == (*(f"10.0.0.{number}" for number in range(3, 10)), "10.0.0.0")


def test_what_is_not_modelled_is_named() -> None:
    latency = replace(weighted("1", 1), unsupported=("latency-based routing",))
    assert chosen(latency) == "latency-based routing"
    assert "several records" in chosen(weighted("1", 1), PRIMARY)


A, B = NetworkInterfaceId("eni-0alba"), NetworkInterfaceId("eni-0albb")


@pytest.mark.parametrize(
    ("unhealthy", "answer"), [((), "PRIMARY"), ((A,), "PRIMARY"), ((B,), "PRIMARY"), ((A, B), "SECONDARY")]
)
def test_the_secondary_answers_when_health_checks_leave_no_node(
    unhealthy: tuple[NetworkInterfaceId, ...], answer: str
) -> None:
    topology = replace(private_app(), health=KnownHealth(unhealthy_nodes=frozenset(unhealthy)))
    found = choose_record(topology, (PRIMARY, SECONDARY), 0)
    assert isinstance(found, RecordSet)
    assert found.set_identifier == answer
    weights = (replace(PRIMARY, failover="", weight=1), replace(weighted("9", 1), set_identifier="SECONDARY"))
    answers = {record.set_identifier for draw in range(8) if (record := chosen_of(topology, weights, draw))}
    assert answers == ({"SECONDARY"} if answer == "SECONDARY" else {"PRIMARY", "SECONDARY"})
    alone = replace(PRIMARY, failover="", set_identifier="only")
    assert choose_record(topology, (alone,), 0) == alone


def chosen_of(topology: Topology, records: tuple[RecordSet, ...], draw: int) -> RecordSet:
    found = choose_record(topology, records, draw)
    assert isinstance(found, RecordSet)
    return found


@pytest.mark.parametrize(
    ("attribute", "value", "answer"),
    [("count", "1", "PRIMARY"), ("count", "2", "SECONDARY"), ("percentage", "50", "PRIMARY"),
     ("percentage", "51", "SECONDARY"), ("percentage", "off", "PRIMARY")],
)  # fmt: skip
def test_a_group_may_need_more_healthy_targets_before_dns_answers(
    attribute: str, value: str, answer: str
) -> None:
    key = f"target_group_health.dns_failover.minimum_healthy_targets.{attribute}"
    topology = with_target_group(private_app(), attributes=((key, value),))
    topology = replace(topology, faults=Faults(targets=frozenset({str(ENDPOINT_A)})))
    assert chosen_of(topology, (PRIMARY, SECONDARY), 0).set_identifier == answer
