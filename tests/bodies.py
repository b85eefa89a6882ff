"""A body that streams, for tests in which nobody reads it."""

from landbridge.model.exchange import StreamEnd


class UnreadBody:
    """Stands for a body; whoever touches it fails."""

    async def read(self) -> bytes | StreamEnd:
        raise AssertionError("it is for the client")

    def close(self) -> None:
        raise AssertionError("it is for the client")


BODY = UnreadBody()
