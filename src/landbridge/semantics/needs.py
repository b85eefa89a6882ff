"""What a journey needs done outside: it yields a need, the driver performs it and sends the result in."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeVar

from landbridge.model.exchange import Headers
from landbridge.model.identifiers import Arn


@dataclass(frozen=True, slots=True)
class Invoke:
    """Invoke a function and wait.

    AWS: "Invoke" (AWS Lambda API reference)
    """

    function_arn: Arn
    payload: bytes
    trace_header: str
    """``Root=…``: what the runtime sees as its trace id."""
    timeout_ms: int
    """How long the caller waits."""


@dataclass(frozen=True, slots=True)
class Invoked:
    """The function ran; ``function_error`` is ``Unhandled`` when it failed."""

    payload: bytes
    function_error: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class InvokeRefused:
    """Lambda did not run the function: ``TooManyRequestsException``, ``ResourceNotFoundException``."""

    error_type: str
    message: str


@dataclass(frozen=True, slots=True)
class InvokeTimedOut:
    """The caller stopped waiting; the function may still run."""


@dataclass(frozen=True, slots=True)
class GetObject:
    """Read an object; permission has been decided before."""

    bucket: str
    key: str


@dataclass(frozen=True, slots=True)
class ObjectFound:
    """An object with the headers S3 answers with, ``Content-Type`` and ``ETag`` among them."""

    body: bytes
    headers: Headers


@dataclass(frozen=True, slots=True)
class ObjectMissing:
    """There is no such key."""


@dataclass(frozen=True, slots=True)
class ConnectTimeout:
    """Let a connection attempt time out: 10 seconds on AWS, as long as configured here.

    AWS: "Troubleshoot your Application Load Balancers"
    """


@dataclass(frozen=True, slots=True)
class Waited:
    """The time is over."""


Need = Invoke | GetObject | ConnectTimeout
Result = Invoked | InvokeRefused | InvokeTimedOut | ObjectFound | ObjectMissing | Waited
Answer = TypeVar("Answer")
Steps = Generator[Need, Result, Answer]
"""A generator that yields needs, receives their results, and returns an answer."""
