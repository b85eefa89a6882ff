from dataclasses import replace
from urllib.parse import unquote

import pytest

from landbridge.model.load_balancing import MutualAuthentication
from landbridge.semantics.load_balancing.mutual_tls import (
    MTLS_HEADERS,
    ClientCertificate,
    ClientCertificateFault,
    certificate_headers,
    is_tolerated,
)

LEAF = "-----BEGIN CERTIFICATE-----\nMIIG+/==\n-----END CERTIFICATE-----\n"
ISSUER = "-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----\n"
CERTIFICATE = ClientCertificate(
    chain_pem=(LEAF, ISSUER),
    serial_number=0x03A5B1,
    issuer="CN=rootcamtls.com,OU=rootCA,O=mTLS,L=Seattle,ST=Washington,C=US",
    subject="CN=client_.com,OU=client-3,O=mTLS,ST=Washington,C=US",
    not_before="2023-09-21T01:50:17Z",
    not_after="2024-09-20T01:50:17Z",
)
VERIFY = MutualAuthentication("verify")
PASSTHROUGH = MutualAuthentication("passthrough")


def test_in_verify_mode_a_target_gets_five_headers_as_aws_shows_them() -> None:
    assert certificate_headers(VERIFY, CERTIFICATE) == (
        ("X-Amzn-Mtls-Clientcert-Serial-Number", "03A5B1"),
        (
            "X-Amzn-Mtls-Clientcert-Issuer",
            "CN=rootcamtls.com,OU=rootCA,O=mTLS,L=Seattle,ST=Washington,C=US",
        ),
        ("X-Amzn-Mtls-Clientcert-Subject", "CN=client_.com,OU=client-3,O=mTLS,ST=Washington,C=US"),
        (
            "X-Amzn-Mtls-Clientcert-Validity",
            "NotBefore=2023-09-21T01:50:17Z;NotAfter=2024-09-20T01:50:17Z",
        ),
        (
            "X-Amzn-Mtls-Clientcert-Leaf",
            "-----BEGIN%20CERTIFICATE-----%0AMIIG+/==%0A-----END%20CERTIFICATE-----%0A",
        ),
    )


def test_in_passthrough_mode_a_target_gets_the_whole_chain_leaf_first() -> None:
    ((name, value),) = certificate_headers(PASSTHROUGH, CERTIFICATE) or ()
    assert name == "X-Amzn-Mtls-Clientcert"
    assert unquote(value) == LEAF + ISSUER
    assert "+/==" in value


def test_without_mutual_tls_nothing_is_said_of_a_certificate() -> None:
    assert certificate_headers(MutualAuthentication(), CERTIFICATE) is None
    assert certificate_headers(PASSTHROUGH, None) == ()


def test_every_header_that_is_said_cannot_be_said_by_the_client() -> None:
    said = [certificate_headers(mode, CERTIFICATE) or () for mode in (VERIFY, PASSTHROUGH)]
    assert {name.lower() for headers in said for name, _ in headers} == MTLS_HEADERS


@pytest.mark.parametrize(
    ("serial_number", "written"), [(0, "00"), (0xF, "0F"), (0xFEF257372D5C14D4, "FEF257372D5C14D4")]
)
def test_a_serial_number_is_whole_bytes_in_hexadecimal(serial_number: int, written: str) -> None:
    headers = dict(certificate_headers(VERIFY, replace(CERTIFICATE, serial_number=serial_number)) or ())
    assert headers["X-Amzn-Mtls-Clientcert-Serial-Number"] == written


@pytest.mark.parametrize(
    ("authentication", "fault", "depth", "tolerated"),
    [
        (VERIFY, ClientCertificateFault.EXPIRED, 0, False),
        (replace(VERIFY, ignore_client_certificate_expiry=True), ClientCertificateFault.EXPIRED, 0, True),
        (replace(VERIFY, ignore_client_certificate_expiry=True), ClientCertificateFault.EXPIRED, 1, False),
        (
            replace(VERIFY, ignore_client_certificate_expiry=True),
            ClientCertificateFault.NOT_YET_VALID,
            0,
            False,
        ),
        (PASSTHROUGH, ClientCertificateFault.UNTRUSTED, 0, True),
    ],
)
def test_only_the_expiry_of_the_clients_own_certificate_can_be_ignored(
    authentication: MutualAuthentication, fault: ClientCertificateFault, depth: int, tolerated: bool
) -> None:
    assert is_tolerated(fault, depth, authentication) is tolerated
