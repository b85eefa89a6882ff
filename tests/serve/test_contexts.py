import ssl
from collections.abc import Mapping
from dataclasses import replace

import pytest
from tests.semantics.conversations import with_listener
from tests.serve.test_tls import Client, material
from tests.topologies import CERTIFICATE_ARN, DOMAIN, private_app

from landbridge.errors import UnsupportedError
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import MutualAuthentication, TrustStore
from landbridge.model.topology import Topology
from landbridge.semantics.doors import EndpointDoor, ListenerDoor, PublicApiDoor, S3Door
from landbridge.semantics.world import World
from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.serve.client_verification import TrustMaterial
from landbridge.serve.contexts import TlsContexts
from landbridge.serve.tls import TlsContext, TlsError, TlsMaterial


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> CertificateAuthority:
    return CertificateAuthority(tmp_path_factory.mktemp("ca"))


class Certificates(dict[Arn, TlsMaterial]):
    """What ACM has, and what trust stores hold."""

    def __init__(self, materials: Mapping[Arn, TlsMaterial] | None = None) -> None:
        super().__init__(materials or {})
        self.trust: dict[Arn, TrustMaterial] = {}

    def contexts(self, authority: CertificateAuthority) -> TlsContexts:
        return TlsContexts(authority, self.get, self.trust.get)


def listener_door(topology: Topology) -> ListenerDoor:
    balancer = topology.load_balancing.load_balancers[0]
    return ListenerDoor(balancer, balancer.listeners[0], topology.network.network_interfaces[0])


def endpoint_door(topology: Topology) -> EndpointDoor:
    return EndpointDoor(topology.network.vpc_endpoints[0], topology.network.network_interfaces[2])


def test_a_context_is_made_once_for_the_same_certificates(authority: CertificateAuthority) -> None:
    contexts = Certificates({CERTIFICATE_ARN: material(authority, DOMAIN)}).contexts(authority)
    world = World(private_app())
    for door in (listener_door(world.topology), endpoint_door(world.topology)):
        context = contexts.of_door(world, door)
        assert context is not None
        assert contexts.of_door(World(private_app()), door) is context


def test_a_certificate_that_is_imported_again_is_served_at_the_next_connection(
    authority: CertificateAuthority,
) -> None:
    certificates = Certificates({CERTIFICATE_ARN: material(authority, DOMAIN)})
    contexts, world = certificates.contexts(authority), World(private_app())
    contexts.of_door(world, listener_door(world.topology))
    certificates[CERTIFICATE_ARN] = material(authority, DOMAIN, "new.corp.example")
    context = contexts.of_door(world, listener_door(world.topology))
    assert context is not None
    client = Client(authority, context, DOMAIN)
    client.shake_hands()
    assert "new.corp.example" in client.names


def test_a_listener_without_a_usable_certificate_has_none_until_it_comes(
    authority: CertificateAuthority,
) -> None:
    certificates = Certificates()
    contexts, world = certificates.contexts(authority), World(private_app())
    assert contexts.of_door(world, listener_door(world.topology)) is None
    certificates[CERTIFICATE_ARN] = material(authority, DOMAIN)
    assert contexts.of_door(world, listener_door(world.topology)) is not None


def test_a_security_policy_that_is_not_modelled_is_told(authority: CertificateAuthority) -> None:
    contexts = Certificates({CERTIFICATE_ARN: material(authority, DOMAIN)}).contexts(authority)
    world = World(with_listener(private_app(), security_policy="ELBSecurityPolicy-Own"))
    with pytest.raises(UnsupportedError, match="ELBSecurityPolicy-Own"):
        contexts.of_door(world, listener_door(world.topology))


@pytest.mark.parametrize(
    ("asked", "served"),
    [
        ("a1b2c3.execute-api.eu-central-1.amazonaws.com", "*.execute-api.eu-central-1.amazonaws.com"),
        (DOMAIN, DOMAIN),
        ("10.20.1.20", "*.execute-api.eu-central-1.amazonaws.com"),
    ],
)
def test_an_endpoint_serves_its_own_certificate_or_the_custom_domains(
    authority: CertificateAuthority, asked: str, served: str
) -> None:
    contexts = Certificates({CERTIFICATE_ARN: material(authority, DOMAIN)}).contexts(authority)
    world = World(private_app())
    context = contexts.of_door(world, endpoint_door(world.topology))
    assert context is not None
    client = Client(authority, context, asked, check_hostname=False)
    client.shake_hands()
    assert served in client.names


def names_of(authority: CertificateAuthority, context: TlsContext | None, asked: str) -> set[str]:
    assert context is not None
    client = Client(authority, context, asked, check_hostname=False)
    client.shake_hands()
    return client.names


def test_a_custom_domain_names_certificate_is_shown_for_that_name_only(
    authority: CertificateAuthority,
) -> None:
    wide = material(authority, DOMAIN, "*.corp.example", "web.corp.example")
    contexts = Certificates({CERTIFICATE_ARN: wide}).contexts(authority)
    world = World(private_app())
    context = contexts.of_door(world, endpoint_door(world.topology))
    assert DOMAIN in names_of(authority, context, DOMAIN)
    assert "*.execute-api.eu-central-1.amazonaws.com" in names_of(authority, context, "web.corp.example")


