"""The policies that resources of other services have of their own, asked for when one is called."""

import json
from urllib.parse import quote

from landbridge.errors import DeclarationError
from landbridge.model.exchange import HttpRequest
from landbridge.model.identity import Role
from landbridge.model.policy import PolicyDocument
from landbridge.semantics.api_gateway.request import MethodRequest
from landbridge.semantics.api_gateway.service_permission import SERVICES
from landbridge.semantics.iam.evaluation import Attached, compile_policy
from landbridge.semantics.iam.parse import parse_policy
from landbridge.semantics.needs import CallService, ServiceAnswered, Steps

_NOTHING = PolicyDocument(())


def read_resource_policy(request: MethodRequest, service: str, arn: str) -> Steps[Attached | None]:
    """The policy of a queue or topic; None where there is none, and for services without such policies here.

    AWS: "AWS services that work with IAM"
    """
    if service not in ("sqs", "sns") or arn == "*":
        return None
    call = _of_queue(arn) if service == "sqs" else _of_topic(arn)
    result = yield call
    assert isinstance(result, ServiceAnswered)
    document = _policy(result.response.body) if result.response.status == 200 else _NOTHING
    return Attached(compile_policy(document), SERVICES[service].resource_type, arn.rpartition(":")[2])


def unknown_key(role: Role, service: str) -> str:
    """A condition key of the role's policies whose value for a call of the service is not known here."""
    prefixes = (f"{service}:", "aws:resourcetag/", "aws:requesttag/", "aws:resourceorg")
    for _, document in role.policies:
        for statement in document.statements:
            for condition in statement.conditions:
                if condition.key.lower().startswith(prefixes):
                    return condition.key
    return ""


def _of_queue(arn: str) -> CallService:
    region, account, name = arn.split(":")[3:6]
    host = f"sqs.{region}.amazonaws.com"
    asked = {"QueueUrl": f"https://{host}/{account}/{name}", "AttributeNames": ["Policy"]}
    headers = (
        ("Host", host),
        ("X-Amz-Target", "AmazonSQS.GetQueueAttributes"),
        ("Content-Type", "application/x-amz-json-1.0"),
    )
    request = HttpRequest("POST", "/", headers, json.dumps(asked).encode())
    return CallService("sqs", "GetQueueAttributes", request)


def _of_topic(arn: str) -> CallService:
    headers = (("Host", f"sns.{arn.split(':')[3]}.amazonaws.com"), ("Accept", "application/json"))
    target = f"/?Action=GetTopicAttributes&Version=2010-03-31&TopicArn={quote(arn)}"
    return CallService("sns", "GetTopicAttributes", HttpRequest("GET", target, headers))


def _policy(body: bytes) -> PolicyDocument:
    """The document in an answer with attributes; one that cannot be read says nothing."""
    attributes = _attributes(json.loads(body or b"{}"))
    text = attributes.get("Policy")
    if not isinstance(text, str) or not text:
        return _NOTHING
    try:
        return parse_policy(text)
    except DeclarationError:
        return _NOTHING


def _attributes(answer: object) -> dict[str, object]:
    """Where ``Attributes`` are, whatever they are wrapped into."""
    while isinstance(answer, dict):
        attributes = answer.get("Attributes")
        if isinstance(attributes, dict):
            return attributes
        answer = next((value for key, value in answer.items() if key.endswith(("Response", "Result"))), None)
    return {}
