import json
from dataclasses import replace
from typing import Any

import pytest
from tests import topologies
from tests.semantics.api_gateway.calls import MOMENT, answered, call, get, last_hop, run, topology_with

from landbridge.model.api_gateway import Integration, IntegrationResponse
from landbridge.model.exchange import HttpResponse
from landbridge.model.identity import Identity
from landbridge.model.policy import Condition, PolicyDocument
from landbridge.model.topology import Topology
from landbridge.semantics.needs import CallService, Need, ServiceAnswered
from landbridge.trace.codes import LambdaErrorType
from landbridge.trace.decision import Step, Verdict

ACCOUNT = f"eu-central-1:{topologies.ACCOUNT}"
FORM = ("integration.request.header.Content-Type", "'application/x-www-form-urlencoded'")
SEND = (("application/json", "Action=SendMessage&MessageBody=$util.urlEncode($input.body)"),)
SESSION = f"arn:aws:sts::{topologies.ACCOUNT}:assumed-role/orders-frontend-reader/BackplaneAssumeRoleSession"
OK = ServiceAnswered(HttpResponse(200, (("Content-Type", "application/json"),), b'{"done":true}'))
NO_POLICY = ServiceAnswered(HttpResponse(200, (), b'{"Attributes":{}}'))


def service_api(rest: str, action: str = "*", resource: str = "*", **changes: Any) -> Topology:
    """A method that calls a service, as a role that may do one action on one resource."""
    integration = replace(
        Integration(
            "AWS",
            "POST",
            f"arn:aws:apigateway:eu-central-1:{rest}",
            topologies.FRONTEND_ROLE_ARN,
            responses=(IntegrationResponse("200"), IntegrationResponse("403", r"40[03]")),
        ),
        **changes,
    )
    topology = topology_with(get("/a", integration, "POST"), binary_media_types=())
    return allowing(topology, topologies.statement(actions=(action,), resources=(resource,)))


def allowing(topology: Topology, *statements: Any) -> Topology:
    roles = tuple(
        replace(role, policies=(("own", PolicyDocument(statements)),)) for role in topology.identity.roles
    )
    return replace(topology, identity=Identity(roles))


def call_of(needs: list[Need]) -> CallService:
    need = needs[-1]
    assert isinstance(need, CallService)
    return need


def test_a_message_is_sent_to_a_queue_by_path() -> None:
    queue = f"arn:aws:sqs:{ACCOUNT}:orders"
    topology = service_api(
        f"sqs:path/{topologies.ACCOUNT}/orders",
        "sqs:SendMessage",
        queue,
        request_parameters=(FORM,),
        request_templates=SEND,
    )
    executed, needs = run(topology, call(topology, "/a", "POST", body=b'{"n": 1}'), NO_POLICY, OK)
    need = call_of(needs)
    assert (need.service, need.operation) == ("sqs", "SendMessage")
    assert need.request.target == f"/{topologies.ACCOUNT}/orders"
    assert need.request.body == b"Action=SendMessage&MessageBody=%7B%22n%22%3A+1%7D"
    assert dict(need.request.headers) == {
        "Host": "sqs.eu-central-1.amazonaws.com",
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
        "User-Agent": f"AmazonAPIGateway_{topologies.API}",
        "X-Amzn-Trace-Id": f"Root={MOMENT.trace_id}",
    }
    assert (executed.response.status, executed.response.body) == (200, b'{"done":true}')
    assert [hop.step for hop in executed.hops[-5:]] == [
        Step.ROLE,
        Step.INTEGRATION_REQUEST,
        Step.ROLE,
        Step.BACKEND,
        Step.INTEGRATION_RESPONSE,
    ]
    assert executed.hops[-3].component.arn == queue


