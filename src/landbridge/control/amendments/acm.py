"""Certificates with the chain that was imported, and with the key that was asked for."""

from typing import Any

from moto.acm.models import CertBundle
from moto.acm.responses import AWSCertificateManagerResponse
from moto.core.responses import ActionResult

from landbridge.control.amendments.amend import amend


def install() -> None:
    """Amends moto's certificates."""
    amend(CertBundle, "__init__", new_certificate)
    amend(CertBundle, "describe", describe)
    amend(AWSCertificateManagerResponse, "request_certificate", request_certificate)


def new_certificate(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
    """An imported certificate has the chain it was imported with; moto adds a root of its own to every one.

    AWS: "GetCertificate" (AWS Certificate Manager API reference)
    """
    original(self, *args, **kwargs)
    if self.type == "IMPORTED":
        self.chain = kwargs.get("chain") or (args[3] if len(args) > 3 else None) or b""


def request_certificate(original: Any, self: Any) -> ActionResult:
    """A certificate with a key of the algorithm asked for; moto's keys are RSA with 2048 bits.

    AWS: "RequestCertificate" (AWS Certificate Manager API reference)
    """
    result: ActionResult = original(self)
    requested = self.acm_backend.get_certificate(result.result["CertificateArn"])  # type: ignore[index]
    requested.landbridge_key_algorithm = self._get_param("KeyAlgorithm")
    return result


def describe(original: Any, self: Any) -> dict[str, Any]:
    """A certificate with the algorithm of the key that was asked for.

    AWS: "CertificateDetail" (AWS Certificate Manager API reference)
    """
    described: dict[str, Any] = original(self)
    asked = self.__dict__.get("landbridge_key_algorithm")
    if asked:
        described["Certificate"]["KeyAlgorithm"] = asked
    return described
