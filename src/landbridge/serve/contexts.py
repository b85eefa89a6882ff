"""TLS contexts for doors: a listener's certificates and security policy, AWS's own certificates."""

from collections.abc import Callable
from dataclasses import replace

from landbridge.errors import UnsupportedError
from landbridge.model.api_gateway import DomainName
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import Listener, LoadBalancing
from landbridge.semantics.doors import (
    Door,
    EndpointDoor,
    FunctionUrlDoor,
    ListenerDoor,
    LocalServerDoor,
    S3Door,
    ServiceDoor,
)
from landbridge.semantics.endpoint.server_certificate import served_names, service_security_policy
from landbridge.semantics.load_balancing.attributes import compile_connection_attributes
from landbridge.semantics.load_balancing.security_policies import SecurityPolicy, security_policy
from landbridge.semantics.world import World
from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.serve.client_verification import ClientVerification, TrustMaterial
from landbridge.serve.tls import TlsContext, TlsMaterial, TlsOffer, server_context

ReadMaterial = Callable[[Arn], TlsMaterial | None]
ReadTrust = Callable[[Arn], TrustMaterial | None]
MOST_MADE = 1000
"""Certificates can be replaced without end."""


class TlsContexts:
    """Makes each context once; certificates come from ACM, or from the local CA where they are Amazon's.

    What ACM and trust stores have is asked at every connection: both can be replaced under their ARN.
    """

    def __init__(
        self, authority: CertificateAuthority, read_material: ReadMaterial, read_trust: ReadTrust
    ) -> None:
        self._authority = authority
        self._read_material = read_material
        self._read_trust = read_trust
        self._made: dict[object, TlsContext] = {}

    def of_door(self, world: World, door: Door) -> TlsContext | None:
        """The context for a door that speaks TLS; None where there is no certificate to show."""
        if isinstance(door, ListenerDoor):
            return self._of_listener(world, door)
        if isinstance(door, LocalServerDoor):
            return None
        domains = () if isinstance(door, S3Door | FunctionUrlDoor) else _domains_behind(world, door)
        return self._of_service(door, world.topology.region, self._custom_domains(domains))

    def own(self, *names: str) -> TlsContext:
        """A context with a certificate of the local CA for these names."""
        issued = self._authority.issue(*names)
        material = TlsMaterial(names, issued.certificate_pem, issued.private_key_pem)
        return server_context([material], TlsOffer("TLSv1.2", "TLSv1.3", alpn=("http/1.1",)))

    def _once(self, key: object, make: Callable[[], TlsContext]) -> TlsContext:
        if key not in self._made:
            if len(self._made) >= MOST_MADE:
                self._made.clear()
            self._made[key] = make()
        return self._made[key]

    def _of_listener(self, world: World, door: ListenerDoor) -> TlsContext | None:
        listener = door.listener
        materials = self._materials(listener.certificate_arns)
        if not materials:
            return None
        http_2 = world.once(compile_connection_attributes, door.load_balancer).http2
        offer = replace(
            _offer(security_policy(listener.security_policy)),
            alpn=("h2", "http/1.1") if http_2 else ("http/1.1",),
            client_verification=self._client_verification(world.topology.load_balancing, listener),
        )
        return self._once((materials, offer), lambda: server_context(materials, offer))

    def _client_verification(self, section: LoadBalancing, listener: Listener) -> ClientVerification | None:
        authentication = listener.mutual_authentication
        if authentication.mode == "off":
            return None
        if authentication.mode == "passthrough":
            return ClientVerification(authentication)
        arn = authentication.trust_store_arn
        store = section.trust_store_by_arn.get(arn) if arn is not None else None
        trust = self._read_trust(store.arn) if store is not None and store.status == "ACTIVE" else None
        if trust is None:
            raise UnsupportedError(
                f"the listener's trust store {arn} is not active, or not one of this account's",
                "create it in this account and region, or change the listener's mutual authentication",
            )
        return ClientVerification(authentication, trust)

    def _of_service(self, door: ServiceDoor, region: str, custom: tuple[TlsMaterial, ...]) -> TlsContext:
        # Whatever name is asked for, the service's own certificate is shown unless a custom domain name has
        # that name.
        names = served_names(door, region)
        offer = _offer(service_security_policy(door))

        def make() -> TlsContext:
            issued = self._authority.issue(*names, key_algorithm="RSA_2048")
            own = TlsMaterial(names, issued.certificate_pem, issued.private_key_pem)
            return server_context([own, *custom], offer)

        return self._once((names, offer, custom), make)

    def _custom_domains(self, domains: tuple[DomainName, ...]) -> tuple[TlsMaterial, ...]:
        """Each domain's certificate, for the domain's name only."""
        found = (
            (domain.name, self._read_material(domain.certificate_arn))
            for domain in domains
            if domain.certificate_arn is not None
        )
        return tuple(replace(material, names=(name,)) for name, material in found if material is not None)

    def _materials(self, arns: tuple[Arn, ...]) -> tuple[TlsMaterial, ...]:
        found = (self._read_material(arn) for arn in arns)
        return tuple(material for material in found if material is not None)


def _domains_behind(world: World, door: ServiceDoor) -> tuple[DomainName, ...]:
    endpoint_id = door.endpoint.id if isinstance(door, EndpointDoor) else None
    return world.topology.api_gateway.domains_at(endpoint_id)


def _offer(policy: SecurityPolicy) -> TlsOffer:
    return TlsOffer(
        policy.minimum, policy.maximum, policy.ciphers, policy.tls_1_3_ciphers, curve=policy.curve
    )
