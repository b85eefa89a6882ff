"""An invocation on its way: what is asked, who waits, and how far it has come."""

import asyncio
from uuid import uuid4

from landbridge.semantics.needs import Invoke, Invoked, InvokeRefused, InvokeTimedOut

InvokeResult = Invoked | InvokeRefused | InvokeTimedOut


class Invocation:
    """One request for one function; it is answered once, and only the first answer counts."""

    __slots__ = ("answer", "began", "deadline_ms", "delivered", "need", "request_id")

    def __init__(self, need: Invoke, answer: asyncio.Future[InvokeResult]) -> None:
        self.need = need
        self.answer = answer
        self.request_id = str(uuid4())
        self.began = 0.0
        """On the performance counter; zero until its START line."""
        self.deadline_ms = 0
        """When the function's timeout ends, since the epoch."""
        self.delivered = False
        """Whether the runtime has the event."""

    def settle(self, result: InvokeResult) -> None:
        """Answers whoever still waits."""
        if not self.answer.done():
            self.answer.set_result(result)

    def give_up(self) -> None:
        """Lets the caller go; the function may still run."""
        self.settle(InvokeTimedOut())

    @property
    def abandoned(self) -> bool:
        """Whether nobody waits any more."""
        return self.answer.done()
