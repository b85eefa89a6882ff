from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.prove.reports import BAD, FUNCTION, GETS_IN, GOOD, STAYS_OUT
from tests.prove.test_replay import INVOKED, trace
from tests.serve.test_running import stack

from landbridge.cli import replaying
from landbridge.cli.replaying import proxies, send_witnesses, witnesses
from landbridge.errors import DeclarationError
from landbridge.prove.verdict import Judgement, Report, broken
from landbridge.trace.decision import Hop, ResourceRef, Step, allowed

OTHER = ResourceRef(
    "AWS::Lambda::Function", "other", "arn:aws:lambda:eu-central-1:123456789012:function:other"
)
Traces = Callable[..., list[Any]]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Traces:
    """A stack that keeps these traces, one after the other; what was sent to it."""

    def prepare(*traces: Any) -> list[Any]:
        left, sent = list(traces), list[Any]()

        def ask(_: object, request: dict[str, Any]) -> dict[str, Any]:
            if request["command"] == "vantage":
                if request["vantage"] == "moon":
                    raise DeclarationError("There is no vantage 'moon'", "use vpc")
                return {"proxy": "http://127.0.0.1:8442"}
            return {"trace": left.pop(0)}

        monkeypatch.setattr(replaying, "ask", ask)
        monkeypatch.setattr(replaying, "_send", lambda port, _, witness: sent.append((port, witness)))
        return sent

    return prepare


def report(*found: Any) -> Report:
    findings = tuple(broken("gets in", witness=witness) for witness in found)
    return Report("a", (Judgement(GOOD.judgements[0].claim, findings),))


def test_every_witness_is_sent_once(answers: Traces, tmp_path: Path) -> None:
    sent = answers(trace(INVOKED), trace(INVOKED))
    found = send_witnesses(stack(tmp_path), (report(GETS_IN), report(GETS_IN)))
    assert [str(each) for each in found] == ["replayed: delivered, HTTP 200"]
    assert sent == [(8442, GETS_IN)]


def test_targets_take_turns_so_a_witness_is_sent_until_it_meets_the_one_meant(
    answers: Traces, tmp_path: Path
) -> None:
    elsewhere = trace(Hop(OTHER, Step.INVOKE, allowed(OTHER)))
    answers(elsewhere, elsewhere, trace(INVOKED))
    (found,) = send_witnesses(stack(tmp_path), (report(GETS_IN),))
    assert str(found) == "replayed: delivered, HTTP 200"


def test_what_is_dropped_is_not_tried_again(answers: Traces, tmp_path: Path) -> None:
    sent = answers(trace(outcome="timedOut", status=None))
    (found,) = send_witnesses(stack(tmp_path), (report(GETS_IN),))
    assert str(found) == f"replay disagrees: timed out; it should have reached {FUNCTION.arn}"
    assert len(sent) == 1


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"scheme": "lambda:InvokeFunction"}, "it is no HTTP request but lambda:InvokeFunction"),
        ({"vantage": "moon"}, "There is no vantage 'moon'"),
    ],
)
def test_what_cannot_be_sent_says_why(
    changes: dict[str, str], why: str, answers: Traces, tmp_path: Path
) -> None:
    answers()
    (found,) = send_witnesses(stack(tmp_path), (report(replace(GETS_IN, **changes)),))  # type: ignore[arg-type]
    assert str(found) == f"not replayable: {why}"


def test_the_witnesses_are_those_of_all_findings() -> None:
    assert witnesses((BAD, GOOD)) == (GETS_IN, STAYS_OUT)


def test_proxies_are_those_of_the_vantages_that_there_are(answers: Traces, tmp_path: Path) -> None:
    answers()
    assert proxies(stack(tmp_path), {"vpc", "moon"}) == {"vpc": "http://127.0.0.1:8442"}
