"""The driver of a journey: performs what it needs and sends the results back in."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from landbridge.model.exchange import Headers
from landbridge.model.identifiers import NetworkInterfaceId
from landbridge.model.identity import AccessKey
from landbridge.model.load_balancing import TargetKey
from landbridge.semantics.api_gateway.usage.metering import CountUsage
from landbridge.semantics.needs import (
    AccessKeyFound,
    AccessKeyMissing,
    CallService,
    ClockRead,
    ConnectTimeout,
    Counted,
    CountRequest,
    FetchKeySet,
    FindAccessKey,
    GetObject,
    HttpAnswered,
    HttpFailed,
    HttpFailure,
    Invoke,
    Invoked,
    InvokeRefused,
    InvokeTimedOut,
    Keep,
    Kept,
    ListObjects,
    LogsWritten,
    Need,
    ObjectFound,
    ObjectMissing,
    ObjectsListed,
    ReadClock,
    ReadUserPoolKeys,
    Recall,
    Recalled,
    Result,
    SendHttp,
    ServiceAnswered,
    Steps,
    UserPoolKeys,
    Waited,
    WriteLogs,
)
from landbridge.semantics.streaming import BodyDropped, Channel, DropBody, InvokedStreaming
from landbridge.serve.http_client import HttpClient
from landbridge.serve.key_sets import KeySets
from landbridge.serve.memory import Memory
from landbridge.serve.usage_counts import UsageCounts

Answer = TypeVar("Answer")
ImmediateNeed = (
    GetObject | ListObjects | CountRequest | Recall | Keep | FindAccessKey | ReadUserPoolKeys | DropBody
)
"""Needs that nobody has to wait for."""


class Objects(Protocol):
    """Whoever keeps objects."""

    def read_object(self, bucket: str, key: str) -> tuple[bytes, Headers] | None:
        """The body and S3's headers; None where there is no such object."""

    def is_public(self, bucket: str, key: str) -> bool:
        """Whether the object's own ACL lets everyone read it."""

    def list_objects(self, bucket: str, query: str) -> tuple[int, bytes]:
        """The status and the XML of a list."""


class Invoker(Protocol):
    """Whoever runs functions."""

    async def invoke(self, need: Invoke) -> Invoked | InvokedStreaming | InvokeRefused | InvokeTimedOut:
        """Runs the function once."""


class HttpSender(Protocol):
    """Whoever speaks HTTP with real servers."""

    async def send(self, need: SendHttp) -> HttpAnswered | HttpFailed:
        """Sends the request once."""


class ServiceCaller(Protocol):
    """Whoever calls AWS services."""

    async def call(self, need: CallService) -> ServiceAnswered:
        """Calls the service once."""


class Driver:
    """Performs needs with real functions, objects and servers, and a real, shortened, connect timeout."""

    def __init__(
        self,
        functions: Invoker,
        objects: Objects,
        connect_timeout_s: float,
        http: HttpSender | None = None,
        user_pool_keys: Callable[[str], bytes] = lambda user_pool_id: b"",
        find_access_key: Callable[[str], AccessKey | None] = lambda access_key_id: None,
        services: ServiceCaller | None = None,
        write_logs: Callable[[WriteLogs], None] = lambda need: None,
    ) -> None:
        """`http` speaks with real servers; without one a client of this driver's own does.

        `user_pool_keys` has the key set of a user pool; empty where there is no such pool. `find_access_key`
        has what IAM or STS gave out under an access key id. Without `services` no AWS service can be called.
        """
        self._functions = functions
        self._objects = objects
        self._http = http or HttpClient(connect_timeout_s)
        self._key_sets = KeySets(self._http.send)
        self._user_pool_keys = user_pool_keys
        self._find_access_key = find_access_key
        self._services = services
        self._write_logs = write_logs
        self.memory = Memory()
        self.usage = UsageCounts()
        self.connect_timeout_s = connect_timeout_s
        self.outstanding: dict[NetworkInterfaceId, dict[TargetKey, int]] = {}
        """Requests that targets have not answered yet, by node, where a journey had them counted."""

    async def run(self, steps: Steps[Answer], switched: Callable[[Channel], None] | None = None) -> Answer:
        """The journey's answer; `switched` gets the connection of a server that switches protocols."""
        counted: CountRequest | None = None
        try:
            need = next(steps)
            while True:
                if isinstance(need, CountRequest):
                    counted = need
                result = await self._perform(need)
                if isinstance(result, HttpAnswered) and result.channel is not None:
                    result = _hand_over(result, result.channel, switched)
                need = steps.send(result)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        finally:
            if counted is not None:
                self._count(counted, -1)

    async def _perform(self, need: Need) -> Result:
        match need:
            case Invoke():
                return await self._functions.invoke(need)
            case CountUsage():
                return self.usage.count(need)
            case SendHttp() | FetchKeySet():
                return await self._ask_server(need)
            case CallService():
                assert self._services is not None
                return await self._services.call(need)
            case ReadClock():
                return ClockRead(time.time_ns() // 1_000_000)
            case WriteLogs():
                self._write_logs(need)
                return LogsWritten()
            case ConnectTimeout():
                await asyncio.sleep(self.connect_timeout_s)
                return Waited()
            case _:
                return self._perform_at_once(need)

    def _perform_at_once(self, need: ImmediateNeed) -> Result:
        match need:
            case GetObject():
                return self._get_object(need)
            case ListObjects(bucket, query):
                return ObjectsListed(*self._objects.list_objects(bucket, query))
            case CountRequest():
                self._count(need, 1)
                return Counted()
            case Recall() | Keep():
                return self._use_memory(need)
            case DropBody(body):
                body.close()
                return BodyDropped()
            case FindAccessKey(access_key_id):
                return self._look_up_key(access_key_id)
            case ReadUserPoolKeys(user_pool_id):
                return UserPoolKeys(self._user_pool_keys(user_pool_id))

    def _use_memory(self, need: Recall | Keep) -> Recalled | Kept:
        if isinstance(need, Recall):
            return Recalled(self.memory.recall(need.key, need.epoch_ms))
        self.memory.keep(need.key, need.value, need.until_epoch_ms)
        return Kept()

    async def _ask_server(self, need: SendHttp | FetchKeySet) -> HttpAnswered | HttpFailed:
        if isinstance(need, FetchKeySet):
            return await self._key_sets.fetch(need)
        return await self._http.send(need)

    def _look_up_key(self, access_key_id: str) -> AccessKeyFound | AccessKeyMissing:
        found = self._find_access_key(access_key_id)
        return AccessKeyFound(found) if found is not None else AccessKeyMissing()

    def _count(self, need: CountRequest, more: int) -> None:
        counts = self.outstanding.setdefault(need.node_id, {})
        counts[need.target] = counts.get(need.target, 0) + more

    def _get_object(self, need: GetObject) -> ObjectFound | ObjectMissing:
        found = self._objects.read_object(need.bucket, need.key)
        if found is None:
            return ObjectMissing()
        return ObjectFound(*found, need.with_acl and self._objects.is_public(need.bucket, need.key))


def _hand_over(
    answered: HttpAnswered, channel: Channel, switched: Callable[[Channel], None] | None
) -> HttpAnswered | HttpFailed:
    """The answer, its connection handed over; a failure where nobody can take it."""
    if switched is None:
        channel.close()
        return HttpFailed(HttpFailure.MALFORMED_RESPONSE, "101 to a client that cannot switch protocols")
    switched(channel)
    return answered
