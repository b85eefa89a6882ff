"""A runtime: one process, and the Runtime API that only it knows the address of."""

import asyncio
from collections.abc import Callable
from typing import Protocol, cast

from landbridge.semantics.functions.errors import MAXIMUM_RESPONSE_BYTES, TRUNCATED, response_truncated
from landbridge.serve.functions.guard import Guard
from landbridge.serve.functions.process import Process, Program
from landbridge.serve.response_stream import Hold
from landbridge.wire.runtime_api import (
    CONTINUE,
    Call,
    ContinueWanted,
    InitError,
    InvocationError,
    InvocationResponse,
    MalformedCall,
    NextInvocation,
    ResponsePiece,
    UnknownCall,
    render_invalid_transition,
    render_not_found,
)
from landbridge.wire.runtime_call_reader import CallReader
from landbridge.wire.runtime_output import OutputReader

_LAST_CALLS_S = 0.1
"""How long a dead process's connections may take to tell what it sent before its end."""


Reply = Callable[[bytes], None]


class Listener(Protocol):
    """Who hears what a runtime does; it answers a call early, and does its own work after."""

    def polled(self) -> bool:
        """The runtime asks for an event; False when it must not."""

    def responded(self, response: InvocationResponse, reply: Reply) -> None:
        """The runtime answers an invocation."""

    def streams(self, request_id: str) -> bool:
        """Whether whoever waits for this invocation wants its answer as it comes."""

    def streamed(self, piece: ResponsePiece, hold: Hold) -> None:
        """The runtime streams its answer to an invocation; `hold` holds it back."""

    def failed(self, error: InvocationError, reply: Reply) -> None:
        """The runtime reports an error of an invocation."""

    def init_failed(self, error: InitError, reply: Reply) -> None:
        """The runtime reports an error of the init phase."""

    def wrote(self, events: list[str]) -> None:
        """The process wrote log events."""

    def exited(self, return_code: int) -> None:
        """The process ended, and everything it sent has been heard."""


class Runtime:
    """A runtime process behind its Runtime API; after `stop` its listener hears nothing more."""

    def __init__(self, listener: Listener) -> None:
        self._listener: Listener | None = listener
        self._loop = asyncio.get_running_loop()
        self._server: asyncio.Server | None = None
        self._connections: set[_Connection] = set()
        self._polls: list[_Connection] = []
        self._return_code: int | None = None
        self._output = OutputReader()
        self.process = Process(self._hear_output, self._hear_exit)

    async def start(self, program_for: Callable[[str], Program], guard: Guard) -> None:
        """Starts the program made for the Runtime API's address; OSError when the machine refuses."""
        self._server = await self._loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        try:
            await self.process.start(program_for(f"127.0.0.1:{port}"), guard)
        finally:
            if self._listener is None:  # stopped while it started
                self._shut()

    @property
    def waiting(self) -> bool:
        """Whether the runtime asks for an event."""
        return bool(self._polls)

    def deliver(self, message: bytes) -> None:
        """Gives the event to the latest poll, of which there must be one."""
        self._polls.pop().write(message)

    def drain(self) -> None:
        """Reads all that the process has written so far, a last line without its end included."""
        self.process.drain()
        self.finish_line()

    def finish_line(self) -> None:
        """Passes on a last line without its end."""
        if self.process.output_left:
            self.process.drain()
        rest = self._output.finish()
        if rest and self._listener is not None:
            self._listener.wrote(rest)

    def stop(self) -> None:
        """Kills the process and closes its Runtime API."""
        if self._listener is None:
            return
        self.drain()
        self._listener = None
        self._shut()

    def answer(self, connection: "_Connection", call: Call) -> None:
        """Passes a call on and answers it; a poll is answered when there is an event."""
        if self._listener is None:
            return
        match call:
            case NextInvocation():
                self._poll(self._listener, connection)
            case InvocationResponse():
                self._listener.responded(call, connection.write)
            case ResponsePiece():
                self._listener.streamed(call, connection.hold)
            case InvocationError() | InitError():
                self._tell_error(self._listener, connection, call)
            case ContinueWanted():
                connection.write(CONTINUE)
            case UnknownCall():
                connection.write(render_not_found())

    def streams(self, request_id: str) -> bool:
        """Whether the answer to an invocation is wanted as it comes."""
        return self._listener is not None and self._listener.streams(request_id)

    def truncate(self, connection: "_Connection", request_id: str) -> None:
        """Takes an answer that was broken off for an error, unless the process turns out to have ended."""
        error = InvocationError(request_id, response_truncated(request_id), TRUNCATED)
        self._loop.call_later(_LAST_CALLS_S, self.answer, connection, error)

    def admit(self, connection: "_Connection") -> None:
        """Counts a connection of the process."""
        self._connections.add(connection)

    def forget(self, connection: "_Connection") -> None:
        """Drops a connection that is gone, and its poll."""
        self._connections.discard(connection)
        if connection in self._polls:
            self._polls.remove(connection)
        if not self._connections and self._return_code is not None:
            self._tell_exit()

    def _shut(self) -> None:
        self.process.kill()
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections):
            connection.abort()

    def _tell_error(
        self, listener: Listener, connection: "_Connection", error: InvocationError | InitError
    ) -> None:
        if isinstance(error, InvocationError):
            listener.failed(error, connection.write)
        else:
            listener.init_failed(error, connection.write)

    def _poll(self, listener: Listener, connection: "_Connection") -> None:
        self._polls.append(connection)
        if not listener.polled():
            self._polls.remove(connection)
            connection.write(render_invalid_transition("Running", "Ready"))

    def _hear_output(self, written: bytes) -> None:
        events = self._output.feed(written)
        if events and self._listener is not None:
            self._listener.wrote(events)

    def _hear_exit(self, return_code: int) -> None:
        self._return_code = return_code
        self._polls.clear()  # nobody is left to take an event
        if self._connections:
            self._loop.call_later(_LAST_CALLS_S, self._tell_exit)
        else:
            self._tell_exit()

    def _tell_exit(self) -> None:
        if self._listener is not None and self._return_code is not None:
            self.drain()
            listener, return_code = self._listener, self._return_code
            self.stop()
            listener.exited(return_code)


class _Connection(asyncio.Protocol):
    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._reader = CallReader(MAXIMUM_RESPONSE_BYTES, runtime.streams)
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._runtime.admit(self)

    def data_received(self, data: bytes) -> None:
        answer = self._runtime.answer
        for call in self._reader.feed(data):
            if isinstance(call, MalformedCall):
                self.abort()
            else:
                answer(self, call)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._reader.streaming:
            self._runtime.truncate(self, self._reader.streaming)
        self._runtime.forget(self)

    def write(self, message: bytes) -> None:
        """Sends an answer."""
        if self._transport is not None:
            self._transport.write(message)

    def hold(self, paused: bool) -> None:
        """Lets the process wait with what it writes, or go on."""
        if self._transport is not None and not self._transport.is_closing():
            (self._transport.pause_reading if paused else self._transport.resume_reading)()

    def abort(self) -> None:
        """Closes the connection at once."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.abort()
