"""moto's state, which belongs to the process, and how to forget it."""

from landbridge.control import hooks
from landbridge.control.lean_imports import import_leanly

import_leanly()

from moto.core.base_backend import BackendDict  # noqa: E402


def forget_everything() -> None:
    """Every backend of every account is empty, and no hook is set."""
    while BackendDict._instances:
        # A service that is emptied may ask for another one's backend, which then comes into being again.
        BackendDict.reset()
    hooks.forget()
