"""Questions to a running stack, over its control port."""

import json
import socket
from typing import Any

from landbridge.errors import DeclarationError, HostError
from landbridge.serve.running import RunningStack

PATIENCE_S = 60
"""Longer than any timeout on the path."""


def ask(running: RunningStack, request: dict[str, Any]) -> dict[str, Any]:
    """The running stack's answer on its control port."""
    try:
        with socket.create_connection(("127.0.0.1", running.control_port), timeout=PATIENCE_S) as connection:
            connection.sendall(json.dumps({"token": running.token, **request}).encode() + b"\n")
            with connection.makefile("rb") as answer:
                answered: dict[str, Any] = json.loads(answer.readline())
    except (OSError, ValueError) as error:
        raise HostError(f"The stack does not answer: {error}", "is landbridge up still running?") from error
    if "error" in answered:
        raise DeclarationError(answered["error"], answered["hint"])
    return answered
