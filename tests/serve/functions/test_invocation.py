import asyncio

from landbridge.model.identifiers import Arn
from landbridge.semantics.needs import Invoke
from landbridge.serve.functions.invocation import Invocation


def test_a_caller_has_waited_since_it_asked() -> None:
    async def wait() -> int:
        answer = asyncio.get_running_loop().create_future()
        return Invocation(Invoke(Arn("arn"), b"", "", 3000), answer, now=100.0).waited_ms(100.25)

    assert asyncio.run(wait()) == 250
