"""Certificates that ACM issued: the local CA stands for Amazon's here, and for a private one."""

from landbridge.model.certificates import Certificate
from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.serve.tls import TlsMaterial

ISSUED_TYPES = frozenset({"AMAZON_ISSUED", "PRIVATE"})
"""The other one is ``IMPORTED``: ACM has what the user gave it."""
MOST_ISSUED = 1000


def was_issued(certificate: Certificate) -> bool:
    """Whether ACM had it issued, by Amazon or by a private certificate authority.

    AWS: "What is AWS Certificate Manager?"
    """
    return certificate.type in ISSUED_TYPES


class IssuedCertificates:
    """The same certificate, with its key, for as long as the names are the same."""

    def __init__(self, authority: CertificateAuthority) -> None:
        self._authority = authority
        self._issued: dict[Certificate, TlsMaterial] = {}

    def material(self, certificate: Certificate) -> TlsMaterial | None:
        """Certificate and key for the names that were asked for; None until ACM has issued it.

        AWS: "What is AWS Certificate Manager?"
        """
        if certificate.status != "ISSUED":
            return None
        if certificate not in self._issued:
            if len(self._issued) >= MOST_ISSUED:
                self._issued.clear()
            self._issued[certificate] = self._issue(certificate)
        return self._issued[certificate]

    def _issue(self, certificate: Certificate) -> TlsMaterial:
        names = tuple(dict.fromkeys((certificate.domain_name, *certificate.subject_alternative_names)))
        issued = self._authority.issue(*names, key_algorithm=certificate.key_algorithm)
        return TlsMaterial(names, issued.certificate_pem, issued.private_key_pem)
