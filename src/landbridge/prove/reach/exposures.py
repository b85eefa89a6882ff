"""Who reaches what: every place, every door that the network opens to it, every request there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from landbridge.model.exchange import HttpRequest
from landbridge.model.functions import unqualified
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import ForwardAction
from landbridge.model.topology import Topology
from landbridge.prove.connections import Connections
from landbridge.prove.reach.credentials import Caller, with_every_credential
from landbridge.prove.reach.decided import Decided, Knock, decide, door_in, explain
from landbridge.prove.reach.entries import Entries, Entry
from landbridge.prove.reach.listener_requests import listener_requests, rules_without_request
from landbridge.prove.reach.places import FARTHEST_FIRST, MEANT, Place, other_account_addresses
from landbridge.prove.reach.policies_in import policy_blocks
from landbridge.prove.reach.requests import Asked, api_requests, bucket_requests
from landbridge.prove.verdict import Witness
from landbridge.semantics.doors import Door, EndpointDoor, ListenerDoor, PublicApiDoor, S3Door, speaks_tls
from landbridge.semantics.load_balancing.rules import listener_ref, rule_ref
from landbridge.semantics.network.other_account import OTHER_ACCOUNT_ENDPOINT, join_other_account
from landbridge.semantics.world import World
from landbridge.trace.decision import Hop, ResourceRef, Step, not_modelled


@dataclass(frozen=True, slots=True)
class Exposure:
    """A place from which a request reaches a backend, or from which nobody can tell."""

    entry: Entry
    asked: Asked
    turn: int
    backend: ResourceRef | None
    """None where it is in doubt."""
    doubt: Hop | None = None

    @property
    def place(self) -> Place:
        """Where it comes from."""
        return self.entry.place

    @property
    def is_meant(self) -> bool:
        """Whether somebody in the corporate network may be there, by whichever door."""
        return self.place.where in MEANT


class Account:
    """All exposures of one account, each part of them found when it is first asked for."""

    def __init__(self, topology: Topology, *, everything: bool = False) -> None:
        """With `everything` also what no claim is about: other apps by a load balancer for the office."""
        self._topology = topology
        self._everything = everything
        self._worlds: dict[Caller, World] = {}
        self._requests: dict[object, tuple[Asked, ...]] = {}
        self._connections = Connections(topology)

    @cached_property
    def topology(self) -> Topology:
        """The account together with another one, at every address there that a policy tells apart."""
        return join_other_account(self._topology, other_account_addresses(policy_blocks(self._topology)))

    @cached_property
    def own_world(self) -> World:
        """The account by itself."""
        return World(self._topology)

    @cached_property
    def world(self) -> World:
        """What connections are decided in."""
        return World(self.topology)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Every door with every place that the network lets reach it; one of places that it treats alike."""
        found: dict[object, Entry] = {}
        for entry in Entries(self.world):
            found.setdefault(_seen_alike(entry), entry)
        return tuple(found.values())

    @cached_property
    def unmeant(self) -> tuple[Exposure, ...]:
        """What somebody outside the corporate network reaches, or might reach; the farthest away first."""
        outside = [entry for entry in self.entries if entry.place.where not in MEANT]
        outside.sort(key=lambda entry: FARTHEST_FIRST.index(entry.place.where))
        return tuple(exposure for entry in outside for exposure in self.exposures_at(entry))

    @cached_property
    def meant(self) -> tuple[Exposure, ...]:
        """What somebody in the corporate network reaches, or might reach, by any door."""
        return tuple(
            exposure
            for entry in self.entries
            if entry.place.where in MEANT
            for exposure in self.exposures_at(entry)
        )

    def about(self, names: Iterable[str]) -> tuple[Exposure, ...]:
        """The exposures of APIs by id, of functions by unqualified ARN and of buckets by name.

        A connection that nobody can tell the end of may be about anything.
        """
        every = (*self.unmeant, *self.meant)
        places = {place for name in ("", *names) for place in self._places_by_name.get(name, ())}
        return tuple(every[place] for place in sorted(places))

    @cached_property
    def _places_by_name(self) -> dict[str, list[int]]:
        """Where in the order of all exposures those of each name are; doubts have none."""
        found: dict[str, list[int]] = {}
        for place, exposure in enumerate((*self.unmeant, *self.meant)):
            for name in _names(exposure):
                found.setdefault(name, []).append(place)
        return found

    def exposures_at(self, entry: Entry) -> Iterator[Exposure]:
        """What is reached by way of one entry, once for each backend, API and way to call."""
        if entry.door is None:
            yield Exposure(entry, NOTHING_ASKED, 0, None, entry.doubt)
            return
        found = [
            each for asked in self.requests_at(entry) for each in self._answers(entry, entry.door, asked)
        ]
        yield from found
        if isinstance(entry.door, ListenerDoor) and entry.place.where not in MEANT:
            reaching = [each.asked for each in found if each.backend is not None]
            yield from self._beyond_requests(entry, entry.door, reaching)

    def _beyond_requests(
        self, entry: Entry, door: ListenerDoor, reaching: Iterable[Asked]
    ) -> Iterator[Exposure]:
        """Doubts about rules that no request came through: nobody can tell whether another one would."""
        address = str(entry.seen_as.address)
        for rule in rules_without_request(door, address, self.requests_at(entry), reaching):
            reference = rule_ref(rule)
            decision = not_modelled("a proof about a rule that no request came through", reference)
            doubt = Hop(listener_ref(door.listener), Step.LISTENER_RULE, decision)
            yield Exposure(entry, NOTHING_ASKED, 0, None, doubt)

    def _answers(self, entry: Entry, door: Door, asked: Asked) -> Iterator[Exposure]:
        """What the request reaches; every target is asked only where they are not all of one group."""
        for turn in range(turns_at(self.topology, door)):
            decided = self.decide(entry, asked, turn)
            if decided.backend is not None or decided.doubt is not None:
                yield Exposure(entry, asked, turn, decided.backend, decided.doubt)
                if decided.backend is not None and not has_choice(door):
                    return

    def requests_at(self, entry: Entry) -> tuple[Asked, ...]:
        """All requests at the door; from the office through a load balancer those for what is behind it.

        Somebody in the corporate network may use any load balancer there; which other apps of the same
        account he can name through it, is no claim's business.
        """
        door, api_ids = entry.door, None
        if isinstance(door, ListenerDoor) and entry.place.where in MEANT and not self._everything:
            api_ids = self._connections.apis_related_to(door.load_balancer)
        key = (door_name(door), api_ids)
        if key not in self._requests:
            assert door is not None
            self._requests[key] = tuple(requests_at(self.topology, door, api_ids))
        return self._requests[key]

    def decide(self, entry: Entry, asked: Asked, turn: int = 0) -> Decided:
        """How a request by way of an entry ends, as whoever holds every credential finds it."""
        return decide(self._world_of(asked.caller), self._knock(entry, asked, turn))

    def witness(self, exposure: Exposure) -> Witness:
        """The exposure as one request that can be sent, with all hops that it meets."""
        entry, asked = exposure.entry, exposure.asked
        assert entry.door is not None
        hops = explain(self._world_of(asked.caller), self._knock(entry, asked, exposure.turn))
        backend = exposure.backend
        return Witness(
            entry.place.vantage,
            "https" if speaks_tls(entry.door) else "http",
            _connected_to(entry, asked),
            entry.port,
            asked.request,
            asked.server_name,
            (*entry.hops, *hops),
            (backend.arn or backend.id) if backend is not None else "",
        )

    def _knock(self, entry: Entry, asked: Asked, turn: int) -> Knock:
        assert entry.door is not None
        door = door_in(self._world_of(asked.caller), entry.door)
        return Knock(door, str(entry.seen_as.address), asked.request, asked.server_name, turn, asked.canary)

    def _world_of(self, caller: Caller) -> World:
        if caller not in self._worlds:
            self._worlds[caller] = World(with_every_credential(self.topology, caller))
        return self._worlds[caller]


