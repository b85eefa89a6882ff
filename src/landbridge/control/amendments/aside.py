"""What moto makes the first time somebody asks for it, though nobody's call creates it.

Default VPCs, images, AWS's own policies: where state is kept these must come out the same after a restart,
whoever asks first. Whoever keeps state says how; without it moto makes them as it does.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

_made_aside: Callable[[str], AbstractContextManager[None]] | None = None


def aside(name: str) -> AbstractContextManager[None]:
    """Within it, what is made has the same ids in every process that keeps the same state."""
    return nullcontext() if _made_aside is None else _made_aside(name)


def set_aside(made_aside: Callable[[str], AbstractContextManager[None]] | None) -> None:
    """``aside`` is this from now on; None for nothing special."""
    global _made_aside
    _made_aside = made_aside