@pytest.mark.parametrize(
    "asked",
    [
        "reports.s3.eu-central-1.amazonaws.com",
        "bucket.vpce-0s3-x.s3.eu-central-1.vpce.amazonaws.com",
        "reports.bucket.vpce-0s3-x.s3.eu-central-1.vpce.amazonaws.com",
    ],
)
def test_an_s3_endpoint_shows_a_certificate_for_the_ways_to_name_a_bucket(
    authority: CertificateAuthority, asked: str
) -> None:
    world = World(private_app())
    endpoint = replace(
        world.topology.network.vpc_endpoints[0],
        service_name="com.amazonaws.eu-central-1.s3",
        dns_names=("*.vpce-0s3-x.s3.eu-central-1.vpce.amazonaws.com", "s3.eu-central-1.amazonaws.com"),
    )
    context = Certificates().contexts(authority).of_door(world, S3Door(443, endpoint))
    assert context is not None
    Client(authority, context, asked).shake_hands()


@pytest.mark.parametrize(
    ("public", "version", "agreed"),
    [
        (False, ssl.TLSVersion.TLSv1_1, ""),
        (False, ssl.TLSVersion.TLSv1_2, "TLSv1.2"),
        (False, ssl.TLSVersion.TLSv1_3, ""),
        (True, ssl.TLSVersion.TLSv1_1, ""),
        (True, ssl.TLSVersion.TLSv1_3, "TLSv1.3"),
    ],
)
def test_an_interface_endpoint_speaks_tls_1_2_only_with_rsa_and_without_alpn(
    authority: CertificateAuthority, public: bool, version: ssl.TLSVersion, agreed: str
) -> None:
    world = World(private_app())
    door = PublicApiDoor() if public else endpoint_door(world.topology)
    context = Certificates().contexts(authority).of_door(world, door)
    assert context is not None
    client = Client(
        authority,
        context,
        "a1b2c3.execute-api.eu-central-1.amazonaws.com",
        minimum_version=version,
        maximum_version=version,
        ciphers="DEFAULT:@SECLEVEL=0",
        alpn=["h2", "http/1.1"],
    )
    if not agreed:
        with pytest.raises(TlsError):
            client.shake_hands()
        return
    client.shake_hands()
    assert client.session.parameters is not None
    assert client.session.parameters.version == agreed
    assert client.session.alpn == ""
    if agreed == "TLSv1.2":
        assert client.session.parameters.cipher == "ECDHE-RSA-AES128-GCM-SHA256"


@pytest.mark.parametrize(("enabled", "agreed"), [("true", "h2"), ("false", "http/1.1")])
def test_http_2_is_offered_where_the_load_balancer_has_it_enabled(
    authority: CertificateAuthority, enabled: str, agreed: str
) -> None:
    world = World(private_app())
    door = listener_door(world.topology)
    balancer = replace(door.load_balancer, attributes=(("routing.http2.enabled", enabled),))
    contexts = Certificates({CERTIFICATE_ARN: material(authority, DOMAIN)}).contexts(authority)
    context = contexts.of_door(world, replace(door, load_balancer=balancer))
    assert context is not None
    client = Client(authority, context, DOMAIN, alpn=["h2", "http/1.1"])
    client.shake_hands()
    assert client.session.alpn == agreed


STORE_ARN = Arn("arn:aws:elasticloadbalancing:eu-central-1:123456789012:truststore/clients/1")


def with_trust_store(status: str) -> Topology:
    topology = with_listener(private_app(), mutual_authentication=MutualAuthentication("verify", STORE_ARN))
    section = replace(topology.load_balancing, trust_stores=(TrustStore(STORE_ARN, "clients", status),))
    return replace(topology, load_balancing=section)


def test_a_listener_verifies_against_its_trust_store(
    authority: CertificateAuthority,
) -> None:
    certificates = Certificates({CERTIFICATE_ARN: material(authority, DOMAIN)})
    certificates.trust[STORE_ARN] = TrustMaterial((authority.certificate_pem,))
    world = World(with_trust_store("ACTIVE"))
    context = certificates.contexts(authority).of_door(world, listener_door(world.topology))
    assert context is not None
    with pytest.raises(TlsError, match="did not return a certificate"):
        Client(authority, context, DOMAIN).shake_hands()


@pytest.mark.parametrize(("status", "known"), [("CREATING", True), ("ACTIVE", False)])
def test_a_listener_whose_trust_store_is_not_there_serves_nobody(
    authority: CertificateAuthority, status: str, known: bool
) -> None:
    certificates = Certificates({CERTIFICATE_ARN: material(authority, DOMAIN)})
    if known:
        certificates.trust[STORE_ARN] = TrustMaterial((authority.certificate_pem,))
    world = World(with_trust_store(status))
    with pytest.raises(UnsupportedError, match="truststore/clients/1 is not active"):
        certificates.contexts(authority).of_door(world, listener_door(world.topology))
