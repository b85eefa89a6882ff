"""What a journey needs done outside: it yields a need, the driver performs it and sends the result in."""

from collections.abc import Generator, Hashable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from landbridge.model.exchange import Headers, HttpRequest, HttpResponse
from landbridge.model.identifiers import Arn, NetworkInterfaceId
from landbridge.model.identity import AccessKey
from landbridge.model.load_balancing import TargetKey
from landbridge.semantics.api_gateway.usage.metering import CountUsage, UsageCounted, UsageExceeded
from landbridge.semantics.streaming import BodyDropped, Channel, DropBody, InvokedStreaming, Streaming


@dataclass(frozen=True, slots=True)
class Invoke:
    """Invoke a function and wait.

    AWS: "Invoke" (AWS Lambda API reference)
    """

    function_arn: Arn
    """With the version or alias that is meant."""
    payload: bytes
    trace_header: str
    """``Root=…``: what the runtime sees as its trace id."""
    timeout_ms: int
    """How long the caller waits."""
    streaming: Streaming | None = None
    """Where the answer is to be streamed: "InvokeWithResponseStream" of the same reference."""


@dataclass(frozen=True, slots=True)
class Invoked:
    """The function ran; ``function_error`` is ``Unhandled`` when it failed."""

    payload: bytes
    function_error: str = ""
    request_id: str = ""
    duration_ms: int = 0
    """From the call to the answer, waiting for an environment included."""
    executed_version: str = "$LATEST"
    """Which of the versions behind an alias ran."""


@dataclass(frozen=True, slots=True)
class InvokeRefused:
    """Lambda did not run the function: ``TooManyRequestsException``, ``ResourceNotFoundException``."""

    error_type: str
    message: str


@dataclass(frozen=True, slots=True)
class InvokeTimedOut:
    """The caller stopped waiting; the function may still run."""


@dataclass(frozen=True, slots=True)
class GetObject:
    """Read an object; permission has been decided before."""

    bucket: str
    key: str
    with_acl: bool = False
    """Whether it matters what the object's own ACL says."""


@dataclass(frozen=True, slots=True)
class ObjectFound:
    """An object with the headers S3 answers with, ``Content-Type`` and ``ETag`` among them."""

    body: bytes
    headers: Headers
    public: bool = False
    """Whether the object's own ACL lets everyone read it; False where that was not asked."""


@dataclass(frozen=True, slots=True)
class ObjectMissing:
    """There is no such key."""


@dataclass(frozen=True, slots=True)
class ListObjects:
    """List a bucket; permission has been decided before.

    AWS: "ListObjectsV2"
    """

    bucket: str
    query: str
    """As the client sent it: ``list-type=2&prefix=assets%2F``."""


@dataclass(frozen=True, slots=True)
class ObjectsListed:
    """The list, or what is wrong with the query, as S3's XML."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class ConnectTimeout:
    """Let a connection attempt time out: 10 seconds on AWS, as long as configured here.

    AWS: "Troubleshoot your Application Load Balancers"
    """


@dataclass(frozen=True, slots=True)
class Waited:
    """The time is over."""


@dataclass(frozen=True, slots=True)
class Tls:
    """How to speak TLS with a server."""

    verify: bool = True
    """Whether its certificate is checked; a load balancer does not check its targets'."""
    server_name: str = ""
    """The SNI, and the name that is checked; empty sends none, as a load balancer does to its targets."""
    security_policy: str = ""
    """The protocols and ciphers, by the name of a load balancer's policy; empty for current ones."""
    any_authority: bool = False
    """Whether a checked certificate may be of any authority; its name and dates count all the same."""


@dataclass(frozen=True, slots=True)
class SendHttp:
    """Send a request to a real server and wait for its whole answer; the request goes out as it is.

    AWS: "How Elastic Load Balancing works"
    """

    host: str
    """An address or name of the real network, not of the topology."""
    port: int
    request: HttpRequest
    tls: Tls | None = None
    """None for plain HTTP."""
    timeout_ms: int = 60_000
    """How long the server may be silent."""
    headers_bytes: int = 32 * 1024
    """The most that the response's headers may take."""
    body_bytes: int = 64 * 1024 * 1024
    """The most that its body may take."""
    reuse: bool = True
    """Whether an open connection may be used, and this one kept for the next request."""
    within_timeout: bool = False
    """Whether the whole answer must be there within the timeout, however busily the server sends."""
    streaming: Streaming | None = None
    """Where the body is passed on as it comes; then it may have any size."""


@dataclass(frozen=True, slots=True)
class FetchKeySet:
    """Get the keys of an identity provider; a kept answer will do while it is not too old.

    AWS: "Verify JWTs using an Application Load Balancer"
    """

    request: SendHttp
    kept_ms: int
    """How old a kept answer may be."""


@dataclass(frozen=True, slots=True)
class CountRequest:
    """Count a request as outstanding at a target until the journey is over.

    AWS: "Edit target group attributes for your Application Load Balancer"
    """

    node_id: NetworkInterfaceId
    target: TargetKey


