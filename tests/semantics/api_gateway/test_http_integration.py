from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

import pytest
from tests import topologies
from tests.semantics.api_gateway.calls import (
    MOMENT,
    answered,
    call,
    get,
    last_hop,
    run,
    topology_with,
    with_stage,
)

from landbridge.model.api_gateway import Integration, IntegrationResponse
from landbridge.model.exchange import Headers, HttpRequest, HttpResponse
from landbridge.model.local_servers import LocalServer
from landbridge.model.topology import Topology
from landbridge.semantics.needs import HttpAnswered, HttpFailed, HttpFailure, Need, SendHttp, Tls
from landbridge.trace.codes import GatewayResponseType, LocalCode
from landbridge.trace.decision import Step, Verdict

SERVERS = (
    LocalServer(None, 443, "127.0.0.1", 9000, "partner.example"),
    LocalServer(None, 80, "127.0.0.1", 9001, "nlb.example"),
    LocalServer(IPv4Address("10.20.3.7"), 8080, "127.0.0.1", 9002),
    LocalServer(IPv4Address("198.51.100.7"), 80, "127.0.0.1", 9003),
)
ANSWER = HttpAnswered(HttpResponse(200, (("Content-Type", "text/plain"), ("X-Own", "yes")), b"hello"))


def api(kind: str, uri: str = "https://partner.example/orders", path: str = "/a", **changes: Any) -> Topology:
    integration = replace(Integration(kind, "ANY", uri, responses=(IntegrationResponse("200"),)), **changes)
    topology = topology_with(get(path, integration, "ANY"), binary_media_types=())
    return replace(topology, local_servers=SERVERS)


def sent(needs: list[Need]) -> HttpRequest:
    (need,) = needs
    assert isinstance(need, SendHttp)
    return need.request


PROXY_HEADERS: Headers = (
    ("Accept", "text/html"),
    ("User-Agent", "curl/8"),
    ("X-Own", "1"),
    ("x-own", "2"),
    ("Via", "1.1 office"),
    ("Authorization", "Bearer token"),
)


def test_a_proxy_integration_passes_the_request_on() -> None:
    topology = api("HTTP_PROXY")
    made = call(topology, "/a?q=1&q=a%20b", "POST", PROXY_HEADERS, b"body")
    executed, needs = run(topology, made, ANSWER)
    assert needs == [
        SendHttp(
            "127.0.0.1",
            9000,
            sent(needs),
            Tls(verify=True, server_name="partner.example"),
            29_000,
            10_240,
            10_485_760,
            reuse=False,
            within_timeout=True,
        )
    ]
    request = sent(needs)
    assert (request.method, request.target, request.body) == ("POST", "/orders?q=1&q=a%20b", b"body")
    headers = dict(request.headers)
    assert headers.pop("x-amzn-vpce-id") == topologies.ENDPOINT
    assert {name: value for name, value in headers.items() if not name.startswith("x-amzn")} == {
        "Host": "partner.example",
        "Accept": "text/html",
        "Authorization": "Bearer token",
        "User-Agent": "curl/8",
        "X-Forwarded-For": "10.20.1.10",
        "X-Own": "1,2",
        "Content-Type": "application/json",
        "X-Amzn-Apigateway-Api-Id": topologies.API,
        "X-Amzn-Trace-Id": f"Root={MOMENT.trace_id}",
        "Connection": "keep-alive",
    }
    assert executed.hops[-1].step is Step.BACKEND
    assert {hop.decision.verdict for hop in executed.hops} == {Verdict.ALLOWED}


