from dataclasses import dataclass

import pytest
from tests.topologies import private_app

from landbridge.semantics import world as world_module
from landbridge.semantics.world import World


@dataclass(frozen=True)
class Part:
    name: str


class Counting:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, part: object = None) -> tuple[int, object]:
        self.calls += 1
        return self.calls, part


def test_a_part_is_compiled_once() -> None:
    world, compile_part, part = World(private_app()), Counting(), Part("a")
    assert world.once(compile_part, part) is world.once(compile_part, part)
    assert compile_part.calls == 1


def test_equal_parts_are_parts_of_their_own() -> None:
    world, compile_part = World(private_app()), Counting()
    first, second = Part("a"), Part("a")
    assert world.once(compile_part, first) != world.once(compile_part, second)


def test_what_is_compiled_differently_is_kept_apart() -> None:
    world, part = World(private_app()), Part("a")
    one, other = Counting(), Counting()
    world.once(one, part)
    world.once(other, part)
    assert (one.calls, other.calls) == (1, 1)


def test_nothing_is_kept_of_a_compilation_that_fails() -> None:
    world, part = World(private_app()), Part("a")

    def fail(part: Part) -> int:
        raise ValueError(part.name)

    for _ in range(2):
        with pytest.raises(ValueError, match="a"):
            world.once(fail, part)


def test_a_key_error_of_a_compilation_is_not_taken_for_a_missing_entry() -> None:
    world, part = World(private_app()), Part("a")
    calls = Counting()

    def fail(part: Part) -> int:
        calls(part)
        raise KeyError(part.name)

    with pytest.raises(KeyError, match="a"):
        world.once(fail, part)
    assert calls.calls == 1


def test_a_decision_is_made_once_per_key_even_when_it_is_none() -> None:
    world = World(private_app())
    asked: list[int] = []

    def decide() -> None:
        asked.append(1)

    world.remember("key", decide)
    world.remember("key", decide)
    world.remember("other key", decide)
    assert len(asked) == 2


def test_a_decision_may_remember_others() -> None:
    world = World(private_app())
    assert world.remember("outer", lambda: world.remember("inner", lambda: 1) + 1) == 2
    assert world.remember("inner", lambda: 99) == 1


def test_what_clients_make_it_remember_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world_module, "MOST_REMEMBERED", 10)
    world = World(private_app())
    for number in range(95):
        assert world.remember(number, lambda number=number: number) == number  # type: ignore[misc]
    assert len(world._decided) <= 10


def test_two_worlds_share_nothing() -> None:
    topology, decide = private_app(), Counting()
    World(topology).remember("key", decide)
    World(topology).remember("key", decide)
    assert decide.calls == 2
