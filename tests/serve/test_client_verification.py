"""Mutual TLS by real handshakes."""

import datetime
import ssl
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from OpenSSL import SSL
from tests.serve.test_tls import NAMES, Client, material

from landbridge.model.load_balancing import MutualAuthentication
from landbridge.semantics.load_balancing.mutual_tls import ClientCertificate, ClientCertificateFault
from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.serve.client_verification import ClientVerification, TrustMaterial
from landbridge.serve.tls import TlsContext, TlsError, TlsOffer, TlsSession, server_context

NOW = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
DAY = datetime.timedelta(days=1)
VERIFY = MutualAuthentication("verify")
PASSTHROUGH = MutualAuthentication("passthrough")
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "mTLS"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


class Party:
    """Somebody with a certificate, who can issue others."""

    def __init__(
        self,
        common_name: str,
        issuer: "Party | None" = None,
        *,
        is_authority: bool = False,
        begins: datetime.timedelta = -DAY,
        ends: datetime.timedelta = DAY,
        purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.CLIENT_AUTH,
        key: Key | None = None,
    ) -> None:
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        self.issuer = issuer
        builder = (
            x509.CertificateBuilder()
            .subject_name(name(common_name))
            .issuer_name(issuer.certificate.subject if issuer else name(common_name))
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW + begins)
            .not_valid_after(NOW + ends)
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        )
        if not is_authority:
            builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        self.certificate: x509.Certificate = builder.sign(issuer.key if issuer else self.key, hashes.SHA256())

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def file(self, folder: Path, *chain: "Party") -> Path:
        """For ``SSLContext.load_cert_chain``: certificate, further ones to be sent, and key."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
        file = folder / "client.pem"
        file.write_text(self.pem + "".join(each.pem for each in chain) + key)
        return file

    def revocation_list(self, *revoked: "Party") -> str:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(NOW - DAY)
            .next_update(NOW + DAY)
        )
        for each in revoked:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(each.certificate.serial_number)
                .revocation_date(NOW - DAY)
                .build()
            )
        signed = builder.sign(self.key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> CertificateAuthority:
    return CertificateAuthority(tmp_path_factory.mktemp("ca"))


ROOT = Party("root", is_authority=True)
INTERMEDIATE = Party("intermediate", ROOT, is_authority=True)
CLIENT = Party("client", ROOT)
BEHIND = Party("behind", INTERMEDIATE)


def listener(
    authority: CertificateAuthority,
    authentication: MutualAuthentication,
    *trusted: Party,
    lists: tuple[str, ...] = (),
) -> TlsContext:
    trust = TrustMaterial(tuple(each.pem for each in trusted), lists)
    offer = TlsOffer("TLSv1.2", "TLSv1.3", client_verification=ClientVerification(authentication, trust))
    return server_context([material(authority, *NAMES)], offer)


def shown(client: Client) -> ClientCertificate | None:
    client.shake_hands()
    assert client.session.parameters is not None
    return client.session.parameters.client_certificate


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_certificate_that_the_trust_store_issued_is_accepted_and_read(
    authority: CertificateAuthority, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    server = listener(authority, VERIFY, ROOT)
    client = Client(authority, server, certificate=CLIENT.file(tmp_path), maximum_version=version)
    certificate = shown(client)
    assert certificate == ClientCertificate(
        (CLIENT.pem,),
        CLIENT.certificate.serial_number,
        "CN=root,O=mTLS,C=US",
        "CN=client,O=mTLS,C=US",
        f"{NOW - DAY:%Y-%m-%dT%H:%M:%SZ}",
        f"{NOW + DAY:%Y-%m-%dT%H:%M:%SZ}",
    )


def refused(client: Client) -> ClientCertificateFault | None:
    with pytest.raises(TlsError) as caught:
        client.shake_hands()
    assert client.session.parameters is None
    with pytest.raises(ssl.SSLError, match=r"(?i)alert"):
        client.tls.read(1) if client.tls.version() == "TLSv1.3" else client.tls.do_handshake()
    return caught.value.fault


STRANGER = Party("client", Party("root", is_authority=True))
WEAK_RSA = Party("weak", ROOT, key=rsa.generate_private_key(65537, 1024))
EXPIRED = Party("old", ROOT, begins=-2 * DAY, ends=-DAY)


@pytest.mark.parametrize(
    ("party", "fault"),
    [
        (STRANGER, ClientCertificateFault.UNTRUSTED),
        (Party("alone"), ClientCertificateFault.UNTRUSTED),
        (EXPIRED, ClientCertificateFault.EXPIRED),
        (Party("early", ROOT, begins=DAY, ends=2 * DAY), ClientCertificateFault.NOT_YET_VALID),
        (
            Party("server", ROOT, purpose=ExtendedKeyUsageOID.SERVER_AUTH),
            ClientCertificateFault.PURPOSE_INVALID,
        ),
        (WEAK_RSA, ClientCertificateFault.TYPE_UNSUPPORTED),
    ],
    ids=lambda value: value.value if isinstance(value, ClientCertificateFault) else "",
)
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_certificate_that_does_not_verify_ends_the_handshake_with_the_reason_of_connection_logs(
    authority: CertificateAuthority,
    tmp_path: Path,
    party: Party,
    fault: ClientCertificateFault,
    version: ssl.TLSVersion,
) -> None:
    client = Client(
        authority,
        listener(authority, VERIFY, ROOT),
        ciphers="DEFAULT:@SECLEVEL=0",
        certificate=party.file(tmp_path),
        maximum_version=version,
    )
    assert refused(client) is fault


def test_a_client_without_a_certificate_is_refused(authority: CertificateAuthority) -> None:
    assert refused(Client(authority, listener(authority, VERIFY, ROOT))) is ClientCertificateFault.UNMAPPED


def test_a_trust_store_may_end_at_an_intermediate_authority(
    authority: CertificateAuthority, tmp_path: Path
) -> None:
    client = Client(
        authority, listener(authority, VERIFY, INTERMEDIATE), certificate=BEHIND.file(tmp_path, INTERMEDIATE)
    )
    certificate = shown(client)
    assert certificate is not None
    assert certificate.chain_pem == (BEHIND.pem, INTERMEDIATE.pem)


def test_an_expired_certificate_is_accepted_where_the_listener_ignores_expiry(
    authority: CertificateAuthority, tmp_path: Path
) -> None:
    lenient = replace(VERIFY, ignore_client_certificate_expiry=True)
    server = listener(authority, lenient, ROOT)
    certificate = shown(Client(authority, server, certificate=EXPIRED.file(tmp_path)))
    assert certificate is not None
    assert certificate.subject == "CN=old,O=mTLS,C=US"


@pytest.mark.parametrize("party", [CLIENT, BEHIND])
def test_a_revoked_certificate_is_refused_and_others_are_not(
    authority: CertificateAuthority, tmp_path: Path, party: Party
) -> None:
    issuer = party.issuer
    assert issuer is not None
    server = listener(authority, VERIFY, ROOT, INTERMEDIATE, lists=(issuer.revocation_list(party),))
    assert (
        refused(Client(authority, server, certificate=party.file(tmp_path))) is ClientCertificateFault.CRL_HIT
    )
    other = Party("other", issuer)
    assert shown(Client(authority, server, certificate=other.file(tmp_path))) is not None


@pytest.mark.parametrize("party", [CLIENT, STRANGER, EXPIRED, WEAK_RSA])
def test_passthrough_takes_any_certificate_with_its_chain(
    authority: CertificateAuthority, tmp_path: Path, party: Party
) -> None:
    assert party.issuer is not None
    client = Client(
        authority,
        listener(authority, PASSTHROUGH),
        ciphers="DEFAULT:@SECLEVEL=0",
        certificate=party.file(tmp_path, party.issuer),
    )
    certificate = shown(client)
    assert certificate is not None
    assert certificate.chain_pem == (party.pem, party.issuer.pem)


def test_passthrough_takes_a_client_without_a_certificate(authority: CertificateAuthority) -> None:
    assert shown(Client(authority, listener(authority, PASSTHROUGH))) is None


@pytest.mark.parametrize(("advertises", "names"), [(True, ["root", "intermediate"]), (False, [])])
def test_the_names_of_the_trust_stores_authorities_are_told_where_the_listener_advertises_them(
    authority: CertificateAuthority, advertises: bool, names: list[str]
) -> None:
    authentication = replace(VERIFY, advertise_trust_store_ca_names=advertises)
    client = SSL.Connection(SSL.Context(SSL.TLS_CLIENT_METHOD), None)
    client.set_connect_state()
    session = TlsSession(listener(authority, authentication, ROOT, INTERMEDIATE), client.bio_write)
    with pytest.raises(SSL.WantReadError):
        client.do_handshake()
    session.receive(client.bio_read(65536))
    client.do_handshake()
    assert [told.CN for told in client.get_client_ca_list()] == names


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_sessions_are_not_resumed_with_mutual_tls(
    authority: CertificateAuthority, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    server = listener(authority, VERIFY, ROOT)
    first = Client(authority, server, certificate=CLIENT.file(tmp_path), maximum_version=version)
    first.shake_hands()
    first.session.send(b"ticket")
    assert first.tls.read(10) == b"ticket"
    again = first.once_more(server)
    again.shake_hands()
    assert not again.tls.session_reused
