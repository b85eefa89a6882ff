"""A botocore session that knows nothing of the user: no credentials, profile, environment or files."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
import botocore.session
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES, ConfigValueStore, ConstantProvider

ACCESS_KEY_ID = "AKIALANDBRIDGELOCAL0"
SECRET_ACCESS_KEY = "landbridge-local-only-secret-access-key0"


@cache
def isolated_session() -> Any:
    """The process's one session; its data loader remembers every model that was parsed.

    The environment is shut out, not only overridden: an ``AWS_PROFILE`` that does not exist or an
    ``AWS_ENDPOINT_URL`` that points to the local API itself must not reach our own calls.
    """
    session = botocore.session.Session()
    constants = {name: variable[2] for name, variable in BOTOCORE_DEFAUT_SESSION_VARIABLES.items()}
    constants |= {
        "config_file": os.devnull,
        "credentials_file": os.devnull,
        "ignore_configured_endpoint_urls": True,
    }
    providers = {name: ConstantProvider(value) for name, value in constants.items()}
    session.register_component("config_store", ConfigValueStore(mapping=providers))
    session.set_credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY)
    return session


@cache
def client_session() -> Any:
    """boto3's view of the isolated session: it makes the clients."""
    return boto3.Session(botocore_session=isolated_session())


@contextmanager
def without_collections() -> Iterator[None]:
    """No garbage is collected meanwhile: what is imported stays, and to look through it costs time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
