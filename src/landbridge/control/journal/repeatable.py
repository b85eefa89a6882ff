"""What makes a call repeatable: moto's clock, random numbers and new keys, as they were the first time.

moto asks the machine for the time in four ways and for randomness in five. Its modules get stand-ins for
these names, and only they do: within ``under`` the clock stands and random numbers come from a seed; outside
of it the stand-ins answer as what they stand for. RSA keys cannot be made from a seed, so they are kept.
"""

import datetime as real_datetime
import os
import random
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import cryptography
from cryptography import x509
from cryptography.hazmat import primitives
from cryptography.hazmat.primitives import asymmetric, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from landbridge.control.amendments.amend import amend
from landbridge.control.amendments.aside import aside, set_aside
from landbridge.control.lean_imports import import_leanly

import_leanly()

from moto.core import base_backend  # noqa: E402
from moto.moto_api._internal import mock_random  # noqa: E402

UNTOUCHED = frozenset({"moto.core.base_backend"})
"""Draws a number whenever a service is first used, which no resource ever shows."""


@dataclass(slots=True)
class Conditions:
    """What a repeatable call depends on besides the request and the state."""

    at: real_datetime.datetime
    seed: int
    keys: list[bytes]
    """RSA keys, DER: added while recording, taken from the front while repeating."""
    is_repeated: bool = False


_current: Conditions | None = None
_looked_at: set[str] = set()
_modules_then = 0
"""How many modules there were when they were looked at."""


@contextmanager
def under(conditions: Conditions) -> Iterator[None]:
    """Moto's clock stands, its random numbers come from the seed, its keys are kept or repeated."""
    global _current
    outer = _current
    mock_random.seed(conditions.seed)
    _current = conditions
    try:
        yield
    finally:
        _current = outer


def stand_in(seed: str, born: real_datetime.datetime) -> None:
    """Moto's modules have stand-ins from now on.

    What moto makes the first time somebody asks for it, if only to read it, depends on `seed` and `born`
    and not on who asks and when: default VPCs, images, AWS's own policies.
    """

    @contextmanager
    def made_aside(name: str) -> Iterator[None]:
        stand_in_for_new_modules()
        numbers = mock_random.getstate()
        with under(Conditions(born, int.from_bytes(f"{seed}/{name}".encode(), "big"), [])):
            yield
        mock_random.setstate(numbers)  # whoever caused it goes on as if nothing had been made

    set_aside(made_aside)
    amend(base_backend.AccountSpecificBackend, "__getitem__", _backend_made_aside)
    stand_in_for_new_modules()


def stand_in_for_new_modules() -> None:
    """Modules of moto that were imported since have stand-ins too."""
    global _modules_then
    if len(sys.modules) == _modules_then:
        return
    _modules_then = len(sys.modules)
    for name in [name for name in sys.modules if name.startswith("moto.") and name not in _looked_at]:
        _looked_at.add(name)
        module = sys.modules[name]
        if name in UNTOUCHED or module is None:
            continue
        for key, value in list(vars(module).items()):
            replacement = STAND_INS.get(id(value))
            if replacement is not None:
                setattr(module, key, replacement)


def no_stand_in() -> None:
    """What moto makes for the first time it makes as it does; the stand-ins answer as the real thing."""
    set_aside(None)
    amend(base_backend.AccountSpecificBackend, "__getitem__", _backend_made_by_moto)


def _backend_made_aside(original: Any, self: Any, region: str) -> Any:
    if region in self.keys():
        return original(self, region)
    with aside(f"{self.service_name}/{self.account_id}/{region}"):
        return original(self, region)


def _backend_made_by_moto(original: Any, self: Any, region: str) -> Any:
    return original(self, region)


class _InstancesAreReal(type):
    """Whatever is a date and time is one to moto's checks."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, real_datetime.datetime)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, real_datetime.datetime)


class Datetime(real_datetime.datetime, metaclass=_InstancesAreReal):
    """``datetime`` with another clock; what it makes are ordinary dates and times."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """An ordinary ``datetime``."""
        return real_datetime.datetime(*args, **kwargs)  # noqa: DTZ001 - moto's own choice

    @classmethod
    def now(cls, tz: real_datetime.tzinfo | None = None) -> Any:
        """When the call is."""
        if _current is None:
            return real_datetime.datetime.now(tz)
        return _current.at.astimezone(tz) if tz else _current.at.astimezone().replace(tzinfo=None)

    @classmethod
    def utcnow(cls) -> Any:
        """When the call is, without a zone."""
        return cls.now(real_datetime.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls) -> Any:
        """When the call is, in this machine's zone and without it."""
        return cls.now()


class Overlay(ModuleType):
    """A module in which some names mean something else."""

    def __init__(self, module: ModuleType, **replaced: Any) -> None:
        super().__init__(module.__name__)
        self.__dict__.update(replaced)
        self.__dict__["_overlaid"] = module

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_overlaid"], name)


def _time() -> float:
    return time.time() if _current is None else _current.at.timestamp()


def _time_ns() -> int:
    return time.time_ns() if _current is None else int(_current.at.timestamp() * 1_000_000) * 1000


def _random_bytes(size: int) -> bytes:
    return os.urandom(size) if _current is None else mock_random.randbytes(size)


def _rsa_key(public_exponent: int, key_size: int, backend: Any = None) -> Any:
    if _current is not None and _current.is_repeated:
        return serialization.load_der_private_key(_current.keys.pop(0), None)
    key = rsa.generate_private_key(public_exponent, key_size)
    if _current is not None:
        plain = serialization.NoEncryption()
        _current.keys.append(
            key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, plain)
        )
    return key


def _elliptic_curve_key(curve: ec.EllipticCurve, backend: Any = None) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(1 + int.from_bytes(_random_bytes(curve.key_size // 8 - 1), "big"), curve)


class _Ed25519PrivateKey:
    """The one thing that moto does with the class."""

    @staticmethod
    def generate() -> ed25519.Ed25519PrivateKey:
        """A new key."""
        return ed25519.Ed25519PrivateKey.from_private_bytes(_random_bytes(32))


def _serial_number() -> int:
    return 1 + int.from_bytes(_random_bytes(19), "big")


def _stand_ins() -> Iterator[tuple[object, object]]:
    keys = Overlay(rsa, generate_private_key=_rsa_key)
    curves = Overlay(ec, generate_private_key=_elliptic_curve_key)
    certificates = Overlay(x509, random_serial_number=_serial_number)
    asymmetrics = Overlay(asymmetric, rsa=keys, ec=curves)
    hazmat = Overlay(cryptography.hazmat, primitives=Overlay(primitives, asymmetric=asymmetrics))
    yield real_datetime, Overlay(real_datetime, datetime=Datetime)
    yield real_datetime.datetime, Datetime
    yield time, Overlay(time, time=_time, time_ns=_time_ns)
    yield time.time, _time
    yield os, Overlay(os, urandom=_random_bytes)
    yield os.urandom, _random_bytes
    yield random, mock_random
    yield uuid, Overlay(uuid, uuid1=mock_random.uuid1, uuid4=mock_random.uuid4)
    yield uuid.uuid1, mock_random.uuid1
    yield uuid.uuid4, mock_random.uuid4
    yield rsa, keys
    yield ec, curves
    yield ed25519.Ed25519PrivateKey, _Ed25519PrivateKey
    yield x509, certificates
    yield cryptography, Overlay(cryptography, x509=certificates, hazmat=hazmat)


STAND_INS = {id(real): replacement for real, replacement in _stand_ins()}
"""By what stands in moto's modules under any name."""
