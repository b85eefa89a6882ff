"""Which certificates of backends API Gateway takes where it does not ask for their authority."""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from tests.topologies import private_app

from landbridge.semantics.api_gateway.backend_certificate import (
    certificate_fault,
    door_certificate,
    is_certificate_fault,
)
from landbridge.semantics.doors import Door, PublicApiDoor, S3Door
from landbridge.semantics.world import World

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def certificate(*names: str, subject: str = "shop.example", address: str = "", age_days: int = 0) -> bytes:
    """One of nobody's authority but its own, valid for 90 days."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)] if subject else [])
    begin = NOW - timedelta(days=age_days)
    others: list[x509.GeneralName] = [x509.DNSName(each) for each in names]
    others += [x509.IPAddress(IPv4Address(address))] if address else []
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, begin, begin + timedelta(days=90))
    if others:
        builder = builder.add_extension(x509.SubjectAlternativeName(others), critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    ("der", "host", "fault"),
    [
        (certificate("shop.example"), "shop.example", ""),
        (certificate("*.shop.example"), "a.shop.example", ""),
        (certificate("*.shop.example"), "shop.example", "Host name 'shop.example' does not match"),
        (certificate(), "shop.example", ""),
        (certificate("other.example"), "shop.example", "Host name 'shop.example' does not match"),
        (certificate(subject=""), "shop.example", "Host name 'shop.example' does not match"),
        (certificate(address="10.20.1.7"), "10.20.1.7", ""),
        (certificate("shop.example", age_days=91), "shop.example", "NotAfter: 2026-11-21T00:00:00Z"),
        (certificate("shop.example", age_days=-1), "shop.example", "NotAfter: 2027-02-21T00:00:00Z"),
    ],
    ids=["name", "wildcard", "no label", "subject", "other", "nameless", "address", "expired", "not yet"],
)
def test_name_and_dates_of_a_certificate_count_whatever_its_authority(
    der: bytes, host: str, fault: str
) -> None:
    found = certificate_fault(der, host, NOW)
    assert found.startswith(fault)
    assert is_certificate_fault(found) is bool(fault)


@pytest.mark.parametrize(
    ("door", "host", "taken"),
    [
        (PublicApiDoor(), "a1b2.execute-api.eu-central-1.amazonaws.com", True),
        (PublicApiDoor(), "shop.example", False),
        (S3Door(443), "assets.s3.eu-central-1.amazonaws.com", True),
    ],
)
def test_services_of_aws_show_certificates_that_are_trusted(door: Door, host: str, taken: bool) -> None:
    decision = door_certificate(World(private_app()), door, host, any_authority=False)
    assert decision.allowed is taken
