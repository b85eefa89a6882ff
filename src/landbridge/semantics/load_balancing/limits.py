"""Requests that a load balancer refuses before it looks at any rule.

``Expect: 100-continue`` is no refusal: it is answered at once by whoever reads the request.

AWS: "Troubleshoot your Application Load Balancers"
"""

from dataclasses import dataclass, replace

from landbridge.model.exchange import HttpRequest, MalformedReason
from landbridge.semantics.load_balancing.attributes import DesyncMode
from landbridge.semantics.load_balancing.desync import (
    COMPLIANT,
    Classified,
    Treatment,
    classify,
    classify_malformed,
    treat,
)
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Decision, denied

REQUEST_LINE_BYTES = 16 * 1024
HEADER_BYTES = 16 * 1024
HEADERS_BYTES = 64 * 1024
"""AWS: "Quotas for your Application Load Balancers" """
CONCURRENT_STREAMS = 128
HTTP2_REQUESTS = 10_000
"""A client that sends so many on one HTTP/2 connection gets GOAWAY.

AWS: "Listeners for your Application Load Balancers"; "Troubleshoot your Application Load Balancers"
"""
FORWARDED_ADDRESSES = 30


@dataclass(frozen=True, slots=True)
class Refusal:
    """The status the client gets, and why."""

    status: int
    decision: Decision
    classified: Classified = COMPLIANT


def refuse(request: HttpRequest, mode: DesyncMode = DesyncMode.DEFENSIVE) -> Refusal | None:
    """Why a request that could be read is refused; None when it goes on to the rules.

    AWS: "Troubleshoot your Application Load Balancers"
    """
    return _refuse_request_line(request) or _refuse_headers(request) or _refuse_by_mode(request, mode)


def refuse_malformed(reason: MalformedReason) -> Refusal:
    """The refusal of bytes that are no request.

    AWS: "Troubleshoot your Application Load Balancers"
    """
    status = _STATUS_OF_MALFORMED.get(reason, 400)
    classified = classify_malformed(reason)
    facts = (("request", reason.value), *_classification(classified))
    return replace(_refusal(status, "send a well-formed HTTP/1.1 request", *facts), classified=classified)


def refuse_slow(idle_timeout_s: int) -> Refusal:
    """The refusal of a client that stops in the middle of its request.

    AWS: "Troubleshoot your Application Load Balancers"
    """
    waited = ("idle timeout", f"{idle_timeout_s} s")
    return _refusal(408, "send the whole request within the idle timeout", waited)


def give_up_target(idle_timeout_s: int) -> Refusal:
    """The end of a request whose target has not answered within the idle timeout.

    AWS: "Troubleshoot your Application Load Balancers"
    """
    waited = ("idle timeout", f"{idle_timeout_s} s")
    remedy = "Answer faster, or raise idle_timeout.timeout_seconds of the load balancer"
    return Refusal(504, denied(LocalCode.TARGET_UNREACHABLE, None, waited, remedy=remedy))


_STATUS_OF_MALFORMED = {
    MalformedReason.REQUEST_LINE_TOO_LONG: 414,
    MalformedReason.BODY_TOO_LARGE: 413,
    MalformedReason.UNSUPPORTED_TRANSFER_ENCODING: 501,
    MalformedReason.BAD_VERSION: 505,
}
_VERSIONS = frozenset(("1.1", "1.0", "0.9", "2"))
_TRANSFER_ENCODINGS = frozenset(("chunked", "identity"))


def _refuse_request_line(request: HttpRequest) -> Refusal | None:
    if request.version not in _VERSIONS:
        return _refusal(505, "speak HTTP/1.1", ("HTTP version", request.version))
    if request.method in {"TRACE", "CONNECT"}:
        return _refusal(405, f"do not use {request.method}", ("method", request.method))
    size = len(request.method) + len(request.target) + len(" ") + len(" HTTP/1.1")
    if size > REQUEST_LINE_BYTES:
        remedy = f"keep the request line within {REQUEST_LINE_BYTES} bytes"
        return _refusal(414, remedy, ("request line bytes", str(size)))
    return None


def _refuse_headers(request: HttpRequest) -> Refusal | None:
    small = request.header_characters + 4 * len(request.headers) <= HEADER_BYTES
    if small and _has_nothing_to_judge(request):
        return None
    return _refuse_one_by_one(request)


def _has_nothing_to_judge(request: HttpRequest) -> bool:
    """Whether nothing but their size can be wrong with the headers, as is usual."""
    return (
        request.header("host") is not None
        and request.header("x-forwarded-for") is None
        and request.header("transfer-encoding") is None
    )


def _refuse_one_by_one(request: HttpRequest) -> Refusal | None:
    total = 0
    has_host = False
    for name, value in request.headers:
        size = len(name) + len(value) + len(": ")
        total += size + len("\r\n")
        if size > HEADER_BYTES:
            remedy = f"keep each header within {HEADER_BYTES} bytes"
            return _refusal(400, remedy, ("header", name), ("bytes", str(size)))
        lowered = name.lower()
        if lowered == "host":
            has_host = True
        elif lowered in _JUDGED:
            refused = _refuse_value(lowered, value, request)
            if refused:
                return refused
    if total > HEADERS_BYTES:
        remedy = f"keep all headers within {HEADERS_BYTES} bytes"
        return _refusal(400, remedy, ("all headers bytes", str(total)))
    if not has_host and request.version == "1.1":
        return _refusal(400, "send a Host header", ("host", "missing"))
    return None


_JUDGED = frozenset(("x-forwarded-for", "transfer-encoding"))


def _refuse_value(name: str, value: str, request: HttpRequest) -> Refusal | None:
    if name == "transfer-encoding":
        encodings = {part.strip().lower() for part in value.split(",")}
        if encodings <= _TRANSFER_ENCODINGS:
            return None
        return _refusal(501, "send the body chunked or with its length", ("transfer-encoding", value))
    values = [value for key, value in request.headers if key.lower() == name]
    addresses = sum(value.count(",") + 1 for value in values)
    if addresses <= FORWARDED_ADDRESSES:
        return None
    remedy = f"send at most {FORWARDED_ADDRESSES} addresses in X-Forwarded-For"
    return _refusal(463, remedy, ("x-forwarded-for addresses", str(addresses)))


def _refuse_by_mode(request: HttpRequest, mode: DesyncMode) -> Refusal | None:
    classified = classify(request)
    if classified is COMPLIANT or treat(classified, mode) is not Treatment.BLOCK:
        return None
    remedy = "send a request that is compliant, or choose a less strict desync mitigation mode"
    return _refusal(400, remedy, ("desync mitigation mode", mode.value), *_classification(classified))


def _classification(classified: Classified) -> tuple[tuple[str, str], ...]:
    if classified.reason is None:
        return ()
    return (
        ("classification", classified.classification.value),
        ("classification reason", classified.reason.value),
    )


def _refusal(status: int, remedy: str, *facts: tuple[str, str]) -> Refusal:
    return Refusal(status, denied(LocalCode.MALFORMED_REQUEST, None, *facts, remedy=remedy))
