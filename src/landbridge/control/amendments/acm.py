"""Certificates with the chain that was imported."""

from typing import Any

from moto.acm.models import CertBundle

from landbridge.control.amendments.amend import amend


def install() -> None:
    """Amends moto's certificates."""
    amend(CertBundle, "__init__", new_certificate)


def new_certificate(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
    """An imported certificate has the chain it was imported with; moto adds a root of its own to every one.

    AWS: "GetCertificate" (AWS Certificate Manager API reference)
    """
    original(self, *args, **kwargs)
    if self.type == "IMPORTED":
        self.chain = kwargs.get("chain") or (args[3] if len(args) > 3 else None) or b""
