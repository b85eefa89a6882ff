"""What the running stack lends to the AWS API: health of targets, running of functions, announced routes.

AWS has no call that sets any of these; they come from outside the API. Like moto's state they belong to the
process.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from landbridge.semantics.load_balancing.health import TargetHealth
from landbridge.semantics.load_balancing.targets import TargetKey

HealthSource = Callable[[TargetKey], TargetHealth | None]
"""The health of a target; None when it is not known."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """One ``Invoke`` that was accepted.

    AWS: "Invoke" (AWS Lambda API reference)
    """

    function_arn: str
    """Unqualified."""
    payload: bytes
    invocation_type: str
    """``RequestResponse`` or ``Event``."""
    client_context: str = ""


@dataclass(frozen=True, slots=True)
class InvocationResult:
    """What the function answered."""

    payload: bytes
    function_error: str = ""
    """``Unhandled`` when the function failed."""
    log_tail: bytes = b""
    """The last 4 KiB of the invocation's log."""


class InvocationRefused(Exception):  # noqa: N818
    """The function was not run: AWS's error type and message, with its HTTP status."""

    def __init__(self, status: int, error_type: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error_type = error_type
        self.message = message


class InvokeHook(Protocol):
    """Runs a function and waits; called outside the API's lock, in the caller's thread.

    It may raise ``InvocationRefused``.
    """

    def __call__(self, invocation: Invocation) -> InvocationResult:
        """What the function answered."""


@dataclass(slots=True)
class Hooks:
    """Who is asked; nobody in the beginning."""

    target_health: HealthSource | None = None
    invoke: InvokeHook | None = None
    announced: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Prefixes by virtual interface."""


hooks = Hooks()


def forget() -> None:
    """Nobody is asked any more."""
    hooks.target_health = None
    hooks.invoke = None
    hooks.announced.clear()
