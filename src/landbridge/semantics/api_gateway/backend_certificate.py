"""Whether API Gateway takes the certificate that an HTTP integration's backend shows.

AWS: "TlsConfig" (Amazon API Gateway API reference)
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID

from landbridge.model.certificates import Certificate
from landbridge.semantics.doors import Door, ListenerDoor, LocalServerDoor, door_reference
from landbridge.semantics.endpoint.server_certificate import served_names
from landbridge.semantics.world import World
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Decision, ResourceRef, allowed, denied, not_modelled

VERIFY_FAILED = "CERTIFICATE_VERIFY_FAILED"
"""What TLS says of a certificate that nobody trusts, or that is another host's."""
WRONG_HOST = "Host name "
UNTRUSTED = "PKIX path building failed"
EXPIRED = "NotAfter: "
REMEDY = (
    "Show a certificate of a public authority for the host in the URI, or set "
    "tlsConfig.insecureSkipVerification where only its authority is in the way"
)


def is_certificate_fault(detail: str) -> bool:
    """Whether a TLS handshake failed for the certificate's sake."""
    return detail.startswith((VERIFY_FAILED, WRONG_HOST, UNTRUSTED, EXPIRED))


def certificate_fault(der: bytes, host: str, now: datetime) -> str:
    """What is wrong with a certificate whose authority is not asked for; empty for nothing.

    AWS: "TlsConfig" (Amazon API Gateway API reference)
    """
    certificate = x509.load_der_x509_certificate(der)
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        return f"{EXPIRED}{certificate.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}"
    return "" if _covers(_names(certificate), host) else _wrong_host(host, _common_name(certificate))


def door_certificate(world: World, door: Door, host: str, *, any_authority: bool) -> Decision:
    """Whether what a door shows for the host is taken; of imported certificates nobody knows the authority.

    AWS: "API Gateway-supported certificate authorities for HTTP and HTTP proxy integrations in API Gateway"
    """
    reference = door_reference(door)
    if not isinstance(door, ListenerDoor):
        assert not isinstance(door, LocalServerDoor)  # shows its own certificate, for real
        names = served_names(door, world.topology.region)
        return _named(reference, names, host)
    found = [world.topology.certificates.by_arn.get(arn) for arn in door.listener.certificate_arns]
    known = [certificate for certificate in found if certificate is not None]
    if not known or len(known) < len(found):
        return not_modelled("a certificate that could not be read", reference)
    shown = _shown(known, host)
    fitting = _named(reference, (shown.domain_name, *shown.subject_alternative_names), host)
    if not fitting.allowed or any_authority:
        return fitting
    if shown.status == "EXPIRED":
        return _refused(reference, f"{EXPIRED}passed")
    if shown.type == "IMPORTED":
        what = f"whether API Gateway trusts the authority of the imported certificate {shown.arn}"
        remedy = "Set tlsConfig.insecureSkipVerification, or let ACM issue the listener's certificate"
        return replace(not_modelled(what, reference), remedy=remedy)
    return fitting if shown.type == "AMAZON_ISSUED" else _refused(reference, UNTRUSTED)


def _shown(certificates: Sequence[Certificate], host: str) -> Certificate:
    """The one for the host, which API Gateway sends as SNI; else the listener's default one."""
    fitting = (each for each in certificates if _covers(each.subject_alternative_names, host))
    return next(fitting, certificates[0])


def _named(reference: ResourceRef, names: Sequence[str], host: str) -> Decision:
    if _covers(names, host):
        return allowed(reference, ("server name", host), ("certificate", names[0]))
    return _refused(reference, _wrong_host(host, names[0]))


def _refused(reference: ResourceRef, reason: str) -> Decision:
    return denied(LocalCode.TLS_HANDSHAKE_FAILED, reference, ("reason", reason), remedy=REMEDY)


def _wrong_host(host: str, common_name: str) -> str:
    """AWS: "How do I troubleshoot API Gateway HTTP 500 errors with VPC link integration?"."""
    return (
        f"{WRONG_HOST}'{host}' does not match the certificate subject provided by the peer (CN={common_name})"
    )


def _covers(names: Sequence[str], host: str) -> bool:
    wildcard = "*." + host.partition(".")[2]
    return any(name.lower() in (host, wildcard) for name in names)


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return [_common_name(certificate)]
    addresses = map(str, found.get_values_for_type(x509.IPAddress))
    return [*found.get_values_for_type(x509.DNSName), *addresses]


def _common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""
