"""An invocation on its way: what is asked, who waits, and how far it has come."""

import asyncio
from random import Random

from landbridge.semantics.needs import Invoke, Invoked, InvokeRefused, InvokeTimedOut

InvokeResult = Invoked | InvokeRefused | InvokeTimedOut
_random = Random()


class Invocation:
    """One request for one function; it is answered once, and only the first answer counts."""

    __slots__ = (
        "answer",
        "began",
        "deadline_ms",
        "delivered",
        "need",
        "patience",
        "patient_until",
        "request_id",
        "times_out_at",
    )

    def __init__(self, need: Invoke, answer: asyncio.Future[InvokeResult], now: float) -> None:
        self.need = need
        self.answer = answer
        self.request_id = _draw_request_id()
        self.patient_until = now + need.timeout_ms / 1000
        """When the caller stops waiting, on the loop's clock."""
        self.times_out_at = 0.0
        """When the function's timeout ends, on the loop's clock."""
        self.deadline_ms = 0
        """The same, since the epoch."""
        self.patience: asyncio.TimerHandle | None = None
        """While it waits in line."""
        self.began = 0.0
        """On the performance counter; zero until its START line."""
        self.delivered = False
        """Whether the runtime has the event."""

    def settle(self, result: InvokeResult) -> None:
        """Answers whoever still waits."""
        if not self.answer.done():
            self.answer.set_result(result)

    def give_up(self) -> None:
        """Lets the caller go; the function may still run."""
        self.settle(InvokeTimedOut())

    def waited_ms(self, now: float) -> int:
        """How long the caller has waited, `now` being on the loop's clock."""
        return int((now - self.patient_until) * 1000) + self.need.timeout_ms

    @property
    def abandoned(self) -> bool:
        """Whether nobody waits any more."""
        return self.answer.done()


def _draw_request_id() -> str:
    """A random UUID, version 4."""
    digits = f"{_random.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
