"""Route 53 hosted zones and Resolver endpoints as deployed.

AWS: "Working with private hosted zones"
"""

from dataclasses import dataclass
from ipaddress import IPv4Address

from landbridge.model.identifiers import SecurityGroupId, SubnetId, VpcId


@dataclass(frozen=True, slots=True)
class AliasTarget:
    """What an alias record points to."""

    dns_name: str
    hosted_zone_id: str
    evaluate_target_health: bool


@dataclass(frozen=True, slots=True)
class RecordSet:
    """A record set of a hosted zone; either values or an alias."""

    name: str
    """Fully qualified, in lower case, without the final dot."""
    type: str
    ttl: int
    values: tuple[str, ...] = ()
    alias: AliasTarget | None = None
    unsupported: tuple[str, ...] = ()
    """Features in use that are not modelled, for example ``latency-based routing``."""
    set_identifier: str = ""
    """Tells records of one name and type apart, where there is a routing policy."""
    weight: int | None = None
    failover: str = ""
    """``PRIMARY`` or ``SECONDARY``."""
    multivalue: bool = False


@dataclass(frozen=True, slots=True)
class HostedZone:
    """A Route 53 hosted zone; private ones answer only in their VPCs."""

    id: str
    name: str
    """In lower case, without the final dot."""
    private: bool
    vpc_ids: tuple[VpcId, ...]
    records: tuple[RecordSet, ...]


@dataclass(frozen=True, slots=True)
class ResolverEndpoint:
    """A Route 53 Resolver endpoint."""

    id: str
    direction: str
    """``INBOUND`` or ``OUTBOUND``."""
    vpc_id: VpcId
    addresses: tuple[tuple[IPv4Address, SubnetId], ...]
    security_group_ids: tuple[SecurityGroupId, ...]
    status: str = "OPERATIONAL"


@dataclass(frozen=True)
class Names:
    """All zones and Resolver endpoints."""

    hosted_zones: tuple[HostedZone, ...] = ()
    resolver_endpoints: tuple[ResolverEndpoint, ...] = ()
