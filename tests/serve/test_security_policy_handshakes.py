"""Every security policy by real handshakes: what it lists is agreed on, and nothing else is."""

import contextlib
import ssl
import warnings
from collections.abc import Callable
from itertools import chain

import pytest
from OpenSSL import SSL
from tests.serve.test_tls import Client, material

from landbridge.semantics.load_balancing.security_policies import (
    SECURITY_POLICIES,
    SecurityPolicy,
    TlsVersion,
    security_policy,
)
from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.serve.tls import TlsContext, TlsError, TlsMaterial, TlsOffer, TlsSession, server_context

NAME = "orders.corp.example"
ABSENT_FROM_OPENSSL = frozenset({"DES-CBC3-SHA"})
IN_NO_POLICY = frozenset(
    {
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        "ECDHE-RSA-CHACHA20-POLY1305",
        "ECDHE-ECDSA-AES128-CCM",
        "DHE-RSA-AES256-GCM-SHA384",
        "AES128-CCM",
        "CAMELLIA128-SHA",
        "NULL-SHA256",
    }
)
CIPHERS = sorted(
    IN_NO_POLICY.union(*(policy.ciphers for policy in SECURITY_POLICIES.values())) - ABSENT_FROM_OPENSSL
)
TLS_1_3_CIPHERS = ("TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256")
VERSIONS = {
    TlsVersion.TLS_1_0: ssl.TLSVersion.TLSv1,
    TlsVersion.TLS_1_1: ssl.TLSVersion.TLSv1_1,
    TlsVersion.TLS_1_2: ssl.TLSVersion.TLSv1_2,
    TlsVersion.TLS_1_3: ssl.TLSVersion.TLSv1_3,
}
ListenerContext = Callable[[str], TlsContext]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> CertificateAuthority:
    return CertificateAuthority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def listener(authority: CertificateAuthority) -> ListenerContext:
    """The context of a listener with a certificate of either kind, by its policy."""
    materials: list[TlsMaterial] = [
        material(authority, "default.example"),
        material(authority, NAME, key_algorithm="RSA_2048"),
        material(authority, NAME),
    ]

    def context(policy_name: str) -> TlsContext:
        policy = security_policy(policy_name)
        return server_context(
            materials,
            TlsOffer(
                policy.minimum, policy.maximum, policy.ciphers, policy.tls_1_3_ciphers, curve=policy.curve
            ),
        )

    return context


def agreed_cipher(authority: CertificateAuthority, server: TlsContext, cipher: str) -> str:
    """What comes of a client that knows this cipher alone; empty when it is turned away."""
    client = Client(
        authority,
        server,
        NAME,
        minimum_version=ssl.TLSVersion.TLSv1,
        maximum_version=ssl.TLSVersion.TLSv1_2,
        ciphers=f"{cipher}:@SECLEVEL=0",
    )
    try:
        client.shake_hands()
    except TlsError:
        assert_told_by_an_alert(client)
        return ""
    assert client.session.parameters is not None
    return client.session.parameters.cipher


def assert_told_by_an_alert(client: Client) -> None:
    assert client.session.parameters is None
    with pytest.raises(ssl.SSLError, match=r"(?i)alert"):
        client.tls.do_handshake()


def agreed_version(authority: CertificateAuthority, server: TlsContext, version: TlsVersion) -> str:
    client = Client(
        authority,
        server,
        NAME,
        minimum_version=VERSIONS[version],
        maximum_version=VERSIONS[version],
        ciphers="ALL:@SECLEVEL=0",
    )
    try:
        client.shake_hands()
    except TlsError:
        assert_told_by_an_alert(client)
        return ""
    assert client.session.parameters is not None
    return client.session.parameters.version


def tls_1_3_cipher(server: TlsContext, ciphers: tuple[str, ...]) -> str:
    """What comes of a client that knows these ciphers of TLS 1.3 and no older version."""
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_min_proto_version(SSL.TLS1_3_VERSION)
    context.set_tls13_ciphersuites(":".join(ciphers).encode())
    client = SSL.Connection(context, None)
    client.set_connect_state()
    session = TlsSession(server, client.bio_write)
    for _ in range(3):
        with contextlib.suppress(SSL.WantReadError):
            client.do_handshake()
        try:
            session.receive(client.bio_read(65536))
        except SSL.WantReadError:
            break
        except TlsError:
            return ""
    assert session.parameters is not None
    return session.parameters.cipher


