"""Log streams that do not grow for ever."""

from typing import Any

from moto.logs.models import LogStream

from landbridge.control.amendments.amend import amend

KEPT_EVENTS = 10_000
SLACK = 1_000


def install() -> None:
    """Amends moto's log streams."""
    amend(LogStream, "put_log_events", put_log_events)


def put_log_events(original: Any, self: Any, log_events: list[dict[str, Any]]) -> Any:
    """At least the last 10,000 events are kept and at most a tenth more, whatever the group's retention.

    AWS keeps events as long as the log group's retention says; a process on a laptop cannot.
    AWS: "Working with log groups and log streams"
    """
    token = original(self, log_events)
    if len(self.events) > KEPT_EVENTS + SLACK:
        del self.events[: len(self.events) - KEPT_EVENTS]
    return token
