"""API keys, usage plans, and throttling of accounts and stages: all of it counts at once, undeployed."""

from collections.abc import Mapping
from typing import Any

from landbridge.capture.reading import Answer, Missing, Reader
from landbridge.model.api_gateway_usage import (
    ANY_METHOD,
    ANY_PATH,
    ApiKey,
    MethodThrottle,
    PlanStage,
    Quota,
    QuotaPeriod,
    Throttle,
    Usage,
    UsagePlan,
)
from landbridge.model.identifiers import RestApiId
from landbridge.trace.decision import ResourceRef

PAGE_SIZE = 500
DEFAULT_RATE = 10_000.0
DEFAULT_BURST = 5_000
"""AWS: "Amazon API Gateway quotas" """


def read_usage(reader: Reader) -> Usage:
    """Keys, plans and the account's limit.

    AWS: "Usage plans and API keys for REST APIs in API Gateway"
    """
    keys = reader.pages("apigateway", "get_api_keys", includeValues=True, limit=PAGE_SIZE)
    plans = reader.pages("apigateway", "get_usage_plans", limit=PAGE_SIZE)
    account = reader.answer("apigateway", "get_account")
    limit = None if isinstance(account, Missing) else throttle(account.get("throttleSettings", {}))
    if isinstance(keys, Missing) or isinstance(plans, Missing):
        return Usage(account_throttle=limit, unread=True)
    read = [_usage_plan(reader, plan) for page in plans for plan in page.get("items", ())]
    return Usage(
        api_keys=tuple(
            sorted((_api_key(reader, key) for page in keys for key in page.get("items", ())), key=_id)
        ),
        usage_plans=tuple(sorted((plan for plan in read if plan is not None), key=_id)),
        account_throttle=limit,
        unread=None in read,
    )


def method_throttles(settings: Mapping[str, Answer]) -> tuple[MethodThrottle, ...]:
    """The throttling in a stage's method settings, whose keys are ``~1pets~1{id}/GET`` or ``*/*``.

    No limit for every method is as good as none; for one method it takes away what counts for all.

    AWS: "Set up a stage for a REST API in API Gateway"
    """
    read = (_method_throttle(*method_place(key), answer) for key, answer in sorted(settings.items()))
    return tuple(each for each in read if each != MethodThrottle(ANY_PATH, ANY_METHOD, None))


def throttle(answer: Answer, rate: str = "rateLimit", burst: str = "burstLimit") -> Throttle | None:
    """A limit whose members have these names; None where neither is set, -1 being as good as unset.

    What is not set is as wide as an account's limit.
    """
    allowed_rate, allowed_burst = _set(answer, rate), _set(answer, burst)
    if allowed_rate is None and allowed_burst is None:
        return None
    return Throttle(
        DEFAULT_RATE if allowed_rate is None else float(allowed_rate),
        DEFAULT_BURST if allowed_burst is None else int(allowed_burst),
    )


def _set(answer: Answer, name: str) -> Any:
    value = answer.get(name)
    return None if value is None or value < 0 else value


def _id(each: ApiKey | UsagePlan) -> str:
    return each.id


def _api_key(reader: Reader, answer: Answer) -> ApiKey:
    if answer.get("stageKeys"):
        reader.notice(ResourceRef("AWS::ApiGateway::ApiKey", answer["id"]), "stage keys")
    return ApiKey(
        id=answer["id"],
        value=answer.get("value", ""),
        name=answer.get("name", ""),
        enabled=bool(answer.get("enabled")),
    )


def _usage_plan(reader: Reader, answer: Answer) -> UsagePlan | None:
    """None where its keys could not be read."""
    about = ResourceRef("AWS::ApiGateway::UsagePlan", answer["id"])
    keys = reader.pages("apigateway", "get_usage_plan_keys", about, usagePlanId=answer["id"], limit=PAGE_SIZE)
    if keys is Missing.DENIED:
        return None
    found = [] if isinstance(keys, Missing) else [key["id"] for page in keys for key in page.get("items", ())]
    return UsagePlan(
        id=answer["id"],
        name=answer.get("name", ""),
        stages=tuple(_plan_stage(stage) for stage in answer.get("apiStages", ())),
        key_ids=tuple(sorted(found)),
        throttle=throttle(answer.get("throttle", {})),
        quota=_quota(answer.get("quota", {})),
    )


def _plan_stage(answer: Answer) -> PlanStage:
    throttles = sorted(answer.get("throttle", {}).items())
    return PlanStage(
        rest_api_id=RestApiId(answer["apiId"]),
        stage=answer["stage"],
        throttles=tuple(
            MethodThrottle(*method_place(key), throttle(settings)) for key, settings in throttles
        ),
    )


def _quota(answer: Answer) -> Quota | None:
    if not answer.get("period"):
        return None
    return Quota(int(answer.get("limit", 0)), QuotaPeriod(answer["period"]), int(answer.get("offset", 0)))


def _method_throttle(path: str, http_method: str, answer: Answer) -> MethodThrottle:
    return MethodThrottle(path, http_method, throttle(answer, "throttlingRateLimit", "throttlingBurstLimit"))


def method_place(key: str) -> tuple[str, str]:
    """The path and method of ``~1pets/GET``, ``/pets/GET``, ``pets/GET`` and ``*/*``."""
    path, _, http_method = key.rpartition("/")
    if (path.lstrip("/"), http_method) == (ANY_PATH, ANY_METHOD):
        return ANY_PATH, ANY_METHOD
    return "/" + path.replace("~1", "/").replace("~0", "~").lstrip("/"), http_method