def test_a_proxy_integration_passes_the_answer_back_without_a_trace_id() -> None:
    headers = (
        ("Content-Type", "text/html"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("Server", "shop"),
        ("Connection", "close"),
        ("Transfer-Encoding", "chunked"),
    )
    topology = api("HTTP_PROXY")
    executed = answered(topology, call(topology, "/a"), HttpAnswered(HttpResponse(404, headers, b"no")))
    response = executed.response
    assert (response.status, response.body) == (404, b"no")
    assert response.headers == (
        ("Server", "Server"),
        ("Date", "Tue, 05 Apr 2022 13:38:09 GMT"),
        ("Content-Type", "text/html"),
        ("x-amzn-RequestId", MOMENT.request_id),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("x-amzn-Remapped-Server", "shop"),
        ("x-amzn-Remapped-Connection", "close"),
        ("x-amz-apigw-id", MOMENT.extended_request_id),
    )


def test_a_proxy_integration_merges_mapped_parameters_with_the_clients() -> None:
    topology = api(
        "HTTP_PROXY",
        "https://partner.example/v1/{rest}?key=1",
        "/shop/{proxy+}",
        request_parameters=(
            ("integration.request.path.rest", "method.request.path.proxy"),
            ("integration.request.querystring.q", "'mapped'"),
            ("integration.request.querystring.stage", "context.stage"),
            ("integration.request.header.X-Own", "'mapped'"),
        ),
    )
    made = call(topology, "/shop/a%20b/c%3Fd?q=own", headers=(("x-own", "client"),))
    request = sent(run(topology, made, ANSWER)[1])
    assert request.target == "/v1/a%20b/c%3Fd?key=1&q=own&q=mapped&stage=live"
    assert [value for name, value in request.headers if name.lower() == "x-own"] == ["mapped"]


def test_a_non_proxy_integration_sends_only_what_is_mapped() -> None:
    topology = api(
        "HTTP",
        http_method="PUT",
        request_parameters=(("integration.request.header.X-Token", "method.request.header.Token"),),
        request_templates=(("application/json", '{"stage": "$context.stage"}'),),
    )
    made = call(topology, "/a?q=1", "POST", (("Token", "t"), ("X-Own", "1"), ("Accept", "text/html")))
    request = sent(run(topology, made, ANSWER)[1])
    assert (request.method, request.target, request.body) == ("PUT", "/orders", b'{"stage": "live"}')
    assert request.headers == (
        ("Host", "partner.example"),
        ("X-Token", "t"),
        ("Accept", "application/json"),
        ("User-Agent", f"AmazonAPIGateway_{topologies.API}"),
        ("Content-Type", "application/json"),
        ("X-Amzn-Apigateway-Api-Id", topologies.API),
        ("X-Amzn-Trace-Id", f"Root={MOMENT.trace_id}"),
        ("Connection", "keep-alive"),
    )


@pytest.mark.parametrize(
    ("patterns", "status", "expected"),
    [
        ((("200", ""),), 404, 200),
        ((("200", ""), ("404", "404")), 404, 404),
        ((("200", ""), ("400", r"4\d{2}")), 404, 400),
        ((("200", "200"),), 404, 500),
        ((("200", ""), ("404", "40")), 404, 200),
    ],
)
def test_a_non_proxy_integration_chooses_its_response_by_the_backends_status(
    patterns: tuple[tuple[str, str], ...], status: int, expected: int
) -> None:
    responses = tuple(
        IntegrationResponse(
            code,
            pattern,
            (
                ("method.response.header.X-Mine", "integration.response.header.x-own"),
                ("method.response.header.X-All", "integration.response.multivalueheader.X-Own"),
            ),
        )
        for code, pattern in patterns
    )
    topology = api("HTTP", responses=responses)
    backend = HttpResponse(status, (("X-Own", "a"), ("X-Own", "b")), b"as it is")
    executed = answered(topology, call(topology, "/a"), HttpAnswered(backend))
    assert executed.response.status == expected
    if expected != 500:
        assert executed.response.body == b"as it is"
        assert executed.response.header("x-mine") == "a"
        assert executed.response.header("x-all") == "a,b"
        assert executed.response.header("x-amzn-trace-id") == f"Root={MOMENT.trace_id}"


NETWORK = b'{"message": "Network error communicating with endpoint"}'
INTERNAL = b'{"message": "Internal server error"}'
TIMED_OUT = b'{"message": "Endpoint request timed out"}'
FAILURE, CONFIGURATION = GatewayResponseType.INTEGRATION_FAILURE, GatewayResponseType.API_CONFIGURATION_ERROR


@pytest.mark.parametrize("kind", ["HTTP", "HTTP_PROXY"])
@pytest.mark.parametrize(
    ("failure", "detail", "status", "body", "code"),
    [
        (HttpFailure.CONNECTION_REFUSED, "", 504, NETWORK, FAILURE),
        (HttpFailure.CONNECT_TIMEOUT, "", 504, NETWORK, FAILURE),
        (HttpFailure.RESET, "", 504, NETWORK, FAILURE),
        (HttpFailure.TLS, "WRONG_VERSION_NUMBER", 504, NETWORK, FAILURE),
        (HttpFailure.TLS, "CERTIFICATE_VERIFY_FAILED", 500, INTERNAL, CONFIGURATION),
        (HttpFailure.NAME_NOT_RESOLVED, "", 500, INTERNAL, CONFIGURATION),
        (HttpFailure.MALFORMED_RESPONSE, "too large", 500, INTERNAL, FAILURE),
        (HttpFailure.RESPONSE_TIMEOUT, "", 504, TIMED_OUT, GatewayResponseType.INTEGRATION_TIMEOUT),
    ],
)
def test_a_backend_that_does_not_answer(
    kind: str, failure: HttpFailure, detail: str, status: int, body: bytes, code: object
) -> None:
    topology = api(kind)
    executed = answered(topology, call(topology, "/a"), HttpFailed(failure, detail))
    assert (executed.response.status, executed.response.body) == (status, body)
    assert executed.response.header("x-amzn-errortype") == "InternalServerErrorException"
    assert (executed.response.header("x-amzn-trace-id") is None) == (kind == "HTTP_PROXY")
    hop = last_hop(executed)
    assert (hop.step, hop.decision.code) == (Step.BACKEND, code)
    assert hop.decision.remedy


@pytest.mark.parametrize(
    ("uri", "host", "port", "tls"),
    [
        ("https://partner.example", "127.0.0.1", 9000, Tls(server_name="partner.example")),
        ("https://PARTNER.example:443/x", "127.0.0.1", 9000, Tls(server_name="partner.example")),
        ("http://198.51.100.7/x", "127.0.0.1", 9003, None),
        ("http://localhost:7000/x", "localhost", 7000, None),
        ("http://127.0.0.1:7000/x", "127.0.0.1", 7000, None),
        ("http://${stageVariables.host}/x", "127.0.0.1", 9003, None),
    ],
)
def test_a_uri_leads_to_a_server_of_this_machine(uri: str, host: str, port: int, tls: Tls | None) -> None:
    topology = with_stage(api("HTTP_PROXY", uri), variables=(("host", "198.51.100.7"),))
    _, needs = run(topology, call(topology, "/a"), ANSWER)
    (need,) = needs
    assert isinstance(need, SendHttp)
    assert (need.host, need.port, need.tls) == (host, port, tls)


@pytest.mark.parametrize(
    ("uri", "status", "verdict", "code"),
    [
        ("https://other.example/x", 500, Verdict.NOT_MODELLED, LocalCode.NOT_MODELLED),
        ("http://partner.example/x", 500, Verdict.NOT_MODELLED, LocalCode.NOT_MODELLED),
        ("http://10.20.3.7:8080/x", 504, Verdict.IMPLICIT_DENY, FAILURE),
        ("http://192.168.9.9/x", 504, Verdict.IMPLICIT_DENY, FAILURE),
        ("ftp://partner.example/x", 500, Verdict.IMPLICIT_DENY, CONFIGURATION),
        ("partner.example", 500, Verdict.IMPLICIT_DENY, CONFIGURATION),
        ("https:///x", 500, Verdict.IMPLICIT_DENY, CONFIGURATION),
        ("http://localhost:22/x", 500, Verdict.IMPLICIT_DENY, CONFIGURATION),
        ("https://partner.example:x/", 500, Verdict.IMPLICIT_DENY, CONFIGURATION),
    ],
)
def test_a_uri_that_leads_nowhere_sends_nothing(
    uri: str, status: int, verdict: Verdict, code: object
) -> None:
    topology = api("HTTP_PROXY", uri)
    executed, needs = run(topology, call(topology, "/a"))
    assert needs == []
    assert executed.response.status == status
    decision = last_hop(executed).decision
    assert (decision.verdict, decision.code) == (verdict, code)


def test_an_unknown_authority_may_be_let_pass_and_the_name_counts_all_the_same() -> None:
    topology = api("HTTP_PROXY", insecure_skip_verification=True, timeout_ms=50)
    (need,) = run(topology, call(topology, "/a"), ANSWER)[1]
    assert isinstance(need, SendHttp)
    assert (need.tls, need.timeout_ms) == (Tls(server_name="partner.example", any_authority=True), 50)


@pytest.mark.parametrize(
    ("headers", "binary", "body"),
    [
        ((("Content-Type", "image/png"),), (), b"\xef\xbf\xbdPNG"),
        ((("Content-Type", "image/png"),), ("image/png",), b"\x89PNG"),
        ((("Content-Type", "text/html"), ("Content-Encoding", "gzip")), (), b"\x89PNG"),
    ],
)
def test_binary_answers_survive_where_their_type_is_binary_or_they_are_compressed(
    headers: Headers, binary: tuple[str, ...], body: bytes
) -> None:
    integration = Integration("HTTP_PROXY", "GET", "https://partner.example/x")
    topology = topology_with(get("/a", integration), binary_media_types=binary)
    topology = replace(topology, local_servers=SERVERS)
    executed = answered(topology, call(topology, "/a"), HttpAnswered(HttpResponse(200, headers, b"\x89PNG")))
    assert executed.response.body == body
