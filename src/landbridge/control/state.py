"""moto's state, which belongs to the process, and how to forget it."""

from typing import Any

from landbridge.control import hooks
from landbridge.control.lean_imports import import_leanly

import_leanly()

from moto.core.base_backend import BackendDict  # noqa: E402


def forget_everything() -> None:
    """Every backend of every account is empty, and no hook is set."""
    used: list[Any] = list(vars(BackendDict)["_instances"])
    BackendDict.reset()
    for backends in used:
        # A service that was emptied may have asked for another one, whose backend then came into being again.
        backends.clear()
    hooks.forget()
