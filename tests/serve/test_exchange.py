import asyncio
import logging
from dataclasses import replace
from typing import Any

import pytest
from tests.semantics.conversations import with_endpoint, with_listener, with_rules
from tests.serve.functions.fleets import run
from tests.serve.worlds import OFFICE, Bench, Functions
from tests.topologies import API, DOMAIN, ENDPOINT_A, REGION, private_app, with_network

from landbridge.errors import DeclarationError, HostError
from landbridge.model.exchange import HttpRequest, HttpResponse
from landbridge.model.load_balancing import FixedResponseAction, MutualAuthentication
from landbridge.model.network import SecurityGroupRule
from landbridge.model.policy import PolicyDocument
from landbridge.model.storage import Bucket, Storage
from landbridge.semantics.needs import Invoke, Invoked
from landbridge.semantics.network.source import Source, vantage
from landbridge.serve.exchange import Entrance
from landbridge.serve.tls import TlsParameters
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Delivered, Refused, Step, Verdict

REQUEST = HttpRequest("GET", "/api/orders", (("Host", DOMAIN),))


async def enter(bench: Bench, source: Source = OFFICE, host: str = DOMAIN) -> Entrance:
    located, connection = await bench.exchange.connect(lambda: source, host, 443)
    assert located is source
    assert connection.door is not None
    return Entrance("corporate", source, "https", host, 443, connection.door, connection.hops)


async def ask(bench: Bench, entrance: Entrance, request: HttpRequest = REQUEST) -> HttpResponse:
    response = await bench.exchange.answer(entrance, request)
    assert response is not None
    return response


def test_a_good_request_is_answered_and_traced() -> None:
    async def trial() -> None:
        bench = Bench()
        response = await ask(bench, await enter(bench))
        assert (response.status, response.body) == (200, b"hello")
        (trace,) = bench.traced
        assert (trace.outcome, trace.stopped_at) == (Delivered(response), None)
        assert trace.url == f"https://{DOMAIN}/api/orders"

    run(trial())


