"""Which of a listener's certificates a client is shown for the name that it asks for."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServedCertificate:
    """What the choice looks at."""

    names: tuple[str, ...]
    is_elliptic: bool
    """An ECDSA key; RSA otherwise."""
    is_expired: bool
    hash_bits: int
    """Of the digest that the issuer signed."""
    key_bits: int
    validity_s: int


def choose_certificates(server_name: str, certificates: Sequence[ServedCertificate]) -> tuple[int, ...]:
    """The places of the certificates for an SNI, the best ECDSA one first, then the best RSA one.

    The first certificate is the default one: it is for clients whose SNI matches nothing else, or who send
    none, unless it is in the list a second time. A client that cannot use ECDSA gets the RSA one.

    AWS: "SSL certificates for your Application Load Balancer"
    """
    listed = range(1, len(certificates))
    matching = [place for place in listed if server_name and _matches(server_name, certificates[place])]
    if not matching:
        return (0,)
    matching.sort(key=lambda place: _rank(certificates[place]))
    best_by_kind = {certificates[place].is_elliptic: place for place in reversed(matching)}
    return tuple(best_by_kind[kind] for kind in (True, False) if kind in best_by_kind)


def _matches(server_name: str, certificate: ServedCertificate) -> bool:
    asked = server_name.lower()
    wildcard = "*." + asked.partition(".")[2]
    return any(name.lower() in (asked, wildcard) for name in certificate.names)


def _rank(certificate: ServedCertificate) -> tuple[int, ...]:
    """The lowest is the best among those with keys of one kind."""
    return (
        certificate.is_expired,
        -certificate.hash_bits,
        -certificate.key_bits,
        -certificate.validity_s,
    )
