"""What a journey is about: a connection that was made, a request that arrived, what was answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from landbridge.model.exchange import HttpRequest, HttpResponse, Moment
from landbridge.model.identifiers import NetworkInterfaceId
from landbridge.model.load_balancing import TargetKey
from landbridge.semantics.doors import Door
from landbridge.semantics.load_balancing.authentication.secrets import Secrets
from landbridge.semantics.load_balancing.forwarding import Client
from landbridge.semantics.load_balancing.health import TargetHealth
from landbridge.semantics.load_balancing.responses import error
from landbridge.semantics.network.source import Source
from landbridge.trace.decision import Hops, Outcome


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a connection ended: at a door, or with the outcome of the whole request."""

    hops: Hops
    door: Door | None
    outcome: Outcome | None = None
    seen_as: Source | None = None
    """Whom the door sees, where a Network Load Balancer stands in between."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The response and the hops that led to it."""

    response: HttpResponse
    hops: Hops


Health = Mapping[NetworkInterfaceId, Mapping[TargetKey, TargetHealth]]
"""What each load balancer node knows of its targets."""


Outstanding = Mapping[NetworkInterfaceId, Mapping[TargetKey, int]]
"""How many requests of each load balancer node its targets have not answered yet, where they are counted."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request as it arrived somewhere: from whom, when, and what is known of targets then."""

    client: Client
    request: HttpRequest
    moment: Moment
    health: Health
    secrets: Secrets | None = None
    """The load balancers' keys; needed where a rule authenticates users."""
    outstanding: Outstanding = field(default_factory=dict)
    private_integrations: int = 0
    """How many private integrations have led here, one behind another."""


def page(status: int, arrival: Arrival) -> HttpResponse:
    """The page with which the load balancer itself answers."""
    return error(status, arrival.moment.epoch_ms, user_agent=arrival.request.header("user-agent") or "")
