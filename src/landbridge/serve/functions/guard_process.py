"""The guard, run as a program of its own: kills process groups when whoever started it is gone.

It reads ``+GROUP`` and ``-GROUP`` lines; when its input ends, it kills the groups that are left. It uses the
standard library only, because it runs without landbridge on its path.
"""

import contextlib
import os
import signal
import sys


def watch() -> None:
    """Keeps the list of groups until the input ends, then kills them."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        if line.startswith("+"):
            groups.add(int(line[1:]))
        else:
            groups.discard(int(line[1:]))
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    watch()
