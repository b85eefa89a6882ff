"""Why an environment could not bring an invocation to an end of the function's own."""

from dataclasses import dataclass

from landbridge.semantics.functions import errors, refusals
from landbridge.semantics.functions.log_lines import Status
from landbridge.wire.runtime_api import InitError


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure: what the caller gets, and what the log says."""

    error_type: str
    payload: bytes
    message: str = ""
    """For whoever watches; the log has only the type."""
    status: Status = Status.ERROR


def note_timeout(request_id: str, timeout_s: float) -> Failure:
    """The function ran into its timeout."""
    payload = errors.timed_out(request_id, timeout_s)
    return Failure("", payload, errors.timed_out_message(timeout_s), Status.TIMEOUT)


def note_exit(request_id: str, return_code: int) -> Failure:
    """The process ended before it answered."""
    payload = errors.runtime_exited(request_id, return_code)
    return Failure("Runtime.ExitError", payload, errors.exit_message(return_code))


def note_memory(request_id: str, memory_mb: int) -> Failure:
    """The process needed more memory than the function has."""
    message = f"Runtime used more than its {memory_mb} MB of memory and was killed"
    return Failure("Runtime.OutOfMemory", errors.out_of_memory(request_id), message)


def note_size(most_bytes: int) -> Failure:
    """The response is larger than Lambda passes on."""
    return Failure("Function.ResponseSizeTooLarge", errors.response_too_large(most_bytes))


def note_init_error(error: InitError) -> Failure:
    """The runtime itself reported why it could not be initialised."""
    return Failure(error.error_type, error.body)


def note_missing_bootstrap(request_id: str) -> Failure:
    """The code has nothing to start."""
    message = "The code has no executable file named bootstrap"
    return Failure("Runtime.InvalidEntrypoint", refusals.bootstrap_missing(request_id), message)
