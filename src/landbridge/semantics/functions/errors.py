"""The error payloads that Lambda itself writes, when the runtime cannot: keys in AWS's order.

AWS: "Understanding retry behavior in Lambda"
"""

import json

MAXIMUM_RESPONSE_BYTES = 6_291_556
"""6 MB and a little overhead: what a function may return to a caller who waits."""
MAXIMUM_REQUEST_BYTES = 6_291_456
MAXIMUM_STREAMED_BYTES = 200 * 1024 * 1024
"""AWS: "Lambda quotas"."""
TRUNCATED = "Runtime.TruncatedResponse"
"""A streamed response that the runtime did not end."""

_SIGNALS = {
    1: "hangup",
    2: "interrupt",
    3: "quit",
    4: "illegal instruction",
    6: "aborted",
    7: "bus error",
    8: "floating point exception",
    9: "killed",
    11: "segmentation fault",
    13: "broken pipe",
    15: "terminated",
}


def timed_out(request_id: str, timeout_s: float) -> bytes:
    """The function ran into its timeout."""
    return _payload("Sandbox.Timedout", f"RequestId: {request_id} Error: {timed_out_message(timeout_s)}")


def timed_out_message(timeout_s: float) -> str:
    """``Task timed out after 3.00 seconds``."""
    return f"Task timed out after {timeout_s:.2f} seconds"


def runtime_exited(request_id: str, exit_status: int) -> bytes:
    """The process ended before it answered; a negative status is the signal that ended it."""
    return _payload("Runtime.ExitError", f"RequestId: {request_id} Error: {exit_message(exit_status)}")


def exit_message(exit_status: int) -> str:
    """``Runtime exited with error: exit status 1``, ``… signal: killed``, or without a reason."""
    if exit_status == 0:
        return "Runtime exited without providing a reason"
    if exit_status < 0:
        name = _SIGNALS.get(-exit_status, f"signal {-exit_status}")
        return f"Runtime exited with error: signal: {name}"
    return f"Runtime exited with error: exit status {exit_status}"


def out_of_memory(request_id: str) -> bytes:
    """The process needed more memory than the function has."""
    return _payload("Runtime.OutOfMemory", f"RequestId: {request_id} Error: {exit_message(-9)}")


def response_truncated(request_id: str) -> bytes:
    """The runtime broke a streamed response off."""
    return _payload(TRUNCATED, f"RequestId: {request_id} Error: Response truncated")


def response_too_large(most_bytes: int) -> bytes:
    """The function answered more than Lambda passes on."""
    limit = f"({most_bytes} bytes)"
    message = f"Response payload size exceeded maximum allowed payload size {limit}."
    return _written({"errorMessage": message, "errorType": "Function.ResponseSizeTooLarge"})


def _payload(error_type: str, message: str) -> bytes:
    return _written({"errorType": error_type, "errorMessage": message})


def _written(error: dict[str, str]) -> bytes:
    return json.dumps(error, separators=(",", ":")).encode()
