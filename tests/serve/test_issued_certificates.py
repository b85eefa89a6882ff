"""ACM's own certificates come from the local CA."""

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509

from landbridge.model.certificates import Certificate
from landbridge.model.identifiers import Arn
from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.serve.issued_certificates import IssuedCertificates, was_issued

ISSUED = Certificate(
    Arn("arn:aws:acm:eu-central-1:123456789012:certificate/1"),
    "orders.corp.example",
    ("orders.corp.example", "*.orders.corp.example"),
    "ISSUED",
    "AMAZON_ISSUED",
)


def test_a_certificate_has_its_names_and_is_trusted_by_whom_trusts_the_local_ca(tmp_path: Path) -> None:
    authority = CertificateAuthority(tmp_path)
    material = IssuedCertificates(authority).material(ISSUED)
    assert material is not None
    leaf = x509.load_pem_x509_certificate(material.certificate_pem.encode())
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["orders.corp.example", "*.orders.corp.example"]
    leaf.verify_directly_issued_by(x509.load_pem_x509_certificate(authority.certificate_pem.encode()))


def test_it_stays_the_same(tmp_path: Path) -> None:
    certificates = IssuedCertificates(CertificateAuthority(tmp_path))
    assert certificates.material(ISSUED) is certificates.material(replace(ISSUED))


def test_one_that_is_not_validated_is_not_served(tmp_path: Path) -> None:
    pending = replace(ISSUED, status="PENDING_VALIDATION")
    assert IssuedCertificates(CertificateAuthority(tmp_path)).material(pending) is None


@pytest.mark.parametrize(
    ("kind", "issued"), [("AMAZON_ISSUED", True), ("PRIVATE", True), ("IMPORTED", False)]
)
def test_the_local_ca_stands_for_amazons_and_for_a_private_one(kind: str, issued: bool) -> None:
    assert was_issued(replace(ISSUED, type=kind)) is issued
