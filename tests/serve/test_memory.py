from landbridge.serve.memory import Memory


def test_a_value_is_kept_until_its_time_is_over() -> None:
    memory = Memory()
    memory.keep("key", "value", until_epoch_ms=1000)
    assert memory.recall("key", 999) == "value"
    assert memory.recall("key", 1000) is None
    assert memory.recall("key", 999) is None, "what is over is gone"


def test_the_oldest_values_go_first_where_there_are_too_many() -> None:
    memory = Memory(most_kept=2)
    for key in ("a", "b", "a", "c"):
        memory.keep(key, key, 1000)
    assert [memory.recall(key, 0) for key in "abc"] == ["a", None, "c"]


def test_keys_with_a_common_beginning_are_forgotten_together() -> None:
    memory = Memory()
    for key in (("x", "api", "live", 1), ("x", "api", "live", 2), ("x", "api", "test"), "other"):
        memory.keep(key, True, 1000)
    memory.forget("x", "api", "live")
    assert [memory.recall(key, 0) for key in (("x", "api", "live", 1), ("x", "api", "test"), "other")] == [
        None,
        True,
        True,
    ]
