"""Whether a witness, really sent, met what the proof says it meets."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from landbridge.prove.verdict import Witness
from landbridge.trace.decision import Step, Verdict

OUTCOMES = {"timedOut": "timed out", "notResolved": "not resolved"}
ASKING = frozenset({Step.INVOKE, Step.BACKEND, Step.GET_OBJECT})
"""Steps at which the backend has been asked, whatever it answers."""
ASKING_FOR_CREDENTIALS = frozenset(
    {
        *(Step.AUTHENTICATION, Step.AUTHORIZATION, Step.SIGNATURE, Step.API_KEY, Step.THROTTLING),
        Step.REQUEST_VALIDATION,
    }
)
"""Steps that the proof takes everybody past; a request without the credentials stops there."""


class Agreement(StrEnum):
    """What a replay says of a proof."""

    CONFIRMED = "replayed"
    NEEDS_CREDENTIALS = "replayed as far as it goes without credentials"
    DISAGREES = "replay disagrees"
    NOT_REPLAYABLE = "not replayable"


@dataclass(frozen=True, slots=True)
class Replayed:
    """A witness, and what became of it in a running stack."""

    witness: Witness
    agreement: Agreement
    told: str
    """``delivered, HTTP 200``, or what was otherwise."""

    def __str__(self) -> str:
        return f"{self.agreement}: {self.told}"


def not_replayable(witness: Witness, why: str) -> Replayed:
    """A witness that cannot be sent."""
    return Replayed(witness, Agreement.NOT_REPLAYABLE, why)


def compare(witness: Witness, trace: Mapping[str, Any]) -> Replayed:
    """The witness beside the trace that the stack kept of it, as JSON.

    One that says what it reaches has to reach it; any other has to be stopped where the proof stops it.
    """
    stop = _stopped_at(trace)
    told = f"{_outcome(trace)}, stopped at {stop}" if stop else _outcome(trace)
    if not witness.reaches:
        expected = _expected_stop(witness)
        if stop == expected:
            return Replayed(witness, Agreement.CONFIRMED, told)
        told += f"; it should have been stopped at {expected or 'no hop'}"
        return Replayed(witness, Agreement.DISAGREES, told)
    if any(_is_part(witness.reaches, name) for name in _reached(trace)):
        return Replayed(witness, Agreement.CONFIRMED, _outcome(trace))
    if stop in ASKING_FOR_CREDENTIALS:
        return Replayed(witness, Agreement.NEEDS_CREDENTIALS, told)
    return Replayed(witness, Agreement.DISAGREES, f"{told}; it should have reached {witness.reaches}")


def _reached(trace: Mapping[str, Any]) -> Iterator[str]:
    """Ids and ARNs of the components that it got to."""
    for hop in trace["hops"]:
        if hop["verdict"] == Verdict.ALLOWED or hop["step"] in ASKING:
            for reference in filter(None, (hop["component"], hop["cited"])):
                yield from filter(None, (reference["id"], reference["arn"]))


def _is_part(whole: str, name: str) -> bool:
    """Whether they are the same, or an object and its bucket, or an alias and its function."""
    return whole == name or (
        whole.startswith((f"{name}/", f"{name}:")) and name.startswith(("arn:aws:s3:::", "arn:aws:lambda:"))
    )


def _stopped_at(trace: Mapping[str, Any]) -> str:
    stops = [str(hop["step"]) for hop in trace["hops"] if hop["verdict"] != Verdict.ALLOWED]
    return stops[-1] if stops else ""


def _expected_stop(witness: Witness) -> str:
    stops = [hop.step.value for hop in witness.hops if not hop.decision.allowed]
    return stops[-1] if stops else ""


def _outcome(trace: Mapping[str, Any]) -> str:
    if trace["outcome"] == "delivered":
        return f"delivered, HTTP {trace['status']}"
    return OUTCOMES.get(trace["outcome"], str(trace["outcome"]))
