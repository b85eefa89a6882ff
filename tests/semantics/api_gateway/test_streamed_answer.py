import json
from dataclasses import replace
from typing import Any

import pytest
from tests import topologies
from tests.bodies import BODY
from tests.semantics.api_gateway.calls import (
    MOMENT,
    OK,
    call,
    get,
    last_hop,
    matched,
    run,
    topology_with,
    with_deployment,
    with_stage,
)
from tests.semantics.api_gateway.logged import log, logging_topology

from landbridge.model.api_gateway import Integration, ResponseTransferMode
from landbridge.model.api_gateway_stages import LoggingLevel, MethodSettings, StageSettings
from landbridge.model.exchange import HttpResponse, with_stream
from landbridge.model.local_servers import LocalServer
from landbridge.model.topology import Topology
from landbridge.semantics.api_gateway.execution import execute
from landbridge.semantics.api_gateway.proxy_response import Malformed
from landbridge.semantics.api_gateway.streamed_answer import streamed_response
from landbridge.semantics.journey.arrival import Answered
from landbridge.semantics.journey.rehearsal import rehearse
from landbridge.semantics.load_balancing.cookies import with_cookies
from landbridge.semantics.load_balancing.forwarding import relay
from landbridge.semantics.needs import (
    HttpAnswered,
    Invoke,
    Invoked,
    InvokeTimedOut,
    Result,
    SendHttp,
    Steps,
)
from landbridge.semantics.streaming import BodyDropped, DropBody, InvokedStreaming, Streaming
from landbridge.semantics.world import World
from landbridge.trace.codes import GatewayResponseType, LocalCode
from landbridge.trace.decision import Step, Verdict

URI = "arn:aws:apigateway:eu-central-1:lambda:path/{}/functions/{}/{}"
BUFFERED_URI = URI.format("2015-03-31", topologies.FUNCTION_ARN, "invocations")
STREAMING_URI = URI.format("2021-11-15", topologies.FUNCTION_ARN, "response-streaming-invocations")


def streaming_app(**changes: Any) -> Topology:
    integration = replace(
        topologies.function_integration(),
        uri=STREAMING_URI,
        response_transfer_mode=ResponseTransferMode.STREAM,
        timeout_ms=900_000,
    )
    return topology_with(get("/api/{proxy+}", replace(integration, **changes), "ANY"))


def begun(**metadata: Any) -> InvokedStreaming:
    return InvokedStreaming(json.dumps(metadata).encode(), BODY, "c0ffee")


def test_metadata_begins_the_response_and_the_body_goes_on_as_it_comes() -> None:
    topology = streaming_app()
    headers = {"Content-Type": "text/event-stream", "Content-Length": "7", "X-Own": "yes"}
    result = begun(
        statusCode="206", headers=headers, multiValueHeaders={"X-Many": ["1", "2"]}, cookies=["a=1"]
    )
    executed, needs = run(topology, call(topology), result)
    (need,) = needs
    assert isinstance(need, Invoke)
    assert (need.timeout_ms, need.streaming) == (900_000, Streaming(300_000, bytes(8), 16_384))
    response = executed.response
    assert (response.status, response.stream, response.body) == (206, BODY, b"")
    names = [name for name, _ in response.headers]
    assert names == [
        *("Server", "Date", "Content-Type", "x-amzn-RequestId", "X-Many", "X-Many"),
        *("x-amzn-Remapped-Content-Length", "X-Own", "Set-Cookie", "x-amz-apigw-id", "X-Amzn-Trace-Id"),
    ]
    assert response.header("content-type") == "text/event-stream"
    assert last_hop(executed).decision.facts == (("status", "206"), ("response transfer mode", "STREAM"))
    assert [hop.step for hop in executed.hops[-2:]] == [Step.INVOKE, Step.INTEGRATION_RESPONSE]


def test_an_edge_optimized_api_lets_a_stream_stand_still_for_30_seconds() -> None:
    topology = streaming_app()
    made = call(topology)
    _, needs = run(topology, replace(made, api=replace(made.api, endpoint_type="EDGE")), begun())
    assert isinstance(needs[0], Invoke)
    assert needs[0].streaming == Streaming(30_000, bytes(8), 16_384)


@pytest.mark.parametrize(
    ("metadata", "reason"),
    [
        (b"", "its metadata is not JSON"),
        (b"[1]", "its metadata must be a JSON object"),
        (b'{"statusCode": 99}', "statusCode must be an HTTP status, not 99"),
        (b'{"headers": [1]}', "headers and multiValueHeaders must be objects"),
        (b'{"cookies": "a=1"}', "cookies must be an array of strings"),
        (b'{"body": "x"}', "its metadata has keys that API Gateway does not know: body"),
    ],
)
def test_malformed_metadata_is_a_500_and_nobody_reads_the_body(metadata: bytes, reason: str) -> None:
    topology = streaming_app()
    executed, needs = run(topology, call(topology), InvokedStreaming(metadata, BODY), BodyDropped())
    assert needs[1] == DropBody(BODY)
    assert (executed.response.status, executed.response.stream) == (500, None)
    decision = last_hop(executed).decision
    assert (decision.code, decision.facts[0]) == (
        LocalCode.MALFORMED_PROXY_RESPONSE,
        ("what is wrong", reason),
    )
    assert streamed_response(matched(topology, call(topology)), metadata) == Malformed(reason)


