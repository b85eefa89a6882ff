import asyncio

from landbridge.model.exchange import HttpRequest, HttpResponse
from landbridge.semantics.needs import FetchKeySet, HttpAnswered, HttpFailed, HttpFailure, SendHttp
from landbridge.serve.key_sets import MOST_KEPT, KeySets


def endpoint(name: str = "idp") -> SendHttp:
    return SendHttp(f"{name}.example", 443, HttpRequest("GET", "/jwks"))


class Server:
    def __init__(self, *answers: HttpAnswered | HttpFailed) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def send(self, need: SendHttp) -> HttpAnswered | HttpFailed:
        self.asked += 1
        return self.answers.pop(0)


def answered(number: int = 1) -> HttpAnswered:
    return HttpAnswered(HttpResponse(200, (), str(number).encode()))


def test_a_key_set_is_asked_for_once_while_a_kept_one_will_do() -> None:
    async def ask() -> None:
        server = Server(answered(1), answered(2), answered(3))
        keys = KeySets(server.send)
        first = await keys.fetch(FetchKeySet(endpoint(), 60_000))
        assert await keys.fetch(FetchKeySet(endpoint(), 60_000)) == first
        assert server.asked == 1
        assert await keys.fetch(FetchKeySet(endpoint("other"), 60_000)) == answered(2)
        assert await keys.fetch(FetchKeySet(endpoint(), 0)) == answered(3)

    asyncio.run(ask())


def test_a_failure_is_not_kept_and_neither_is_more_than_there_is_room_for() -> None:
    async def ask() -> None:
        failed = HttpFailed(HttpFailure.CONNECT_TIMEOUT)
        server = Server(failed, *(answered(number) for number in range(MOST_KEPT + 2)))
        keys = KeySets(server.send)
        assert await keys.fetch(FetchKeySet(endpoint(), 60_000)) == failed
        for number in range(MOST_KEPT + 1):
            assert isinstance(await keys.fetch(FetchKeySet(endpoint(str(number)), 60_000)), HttpAnswered)
        await keys.fetch(FetchKeySet(endpoint("0"), 60_000))
        assert server.asked == MOST_KEPT + 3

    asyncio.run(ask())