@pytest.mark.parametrize("policy", SECURITY_POLICIES.values(), ids=SECURITY_POLICIES)
def test_a_listener_agrees_on_the_ciphers_of_its_policy_and_on_no_other(
    authority: CertificateAuthority, listener: ListenerContext, policy: SecurityPolicy
) -> None:
    server = listener(policy.name)
    accepted = {cipher for cipher in CIPHERS if agreed_cipher(authority, server, cipher)}
    assert accepted == set(policy.ciphers) - ABSENT_FROM_OPENSSL


@pytest.mark.parametrize("policy", SECURITY_POLICIES.values(), ids=SECURITY_POLICIES)
def test_a_listener_agrees_on_the_versions_of_its_policy_and_on_no_other(
    authority: CertificateAuthority, listener: ListenerContext, policy: SecurityPolicy
) -> None:
    server = listener(policy.name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        spoken = [version for version in reversed(TlsVersion) if agreed_version(authority, server, version)]
    assert tuple(spoken) == policy.versions


@pytest.mark.parametrize(
    "policy",
    [policy for policy in SECURITY_POLICIES.values() if policy.tls_1_3_ciphers],
    ids=[policy.name for policy in SECURITY_POLICIES.values() if policy.tls_1_3_ciphers],
)
def test_a_listener_agrees_on_the_tls_1_3_ciphers_of_its_policy_in_its_order(
    listener: ListenerContext, policy: SecurityPolicy
) -> None:
    server = listener(policy.name)
    accepted = [cipher for cipher in TLS_1_3_CIPHERS if tls_1_3_cipher(server, (cipher,))]
    assert set(accepted) == set(policy.tls_1_3_ciphers)
    assert tls_1_3_cipher(server, TLS_1_3_CIPHERS) == policy.tls_1_3_ciphers[0]


@pytest.mark.parametrize(
    "policy_name", ["ELBSecurityPolicy-2016-08", "ELBSecurityPolicy-TLS13-1-2-RFC9151-INTEROP4-FIPS-2023-07"]
)
def test_a_listener_prefers_in_the_order_of_its_policy_whatever_the_clients_order(
    authority: CertificateAuthority, listener: ListenerContext, policy_name: str
) -> None:
    server, left = listener(policy_name), list(security_policy(policy_name).ciphers)
    found = []
    while left:
        found.append(agreed_cipher(authority, server, ":".join(reversed(left))))
        left.remove(found[-1])
    assert tuple(found) == security_policy(policy_name).ciphers


def test_the_ciphers_of_every_policy_have_names_that_openssl_knows() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:@SECLEVEL=0")
    known = {cipher["name"] for cipher in context.get_ciphers()} | ABSENT_FROM_OPENSSL
    used = set(chain.from_iterable(p.ciphers + p.tls_1_3_ciphers for p in SECURITY_POLICIES.values()))
    assert used <= known


@pytest.mark.parametrize(
    ("policy_name", "group"),
    [
        ("ELBSecurityPolicy-2016-08", "secp256r1"),
        ("ELBSecurityPolicy-FS-1-2-Res-2020-10", "secp256r1"),
        ("ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04", "secp256r1"),
        ("ELBSecurityPolicy-TLS13-1-3-RFC9151-FIPS-2023-07", "secp384r1"),
        ("ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", "X25519MLKEM768"),
        ("ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09", "X25519MLKEM768"),
    ],
)
def test_the_group_of_the_key_exchange_is_one_of_the_policy(
    listener: ListenerContext, policy_name: str, group: str
) -> None:
    client = SSL.Connection(SSL.Context(SSL.TLS_CLIENT_METHOD), None)
    client.set_connect_state()
    session = TlsSession(listener(policy_name), client.bio_write)
    while session.parameters is None:
        with contextlib.suppress(SSL.WantReadError):
            client.do_handshake()
        session.receive(client.bio_read(65536))
    assert client.get_group_name() == group
