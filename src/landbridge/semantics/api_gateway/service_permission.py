"""Which permission on which resource a call of an AWS service takes.

AWS: "Actions, resources, and condition keys for AWS services"
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Arguments = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Permission:
    """One action on one resource."""

    action: str
    """``sqs:SendMessage``."""
    resource: str
    """An ARN, or ``*`` for operations without resources."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where resources are."""

    region: str
    account_id: str
    path: str = ""
    """Of a URI by path: ``123456789012/orders`` of an SQS queue."""

    def arn(self, service: str, resource: str) -> str:
        """``arn:aws:sqs:eu-central-1:123456789012:orders``."""
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{resource}"


Resources = Callable[[Place, Arguments], tuple[str, ...]]
"""The ARNs that the arguments of an operation name; none where they name none."""


@dataclass(frozen=True, slots=True)
class Service:
    """How a service is spoken with, and what its operations are about."""

    resources: Resources
    resource_type: str
    """As CloudFormation names it: ``AWS::SQS::Queue``."""
    target: str = ""
    """What X-Amz-Target begins with; empty where the parameter ``Action`` names the operation."""
    content_type: str = "application/x-amz-json-1.1"
    names_target: bool = True
    """Whether API Gateway sends X-Amz-Target for a URI by action."""
    version: str = ""
    """Of an API that is called by parameters."""
    without_resource: frozenset[str] = frozenset()
    """Operations whose permission is for no resource in particular."""
    actions: Mapping[str, str] = field(default_factory=dict, hash=False)
    """The action that an operation takes where it is named otherwise."""


def permissions(
    service_name: str, operation: str, place: Place, arguments: Arguments
) -> tuple[Permission, ...]:
    """Everything that the caller has to be allowed; nothing where it is not known."""
    service = SERVICES.get(service_name)
    if service is None or not operation:
        return ()
    prefix = _PREFIXES.get(service_name, service_name)
    action = f"{prefix}:{service.actions.get(operation, operation)}"
    if operation in service.without_resource:
        return (Permission(action, "*"),)
    return tuple(Permission(action, arn) for arn in service.resources(place, arguments))


_PREFIXES = {"monitoring": "cloudwatch"}


def _named(service: str, *places: tuple[str, str]) -> Resources:
    """Resources named by the first argument of those that is there: an ARN, or a name put into ``{}``."""

    def find(place: Place, arguments: Arguments) -> tuple[str, ...]:
        for argument, pattern in places:
            value = arguments.get(argument)
            if isinstance(value, str) and value:
                return (value if value.startswith("arn:") else place.arn(service, pattern.format(value)),)
        return ()

    return find


def _queue(place: Place, arguments: Arguments) -> tuple[str, ...]:
    """By URL, by name, or by the path of the URI: account and name."""
    url = str(arguments.get("QueueUrl") or place.path)
    name = url.rstrip("/").rpartition("/")[2] or str(arguments.get("QueueName") or "")
    return (place.arn("sqs", name),) if name else ()


def _tables(place: Place, arguments: Arguments) -> tuple[str, ...]:
    """One table or index, or every table of a batch."""
    batch = arguments.get("RequestItems")
    if isinstance(batch, dict):
        return tuple(place.arn("dynamodb", f"table/{name}") for name in batch)
    table = _named("dynamodb", ("TableName", "table/{}"), ("ResourceArn", "{}"))(place, arguments)
    index = arguments.get("IndexName")
    return tuple(f"{arn}/index/{index}" if index else arn for arn in table)


def _event_buses(place: Place, arguments: Arguments) -> tuple[str, ...]:
    """The bus of each entry; events without one go to the default bus."""
    entries = arguments.get("Entries")
    if not isinstance(entries, list):
        return _named("events", ("Name", "rule/{}"))(place, arguments)
    names = [str(each.get("EventBusName") or "default") for each in entries if isinstance(each, dict)]
    return tuple(
        dict.fromkeys(
            name if name.startswith("arn:") else place.arn("events", f"event-bus/{name}") for name in names
        )
    )


def _ssm_parameters(place: Place, arguments: Arguments) -> tuple[str, ...]:
    listed = arguments.get("Names")
    names = listed if isinstance(listed, list) else [arguments.get("Name") or arguments.get("Path")]
    return tuple(place.arn("ssm", f"parameter/{str(name).lstrip('/')}") for name in names if name)


def _log_streams(place: Place, arguments: Arguments) -> tuple[str, ...]:
    group, stream = arguments.get("logGroupName"), arguments.get("logStreamName")
    if not group:
        return ()
    return (place.arn("logs", f"log-group:{group}:log-stream:{stream or ''}"),)


def _secret(place: Place, arguments: Arguments) -> tuple[str, ...]:
    """Only by ARN: what AWS appends to a secret's name is not known here."""
    secret = str(arguments.get("SecretId") or "")
    return (secret,) if secret.startswith("arn:") else ()


SERVICES: dict[str, Service] = {
    "dynamodb": Service(
        _tables,
        "AWS::DynamoDB::Table",
        "DynamoDB_20120810",
        "application/x-amz-json-1.0",
        without_resource=frozenset({"ListTables", "DescribeLimits", "DescribeEndpoints"}),
    ),
    "events": Service(_event_buses, "AWS::Events::EventBus", "AWSEvents", names_target=False),
    "firehose": Service(
        _named("firehose", ("DeliveryStreamName", "deliverystream/{}")),
        "AWS::KinesisFirehose::DeliveryStream",
        "Firehose_20150804",
        without_resource=frozenset({"ListDeliveryStreams"}),
    ),
    "kinesis": Service(
        _named("kinesis", ("StreamARN", "{}"), ("StreamName", "stream/{}")),
        "AWS::Kinesis::Stream",
        "Kinesis_20131202",
        without_resource=frozenset({"ListStreams", "DescribeLimits"}),
    ),
    "logs": Service(_log_streams, "AWS::Logs::LogStream", "Logs_20140328"),
    "secretsmanager": Service(
        _secret,
        "AWS::SecretsManager::Secret",
        "secretsmanager",
        without_resource=frozenset({"ListSecrets", "GetRandomPassword"}),
    ),
    "sns": Service(
        _named("sns", ("TopicArn", "{}"), ("TargetArn", "{}"), ("Name", "{}")),
        "AWS::SNS::Topic",
        version="2010-03-31",
        without_resource=frozenset({"ListTopics", "ListSubscriptions"}),
        actions={"PublishBatch": "Publish"},
    ),
    "sqs": Service(
        _queue,
        "AWS::SQS::Queue",
        version="2012-11-05",
        without_resource=frozenset({"ListQueues"}),
        actions={
            "SendMessageBatch": "SendMessage",
            "DeleteMessageBatch": "DeleteMessage",
            "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
        },
    ),
    "ssm": Service(
        _ssm_parameters,
        "AWS::SSM::Parameter",
        "AmazonSSM",
        names_target=False,
        without_resource=frozenset({"DescribeParameters"}),
    ),
    "states": Service(
        _named(
            "states",
            ("stateMachineArn", "{}"),
            ("executionArn", "{}"),
            ("activityArn", "{}"),
        ),
        "AWS::StepFunctions::StateMachine",
        "AWSStepFunctions",
        "application/x-amz-json-1.0",
        without_resource=frozenset({"ListStateMachines", "ListActivities", "ValidateStateMachineDefinition"}),
    ),
}
"""By the first label of the service's host."""