@pytest.mark.parametrize(
    ("result", "status", "code"),
    [
        (OK, 500, LocalCode.MALFORMED_PROXY_RESPONSE),
        (Invoked(b'{"errorMessage": "no"}', "Unhandled"), 502, LocalCode.FUNCTION_ERROR),
        (InvokeTimedOut(), 504, GatewayResponseType.INTEGRATION_TIMEOUT),
    ],
    ids=["buffered answer", "function error", "timeout"],
)
def test_a_function_that_does_not_begin_a_stream_gets_the_client_a_gateway_response(
    result: Result, status: int, code: object
) -> None:
    topology = streaming_app()
    executed, _ = run(topology, call(topology), result)
    assert (executed.response.status, last_hop(executed).decision.code) == (status, code)


@pytest.mark.parametrize(
    ("changes", "verdict", "named"),
    [
        ({"uri": BUFFERED_URI}, Verdict.IMPLICIT_DENY, "2021-11-15"),
        ({"response_transfer_mode": ResponseTransferMode.BUFFERED}, Verdict.IMPLICIT_DENY, "2015-03-31"),
        ({"response_transfer_mode": ResponseTransferMode.BUFFERED, "type": "AWS"}, Verdict.NOT_MODELLED, ""),
    ],
)
def test_the_uri_and_the_response_transfer_mode_have_to_go_together(
    changes: dict[str, Any], verdict: Verdict, named: str
) -> None:
    topology = streaming_app(**changes)
    executed, needs = run(topology, call(topology))
    decision = last_hop(executed).decision
    assert (needs, executed.response.status, decision.verdict) == ([], 500, verdict)
    assert named in decision.remedy


def test_what_is_streamed_is_neither_compressed_nor_cached() -> None:
    topology = with_deployment(streaming_app(), minimum_compression_bytes=0)
    caching = MethodSettings("*", "*", caching=True, cache_ttl_s=300)
    topology = with_stage(topology, settings=StageSettings(cache_cluster=True, methods=(caching,)))
    made = call(topology, headers=(("Accept-Encoding", "gzip"),))
    executed, needs = run(topology, made, begun())
    assert [type(need) for need in needs] == [Invoke]
    assert executed.response.header("content-encoding") is None
    assert executed.response.stream is BODY


def test_a_load_balancer_relays_the_body_as_it_comes() -> None:
    response = with_stream(HttpResponse(200, (("Date", "today"), ("Connection", "close"))), BODY)
    relayed = with_cookies(relay(response), (("Set-Cookie", "AWSALB=1"),))
    assert relayed.stream is BODY


def test_a_servers_body_is_passed_on_as_it_comes_whatever_its_size_and_media_type() -> None:
    integration = Integration(
        "HTTP_PROXY",
        "ANY",
        "http://partner.example/big",
        timeout_ms=60_000,
        response_transfer_mode=ResponseTransferMode.STREAM,
    )
    server = LocalServer(None, 80, "127.0.0.1", 9000, "partner.example")
    topology = replace(topology_with(get("/a", integration, "ANY")), local_servers=(server,))
    answer = with_stream(
        HttpResponse(200, (("Content-Type", "image/png"), ("Transfer-Encoding", "chunked"))), BODY
    )
    executed, needs = run(topology, call(topology, "/a"), HttpAnswered(answer))
    (need,) = needs
    assert isinstance(need, SendHttp)
    assert (need.streaming, need.timeout_ms) == (Streaming(300_000), 60_000)
    assert (executed.response.status, executed.response.stream) == (200, BODY)
    assert executed.response.header("transfer-encoding") is None


def test_the_logs_of_a_stage_say_that_a_response_was_streamed() -> None:
    form = (
        "$context.requestId $context.status $context.integration.responseTransferMode "
        "$context.integration.timeToAllHeaders $context.integration.timeToFirstContent"
    )
    topology = logging_topology(form, LoggingLevel.INFO, streaming_app())
    logged = log(topology, call(topology), begun(statusCode=201))
    (line,) = logged.lines("access")
    assert line.split()[1:] == ["201", "STREAMED", "7", "-"]
    assert logged.executed.response.stream is BODY
    sent = [message for need in logged.written for _, message in need.events if "Sending request" in message]
    assert [STREAMING_URI.partition("path")[2] in message for message in sent] == [True]


def test_a_dry_run_ends_before_the_function_streams() -> None:
    rehearsed = rehearse(lambda: journey(streaming_app()))
    with pytest.raises(StopIteration) as ended:
        next(rehearsed)
    answered = ended.value.value
    assert answered.response.status == 200
    assert [hop.step for hop in answered.hops[-2:]] == [Step.FUNCTION_POLICY, Step.DRY_RUN]


def journey(topology: Topology) -> Steps[Answered]:
    executed = yield from execute(World(topology), call(topology), MOMENT)
    return Answered(executed.response, executed.hops)