@pytest.mark.parametrize(
    ("rest", "parameters", "body", "action", "resource", "asks_policy"),
    [
        (
            "sqs:action/SendMessage",
            {
                "QueueUrl": f"https://sqs.eu-central-1.amazonaws.com/{topologies.ACCOUNT}/q",
                "MessageBody": "x",
            },
            "",
            "sqs:SendMessage",
            f"arn:aws:sqs:{ACCOUNT}:q",
            True,
        ),
        ("sqs:action/ListQueues", {}, "", "sqs:ListQueues", "*", False),
        (
            "sqs:path/1/q?",
            {"Action": "SendMessageBatch"},
            "",
            "sqs:SendMessage",
            f"arn:aws:sqs:{ACCOUNT}:q?",
            True,
        ),
        (
            "sns:action/Publish",
            {"TopicArn": f"arn:aws:sns:{ACCOUNT}:t", "Message": "hi"},
            "",
            "sns:Publish",
            f"arn:aws:sns:{ACCOUNT}:t",
            True,
        ),
        (
            "dynamodb:action/PutItem",
            {},
            '{"TableName": "orders"}',
            "dynamodb:PutItem",
            f"arn:aws:dynamodb:{ACCOUNT}:table/orders",
            False,
        ),
        (
            "dynamodb:action/Query",
            {},
            '{"TableName": "orders", "IndexName": "by-day"}',
            "dynamodb:Query",
            f"arn:aws:dynamodb:{ACCOUNT}:table/orders/index/by-day",
            False,
        ),
        (
            "states:action/StartExecution",
            {},
            f'{{"stateMachineArn": "arn:aws:states:{ACCOUNT}:stateMachine:m"}}',
            "states:StartExecution",
            f"arn:aws:states:{ACCOUNT}:stateMachine:m",
            False,
        ),
        (
            "kinesis:action/PutRecord",
            {},
            '{"StreamName": "s"}',
            "kinesis:PutRecord",
            f"arn:aws:kinesis:{ACCOUNT}:stream/s",
            False,
        ),
        (
            "firehose:action/PutRecord",
            {},
            '{"DeliveryStreamName": "d"}',
            "firehose:PutRecord",
            f"arn:aws:firehose:{ACCOUNT}:deliverystream/d",
            False,
        ),
    ],
)
def test_each_call_takes_the_permission_of_its_operation_on_its_resource(
    rest: str, parameters: dict[str, str], body: str, action: str, resource: str, asks_policy: bool
) -> None:
    mapped = tuple(
        (f"integration.request.querystring.{name}", f"'{value}'") for name, value in parameters.items()
    )
    before = (NO_POLICY,) if asks_policy else ()
    able = service_api(rest, action, resource, request_parameters=mapped)
    executed, needs = run(able, call(able, "/a", "POST", body=body.encode()), *before, OK)
    assert executed.response.status == 200
    assert call_of(needs).service == rest.partition(":")[0]
    unable = service_api(rest, action, f"{resource}-other", request_parameters=mapped)
    executed, needs = run(unable, call(unable, "/a", "POST", body=body.encode()), *before)
    assert len(needs) == len(before)
    assert executed.response.status == 403
    assert executed.hops[-2].decision.code is LambdaErrorType.ACCESS_DENIED


@pytest.mark.parametrize(
    ("rest", "target", "content_type"),
    [
        ("dynamodb:action/ListTables", "DynamoDB_20120810.ListTables", "application/x-amz-json-1.0"),
        (
            "states:action/ListStateMachines",
            "AWSStepFunctions.ListStateMachines",
            "application/x-amz-json-1.0",
        ),
        ("kinesis:action/ListStreams", "Kinesis_20131202.ListStreams", "application/x-amz-json-1.1"),
    ],
)
def test_a_call_by_action_names_its_target_where_the_service_speaks_json(
    rest: str, target: str, content_type: str
) -> None:
    topology = service_api(rest)
    request = call_of(run(topology, call(topology, "/a", "POST"), OK)[1]).request
    assert (request.target, request.header("x-amz-target")) == ("/", target)
    topology = service_api(rest, request_templates=(("application/json", "{}"),))
    request = call_of(run(topology, call(topology, "/a", "POST"), OK)[1]).request
    assert request.header("content-type") == content_type


def test_a_call_by_action_names_it_as_a_parameter_where_the_service_speaks_xml() -> None:
    topology = service_api("sqs:action/ListQueues&QueueNamePrefix=a")
    request = call_of(run(topology, call(topology, "/a", "POST"), OK)[1]).request
    assert request.target == "/?Action=ListQueues&Version=2012-11-05&QueueNamePrefix=a"


EVENTS = '{"Entries": [{"Detail": "{}"}, {"EventBusName": "own"}]}'


def test_events_go_to_every_bus_that_they_name() -> None:
    headers = (
        ("integration.request.header.X-Amz-Target", "'AWSEvents.PutEvents'"),
        ("integration.request.header.Content-Type", "'application/x-amz-json-1.1'"),
    )
    topology = service_api("events:action/PutEvents", request_parameters=headers)
    executed = answered(topology, call(topology, "/a", "POST", body=EVENTS.encode()), OK)
    buses = [hop.component.id for hop in executed.hops if hop.component.type == "AWS::Events::EventBus"]
    assert buses[:2] == ["event-bus/default", "event-bus/own"]
    default_only = service_api(
        "events:action/PutEvents",
        resource=f"arn:aws:events:{ACCOUNT}:event-bus/default",
        request_parameters=headers,
    )
    executed, needs = run(default_only, call(default_only, "/a", "POST", body=EVENTS.encode()))
    assert (executed.response.status, needs) == (403, [])


