import asyncio
from collections.abc import Generator

import pytest
from tests.serve.functions.fleets import run
from tests.serve.worlds import HELLO, Functions, Objects

from landbridge.model.api_gateway_usage import Throttle
from landbridge.model.exchange import HttpRequest, HttpResponse
from landbridge.model.identifiers import Arn, NetworkInterfaceId
from landbridge.model.identity import AccessKey
from landbridge.semantics.api_gateway.usage.metering import CountUsage, UsageExceeded
from landbridge.semantics.api_gateway.usage.throttling import Level, Limit
from landbridge.semantics.needs import (
    AccessKeyFound,
    AccessKeyMissing,
    ConnectTimeout,
    Counted,
    CountRequest,
    FindAccessKey,
    GetObject,
    HttpAnswered,
    Invoke,
    Invoked,
    Keep,
    Kept,
    ListObjects,
    Need,
    ObjectFound,
    ObjectMissing,
    ObjectsListed,
    ReadUserPoolKeys,
    Recall,
    Recalled,
    Result,
    SendHttp,
    UserPoolKeys,
    Waited,
)
from landbridge.semantics.streaming import BodyDropped, DropBody
from landbridge.serve.driver import Driver
from landbridge.serve.response_stream import ResponseStream

INVOKE = Invoke(Arn("arn"), b"{}", "Root=1-a-b", 1000)
NEVER = Limit(Level.ACCOUNT, ("account",), Throttle(0, 0))
HEADERS = (("ETag", '"1"'),)
KEY = AccessKey("AKIA1", Arn("arn:aws:iam::123456789012:user/ann"), "secret")


OBJECTS = Objects({("frontend", "index.html"): (b"page", HEADERS), ("frontend", "public/a"): (b"a", HEADERS)})


def steps(*needs: Need) -> Generator[Need, Result, list[Result]]:
    """A journey that needs these and answers with what it got."""
    got = []
    for need in needs:
        got.append((yield need))
    return got


@pytest.mark.parametrize(
    ("needs", "results"),
    [
        ((), []),
        ((INVOKE,), [HELLO]),
        ((GetObject("frontend", "index.html"),), [ObjectFound(b"page", HEADERS)]),
        ((GetObject("frontend", "gone"),), [ObjectMissing()]),
        ((GetObject("frontend", "public/a"),), [ObjectFound(b"a", HEADERS)]),
        ((GetObject("frontend", "public/a", True),), [ObjectFound(b"a", HEADERS, True)]),
        ((ListObjects("frontend", "list-type=2"),), [ObjectsListed(200, b"frontend?list-type=2")]),
        ((GetObject("gone", "index.html"),), [ObjectMissing()]),
        ((ConnectTimeout(),), [Waited()]),
        ((ReadUserPoolKeys("eu-central-1_Gone"),), [UserPoolKeys(b"")]),
        (
            (Recall("key", 0), Keep("key", "value", 10), Recall("key", 9), Recall("key", 10)),
            [Recalled(None), Kept(), Recalled("value"), Recalled(None)],
        ),
        ((CountUsage((NEVER,), None, 0),), [UsageExceeded(NEVER)]),
        ((FindAccessKey("AKIA1"), FindAccessKey("AKIA2")), [AccessKeyFound(KEY), AccessKeyMissing()]),
        (
            (INVOKE, GetObject("frontend", "gone"), ConnectTimeout(), INVOKE),
            [HELLO, ObjectMissing(), Waited(), HELLO],
        ),
    ],
)
def test_each_need_is_performed_and_its_result_sent_back(
    needs: tuple[Need, ...], results: list[Result]
) -> None:
    async def trial() -> None:
        driver = Driver(Functions(), OBJECTS, 0.0, find_access_key={"AKIA1": KEY}.get)
        assert await driver.run(steps(*needs)) == results

    run(trial())


def test_a_body_that_is_dropped_does_not_hold_its_maker_back() -> None:
    async def trial() -> None:
        body, held = ResponseStream(60, asyncio.get_running_loop().time() + 60), list[bool]()
        body.feed(bytes(100_000), held.append)
        assert await Driver(Functions(), OBJECTS, 0.0).run(steps(DropBody(body))) == [BodyDropped()]
        assert held == [True, False]

    run(trial())


def test_a_connect_timeout_takes_as_long_as_configured() -> None:
    async def trial() -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await Driver(Functions(), OBJECTS, 0.05).run(steps(ConnectTimeout()))
        assert loop.time() - begun >= 0.045

    run(trial())


def test_what_goes_wrong_while_performing_rises_from_run() -> None:
    def fail(need: Invoke) -> Invoked:
        raise ZeroDivisionError

    async def trial() -> None:
        with pytest.raises(ZeroDivisionError):
            await Driver(Functions(fail), OBJECTS, 0.0).run(steps(INVOKE))

    run(trial())


def test_journeys_are_driven_side_by_side() -> None:
    async def trial() -> None:
        functions = Functions(wait=asyncio.Event())
        driver = Driver(functions, OBJECTS, 0.0)
        both = [asyncio.ensure_future(driver.run(steps(INVOKE))) for _ in range(2)]
        while len(functions.invoked) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert functions.wait is not None
        functions.wait.set()
        assert await asyncio.gather(*both) == [[HELLO], [HELLO]]

    run(trial())


def test_a_request_is_counted_as_outstanding_until_its_journey_is_over() -> None:
    node, key = NetworkInterfaceId("eni-0alb"), (Arn("group"), "192.168.3.7", 8080)

    async def trial() -> None:
        functions = Functions(wait=asyncio.Event())
        driver = Driver(functions, OBJECTS, 0.0)
        journeys = [
            asyncio.ensure_future(driver.run(steps(CountRequest(node, key), INVOKE))) for _ in range(3)
        ]
        while len(functions.invoked) < 3:  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert driver.outstanding == {node: {key: 3}}
        journeys[0].cancel()
        await asyncio.wait(journeys[:1])
        assert driver.outstanding == {node: {key: 2}}
        assert functions.wait is not None
        functions.wait.set()
        assert await journeys[1] == [Counted(), HELLO]
        await journeys[2]
        assert driver.outstanding == {node: {key: 0}}

    run(trial())


def test_a_real_server_is_asked_by_whoever_speaks_http() -> None:
    answer = HttpAnswered(HttpResponse(200))

    class Sender:
        async def send(self, need: SendHttp) -> HttpAnswered:
            return answer

    async def trial() -> None:
        driver = Driver(Functions(), OBJECTS, 0.0, Sender())
        assert await driver.run(steps(SendHttp("127.0.0.1", 80, HttpRequest("GET", "/")))) == [answer]

    run(trial())
