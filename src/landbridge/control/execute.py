"""A plan of AWS calls carried out: each parameter that refers to an earlier answer gets it first."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import jmespath
from botocore.exceptions import BotoCoreError, ClientError

from landbridge.blueprint.calls import ApiCall, Json, Ref, Text, Value
from landbridge.control.aws_api import AwsApi
from landbridge.control.session import without_collections
from landbridge.errors import DeclarationError


def execute(calls: Iterable[ApiCall], api: AwsApi) -> dict[str, Any]:
    """Every call's answer, by the call's name; the first call that fails ends it with a DeclarationError."""
    answers: dict[str, Any] = {}
    # The first calls import most of moto; that a collection looks through it all each time costs a fifth.
    with without_collections():
        for call in calls:
            answers[call.name] = _answer(call, api, answers)
    return answers


def _answer(call: ApiCall, api: AwsApi, answers: Mapping[str, Any]) -> Any:
    operation = getattr(api.client(call.service), call.operation)
    try:
        return operation(**{name: resolve(value, answers) for name, value in call.parameters.items()})
    except (ClientError, BotoCoreError) as error:
        raise DeclarationError(
            f"AWS call {call.name} failed: {call.service} {call.operation}: {_reason(error)}",
            "the local AWS API answers as AWS would: the same call fails there too",
        ) from error


def resolve(value: Value, answers: Mapping[str, Any]) -> Any:
    """The value as boto3 takes it: every reference replaced by what it finds."""
    match value:
        case Ref():
            return _found(value, answers)
        case Text(parts):
            return "".join(part if isinstance(part, str) else str(_found(part, answers)) for part in parts)
        case Json(inner):
            return json.dumps(resolve(inner, answers))
        case str() | bytes():
            return value
        case Mapping():
            return {name: resolve(inner, answers) for name, inner in value.items()}
        case list() | tuple():
            return [resolve(inner, answers) for inner in value]
        case _:
            return value


def _found(ref: Ref, answers: Mapping[str, Any]) -> Any:
    found = jmespath.search(ref.path, answers[ref.call])
    if found is None:
        raise LookupError(f"the answer of call {ref.call} has nothing at {ref.path}")
    return found


def _reason(error: ClientError | BotoCoreError) -> str:
    if isinstance(error, ClientError):
        told = error.response["Error"]
        return f"{told.get('Code', '')}: {told.get('Message', '')}"
    return " ".join(str(error).split())