def test_an_unexpected_failure_is_logged_with_its_traceback_and_answered_500_with_the_trace_id(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(need: Invoke) -> Invoked:
        raise ZeroDivisionError("in the depths")

    async def trial() -> None:
        bench = Bench(functions=Functions(fail))
        response = await ask(bench, await enter(bench))
        (trace,) = bench.traced
        assert response.status == 500
        assert trace.id in response.body.decode()
        assert response.header("x-amzn-trace-id") == f"Root={trace.id}"
        assert trace.stopped_at is not None
        decision = trace.stopped_at.decision
        assert (decision.verdict, decision.code) == (Verdict.NOT_MODELLED, LocalCode.INTERNAL_ERROR)
        (record,) = caplog.records
        assert trace.id in record.getMessage()
        assert record.exc_info is not None
        assert isinstance(record.exc_info[1], ZeroDivisionError)

    with caplog.at_level(logging.ERROR):
        run(trial())


def test_after_a_failure_the_same_connection_is_served_again() -> None:
    answers = iter([ZeroDivisionError(), None])

    def fail_once(need: Invoke) -> Invoked:
        problem = next(answers)
        if problem is not None:
            raise problem
        return Invoked(b'{"statusCode": 201}')

    async def trial() -> None:
        bench = Bench(functions=Functions(fail_once))
        entrance = await enter(bench)
        assert [(await ask(bench, entrance)).status for _ in range(2)] == [500, 201]

    run(trial())


def test_a_capture_that_fails_stops_requests_and_connections_until_it_succeeds(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail() -> None:
        raise HostError("ec2 could not be read", "look at it")

    async def trial() -> None:
        bench = Bench()
        entrance = await enter(bench)
        bench.account.before_capture = fail
        bench.change(private_app())
        assert (await ask(bench, entrance)).status == 500
        assert bench.functions.invoked == []
        source, connection = await bench.exchange.connect(lambda: OFFICE, DOMAIN, 443)
        assert (source, connection.door, connection.outcome) == (None, None, Refused())
        assert connection.hops[-1].decision.remedy == "look at it"
        bench.account.before_capture = lambda: None
        assert (await ask(bench, entrance)).status == 200

    run(trial())
    assert all(record.exc_info is None for record in caplog.records)


def test_a_vantage_without_a_place_is_refused_with_the_reason() -> None:
    def nowhere() -> Source:
        raise DeclarationError("There is no corporate network to start from", "declare it")

    async def trial() -> None:
        source, connection = await Bench().exchange.connect(nowhere, DOMAIN, 443)
        assert (source, connection.outcome) == (None, Refused())
        assert dict(connection.hops[-1].decision.facts)["reason"].startswith("There is no corporate")

    run(trial())


def test_a_client_that_leaves_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    async def trial() -> None:
        bench = Bench(functions=Functions(wait=asyncio.Event()))
        task = asyncio.ensure_future(ask(bench, await enter(bench)))
        while not bench.functions.invoked:  # noqa: ASYNC110
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(trial())
    assert caplog.records == []


def test_a_change_counts_for_the_next_request_of_an_open_connection() -> None:
    async def trial() -> None:
        bench = Bench()
        entrance = await enter(bench)
        rule = private_app().load_balancing.load_balancers[0].listeners[0].rules[-1]
        closed = with_rules(private_app(), replace(rule, actions=(FixedResponseAction(410),)))
        assert (await ask(bench, entrance)).status == 200
        bench.change(closed, "elbv2")
        assert (await ask(bench, entrance)).status == 410

    run(trial())


def test_a_request_in_flight_keeps_the_world_it_began_with() -> None:
    async def trial() -> None:
        bench = Bench(functions=Functions(wait=asyncio.Event()))
        entrance = await enter(bench)
        in_flight = asyncio.ensure_future(ask(bench, entrance))
        while not bench.functions.invoked:  # noqa: ASYNC110
            await asyncio.sleep(0)
        bench.change(replace(private_app(), api_gateway=type(private_app().api_gateway)()), "apigateway")
        assert (await ask(bench, entrance)).status == 403
        assert bench.functions.wait is not None
        bench.functions.wait.set()
        assert (await in_flight).status == 200

    run(trial())


def test_a_connection_whose_listener_is_gone_is_closed() -> None:
    async def trial() -> None:
        bench = Bench()
        entrance = await enter(bench)
        arn = private_app().load_balancing.load_balancers[0].listeners[0].arn
        bench.change(with_listener(private_app(), arn=type(arn)(arn + "0")), "elbv2")
        assert await bench.exchange.answer(entrance, REQUEST) is None

    run(trial())


def at_the_endpoint() -> Any:
    """The app with its endpoint open to the VPC; an instance there, and a request of its."""
    everything = SecurityGroupRule(
        "sgr-0all", False, "-1", None, None, cidr=private_app().network.vpcs[0].cidrs[0]
    )
    groups = tuple(
        replace(group, rules=(everything, *group.rules)) for group in private_app().network.security_groups
    )
    topology = with_network(private_app(), security_groups=groups)
    host = f"{API}.execute-api.{REGION}.amazonaws.com"
    return topology, vantage(topology, "vpc"), HttpRequest("GET", "/live/api/orders", (("Host", host),))


def test_a_new_endpoint_policy_counts_on_an_open_connection() -> None:
    async def trial() -> None:
        topology, source, request = at_the_endpoint()
        bench = Bench(topology)
        entrance = await enter(bench, source, str(ENDPOINT_A))
        assert (await ask(bench, entrance, request)).status == 200
        bench.change(with_endpoint(topology, policy=PolicyDocument(())))
        assert (await ask(bench, entrance, request)).status == 403

    run(trial())


def test_a_connection_whose_endpoint_is_gone_is_closed() -> None:
    async def trial() -> None:
        topology, source, request = at_the_endpoint()
        bench = Bench(topology)
        entrance = await enter(bench, source, str(ENDPOINT_A))
        bench.change(with_network(topology, vpc_endpoints=()))
        assert await bench.exchange.answer(entrance, request) is None

    run(trial())


def test_a_connection_to_s3_goes_by_its_endpoints_policy_until_the_endpoint_is_gone() -> None:
    async def trial() -> None:
        topology, source, request = at_the_endpoint()
        service = f"com.amazonaws.{topology.region}.s3"
        bench = Bench(with_endpoint(topology, service_name=service))
        entrance = await enter(bench, source, str(ENDPOINT_A))
        assert (await ask(bench, entrance, request)).status == 404
        bucket = Bucket(request.header("host") or "")
        closed = with_endpoint(topology, service_name=service, policy=PolicyDocument(()))
        bench.change(replace(closed, storage=Storage((bucket,))))
        assert (await ask(bench, entrance, request)).status == 403
        assert bench.traced[-1].hops[-1].step is Step.ENDPOINT_POLICY
        bench.change(with_network(topology, vpc_endpoints=()))
        assert await bench.exchange.answer(entrance, request) is None

    run(trial())


@pytest.mark.parametrize(
    ("scheme", "port", "target", "url"),
    [
        ("https", 443, "/a?b", f"https://{DOMAIN}/a?b"),
        ("https", 8443, "/", f"https://{DOMAIN}:8443/"),
        ("http", 80, "/", f"http://{DOMAIN}/"),
        ("http", 80, "http://other.example/x", "http://other.example/x"),
    ],
)
def test_a_trace_names_the_url_as_the_client_typed_it(scheme: str, port: int, target: str, url: str) -> None:
    async def trial() -> None:
        entrance = replace(await enter(Bench()), scheme=scheme, port=port)
        assert entrance.url(target) == url

    run(trial())


@pytest.mark.parametrize(("mode", "told"), [("off", None), ("passthrough", ()), ("verify", ())])
def test_what_mutual_tls_tells_targets_goes_with_the_connection(mode: str, told: tuple[()] | None) -> None:
    async def trial() -> None:
        topology = with_listener(private_app(), mutual_authentication=MutualAuthentication(mode))
        entrance = await enter(Bench(topology))
        assert entrance.client.certificate_headers is None
        agreed = TlsParameters("TLSv1.3", "TLS_AES_128_GCM_SHA256", DOMAIN)
        assert replace(entrance, tls=agreed).client.certificate_headers == told

    run(trial())
