from dataclasses import replace

import pytest
from inline_snapshot import snapshot
from tests.trace.traces import ALLOWED, GROUP, STOPPED

from landbridge.model.exchange import HttpResponse
from landbridge.trace.decision import (
    Decision,
    Delivered,
    Hop,
    NotResolved,
    Outcome,
    Refused,
    Step,
    TimedOut,
    Verdict,
    not_modelled,
)
from landbridge.trace.text import hop_lines, outcome_line, render_text


def test_a_trace_that_got_through_is_one_line_per_hop() -> None:
    assert render_text(ALLOWED, 100) == snapshot("""\
GET https://orders.corp.example/api/orders   from corporate

  1 ok   security group ingress      sg-0alb
         SecurityGroup Rule sgr-03; port: 443; source: 192.168.0.10
  2 ok   listener                    orders
  3 ok   listener rule               orders

delivered: 200 in 3.1 ms\
""")


def test_a_stopped_trace_ends_with_what_to_change() -> None:
    assert render_text(STOPPED, 100) == snapshot("""\
connect https://orders.corp.example/   from vpc

  1 ok   route                       orders
  2 STOP security group ingress      sg-0alb  ENI_SG_RULES_MISMATCH
         SecurityGroup Rule sgr-03
         port: 443
         source: 10.20.1.254

timed out: AWS drops the packets and answers nothing
What to change: Add an ingress rule for TCP 443 from 10.20.1.254\
""")


@pytest.mark.parametrize("width", [40, 80, 140])
def test_no_line_is_wider_than_asked_for_where_words_allow_it(width: int) -> None:
    long = replace(STOPPED.hops[-1].decision, remedy="word " * 60)
    trace = replace(STOPPED, hops=(Hop(GROUP, Step.ROUTE, long),))
    wrapped = [line for line in render_text(trace, width).splitlines() if "word" in line]
    assert len(wrapped) > 1
    assert all(len(line) <= width for line in wrapped)


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        (Delivered(HttpResponse(404)), "delivered: 404 in 1.5 ms"),
        (TimedOut(), "timed out: AWS drops the packets and answers nothing"),
        (Refused(), "refused: the connection was reset"),
        (NotResolved(), "not resolved: the name has no address here"),
    ],
)
def test_each_outcome_has_its_line(outcome: Outcome, line: str) -> None:
    assert outcome_line(outcome, 1.5) == line


@pytest.mark.parametrize(
    ("decision", "mark"),
    [
        (Decision(Verdict.EXPLICIT_DENY), "DENY"),
        (Decision(Verdict.IMPLICIT_DENY), "STOP"),
        (not_modelled("canaries"), "????"),
    ],
)
def test_a_hop_that_stops_is_marked(decision: Decision, mark: str) -> None:
    trace = replace(ALLOWED, hops=(Hop(GROUP, Step.STAGE, decision),))
    assert f"  1 {mark} stage" in render_text(trace, 100)


def test_a_hop_that_stopped_is_found_even_before_the_last() -> None:
    trace = replace(STOPPED, hops=(*STOPPED.hops, ALLOWED.hops[0]))
    assert trace.stopped_at is STOPPED.hops[-1]
    assert ALLOWED.stopped_at is None


def test_hops_in_brief_are_one_line_each_with_what_was_cited() -> None:
    assert hop_lines(ALLOWED.hops, 100)[0] == (
        "  1 ok   security group ingress      sg-0alb   SecurityGroup Rule sgr-03"
    )
    cut = hop_lines(STOPPED.hops, 60)
    assert len(cut) == 2
    assert cut[1] == "  2 STOP security group ingress      sg-0alb  ENI_SG_RULE..."