def _names(exposure: Exposure) -> tuple[str, ...]:
    """The API that is asked, and what is behind it."""
    api_id, backend = exposure.asked.api_id, exposure.backend
    if backend is None:
        return (api_id,)
    if backend.type == "AWS::Lambda::Function":
        return api_id or backend.arn, unqualified(Arn(backend.arn))
    is_bucket = backend.type.startswith("AWS::S3::")
    return (api_id, backend.id.partition("/")[0]) if is_bucket else (api_id,)


def _connected_to(entry: Entry, asked: Asked) -> str:
    """The name in the URL itself, where that leads to the same public front.

    Another account's endpoint by its name: its address depends on who else is taken to be in that account.
    """
    if isinstance(entry.door, EndpointDoor) and entry.door.endpoint.id == OTHER_ACCOUNT_ENDPOINT:
        return entry.door.endpoint.dns_names[0]
    own, name = entry.host.partition(".")[2], asked.server_name
    is_front = isinstance(entry.door, PublicApiDoor | S3Door)
    return name if is_front and name.endswith(f".{own}") else entry.host


NOTHING_ASKED = Asked(HttpRequest("GET", "/"), "")
"""Stands for the request where already the connection is in doubt."""


def requests_at(topology: Topology, door: Door, api_ids: frozenset[str] | None = None) -> Iterator[Asked]:
    """Every request that has to be tried at a door; for some APIs only where `api_ids` says which."""
    match door:
        case ListenerDoor():
            yield from listener_requests(topology, door, api_ids)
        case EndpointDoor(endpoint):
            yield from api_requests(topology, endpoint, api_ids)
        case PublicApiDoor():
            yield from api_requests(topology, None, api_ids)
        case S3Door():
            yield from bucket_requests(topology, topology.storage.buckets)


def has_choice(door: Door) -> bool:
    """Whether a rule of the listener forwards to several target groups."""
    return isinstance(door, ListenerDoor) and any(
        len(action.target_groups) > 1
        for rule in door.listener.rules
        for action in rule.actions
        if isinstance(action, ForwardAction)
    )


def turns_at(topology: Topology, door: Door) -> int:
    """How many turns show all targets of a listener."""
    if not isinstance(door, ListenerDoor):
        return 1
    by_arn = topology.load_balancing.target_group_by_arn
    most = 1
    for rule in door.listener.rules:
        for action in rule.actions:
            if isinstance(action, ForwardAction):
                targets = [len(by_arn[arn].targets) for arn, _ in action.target_groups if arn in by_arn]
                most = max(most, len(targets) * max(targets, default=1))
    return most


def _seen_alike(entry: Entry) -> object:
    """What the door and all behind it can tell of an entry; a doubt is one of its own."""
    if entry.door is None:
        return entry.place.where, entry.host, entry.port, entry.doubt
    node = entry.door.node.id if isinstance(entry.door, ListenerDoor) else ""
    return entry.place.where, door_name(entry.door), node, entry.told_by


def door_name(door: Door | None) -> object:
    """What tells doors apart, whoever stands before them."""
    match door:
        case EndpointDoor(endpoint):
            return endpoint.id
        case ListenerDoor(_, listener):
            return listener.arn
        case S3Door(port, endpoint):
            return "s3", port, endpoint and endpoint.id
    return type(door)
