from dataclasses import replace
from typing import Any

import pytest
from tests import topologies
from tests.semantics.api_gateway.calls import MOMENT, answered, call, get, last_hop, run, topology_with

from landbridge.model.api_gateway import IntegrationResponse
from landbridge.model.exchange import HttpResponse
from landbridge.model.topology import Topology
from landbridge.semantics.needs import (
    CallService,
    Invoke,
    Invoked,
    InvokeRefused,
    InvokeTimedOut,
    ServiceAnswered,
)
from landbridge.trace.codes import GatewayResponseType, LambdaErrorType, LocalCode
from landbridge.trace.decision import Step, Verdict

DEFAULT = IntegrationResponse("200")
ERRORS = (
    DEFAULT,
    IntegrationResponse("404", r"Not found.*"),
    IntegrationResponse("504", r".*Task timed out.*"),
)
ORDER = '{"id": "$input.params(\'id\')"}'


def mapped_api(**changes: Any) -> Topology:
    """A method whose function gets what a template makes."""
    integration = replace(
        topologies.function_integration(),
        **{
            "type": "AWS",
            "request_templates": (("application/json", ORDER),),
            "responses": ERRORS,
            **changes,
        },
    )
    return topology_with(get("/api/orders/{id}", integration, "POST"), binary_media_types=())


def order(topology: Topology, body: bytes = b"", **changes: Any) -> Any:
    return call(topology, "/api/orders/7", "POST", body=body, **changes)


def failed(message: str) -> Invoked:
    payload = b'{"errorMessage":"%s","errorType":"Problem"}' % message.encode()
    return Invoked(payload, "Unhandled", "c0ffee")


def test_the_template_makes_the_event_and_the_result_is_mapped() -> None:
    mapping = IntegrationResponse(
        "201",
        response_parameters=(("method.response.header.X-Total", "integration.response.body.total"),),
        response_templates=(("application/json", '{"sum": $input.json("$.total")}'),),
    )
    topology = mapped_api(responses=(mapping,))
    executed, needs = run(topology, order(topology), Invoked(b'{"total": 12}', request_id="c0ffee"))
    assert needs == [Invoke(topologies.FUNCTION_ARN, b'{"id": "7"}', f"Root={MOMENT.trace_id}", 29_000)]
    response = executed.response
    assert (response.status, response.body, response.header("x-total")) == (201, b'{"sum": 12}', "12")
    assert str(response.header("x-amzn-trace-id")).startswith(f"Root={MOMENT.trace_id};Parent=")
    steps = [hop.step for hop in executed.hops[-3:]]
    assert steps == [Step.FUNCTION_POLICY, Step.INVOKE, Step.INTEGRATION_RESPONSE]


@pytest.mark.parametrize(
    ("result", "status", "body"),
    [
        (Invoked(b'"text"'), 200, b'"text"'),
        (Invoked(b"null"), 200, b"null"),
        (Invoked(b'{"errorMessage": "Not found: 7"}'), 200, b'{"errorMessage": "Not found: 7"}'),
        (failed("Not found: 7"), 404, None),
        (failed("it was Not found"), 200, None),
        (failed("2026-11-22 Task timed out after 3.00 seconds"), 504, None),
        (failed("something else"), 200, None),
    ],
)
def test_a_function_error_is_chosen_by_its_message_and_delivered_as_200_by_default(
    result: Invoked, status: int, body: bytes | None
) -> None:
    topology = mapped_api()
    executed = answered(topology, order(topology), result)
    assert executed.response.status == status
    assert executed.response.body == (result.payload if body is None else body)
    assert {hop.decision.verdict for hop in executed.hops} == {Verdict.ALLOWED}


def test_a_function_error_that_no_mapping_fits_is_a_500() -> None:
    topology = mapped_api(responses=(IntegrationResponse("404", "Not found"),))
    executed = answered(topology, order(topology), failed("other"))
    assert executed.response.status == 500
    assert last_hop(executed).decision.code is LocalCode.NO_INTEGRATION_RESPONSE


@pytest.mark.parametrize(
    ("result", "status", "code"),
    [
        (InvokeTimedOut(), 504, GatewayResponseType.INTEGRATION_TIMEOUT),
        (
            InvokeRefused("TooManyRequestsException", "Rate Exceeded."),
            500,
            LambdaErrorType.TOO_MANY_REQUESTS,
        ),
    ],
)
def test_an_invocation_without_an_answer_is_api_gateways_own_error(
    result: InvokeTimedOut | InvokeRefused, status: int, code: object
) -> None:
    topology = mapped_api()
    executed = answered(topology, order(topology), result)
    assert executed.response.status == status
    assert last_hop(executed).decision.code is code


def test_without_a_body_the_event_is_an_empty_object() -> None:
    topology = mapped_api(request_templates=())
    _, needs = run(topology, order(topology), Invoked(b"{}"))
    assert isinstance(needs[0], Invoke)
    assert needs[0].payload == b"{}"


def test_lambda_refuses_an_event_that_is_no_json_and_its_refusal_is_mapped() -> None:
    topology = mapped_api(request_templates=())
    executed, needs = run(topology, order(topology, b"no json"))
    assert needs == []
    assert executed.response.status == 200
    assert executed.response.body.startswith(
        b'{"Type":"User","message":"Could not parse request body into json: '
    )


@pytest.mark.parametrize("source", ["'Event'", "method.request.header.InvocationType"])
def test_an_asynchronous_invocation_is_accepted_without_waiting(source: str) -> None:
    topology = mapped_api(
        request_parameters=(("integration.request.header.X-Amz-Invocation-Type", source),),
        responses=(IntegrationResponse("202"),),
    )
    made = order(topology, headers=(("InvocationType", "Event"),))
    executed, needs = run(topology, made, ServiceAnswered(HttpResponse(202)))
    (need,) = needs
    assert isinstance(need, CallService)
    assert (need.service, need.operation) == ("lambda", "Invoke")
    assert need.request.target == f"/2015-03-31/functions/{topologies.FUNCTION_ARN}/invocations"
    assert need.request.header("x-amz-invocation-type") == "Event"
    assert need.request.body == b'{"id": "7"}'
    assert (executed.response.status, executed.response.body) == (202, b"")


def test_without_permission_nothing_is_invoked() -> None:
    integration = replace(topologies.function_integration(), type="AWS", responses=(DEFAULT,))
    topology = topology_with(get("/other", integration))
    executed, needs = run(topology, call(topology, "/other"))
    assert needs == []
    assert executed.response.status == 500
    assert last_hop(executed).step is Step.FUNCTION_POLICY


def test_an_event_may_take_6_mb_at_most() -> None:
    topology = mapped_api(request_templates=())
    executed = answered(topology, order(topology, b'"' + b"x" * 6_291_456 + b'"'))
    assert executed.response.status == 413
