import pytest
from tests.semantics.conversations import with_listener
from tests.serve.test_tls import Client, material
from tests.topologies import CERTIFICATE_ARN, DOMAIN, private_app

from landbridge.errors import UnsupportedError
from landbridge.model.identifiers import Arn
from landbridge.model.topology import Topology
from landbridge.semantics.doors import EndpointDoor, ListenerDoor
from landbridge.semantics.world import World
from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.serve.contexts import TlsContexts
from landbridge.serve.tls import TlsMaterial


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> CertificateAuthority:
    return CertificateAuthority(tmp_path_factory.mktemp("ca"))


class Certificates(dict[Arn, TlsMaterial]):
    """What ACM has."""

    def contexts(self, authority: CertificateAuthority) -> TlsContexts:
        return TlsContexts(authority, self.get)


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
