import asyncio

from tests.serve.functions.fleets import run

from landbridge.control.aws_api import AwsApi
from landbridge.model.exchange import HttpRequest
from landbridge.semantics.needs import CallService, ServiceAnswered
from landbridge.serve.service_calls import ServiceThreads

HEADERS = (("X-Amz-Target", "DynamoDB_20120810.ListTables"), ("Content-Type", "application/x-amz-json-1.0"))


def test_a_service_is_called_while_the_loop_goes_on() -> None:
    api = AwsApi("eu-central-1")
    need = CallService("dynamodb", "ListTables", HttpRequest("POST", "/", HEADERS, b"{}"))

    async def trial() -> None:
        calling = asyncio.ensure_future(ServiceThreads(api.services).call(need))
        await asyncio.sleep(0)
        assert not calling.done()
        answered = await calling
        assert isinstance(answered, ServiceAnswered)
        assert answered.response.body == b'{"TableNames": []}'

    run(trial())
