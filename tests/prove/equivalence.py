"""One truth: what the proof says somebody can reach, and what the journey lets through, are the same.

Both are compared as sets of ways: the place, the door, the API with its stage and release, and the backend.
Run for longer with ``python -m tests.prove.equivalence --seconds 600 --seed 7``.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from random import Random

from tests.prove.random_worlds import METHODS, SEGMENTS, random_address, random_request, random_world

from landbridge.model.exchange import HttpRequest
from landbridge.model.identifiers import NetworkInterfaceId
from landbridge.prove.reach.blocks import NOT_ON_THE_INTERNET
from landbridge.prove.reach.decided import Knock, decide, explain
from landbridge.prove.reach.entries import Entry, destinations
from landbridge.prove.reach.exposures import Account, Exposure
from landbridge.prove.reach.places import Where, is_managed
from landbridge.semantics.doors import Door, EndpointDoor, ListenerDoor
from landbridge.semantics.journey.connection import connect
from landbridge.semantics.network.other_account import join_other_account
from landbridge.semantics.network.source import (
    Corporate,
    Internet,
    InVpc,
    Source,
    corporate_networks,
    instance_in_other_account,
    locate,
)
from landbridge.semantics.world import World
from landbridge.trace.decision import ResourceRef, Step

PUBLIC = ("x.execute-api.eu-central-1.amazonaws.com", "s3.eu-central-1.amazonaws.com")


@dataclass(frozen=True, slots=True)
class Way:
    """What claims are about: who gets to which backend, and by which door, API, stage and release."""

    where: Where
    door: str
    stage: str
    """With its API; empty where no stage is asked."""
    canary: bool
    backend: str


def way(where: Where, world: World, knock: Knock, backend: ResourceRef) -> Way:
    """The way of a request that asks this backend."""
    hops = explain(world, knock)
    stage = next((hop.component.id for hop in hops if hop.step is Step.RESOURCE_AND_METHOD), "")
    has_canary = any(
        each.canary is not None
        for api in world.topology.api_gateway.rest_apis
        for each in api.stages
        if stage == f"{api.id}/{each.name}"
    )
    name = backend.id.partition("/")[0] if backend.type.startswith("AWS::S3") else backend.id
    return Way(where, door_id(knock.door), stage, has_canary and knock.canary, name)


def changed(random: Random, request: HttpRequest) -> HttpRequest:
    """The request with another method, other path segments or one more header, or as it is."""
    segments = request.path.split("/")
    place = random.randrange(len(segments))
    if random.random() < 0.4 and segments[place]:
        segments[place] = random.choice(SEGMENTS)
    if random.random() < 0.2:
        segments.append(random.choice(SEGMENTS))
    headers = request.headers
    if random.random() < 0.2:
        headers = (*headers, ("x-team", "orders"))
    method = random.choice(METHODS) if random.random() < 0.3 else request.method
    return HttpRequest(method, "/".join(segments) or "/", headers)


def door_id(door: Door) -> str:
    """The listener's node, the endpoint, or the public front."""
    match door:
        case ListenerDoor(_, listener, node):
            return f"{listener.arn} {node.id}"
        case EndpointDoor(endpoint):
            return endpoint.id
    return type(door).__name__


