"""Messages of the Lambda Runtime API, version 2018-06-01: what a runtime calls, and how it is answered.

AWS: "Using the Lambda runtime API for custom runtimes"
"""

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NextInvocation:
    """The runtime is ready and asks for an event."""


@dataclass(frozen=True, slots=True)
class InvocationResponse:
    """The runtime answers an invocation."""

    request_id: str
    body: bytes
    size_bytes: int
    """The length of what was sent; ``body`` is empty when that is more than the reader takes."""


@dataclass(frozen=True, slots=True)
class ResponsePiece:
    """The runtime streams its answer to an invocation: more of it; the last is an ``InvocationResponse``."""

    request_id: str
    piece: bytes


@dataclass(frozen=True, slots=True)
class InvocationError:
    """The function failed on an invocation; the body is the error payload."""

    request_id: str
    body: bytes
    error_type: str


@dataclass(frozen=True, slots=True)
class InitError:
    """The function could not be initialised; the body is the error payload."""

    body: bytes
    error_type: str


@dataclass(frozen=True, slots=True)
class ContinueWanted:
    """The client waits for ``100 Continue`` before it sends a body."""


@dataclass(frozen=True, slots=True)
class UnknownCall:
    """The Runtime API has no such call."""

    method: str
    path: str


@dataclass(frozen=True, slots=True)
class MalformedCall:
    """The bytes are not HTTP/1.1 as a Runtime API client writes it; nothing after them can be read."""

    reason: str


Call = (
    NextInvocation
    | InvocationResponse
    | ResponsePiece
    | InvocationError
    | InitError
    | ContinueWanted
    | UnknownCall
    | MalformedCall
)


def render_invocation(
    request_id: str, deadline_ms: int, function_arn: str, trace_header: str, payload: bytes
) -> bytes:
    """The answer to ``next``: an event and the headers that describe it."""
    trace_line = f"Lambda-Runtime-Trace-Id: {_one_line(trace_header)}\r\n" if trace_header else ""
    head = (
        "HTTP/1.1 200 OK\r\n"
        "Content-Type: application/json\r\n"
        f"Lambda-Runtime-Aws-Request-Id: {request_id}\r\n"
        f"Lambda-Runtime-Deadline-Ms: {deadline_ms}\r\n"
        f"Lambda-Runtime-Invoked-Function-Arn: {function_arn}\r\n"
        f"{trace_line}"
        f"Content-Length: {len(payload)}\r\n\r\n"
    )
    return head.encode("latin-1", "replace") + payload


CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
ACCEPTED = (
    b'HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{"status":"OK"}\n'
)
"""The answer to a response or an error that was taken."""


def render_invalid_request_id() -> bytes:
    """The answer to a response for an invocation that this environment does not have."""
    return _render(400, "Bad Request", _error("InvalidRequestID", "Invalid request ID"))


def render_invalid_transition(state: str, wanted: str) -> bytes:
    """The answer to a call that does not fit: a second response, ``next`` before a response."""
    message = (
        f"State transition from {state} to {wanted} failed for runtime. "
        "Error: State transition is not allowed"
    )
    return _render(403, "Forbidden", _error("InvalidStateTransition", message))


def render_too_large(max_body_bytes: int) -> bytes:
    """The answer to a response that is larger than a function may send."""
    message = f"Exceeded maximum allowed payload size ({max_body_bytes} bytes)."
    return _render(413, "Payload Too Large", _error("RequestEntityTooLarge", message))


def render_not_found() -> bytes:
    """The answer to a path that the Runtime API does not have."""
    return _render(404, "Not Found", _error("NotFound", "404 page not found"))


def _error(error_type: str, message: str) -> dict[str, str]:
    return {"errorMessage": message, "errorType": error_type}


def _render(status: int, reason: str, answer: dict[str, str]) -> bytes:
    body = json.dumps(answer, separators=(",", ":")).encode() + b"\n"
    head = (
        f"HTTP/1.1 {status} {reason}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _one_line(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ")
