"""The clock and the random draws of each request."""

import base64
import itertools
import random
import time

from landbridge.model.exchange import Moment


class Moments:
    """Draws a Moment per request: ids in AWS's shapes, the time, and a rising turn."""

    def __init__(self) -> None:
        self._turns = itertools.count()
        self._random = random.Random()

    @staticmethod
    def epoch_ms() -> int:
        """The clock, in milliseconds."""
        return time.time_ns() // 1_000_000

    def draw(self) -> Moment:
        """A fresh moment."""
        noise = f"{self._random.getrandbits(256):064x}"
        epoch_ms = self.epoch_ms()
        return Moment(
            epoch_ms=epoch_ms,
            request_id=f"{noise[:8]}-{noise[8:12]}-4{noise[13:16]}-a{noise[17:20]}-{noise[20:32]}",
            extended_request_id=base64.urlsafe_b64encode(bytes.fromhex(noise[32:54])).decode(),
            trace_id=f"1-{epoch_ms // 1000:08x}-{noise[40:64]}",
            turn=next(self._turns),
        )
