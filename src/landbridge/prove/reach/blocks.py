"""IPv4 addresses cut into runs that no block of a topology tells apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Network, collapse_addresses, summarize_address_range
from itertools import pairwise

EVERYTHING = (IPv4Network("0.0.0.0/0"),)
NOT_ON_THE_INTERNET = tuple(
    map(
        IPv4Network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
            *("172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3"),
        ),
    )
)
"""What no packet from the internet has as its source.

RFC 6890, less the blocks for documentation: they stand for hosts on the internet here.
"""
PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
"""RFC 1918."""
UNIQUE_LOCAL = IPv6Network("fc00::/7")
"""The private addresses of IPv6. RFC 4193."""
USUAL_HOST = 10
"""Which host of a run stands for it, where the run has so many."""


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring addresses that lie in the same blocks."""

    first: int
    last: int

    def __contains__(self, address: IPv4Address) -> bool:
        return self.first <= int(address) <= self.last

    def representative(self, preferred: Iterable[IPv4Address] = ()) -> IPv4Address:
        """One of the preferred addresses if it is in the run, else a host near its beginning."""
        for address in preferred:
            if address in self:
                return address
        return IPv4Address(min(self.first + USUAL_HOST, self.last))


def runs(universe: Iterable[IPv4Network], blocks: Iterable[IPv4Network]) -> tuple[Run, ...]:
    """The universe cut wherever one of the blocks begins or ends; every address of it is in one run."""
    cuts = sorted({cut for block in blocks for cut in (_first(block), _last(block) + 1)})
    found: list[Run] = []
    for part in collapse_addresses(universe):
        first, last = _first(part), _last(part)
        inside = [cut for cut in cuts if first < cut <= last]
        edges = [first, *inside, last + 1]
        found += [Run(low, high - 1) for low, high in pairwise(edges)]
    return tuple(found)


def without(universe: Iterable[IPv4Network], taken: Iterable[IPv4Network]) -> tuple[IPv4Network, ...]:
    """The addresses of the universe that are in none of the blocks taken away."""
    left: list[IPv4Network] = []
    removed = list(collapse_addresses(taken))
    for part in collapse_addresses(universe):
        low, end = _first(part), _last(part)
        for block in removed:
            if _last(block) < low or _first(block) > end:
                continue
            if _first(block) > low:
                left += summarize_address_range(IPv4Address(low), IPv4Address(_first(block) - 1))
            low = _last(block) + 1
        if low <= end:
            left += summarize_address_range(IPv4Address(low), IPv4Address(end))
    return tuple(left)


def _first(block: IPv4Network) -> int:
    return int(block.network_address)


def _last(block: IPv4Network) -> int:
    return int(block.broadcast_address)
