"""The lines that Lambda writes to a function's log around its own output; fields separated by tabs.

AWS: "Sending Lambda function logs to CloudWatch Logs"
"""

import math
import re
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How an invocation or an initialisation that failed ended."""

    TIMEOUT = "timeout"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Report:
    """What a REPORT line tells about one invocation."""

    request_id: str
    duration_ms: float
    memory_mb: int
    maximum_memory_used_mb: int
    init_duration_ms: float | None = None
    """Only for the first invocation of an environment."""
    status: Status | None = None
    error_type: str = ""
    """For example ``Runtime.ExitError``."""


def init_start_line(runtime: str, version: str, region: str, version_hash: str) -> str:
    """When an environment starts: ``INIT_START Runtime Version: python:3.12.v36 …``."""
    name = re.sub(r"^([a-z]+)\.?(.*?)(?:\.x)?$", r"\1:\2", runtime)
    arn = f"arn:aws:lambda:{region}::runtime:{version_hash}"
    return f"INIT_START Runtime Version: {name}.{version}\tRuntime Version ARN: {arn}"


def start_line(request_id: str, version: str = "$LATEST") -> str:
    """Before an invocation."""
    return f"START RequestId: {request_id} Version: {version}"


def end_line(request_id: str) -> str:
    """After an invocation."""
    return f"END RequestId: {request_id}"


def report_line(report: Report) -> str:
    """What an invocation took; it bills the initialisation too, rounded up to a millisecond.

    AWS: "Understanding the Lambda execution environment lifecycle"
    """
    billed = math.ceil(report.duration_ms + (report.init_duration_ms or 0))
    fields = [
        f"REPORT RequestId: {report.request_id}",
        f"Duration: {report.duration_ms:.2f} ms",
        f"Billed Duration: {billed} ms",
        f"Memory Size: {report.memory_mb} MB",
        f"Max Memory Used: {report.maximum_memory_used_mb} MB",
    ]
    if report.init_duration_ms is not None:
        fields.append(f"Init Duration: {report.init_duration_ms:.2f} ms")
    return "\t".join((*fields, *_ending(report.status, report.error_type)))


def init_report_line(
    init_duration_ms: float, phase: str, status: Status | None = None, error_type: str = ""
) -> str:
    """What an initialisation took that did not end well; `phase` is ``init``, or ``invoke`` for its retry.

    AWS: "Understanding the Lambda execution environment lifecycle"
    """
    fields = (f"INIT_REPORT Init Duration: {init_duration_ms:.2f} ms", f"Phase: {phase}")
    return "\t".join((*fields, *_ending(status, error_type)))


def _ending(status: Status | None, error_type: str) -> list[str]:
    ending = [f"Status: {status}"] if status else []
    return [*ending, f"Error Type: {error_type}"] if error_type else ending
