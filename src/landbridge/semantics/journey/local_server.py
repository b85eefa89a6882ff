"""A real server of this machine: what it is sent, and what is said where it does not answer."""

from landbridge.model.exchange import HttpRequest, HttpResponse
from landbridge.semantics.doors import LocalServerDoor, door_reference
from landbridge.semantics.journey.arrival import Answered, Arrival
from landbridge.semantics.needs import HttpAnswered, HttpFailed, HttpFailure, SendHttp, Steps
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Decision, Hop, Step, allowed, denied

IDLE_TIMEOUT_MS = 60_000


def at_local_server(door: LocalServerDoor, arrival: Arrival) -> Steps[Answered]:
    """The server's response to a client that stands right before it, and not before a load balancer."""
    answer, hop = yield from ask_local_server(door, arrival.request, IDLE_TIMEOUT_MS)
    if isinstance(answer, HttpAnswered):
        return Answered(answer.response, (hop,))
    text = f"{door.server.host}:{door.server.host_port}: {answer.failure.value}\n"
    return Answered(
        HttpResponse(502, (("Content-Type", "text/plain; charset=utf-8"),), text.encode()), (hop,)
    )


def ask_local_server(
    door: LocalServerDoor, request: HttpRequest, timeout_ms: int, *, reuse: bool = True
) -> Steps[tuple[HttpAnswered | HttpFailed, Hop]]:
    """The server's answer, or why there is none, and the hop that says so."""
    server = door.server
    result = yield SendHttp(server.host, server.host_port, request, door.tls, timeout_ms, reuse=reuse)
    reference = door_reference(door)
    if isinstance(result, HttpAnswered):
        decision = allowed(reference, ("status", str(result.response.status)))
        return result, Hop(reference, Step.TARGET_RESPONSE, decision)
    if not isinstance(result, HttpFailed):
        raise TypeError(f"not the result of a request: {result!r}")
    return result, Hop(reference, Step.TARGET_RESPONSE, _explain(door, result, timeout_ms))


def local_server_refuses(door: LocalServerDoor) -> Hop:
    """The hop of a server that takes no connection."""
    failed = HttpFailed(HttpFailure.CONNECTION_REFUSED)
    return Hop(door_reference(door), Step.TARGET_RESPONSE, _explain(door, failed, 0))


def status_without_answer(failed: HttpFailed) -> int:
    """The status that a load balancer's client gets.

    AWS: "Troubleshoot your Application Load Balancers"
    """
    return 504 if failed.failure in TIMED_OUT else 502


TIMED_OUT = frozenset((HttpFailure.CONNECT_TIMEOUT, HttpFailure.RESPONSE_TIMEOUT))
"""Where a load balancer waited for nothing."""


def _explain(door: LocalServerDoor, failed: HttpFailed, timeout_ms: int) -> Decision:
    """AWS: "Troubleshoot your Application Load Balancers"."""
    code, remedy = _WHY[failed.failure]
    really = f"{door.server.host}:{door.server.host_port}"
    facts = [("answered here by", really), ("failure", failed.failure.value), ("detail", failed.detail)]
    if failed.failure is HttpFailure.RESPONSE_TIMEOUT:
        facts.append(("idle timeout", f"{timeout_ms / 1000:g} s"))
    return denied(code, door_reference(door), *facts, remedy=remedy.format(really=really))


_WHY = {
    HttpFailure.NAME_NOT_RESOLVED: (
        LocalCode.TARGET_UNREACHABLE,
        "The local server's name has no address: correct {really}",
    ),
    HttpFailure.CONNECT_TIMEOUT: (
        LocalCode.TARGET_TIMED_OUT,
        "Let {really} take connections, and shake hands where the target group speaks HTTPS",
    ),
    HttpFailure.CONNECTION_REFUSED: (
        LocalCode.TARGET_UNREACHABLE,
        "Nothing listens at {really}: start the server, or correct its place",
    ),
    HttpFailure.RESET: (
        LocalCode.TARGET_CLOSED_CONNECTION,
        "Let the server keep idle connections open for longer than the load balancer's idle timeout, "
        "and answer before it closes one",
    ),
    HttpFailure.TLS: (
        LocalCode.TARGET_TLS_FAILED,
        "Let {really} speak TLS without needing a server name, or make the target group HTTP",
    ),
    HttpFailure.RESPONSE_TIMEOUT: (
        LocalCode.TARGET_TIMED_OUT,
        "Let {really} answer within the load balancer's idle timeout, or raise that",
    ),
    HttpFailure.MALFORMED_RESPONSE: (
        LocalCode.TARGET_RESPONSE_MALFORMED,
        "Let {really} answer with whole HTTP/1.1 responses whose headers take 32 KB at most",
    ),
}