@pytest.mark.parametrize(
    ("rest", "body", "what"),
    [
        ("events:action/PutEvents", EVENTS, "without an operation"),
        ("dynamodb:action/TransactWriteItems", "{}", "the permission that dynamodb:TransactWriteItems takes"),
        ("sqs:path/1/q", "", "without an operation"),
        ("athena:action/ListWorkGroups", "", "AWS integrations with athena"),
    ],
)
def test_a_call_that_nobody_can_judge_is_not_modelled(rest: str, body: str, what: str) -> None:
    topology = service_api(rest)
    executed, needs = run(topology, call(topology, "/a", "POST", body=body.encode()))
    assert needs == []
    decision = last_hop(executed).decision
    assert decision.verdict is Verdict.NOT_MODELLED
    assert what in dict(decision.facts)["feature"]


def test_a_service_that_speaks_json_refuses_with_400_and_names_the_caller() -> None:
    topology = service_api("dynamodb:action/PutItem", "dynamodb:GetItem")
    executed = answered(topology, call(topology, "/a", "POST", body=b'{"TableName": "orders"}'))
    assert json.loads(executed.response.body) == {
        "__type": "com.amazon.coral.service#AccessDeniedException",
        "Message": f"User: {SESSION} is not authorized to perform: dynamodb:PutItem on resource: "
        f"arn:aws:dynamodb:{ACCOUNT}:table/orders because no identity-based policy allows the "
        "dynamodb:PutItem action",
    }
    assert ("backend status", "400") in last_hop(executed).decision.facts


def test_a_service_that_speaks_xml_refuses_with_403_in_json() -> None:
    topology = service_api(
        "sqs:path/1/q",
        "sqs:Other",
        request_parameters=(("integration.request.querystring.Action", "'SendMessage'"),),
    )
    executed = answered(topology, call(topology, "/a", "POST"), NO_POLICY)
    error = json.loads(executed.response.body)["Error"]
    assert (error["Code"], error["Type"]) == ("AccessDenied", "Sender")
    assert ("backend status", "403") in last_hop(executed).decision.facts


def queue_policy(effect: str, principal: str) -> ServiceAnswered:
    statement = {"Effect": effect, "Principal": {"AWS": principal}, "Action": "sqs:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return ServiceAnswered(HttpResponse(200, (), json.dumps({"Attributes": {"Policy": policy}}).encode()))


@pytest.mark.parametrize(
    ("own", "policy", "status"),
    [
        ("sqs:*", NO_POLICY, 200),
        ("sqs:*", queue_policy("Deny", "*"), 403),
        ("sns:*", queue_policy("Allow", topologies.FRONTEND_ROLE_ARN), 200),
        ("sns:*", queue_policy("Allow", "arn:aws:iam::123456789012:role/other"), 403),
        ("sqs:*", ServiceAnswered(HttpResponse(400, (), b"")), 200),
    ],
)
def test_the_policy_of_a_queue_counts_beside_the_roles(
    own: str, policy: ServiceAnswered, status: int
) -> None:
    topology = service_api(
        "sqs:path/1/q", own, request_parameters=(("integration.request.querystring.Action", "'SendMessage'"),)
    )
    results = (policy, OK) if status == 200 else (policy,)
    executed, needs = run(topology, call(topology, "/a", "POST"), *results)
    assert executed.response.status == status
    assert isinstance(needs[0], CallService)
    assert needs[0].operation == "GetQueueAttributes"


def test_a_condition_on_what_is_not_known_of_the_call_is_not_modelled() -> None:
    condition = Condition("ForAllValues:StringEquals", "dynamodb:LeadingKeys", ("me",))
    topology = allowing(
        service_api("dynamodb:action/PutItem"),
        topologies.statement(actions=("dynamodb:*",), resources=("*",), conditions=(condition,)),
    )
    executed = answered(topology, call(topology, "/a", "POST", body=b'{"TableName": "orders"}'))
    assert dict(last_hop(executed).decision.facts)["feature"] == "the condition key dynamodb:LeadingKeys"


def test_what_the_local_api_does_not_have_is_not_modelled() -> None:
    topology = service_api("kinesis:action/ListStreams")
    executed = answered(topology, call(topology, "/a", "POST"), ServiceAnswered(HttpResponse(501)))
    assert last_hop(executed).decision.verdict is Verdict.NOT_MODELLED


def test_a_service_needs_a_role() -> None:
    topology = service_api("dynamodb:action/ListTables", credentials="")
    executed, needs = run(topology, call(topology, "/a", "POST"))
    assert (executed.response.status, needs) == (500, [])
