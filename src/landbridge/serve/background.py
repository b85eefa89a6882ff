"""Tasks that nobody waits for: a failure of theirs is logged at once and never lost."""

import asyncio
import logging
from collections.abc import Callable, Coroutine

LOG = logging.getLogger(__name__)


def in_background(
    what: str, work: Coroutine[None, None, None], failed: Callable[[], None]
) -> asyncio.Task[None]:
    """The task that does the work; `failed` is called after an exception that the work let rise."""
    task = asyncio.get_running_loop().create_task(work)

    def ended(task: asyncio.Task[None]) -> None:
        problem = None if task.cancelled() else task.exception()
        if problem is not None:
            LOG.error("%s failed, which is a bug of landbridge", what, exc_info=problem)
            failed()

    task.add_done_callback(ended)
    return task
