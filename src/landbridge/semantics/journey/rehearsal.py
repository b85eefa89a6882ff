"""What is decided of a request before a backend is asked: nothing is run, sent, kept or counted.

The journey is decided twice, once with each of two opposite answers of its backends; the hops that are the
same both times depend on no answer.
"""

from collections.abc import Callable

from landbridge.model.exchange import HttpResponse
from landbridge.semantics.api_gateway.usage.metering import CountUsage, UsageCounted
from landbridge.semantics.journey.arrival import Answered
from landbridge.semantics.needs import (
    CallService,
    ConnectTimeout,
    Counted,
    CountRequest,
    GetObject,
    HttpAnswered,
    HttpFailed,
    HttpFailure,
    Invoke,
    Invoked,
    InvokeRefused,
    Keep,
    Kept,
    ListObjects,
    LogsWritten,
    Need,
    ObjectFound,
    ObjectMissing,
    ObjectsListed,
    Result,
    SendHttp,
    ServiceAnswered,
    Steps,
    Waited,
    WriteLogs,
)
from landbridge.trace.decision import Hop, Hops, ResourceRef, Step, allowed

Asked = Invoke | SendHttp | CallService | GetObject | ListObjects
"""Needs with which a backend is asked."""
WOULD_ASK = "would be asked"
NOTHING_RUN = b"landbridge trace --dry-run: the request was decided up to its backend, and nothing was run\n"
PLAIN_TEXT = (("Content-Type", "text/plain; charset=utf-8"),)
GOOD, BAD = HttpResponse(200), HttpResponse(500)


def rehearse(begin: Callable[[], Steps[Answered]]) -> Steps[Answered]:
    """The answer where none of a backend is needed; else the hops up to it and one that says what it is.

    `begin` begins the journey; it is called twice.
    """
    answered, asked = yield from _play(begin(), fails=False)
    if asked is None:
        return answered
    otherwise, _ = yield from _play(begin(), fails=True)
    hops = _common(answered.hops, otherwise.hops)
    return Answered(HttpResponse(200, PLAIN_TEXT, NOTHING_RUN), (*hops, _would_ask(asked)))


def is_rehearsal(answered: Answered) -> bool:
    """Whether an answer stands for a backend's that was not asked."""
    return bool(answered.hops) and answered.hops[-1].step is Step.DRY_RUN


def _play(steps: Steps[Answered], *, fails: bool) -> "Steps[tuple[Answered, Asked | None]]":
    """The whole journey on stand-ins, and the first backend that was asked."""
    asked: Asked | None = None
    try:
        need = next(steps)
        while True:
            if isinstance(need, Asked):
                asked = asked or need
                result = _failure(need) if fails else _success(need)
            else:
                result = without_effect(need) or (yield need)
            need = steps.send(result)
    except StopIteration as end:
        return end.value, asked


def without_effect(need: Need) -> Result | None:
    """What a need that changes something, or only waits, results in; None for one that only reads."""
    match need:
        case CountRequest():
            return Counted()
        case CountUsage():
            return UsageCounted()
        case Keep():
            return Kept()
        case WriteLogs():
            return LogsWritten()
        case ConnectTimeout():
            return Waited()
        case _:
            return None


def _success(need: Asked) -> Result:
    match need:
        case Invoke():
            return Invoked(b'{"statusCode": 200}')
        case SendHttp():
            return HttpAnswered(GOOD)
        case CallService():
            return ServiceAnswered(GOOD)
        case GetObject():
            return ObjectFound(b"", ())
        case ListObjects():
            return ObjectsListed(GOOD.status, b"")


def _failure(need: Asked) -> Result:
    match need:
        case Invoke():
            return InvokeRefused("ServiceException", "a dry run")
        case SendHttp():
            return HttpFailed(HttpFailure.CONNECTION_REFUSED)
        case CallService():
            return ServiceAnswered(BAD)
        case GetObject():
            return ObjectMissing()
        case ListObjects():
            return ObjectsListed(BAD.status, b"")


def _common(one: Hops, other: Hops) -> Hops:
    """The hops with which both begin."""
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    return one[:same]


def _would_ask(need: Asked) -> Hop:
    reference = asked_reference(need)
    return Hop(reference, Step.DRY_RUN, allowed(reference, (WOULD_ASK, reference.arn or reference.id)))


def asked_reference(need: Asked) -> ResourceRef:
    """The function, object, server or service that is asked."""
    match need:
        case Invoke(function_arn):
            return ResourceRef("AWS::Lambda::Function", function_arn.partition(":function:")[2], function_arn)
        case SendHttp(host, port, request):
            return ResourceRef("Server", f"{request.method} {host}:{port}{request.target}")
        case CallService(service, operation):
            return ResourceRef("AWS Service", f"{service}:{operation}")
        case GetObject(bucket, key):
            return ResourceRef("AWS::S3::Bucket Object", f"{bucket}/{key}", f"arn:aws:s3:::{bucket}/{key}")
        case ListObjects(bucket):
            return ResourceRef("AWS::S3::Bucket", bucket, f"arn:aws:s3:::{bucket}")
