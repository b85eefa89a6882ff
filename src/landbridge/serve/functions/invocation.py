"""An invocation on its way: what is asked, who waits, and how far it has come."""

import asyncio
from dataclasses import replace
from random import Random

from landbridge.model.exchange import StreamEnd
from landbridge.semantics.needs import Invoke, Invoked, InvokeRefused, InvokeTimedOut
from landbridge.semantics.streaming import InvokedStreaming
from landbridge.serve.functions.streaming import StreamedAnswer
from landbridge.serve.response_stream import Hold

InvokeResult = Invoked | InvokedStreaming | InvokeRefused | InvokeTimedOut
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
        "streamed",
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
        self.streamed: StreamedAnswer | None = None
        """Where the caller wants the answer as it comes."""
        if need.streaming is not None:
            self.streamed = StreamedAnswer(need.streaming, self.patient_until)

    def settle(self, result: InvokeResult) -> None:
        """Answers whoever still waits; who has been given a body that goes on has it cut off."""
        if not self.answer.done():
            self.answer.set_result(result)
        elif self.streamed is not None:
            self.streamed.body.finish(StreamEnd.CUT_OFF)

    def give_up(self) -> None:
        """Lets the caller go; the function may still run."""
        if self.streamed is not None and not self.abandoned:
            self.streamed.body.close()
        self.settle(InvokeTimedOut())

    def pass_on(self, streamed: StreamedAnswer, piece: bytes, now: float, hold: Hold | None = None) -> None:
        """A piece of the streamed answer: the caller is answered once its metadata is whole."""
        begun = streamed.metadata is not None
        streamed.feed(piece, hold)
        if self.abandoned and not begun:
            streamed.body.close()
        elif streamed.metadata is not None and not begun:
            waited_ms = self.waited_ms(now)
            self.settle(InvokedStreaming(streamed.metadata, streamed.body, self.request_id, waited_ms))
        elif streamed.is_shapeless:
            self.settle(Invoked(streamed.beginning, "", self.request_id, self.waited_ms(now)))

    def conclude(self, result: Invoked, now: float) -> None:
        """The function is done, well or not."""
        streamed = self.streamed
        if streamed is None:
            self.settle(result)
            return
        if not result.function_error:
            self.pass_on(streamed, result.payload, now)
            result = replace(result, payload=streamed.beginning)
        streamed.body.finish(StreamEnd.CUT_OFF if result.function_error else StreamEnd.WHOLE)
        self.settle(result)

    async def outcome(self) -> InvokeResult:
        """What the caller gets; a caller that has left leaves no body unread."""
        try:
            return await self.answer
        except asyncio.CancelledError:
            if self.streamed is not None:
                self.streamed.body.close()
            raise

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
