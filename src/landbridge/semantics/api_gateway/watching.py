"""What an integration asks its backend and what comes back, seen on the way and timed; for stages that log.

AWS: "Set up CloudWatch logging for REST APIs in API Gateway"
"""

from dataclasses import replace

from landbridge.model.api_gateway_stages import StageSettings
from landbridge.model.exchange import Headers, HttpResponse
from landbridge.semantics.api_gateway.authorization.admission import Admission
from landbridge.semantics.api_gateway.request import BackendCall, Executed, MethodRequest
from landbridge.semantics.needs import (
    Answer,
    CallService,
    ClockRead,
    GetObject,
    HttpAnswered,
    Invoke,
    Invoked,
    InvokeRefused,
    ListObjects,
    ObjectFound,
    ObjectMissing,
    ObjectsListed,
    ReadClock,
    Result,
    SendHttp,
    ServiceAnswered,
    Steps,
)
from landbridge.semantics.streaming import InvokedStreaming
from landbridge.trace.decision import Hops

Asked = Invoke | SendHttp | CallService | GetObject | ListObjects
"""Needs with which an integration asks its backend."""
INTEGRATION_LATENCY = "integration latency"
TOO_MANY_REQUESTS, NOT_FOUND = 429, 404


def is_watched(settings: StageSettings) -> bool:
    """Whether anybody will read of the requests to a stage; compile once with ``world.once``."""
    return settings.writes_logs or any(each.metrics for each in settings.methods)


def watched(request: MethodRequest, steps: Steps[Executed]) -> Steps[Executed]:
    """The steps of an integration; for a stage that logs, the answer says what the backend was asked, too."""
    return _watch(request, steps) if request.world.once(is_watched, request.call.stage.settings) else steps


def watched_admission(request: MethodRequest, steps: Steps[Admission]) -> Steps[Admission]:
    """The steps of authorization; for a stage that logs, the request remembers its authorizer's answer."""
    if request.world.once(is_watched, request.call.stage.settings):
        return _watch_admission(request.world.topology.region, steps)
    return steps


def _watch(request: MethodRequest, steps: Steps[Executed]) -> Steps[Executed]:
    executed, backend = yield from _record(request.world.topology.region, steps)
    hops = executed.hops if backend is None else _timed(executed.hops, backend.latency_ms)
    return replace(executed, request=request, backend=backend, hops=hops)


def _watch_admission(region: str, steps: Steps[Admission]) -> Steps[Admission]:
    admission, call = yield from _record(region, steps)
    return replace(admission, request=replace(admission.request, authorizer_call=call))


def _record(region: str, steps: Steps[Answer]) -> Steps[tuple[Answer, BackendCall | None]]:
    """What the steps lead to, what was asked last on the way, and how long that took."""
    call: BackendCall | None = None
    try:
        need = next(steps)
        while True:
            if isinstance(need, Asked):
                began_ms = yield from read_clock()
                result = yield need
                latency_ms = (yield from read_clock()) - began_ms
                call = _backend_call(region, need, result, latency_ms)
            else:
                result = yield need
            need = steps.send(result)
    except StopIteration as end:
        return end.value, call


def _timed(hops: Hops, latency_ms: int) -> Hops:
    """The hops, the last of which says how long the backend took."""
    *before, last = hops
    decision = replace(last.decision, facts=(*last.decision.facts, (INTEGRATION_LATENCY, f"{latency_ms} ms")))
    return (*before, replace(last, decision=decision))


def read_clock() -> Steps[int]:
    """The time in milliseconds since the epoch."""
    read = yield ReadClock()
    assert isinstance(read, ClockRead)
    return read.epoch_ms


def _backend_call(region: str, need: Asked, result: Result, latency_ms: int) -> BackendCall:
    status, headers, body, request_id = _answer(result)
    uri, sent, payload = _asked(region, need)
    return BackendCall(uri, sent, payload, status, headers, body, request_id, latency_ms)


def _asked(region: str, need: Asked) -> tuple[str, Headers, bytes]:
    """The URI, headers and body that API Gateway sends for a need."""
    match need:
        case Invoke(function_arn, payload):
            return f"https://lambda.{region}.amazonaws.com{_invocation_path(need, function_arn)}", (), payload
        case GetObject(bucket, key):
            return f"https://s3.{region}.amazonaws.com/{bucket}/{key}", (), b""
        case ListObjects(bucket, query):
            return f"https://s3.{region}.amazonaws.com/{bucket}?{query}", (), b""
        case CallService(service, _, request):
            return f"https://{service}.{region}.amazonaws.com{request.target}", request.headers, request.body
        case SendHttp(host, port, request):
            authority = request.header("host") or f"{host}:{port}"
            scheme = "http" if need.tls is None else "https"
            return f"{scheme}://{authority}{request.target}", request.headers, request.body


def _invocation_path(need: Invoke, function_arn: str) -> str:
    if need.streaming is not None:
        return f"/2021-11-15/functions/{function_arn}/response-streaming-invocations"
    return f"/2015-03-31/functions/{function_arn}/invocations"


_Answered = tuple[int | None, Headers, bytes, str]


def _answer(result: Result) -> _Answered:
    """The service's status, headers and body, and its id of the request."""
    match result:
        case Invoked(payload, _, request_id):
            return 200, (("Content-Type", "application/json"),), payload, request_id
        case InvokedStreaming(metadata, _, request_id):
            return 200, (("Content-Type", "application/vnd.amazon.eventstream"),), metadata, request_id
        case InvokeRefused(error_type):
            return (TOO_MANY_REQUESTS if error_type.startswith("TooMany") else 500), (), b"", ""
        case ObjectFound(body, headers):
            return 200, headers, body, ""
        case ObjectMissing():
            return NOT_FOUND, (), b"", ""
        case ObjectsListed(status, body):
            return status, (), body, ""
        case HttpAnswered(response) | ServiceAnswered(response):
            return _http_answer(response)
        case _:
            return None, (), b"", ""


def _http_answer(response: HttpResponse) -> _Answered:
    request_id = response.header("x-amzn-requestid") or response.header("x-amz-request-id") or ""
    return response.status, response.headers, response.body, request_id
