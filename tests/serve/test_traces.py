from tests.trace.traces import ALLOWED, STOPPED

from landbridge.serve.traces import MOST_EXPECTED, TraceLog
from landbridge.trace.decision import Trace


def test_an_expected_trace_is_kept_until_it_is_taken_once() -> None:
    log = TraceLog()
    log.expect("a")
    log.record(ALLOWED, "a")
    assert log.take("a") is ALLOWED
    assert log.take("a") is None


def test_a_trace_that_nobody_expects_is_not_kept() -> None:
    log = TraceLog()
    log.record(ALLOWED, "a")
    log.record(ALLOWED)
    assert log.take("a") is None
    assert log.take("") is None


def test_nothing_is_there_before_the_request_is_over() -> None:
    log = TraceLog()
    log.expect("a")
    assert log.take("a") is None


def test_tags_are_kept_apart() -> None:
    log = TraceLog()
    log.expect("a")
    log.expect("b")
    log.record(ALLOWED, "a")
    log.record(STOPPED, "b")
    assert (log.take("b"), log.take("a")) == (STOPPED, ALLOWED)


def test_the_listener_hears_of_every_request() -> None:
    heard: list[Trace] = []
    log = TraceLog(heard.append)
    log.record(ALLOWED)
    log.record(STOPPED, "unexpected")
    assert heard == [ALLOWED, STOPPED]


def test_a_trace_is_wanted_by_a_listener_or_by_a_tag() -> None:
    silent = TraceLog()
    silent.expect("a")
    assert silent.wants("a")
    assert not silent.wants("")
    assert not silent.wants("b")
    assert TraceLog(lambda trace: None).wants("")


def test_tags_whose_request_never_comes_are_forgotten_oldest_first() -> None:
    log = TraceLog()
    for number in range(MOST_EXPECTED * 3):
        log.expect(f"tag-{number}")
    assert len(log._expected) == MOST_EXPECTED
    log.record(ALLOWED, "tag-0")
    assert log.take("tag-0") is None
    newest = f"tag-{MOST_EXPECTED * 3 - 1}"
    log.record(ALLOWED, newest)
    assert log.take(newest) is ALLOWED


def test_memory_does_not_grow_with_requests() -> None:
    log = TraceLog(lambda trace: None)
    log.expect("a")
    for _ in range(1000):
        log.record(ALLOWED, "a")
        log.record(ALLOWED)
    assert len(log._expected) == 1
