"""The streamed answer of a function: its metadata, a delimiter, and the body as it comes."""

from landbridge.semantics.streaming import Streaming
from landbridge.serve.response_stream import Hold, ResponseStream


class StreamedAnswer:
    """Tells metadata and body apart, whatever pieces they come in."""

    def __init__(self, streaming: Streaming, ends_at: float) -> None:
        """`ends_at` is when the caller stops waiting, on the loop's clock."""
        self.body = ResponseStream(streaming.idle_ms / 1000, ends_at)
        self.metadata: bytes | None = None
        """Once the delimiter has come."""
        self.beginning = b""
        """What has come without a delimiter."""
        self._delimiter = streaming.delimiter
        self._metadata_bytes = streaming.metadata_bytes

    @property
    def is_shapeless(self) -> bool:
        """Whether no delimiter came where one had to."""
        return self.metadata is None and len(self.beginning) >= self._metadata_bytes

    @property
    def size_bytes(self) -> int:
        """Of all that has come."""
        return self.body.size_bytes + len(self.metadata or self.beginning)

    def feed(self, piece: bytes, hold: Hold | None) -> None:
        """More of the answer."""
        if self.metadata is not None:
            self.body.feed(piece, hold)
        elif not self.is_shapeless:
            self.beginning += piece
            place = self.beginning.find(self._delimiter, 0, self._metadata_bytes)
            if place >= 0:
                self.metadata = self.beginning[:place]
                self.body.feed(self.beginning[place + len(self._delimiter) :], hold)
