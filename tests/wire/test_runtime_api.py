import http.client
import io
import json

import pytest

from landbridge.wire.runtime_api import (
    ACCEPTED,
    render_invalid_request_id,
    render_invalid_transition,
    render_invocation,
    render_not_found,
    render_too_large,
)


class _Socket:
    def __init__(self, message: bytes) -> None:
        self._message = message

    def makefile(self, *_: object) -> io.BytesIO:
        return io.BytesIO(self._message)


def parse(message: bytes) -> tuple[int, http.client.HTTPMessage, bytes]:
    """What another HTTP client makes of an answer."""
    response = http.client.HTTPResponse(_Socket(message))  # type: ignore[arg-type]
    response.begin()
    return response.status, response.headers, response.read()


def test_an_event_comes_with_the_headers_that_describe_it() -> None:
    status, headers, body = parse(
        render_invocation("id-1", 1234, "arn:aws:lambda:eu-west-1:1:function:f", "Root=1-2-3", b'{"a":1}')
    )
    assert (status, body) == (200, b'{"a":1}')
    assert headers["Lambda-Runtime-Aws-Request-Id"] == "id-1"
    assert headers["Lambda-Runtime-Deadline-Ms"] == "1234"
    assert headers["Lambda-Runtime-Invoked-Function-Arn"] == "arn:aws:lambda:eu-west-1:1:function:f"
    assert headers["Lambda-Runtime-Trace-Id"] == "Root=1-2-3"


def test_a_trace_header_cannot_add_another_header() -> None:
    _, headers, _ = parse(render_invocation("id", 1, "arn", "Root=1\r\nX-Other: 1", b""))
    assert headers["X-Other"] is None


def test_an_event_without_trace_header_has_none() -> None:
    _, headers, _ = parse(render_invocation("id", 1, "arn", "", b""))
    assert headers["Lambda-Runtime-Trace-Id"] is None


@pytest.mark.parametrize(
    ("answer", "status", "error_type"),
    [
        (render_invalid_request_id(), 400, "InvalidRequestID"),
        (render_invalid_transition("Ready", "InvocationResponse"), 403, "InvalidStateTransition"),
        (render_too_large(10), 413, "RequestEntityTooLarge"),
        (render_not_found(), 404, "NotFound"),
    ],
)
def test_a_refusal_names_its_error_type(answer: bytes, status: int, error_type: str) -> None:
    told, _, body = parse(answer)
    assert told == status
    assert json.loads(body)["errorType"] == error_type


def test_what_is_taken_is_accepted() -> None:
    status, _, body = parse(ACCEPTED)
    assert (status, json.loads(body)) == (202, {"status": "OK"})
