"""TLS contexts for doors: a listener's certificates and security policy, API Gateway's own certificates."""

import ssl
from collections.abc import Callable

from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import Listener
from landbridge.semantics.doors import Door, ListenerDoor
from landbridge.semantics.load_balancing.security_policies import security_policy
from landbridge.semantics.world import World
from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.serve.tls import TlsMaterial, server_context

ReadMaterial = Callable[[Arn], TlsMaterial | None]
MOST_MADE = 1000
"""Certificates can be replaced without end."""


class TlsContexts:
    """Makes each context once; certificates come from ACM, or from the local CA where they are Amazon's.

    What ACM has is asked at every connection: a certificate can be imported again under its ARN.
    """

    def __init__(self, authority: CertificateAuthority, read_material: ReadMaterial) -> None:
        self._authority = authority
        self._read_material = read_material
        self._made: dict[object, ssl.SSLContext] = {}

    def of_door(self, world: World, door: Door) -> ssl.SSLContext | None:
        """The context for a door that speaks TLS; None where a listener has no usable certificate."""
        if isinstance(door, ListenerDoor):
            return self._of_listener(door.listener)
        domains = world.topology.api_gateway.domain_names
        arns = tuple(domain.certificate_arn for domain in domains if domain.certificate_arn is not None)
        return self._of_api_gateway(world.topology.region, self._materials(arns))

    def own(self, *names: str) -> ssl.SSLContext:
        """A context with a certificate of the local CA for these names."""
        issued = self._authority.issue(*names)
        material = TlsMaterial(names, issued.certificate_pem, issued.private_key_pem)
        return server_context([material], "TLSv1.2", "TLSv1.3", ())

    def _once(self, key: object, make: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
        if key not in self._made:
            if len(self._made) >= MOST_MADE:
                self._made.clear()
            self._made[key] = make()
        return self._made[key]

    def _of_listener(self, listener: Listener) -> ssl.SSLContext | None:
        materials = self._materials(listener.certificate_arns)
        if not materials:
            return None
        policy = security_policy(listener.security_policy)
        return self._once(
            (materials, policy.name),
            lambda: server_context(materials, policy.minimum, policy.maximum, policy.ciphers),
        )

    def _of_api_gateway(self, region: str, custom: tuple[TlsMaterial, ...]) -> ssl.SSLContext:
        # Whatever name is asked for, API Gateway's own wildcard certificate is served unless a custom domain
        # name has that name.
        def make() -> ssl.SSLContext:
            names = (f"*.execute-api.{region}.amazonaws.com", f"*.execute-api.{region}.vpce.amazonaws.com")
            issued = self._authority.issue(*names)
            own = TlsMaterial(names, issued.certificate_pem, issued.private_key_pem)
            return server_context([own, *custom], "TLSv1.2", "TLSv1.3", ())

        return self._once(("execute-api", region, custom), make)

    def _materials(self, arns: tuple[Arn, ...]) -> tuple[TlsMaterial, ...]:
        found = (self._read_material(arn) for arn in arns)
        return tuple(material for material in found if material is not None)
