"""Points in time as HTTP headers and API Gateway write them, in English whatever the locale."""

from datetime import UTC, datetime
from functools import lru_cache

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def http_date(epoch_ms: int) -> str:
    """For the header ``Date``: ``Tue, 23 Jun 2020 01:45:30 GMT``."""
    return _written(epoch_ms // 1000)[0]


def request_time(epoch_ms: int) -> str:
    """For ``$context.requestTime``: ``05/Apr/2022:13:38:09 +0000``."""
    return _written(epoch_ms // 1000)[1]


@lru_cache(maxsize=8)
def _written(epoch_s: int) -> tuple[str, str]:
    """Both forms; requests come many to a second."""
    time = datetime.fromtimestamp(epoch_s, UTC)
    day, month, clock = f"{time.day:02}", _MONTHS[time.month - 1], time.strftime("%H:%M:%S")
    weekday = _DAYS[time.weekday()]
    return f"{weekday}, {day} {month} {time.year} {clock} GMT", f"{day}/{month}/{time.year}:{clock} +0000"
