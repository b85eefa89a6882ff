import datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from landbridge.control.aws_api import AwsApi


def self_signed(name: str) -> tuple[bytes, bytes]:
    """A certificate and its key in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM), private


def test_an_imported_certificate_has_the_chain_it_was_imported_with(api: AwsApi) -> None:
    certificate, key = self_signed("orders.corp.example")
    chain, _ = self_signed("corporate root")
    acm = api.client("acm")
    arn = acm.import_certificate(Certificate=certificate, PrivateKey=key, CertificateChain=chain)[
        "CertificateArn"
    ]
    assert acm.get_certificate(CertificateArn=arn)["CertificateChain"].encode() == chain
    assert api.material.certificate_material(arn) == (certificate.decode(), chain.decode(), key.decode())


def test_an_imported_certificate_without_a_chain_has_none(api: AwsApi) -> None:
    certificate, key = self_signed("orders.corp.example")
    arn = api.client("acm").import_certificate(Certificate=certificate, PrivateKey=key)["CertificateArn"]
    assert api.material.certificate_material(arn)[1] == ""


def test_moto_still_lacks_certificates_without_its_own_root() -> None:
    from moto.acm.models import AWS_ROOT_CA, CertBundle

    from landbridge.control.amendments.amend import original_of

    certificate, key = self_signed("orders.corp.example")
    stock: Any = CertBundle.__new__(CertBundle)
    original_of(CertBundle, "__init__")(stock, "123456789012", certificate, key)
    assert AWS_ROOT_CA in stock.chain


@pytest.mark.parametrize("algorithm", ["RSA_2048", "EC_prime256v1", "EC_secp384r1"])
def test_a_requested_certificate_has_a_key_of_the_algorithm_asked_for(api: AwsApi, algorithm: str) -> None:
    acm = api.client("acm")
    arn = acm.request_certificate(DomainName="orders.corp.example", KeyAlgorithm=algorithm)["CertificateArn"]
    assert acm.describe_certificate(CertificateArn=arn)["Certificate"]["KeyAlgorithm"] == algorithm
    (listed,) = acm.list_certificates(Includes={"keyTypes": [algorithm]})["CertificateSummaryList"]
    assert listed["KeyAlgorithm"] == algorithm


def test_moto_still_lacks_the_key_algorithm_of_a_request() -> None:
    from moto.acm.responses import AWSCertificateManagerResponse

    from landbridge.control.amendments.amend import original_of

    original = original_of(AWSCertificateManagerResponse, "request_certificate")
    assert "KeyAlgorithm" not in original.__code__.co_consts
