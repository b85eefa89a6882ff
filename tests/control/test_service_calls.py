import json
from typing import Any

import pytest
from tests.control.worlds import REGION

from landbridge.control.aws_api import AwsApi
from landbridge.model.exchange import Headers, HttpRequest, HttpResponse

ACCOUNT = "123456789012"
JSON: Headers = (("Accept", "application/json"),)
FORM = ("Content-Type", "application/x-www-form-urlencoded")


def call(
    api: AwsApi, operation: str, method: str, target: str, headers: Headers = JSON, body: bytes = b""
) -> HttpResponse:
    service = "sns" if operation in ("Publish", "GetTopicAttributes") else "sqs"
    return api.services.call(service, operation, HttpRequest(method, target, headers, body))


def answered(response: HttpResponse) -> dict[str, Any]:
    assert response.header("content-type") == "application/json"
    answer: dict[str, Any] = json.loads(response.body)
    return answer


@pytest.fixture
def queue(api: AwsApi) -> str:
    url: str = api.client("sqs").create_queue(QueueName="orders")["QueueUrl"]
    return url


@pytest.mark.parametrize(
    ("method", "target", "headers", "body"),
    [
        ("POST", f"/{ACCOUNT}/orders", (*JSON, FORM), b"Action=SendMessage&MessageBody=a%20b"),
        ("GET", f"/{ACCOUNT}/orders?Action=SendMessage&MessageBody=a%20b", JSON, b""),
        ("GET", "/?Action=SendMessage&MessageBody=a%20b&QueueUrl={queue}", JSON, b""),
        ("POST", "/?Action=SendMessage&QueueUrl={queue}", (*JSON, FORM), b"MessageBody=a+b"),
    ],
)
def test_a_message_is_sent_however_its_parameters_travel(
    api: AwsApi, queue: str, method: str, target: str, headers: Headers, body: bytes
) -> None:
    response = call(api, "SendMessage", method, target.format(queue=queue), headers, body)
    (message,) = api.client("sqs").receive_message(QueueUrl=queue)["Messages"]
    assert message["Body"] == "a b"
    answer = answered(response)["SendMessageResponse"]
    assert list(answer) == ["ResponseMetadata", "SendMessageResult"]
    assert answer["SendMessageResult"] == {
        "MD5OfMessageAttributes": None,
        "MD5OfMessageBody": message["MD5OfBody"],
        "MD5OfMessageSystemAttributes": None,
        "MessageId": message["MessageId"],
        "SequenceNumber": None,
    }


def test_messages_are_received_with_their_attributes(api: AwsApi, queue: str) -> None:
    target = f"/{ACCOUNT}/orders?Action=ReceiveMessage&AttributeName.1=All"
    assert answered(call(api, "ReceiveMessage", "GET", target))["ReceiveMessageResponse"][
        "ReceiveMessageResult"
    ] == {"messages": None}
    api.client("sqs").send_message(QueueUrl=queue, MessageBody="hello")
    answer = answered(call(api, "ReceiveMessage", "GET", target))["ReceiveMessageResponse"]
    (message,) = answer["ReceiveMessageResult"]["messages"]
    assert (message["Body"], message["MessageAttributes"]) == ("hello", None)
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"


@pytest.mark.usefixtures("queue")
def test_an_error_is_json_too(api: AwsApi) -> None:
    target = f"/{ACCOUNT}/none?Action=SendMessage&MessageBody=a"
    response = call(api, "SendMessage", "GET", target)
    assert response.status == 400
    error = answered(response)["Error"]
    assert (error["Code"], error["Type"]) == ("AWS.SimpleQueueService.NonExistentQueue", "Sender")


def test_a_topic_answers_in_the_form_it_is_asked_for(api: AwsApi) -> None:
    topic = api.client("sns").create_topic(Name="news")["TopicArn"]
    target = f"/?Action=Publish&Message=hi&TopicArn={topic}"
    published = answered(call(api, "Publish", "POST", target))["PublishResponse"]
    assert list(published["PublishResult"]) == ["MessageId", "SequenceNumber"]
    attributes = answered(
        call(api, "GetTopicAttributes", "GET", f"/?Action=GetTopicAttributes&TopicArn={topic}")
    )
    result = attributes["GetTopicAttributesResponse"]["GetTopicAttributesResult"]
    assert result["Attributes"]["TopicArn"] == topic
    assert call(api, "Publish", "POST", target, ()).body.startswith(b"<PublishResponse")


def test_a_service_that_speaks_json_answers_as_it_does(api: AwsApi) -> None:
    headers = (
        ("X-Amz-Target", "DynamoDB_20120810.ListTables"),
        ("Content-Type", "application/x-amz-json-1.0"),
    )
    request = HttpRequest("POST", "/", headers, b"{}")
    response = api.services.call("dynamodb", "ListTables", request)
    assert (response.status, json.loads(response.body)) == (200, {"TableNames": []})


def test_storage_keeps_its_xml_and_is_called_by_its_host(api: AwsApi) -> None:
    s3 = api.client("s3")
    s3.create_bucket(Bucket="assets", CreateBucketConfiguration={"LocationConstraint": REGION})
    put = HttpRequest("PUT", "/assets/a%20b.txt", (*JSON, ("Host", f"s3.{REGION}.amazonaws.com")), b"hello")
    assert api.services.call("s3", "PutObject", put).status == 200
    assert s3.get_object(Bucket="assets", Key="a b.txt")["Body"].read() == b"hello"
    listed = api.services.call("s3", "ListObjectsV2", HttpRequest("GET", "/assets?list-type=2", JSON))
    assert b"<Key>a b.txt</Key>" in listed.body
