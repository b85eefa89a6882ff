"""The three ways in which an amendment takes the place of something of moto's."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

_ORIGINALS: dict[tuple[object, str], Any] = {}


def amend(owner: object, name: str, amendment: Callable[..., Any]) -> None:
    """`amendment(original, self, …)` is called instead of the method; `original` is moto's own."""
    original = _keep(owner, name)

    @wraps(original)
    def amended(*args: Any, **kwargs: Any) -> Any:
        return amendment(original, *args, **kwargs)

    setattr(owner, name, amended)


def amend_property(owner: object, name: str, amendment: Callable[..., Any]) -> None:
    """`amendment(original, self)` is read instead of the property; `original` is moto's getter."""
    getter = _keep(owner, name).fget
    setattr(owner, name, property(lambda self: amendment(getter, self)))


def add(owner: object, name: str, addition: Any) -> None:
    """Gives a class of moto's something that it does not have, or that is not worth keeping."""
    if name in vars(owner):
        _keep(owner, name)
    setattr(owner, name, addition)


def original_of(owner: object, name: str) -> Any:
    """Moto's own method or property, as it was before its amendment; for tests that watch moto."""
    return _ORIGINALS[owner, name]


def replaces(owner: object, name: str) -> bool:
    """Whether moto has something of its own that was amended or replaced under this name."""
    return (owner, name) in _ORIGINALS


def _keep(owner: object, name: str) -> Any:
    return _ORIGINALS.setdefault((owner, name), inspect.getattr_static(owner, name))
