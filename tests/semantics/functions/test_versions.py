from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.topologies import FUNCTION_ARN, functions, private_app

from landbridge.model.functions import Function
from landbridge.model.identifiers import Arn
from landbridge.semantics.functions.versions import choose_version, how_to_create, version_facts
from landbridge.semantics.world import World

(LATEST,) = functions().functions


def alias(version: str = "1", *weights: tuple[str, float]) -> Function:
    return replace(LATEST, arn=Arn(f"{FUNCTION_ARN}:live"), version=version, weights=weights)


@pytest.mark.parametrize(
    ("draw", "version"), [(0.0, "2"), (0.0999, "2"), (0.1, "1"), (0.5, "1"), (0.999, "1")]
)
def test_a_version_gets_the_part_of_the_traffic_that_is_its_weight(draw: float, version: str) -> None:
    assert choose_version(alias("1", ("2", 0.1)), draw) == version


@given(weight=st.floats(0, 1), draw=st.floats(0, 1, exclude_max=True))
def test_a_weight_of_one_takes_all_and_a_weight_of_zero_nothing(weight: float, draw: float) -> None:
    chosen = choose_version(alias("1", ("2", weight)), draw)
    assert chosen == ("2" if draw < weight else "1")
    assert choose_version(alias("1", ("2", 1.0)), draw) == "2"
    assert choose_version(alias("1", ("2", 0.0)), draw) == "1"


@pytest.mark.parametrize(
    ("invoked", "facts"),
    [
        (LATEST, ()),
        (replace(LATEST, arn=Arn(f"{FUNCTION_ARN}:3"), version="3"), ()),
        (alias("3"), (("function version", "3"),)),
        (alias("1", ("2", 0.1)), (("function versions", "1 (90%), 2 (10%)"),)),
    ],
)
def test_a_trace_tells_the_version_behind_an_alias(
    invoked: Function, facts: tuple[tuple[str, str], ...]
) -> None:
    assert version_facts(invoked) == facts


@pytest.mark.parametrize(
    ("arn", "remedy"),
    [
        (f"{FUNCTION_ARN}:live", "Create the alias live of orders"),
        (f"{FUNCTION_ARN}:7", "Publish version 7 of orders"),
        (f"{FUNCTION_ARN}2:live", f"Create the function {FUNCTION_ARN}2"),
    ],
)
def test_what_is_missing_is_named(arn: str, remedy: str) -> None:
    assert how_to_create(World(private_app()), arn) == remedy
