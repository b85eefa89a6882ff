"""Access logs of load balancers: entries collected in memory, delivered to buckets from time to time."""

import asyncio
import gzip
import hashlib
import itertools
import logging
import secrets
import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from botocore.exceptions import ClientError

from landbridge.model.load_balancing import LoadBalancing
from landbridge.semantics.doors import ListenerDoor
from landbridge.semantics.load_balancing.access_log import (
    LoggedRequest,
    access_log_entry,
    access_log_key,
)
from landbridge.semantics.load_balancing.attributes import (
    AccessLogDestination,
    compile_connection_attributes,
)
from landbridge.semantics.load_balancing.forwarding import Client
from landbridge.semantics.load_balancing.log_delivery import may_deliver
from landbridge.semantics.world import World

LOG = logging.getLogger(__name__)
DELIVERY_INTERVAL_S = 300.0
"""AWS: "Access logs for your Application Load Balancer" """
MOST_ENTRIES = 100_000
"""Of all logs together; what comes after is dropped until the next delivery."""
MOST_LATEST = 1_000
PutObject = Callable[[str, str, bytes], None]
"""Bucket, key, body."""


def access_logs_of(section: LoadBalancing) -> dict[str, AccessLogDestination]:
    """Where access logs go, by the ARN of each load balancer that has them enabled."""
    found = {
        balancer.arn: compile_connection_attributes(balancer).access_log
        for balancer in section.load_balancers
    }
    return {arn: destination for arn, destination in found.items() if destination is not None}


class LatestEntry(NamedTuple):
    """An entry as it can be looked at before it is delivered; later ones have higher numbers."""

    epoch_ms: int
    number: int
    load_balancer: str
    entry: str


class AccessLogs:
    """Collects entries by node and writes them as objects."""

    def __init__(self, put_object: PutObject, notice: Callable[[str], None]) -> None:
        self._put_object = put_object
        self._notice = notice
        self._entries: dict[tuple[AccessLogDestination, str], tuple[ListenerDoor, list[str]]] = {}
        self._number = 0
        self._noted = itertools.count(1)
        self.latest: deque[LatestEntry] = deque(maxlen=MOST_LATEST)
        """The latest entries, delivered or not."""
        self._salt = secrets.token_bytes(8)

    def note(self, destination: AccessLogDestination, logged: LoggedRequest) -> None:
        """Keeps the entry of a request until the next delivery."""
        if self._number >= MOST_ENTRIES:
            return
        self._number += 1
        _, entries = self._entries.setdefault((destination, logged.door.node.id), (logged.door, []))
        entry = access_log_entry(logged)
        entries.append(entry)
        balancer = logged.door.load_balancer.name
        self.latest.append(LatestEntry(logged.answered_ms, next(self._noted), balancer, entry))

    def connection_id(self, client: Client) -> str:
        """The same for every request of a connection."""
        seen = f"{client.address}:{client.port}".encode()
        return f"TID_{hashlib.blake2b(seen, digest_size=8, key=self._salt).hexdigest()}"

    async def deliver_regularly(
        self, world: Callable[[], World], interval_s: float = DELIVERY_INTERVAL_S
    ) -> None:
        """Delivers at every interval, for ever."""
        while True:
            await asyncio.sleep(interval_s)
            await asyncio.to_thread(self.deliver, world())

    def deliver(self, world: World) -> None:
        """Writes an object for each node with entries; where the bucket takes none, a notice says so."""
        collected, self._entries, self._number = self._entries, {}, 0
        for (destination, _), (door, entries) in collected.items():
            decision = may_deliver(world, destination)
            if not decision.allowed:
                reason = decision.remedy or decision.code
                what = f"access logs of {door.load_balancer.name}"
                self._notice(f"{what} are not delivered to {destination.bucket}: {reason}")
                continue
            key = access_log_key(
                destination,
                door,
                world.topology.account_id,
                world.topology.region,
                time.time_ns() // 1_000_000,
                secrets.token_hex(4),
            )
            body = gzip.compress("".join(f"{entry}\n" for entry in entries).encode("ascii"))
            try:
                self._put_object(destination.bucket, key, body)
            except ClientError as problem:
                LOG.error("access logs could not be delivered to %s: %s", destination.bucket, problem)