@dataclass(frozen=True, slots=True)
class Counted:
    """It is counted."""


@dataclass(frozen=True, slots=True)
class CallService:
    """Call another AWS service of the account; permission has been decided before.

    AWS: "Choose an API Gateway API integration type"
    """

    service: str
    """As its host begins: ``sqs``, ``states``."""
    operation: str
    """For example ``SendMessage``."""
    request: HttpRequest
    """As API Gateway sends it, but unsigned; the target is path and query."""


@dataclass(frozen=True, slots=True)
class ServiceAnswered:
    """The service's answer, whatever its status."""

    response: HttpResponse


@dataclass(frozen=True, slots=True)
class HttpAnswered:
    """The server's answer, whatever its status; interim responses have been skipped."""

    response: HttpResponse
    channel: Channel | None = None
    """Where the status is 101: the connection, for whoever serves the client."""


@dataclass(frozen=True, slots=True)
class FindAccessKey:
    """Look an access key up among those that IAM and STS gave out; its secret goes no further.

    AWS: "Manage access keys for IAM users"
    """

    access_key_id: str


@dataclass(frozen=True, slots=True)
class AccessKeyFound:
    """The key as it was given out, active or not, expired or not."""

    key: AccessKey


@dataclass(frozen=True, slots=True)
class AccessKeyMissing:
    """Nobody was given such a key."""


@dataclass(frozen=True, slots=True)
class Recall:
    """Look up what an earlier request kept, unless its time is over."""

    key: Hashable
    epoch_ms: int
    """Now."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """What was kept under the key, or None."""

    value: object | None


@dataclass(frozen=True, slots=True)
class Keep:
    """Keep something for later requests: what it is called, what it is, and until when."""

    key: Hashable
    value: object
    until_epoch_ms: int


@dataclass(frozen=True, slots=True)
class Kept:
    """It is kept, as long as there is room."""


@dataclass(frozen=True, slots=True)
class ReadUserPoolKeys:
    """Get the public keys of a user pool of this account and region.

    AWS: "Verifying JSON web tokens"
    """

    user_pool_id: str


@dataclass(frozen=True, slots=True)
class UserPoolKeys:
    """The pool's JSON Web Key Set; empty where there is no such pool."""

    document: bytes


@dataclass(frozen=True, slots=True)
class ReadClock:
    """Read the clock, to know how long something took."""


@dataclass(frozen=True, slots=True)
class ClockRead:
    """The time."""

    epoch_ms: int


@dataclass(frozen=True, slots=True)
class WriteLogs:
    """Append events to a log group; whoever performs it chooses the log stream.

    AWS: "Set up CloudWatch logging for REST APIs in API Gateway"
    """

    group: str
    events: tuple[tuple[int, str], ...]
    """Milliseconds since the epoch, and the message."""
    makes_group: bool = False
    """Whether the group comes into being with its first event."""
    withheld: str = ""
    """Why nothing may be written; then there are no events."""


@dataclass(frozen=True, slots=True)
class LogsWritten:
    """They are with whoever writes them."""


class HttpFailure(StrEnum):
    """Why there is no answer."""

    NAME_NOT_RESOLVED = "name not resolved"
    CONNECT_TIMEOUT = "connect timeout"
    """The connection, or its TLS handshake, was not made in time."""
    CONNECTION_REFUSED = "connection refused"
    RESET = "connection closed"
    """The server closed the connection with the request outstanding."""
    TLS = "TLS handshake failed"
    RESPONSE_TIMEOUT = "response timeout"
    MALFORMED_RESPONSE = "malformed response"
    """No HTTP/1.1, cut off, or larger than asked for."""


@dataclass(frozen=True, slots=True)
class HttpFailed:
    """The server did not answer."""

    failure: HttpFailure
    detail: str = ""


Need = (
    Invoke
    | DropBody
    | GetObject
    | ListObjects
    | ConnectTimeout
    | SendHttp
    | FetchKeySet
    | CountRequest
    | CountUsage
    | FindAccessKey
    | Recall
    | Keep
    | ReadUserPoolKeys
    | CallService
    | ReadClock
    | WriteLogs
)
Result = (
    Invoked
    | InvokedStreaming
    | BodyDropped
    | InvokeRefused
    | InvokeTimedOut
    | ObjectFound
    | ObjectMissing
    | ObjectsListed
    | Waited
    | HttpAnswered
    | HttpFailed
    | Counted
    | UsageCounted
    | UsageExceeded
    | AccessKeyFound
    | AccessKeyMissing
    | Recalled
    | Kept
    | UserPoolKeys
    | ServiceAnswered
    | ClockRead
    | LogsWritten
)
Answer = TypeVar("Answer")
Steps = Generator[Need, Result, Answer]
"""A generator that yields needs, receives their results, and returns an answer."""