@dataclass(frozen=True, slots=True)
class Attempt:
    """One concrete request of somebody."""

    source: Source
    host: str
    request: HttpRequest
    server_name: str
    canary: bool
    turn: int


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A way that only one of the two knows, and the attempt or exposure that shows it."""

    way: Way
    shown_by: Attempt | Exposure


class Comparison:
    """One account, both ways."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.topology = random_world(self.random)
        self.account = Account(self.topology, everything=True)
        self.world = World(self.account.topology)
        self.proved = {
            self._proved_way(each): each
            for each in (*self.account.unmeant, *self.account.meant)
            if each.backend is not None
        }
        self.doubtful = {
            (each.place.where, door_id(each.entry.door) if each.entry.door else "")
            for each in (*self.account.unmeant, *self.account.meant)
            if each.doubt is not None
        }
        self.delivered = 0

    def missed(self, attempts: int) -> Iterator[Disagreement]:
        """Attempts that are delivered by ways of which the proof says nothing."""
        for _ in range(attempts):
            attempt = self._attempt()
            way = self._follow(attempt)
            if way is not None:
                self.delivered += 1
                if way not in self.proved and self.doubtful.isdisjoint(
                    {(way.where, way.door), (way.where, "")}
                ):
                    yield Disagreement(way, attempt)

    def invented(self) -> Iterator[Disagreement]:
        """Exposures whose witness is not delivered when it is sent for real, credentials and all."""
        world = self.world
        for way, exposure in self.proved.items():
            entry, asked = exposure.entry, exposure.asked
            connection = connect(world, entry.place.source, entry.host, entry.port)
            assert connection.door is not None
            address = str((connection.seen_as or entry.place.source).address)
            request, name = asked.request, asked.server_name
            knock = Knock(connection.door, address, request, name, exposure.turn, asked.canary)
            if decide(world, knock).backend != exposure.backend:
                yield Disagreement(way, exposure)

    def _attempt(self) -> Attempt:
        """Made up from nothing, or from a place and a request that the proof tells apart, a bit changed."""
        random, entries = self.random, self.account.entries
        source, host = self._way_in()
        request = random_request(random, self.topology)
        if entries and random.random() < 0.7:
            entry = random.choice(entries)
            source, host = self._near(entry), entry.host
            asked = self.account.requests_at(entry) if entry.door else ()
            if asked and random.random() < 0.8:
                request = changed(random, random.choice(asked).request)
        name = (request.header("host") or "") if random.random() < 0.8 else "anything.example"
        return Attempt(source, host, request, name, random.random() < 0.3, random.randint(0, 3))

    def _near(self, entry: Entry) -> Source:
        """Another address that the entry stands for."""
        place = entry.place
        address = IPv4Address(self.random.randint(place.run.first, place.run.last))
        match place.source:
            case Corporate():
                return Corporate(address)
            case Internet():
                return Internet(address)
            case InVpc(interface_id=None) if place.where is Where.VPC:
                return locate(self.topology, address)
        return place.source

    def _way_in(self) -> tuple[Source, str]:
        """Somebody, and where he connects to."""
        random, address = self.random, random_address(self.random)
        if random.random() < 0.2:
            return self._elsewhere(address), random.choice(PUBLIC[:1])
        if random.random() < 0.2:
            return self._in_other_account(address)
        found = list(destinations(self.world))
        host = str(random.choice(found).interface.address)
        if random.random() < 0.5:
            return Corporate(address), host
        interfaces = [each for each in self.topology.network.network_interfaces if not is_managed(each)]
        if interfaces and random.random() < 0.3:
            address = random.choice(interfaces).address
        return locate(self.topology, address), host

    def _elsewhere(self, address: IPv4Address) -> Source:
        if any(address in block for block in NOT_ON_THE_INTERNET):
            return Internet(IPv4Address("198.51.100.77"))
        return Internet(address)

    def _in_other_account(self, address: IPv4Address) -> tuple[Source, str]:
        joined = join_other_account(self.topology, (address,))
        [endpoint] = (
            each
            for each in joined.network.vpc_endpoints
            if each.vpc_id in joined.network.vpcs_of_others and each.network_interface_ids
        )
        interface = joined.network.interface_by_id[endpoint.network_interface_ids[0]]
        return instance_in_other_account(joined, address), str(interface.address)

    def _follow(self, attempt: Attempt) -> Way | None:
        """The way that the attempt takes to a backend; None where it ends before, or is nobody's."""
        source, world = attempt.source, self.world
        where = self._where(source)
        if where is Where.OTHER_ACCOUNT:
            world = World(join_other_account(self.topology, (source.address,)))
        connection = connect(world, source, attempt.host, 443)
        if where is None or connection.door is None:
            return None
        seen = connection.seen_as or source
        knock = Knock(
            connection.door,
            str(seen.address),
            attempt.request,
            attempt.server_name,
            attempt.turn,
            attempt.canary,
        )
        decided = decide(world, knock)
        if decided.backend is None:
            return None
        return way(where, world, knock, decided.backend)

    def _proved_way(self, exposure: Exposure) -> Way:
        entry, asked = exposure.entry, exposure.asked
        assert entry.door is not None
        assert exposure.backend is not None
        address = str(entry.seen_as.address)
        knock = Knock(entry.door, address, asked.request, asked.server_name, exposure.turn, asked.canary)
        return way(entry.place.where, self.world, knock, exposure.backend)

    def _where(self, source: Source) -> Where | None:
        match source:
            case Internet():
                return Where.INTERNET
            case Corporate(address):
                return self._behind_link(address)
            case InVpc():
                return self._in_vpc(source)
        return Where.CLIENT_VPN

    def _in_vpc(self, source: InVpc) -> Where | None:
        network = self.account.topology.network
        if source.vpc_id in network.vpcs_of_others:
            return Where.OTHER_ACCOUNT
        resolvers = {
            address for each in self.topology.names.resolver_endpoints for address, _ in each.addresses
        }
        interface = network.interface_by_id.get(source.interface_id or NetworkInterfaceId(""))
        is_aws_own = source.address in resolvers or (interface is not None and is_managed(interface))
        return None if is_aws_own else Where.VPC

    def _behind_link(self, address: IPv4Address) -> Where | None:
        """The corporate networks, and what else static routes of the VPN lead to, less the VPC's own."""
        network = self.topology.network
        if any(address in block for vpc in network.vpcs for block in vpc.cidrs):
            return None
        if any(address in block for block in corporate_networks(self.topology)):
            return Where.CORPORATE
        routed = [block for each in network.vpn_connections for block in each.static_routes]
        return Where.BEYOND_CORPORATE if any(address in block for block in routed) else None


def disagreements(seed: int, attempts: int) -> tuple[list[Disagreement], int]:
    """Every disagreement about one account, and how many attempts were delivered."""
    comparison = Comparison(seed)
    found = [*comparison.missed(attempts), *comparison.invented()]
    return found, comparison.delivered


def main() -> None:
    """Compares for a while; every disagreement is printed with the seed that shows it again."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    end, seed, delivered, wrong = time.monotonic() + arguments.seconds, arguments.seed, 0, 0
    while time.monotonic() < end:
        found, reached = disagreements(seed, 60)
        delivered += reached
        wrong += len(found)
        for each in found:
            sys.stdout.write(f"{seed} {each}\n")
        seed += 1
    sys.stdout.write(
        f"{seed - arguments.seed} accounts, {delivered} requests delivered, {wrong} disagreements\n"
    )
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
