"""API keys and usage plans: complete patches, what AWS refuses, and what was used."""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from moto.apigateway import urls
from moto.apigateway.exceptions import (
    BadRequestException,
    ConflictException,
    NotFoundException,
)
from moto.apigateway.models import Account, APIGatewayBackend, Stage, UsagePlan
from moto.apigateway.responses import APIGatewayResponse
from moto.core.utils import unix_time

from landbridge.control.amendments.amend import add, amend
from landbridge.control.amendments.apigateway import unescaped
from landbridge.control.hooks import hooks
from landbridge.model.api_gateway_usage import Quota, QuotaPeriod
from landbridge.semantics.api_gateway.usage.usage_plans import daily_log, date_of_day, day_of, day_of_date

LARGEST_OFFSET = {"DAY": 0, "WEEK": 6, "MONTH": 27}
"""AWS: "QuotaSettings" (Amazon API Gateway API reference)"""
LIMITS: Mapping[str, Any] = {"rateLimit": float, "burstLimit": int}
QUOTA: Mapping[str, Any] = {"limit": int, "offset": int, "period": str}
TEXTS = {"name": "name", "description": "description", "productCode": "product_code"}
"""By name in a patch's path: moto's attribute."""


class StageNotFound(NotFoundException):
    """A usage plan is for stages that exist."""

    code = 404


def install() -> None:
    """Amends moto's API keys and usage plans."""
    amend(UsagePlan, "apply_patch_operations", apply_patch_operations)
    amend(APIGatewayBackend, "create_usage_plan", create_usage_plan)
    amend(APIGatewayBackend, "update_usage_plan", update_usage_plan)
    amend(APIGatewayBackend, "delete_usage_plan", delete_usage_plan)
    amend(APIGatewayBackend, "create_usage_plan_key", create_usage_plan_key)
    amend(APIGatewayBackend, "delete_usage_plan_key", delete_usage_plan_key)
    amend(APIGatewayBackend, "delete_api_key", delete_api_key)
    amend(Account, "to_json", account)
    amend(Stage, "_get_default_method_settings", default_method_settings)
    amend(Stage, "_patch_method_setting", patch_method_setting)
    for operation in (get_usage, import_api_keys, update_usage):
        add(APIGatewayResponse, operation.__name__, operation)
    for path in ("{0}/usageplans/(?P<plan>[^/]+)/usage$", "{0}/usageplans/[^/]+/keys/[^/]+/usage$"):
        urls.url_paths[path] = APIGatewayResponse.dispatch


def create_usage_plan(original: Any, self: Any, payload: dict[str, Any]) -> Any:
    """A plan for stages that exist, with a quota that AWS would take.

    AWS: "CreateUsagePlan" (Amazon API Gateway API reference)
    """
    for stage in payload.get("apiStages") or []:
        _check_stage(self, stage["apiId"], stage["stage"])
    _check_quota(payload.get("quota") or {})
    return original(self, payload)


def update_usage_plan(original: Any, self: Any, usage_plan_id: str, patch_operations: Any) -> Any:
    """Refused for stages that do not exist, or that one of the plan's keys has another plan for.

    AWS: "UpdateUsagePlan" (Amazon API Gateway API reference)
    """
    self.get_usage_plan(usage_plan_id)
    for operation in patch_operations:
        if operation["path"] == "/apiStages" and operation["op"] == "add":
            api_id, _, stage = operation["value"].partition(":")
            _check_stage(self, api_id, stage)
            for key_id in self.usage_plan_keys.get(usage_plan_id, {}):
                _check_one_plan(self, usage_plan_id, key_id, {(api_id, stage)})
    return original(self, usage_plan_id, patch_operations)


def apply_patch_operations(original: Any, self: Any, patch_operations: list[dict[str, Any]]) -> None:
    """Every patch of a plan; moto keeps numbers as texts and knows no limits of methods.

    AWS: "UpdateUsagePlan" (Amazon API Gateway API reference)
    """
    for operation in patch_operations:
        name, _, rest = operation["path"].lstrip("/").partition("/")
        if name in TEXTS:
            setattr(self, TEXTS[name], operation.get("value") if operation["op"] != "remove" else None)
        elif name == "throttle":
            _patch_numbers(self.throttle, rest, operation, LIMITS)
        elif name == "quota":
            _patch_numbers(self.quota, rest, operation, QUOTA)
            _check_quota(self.quota)
        elif name == "apiStages":
            _patch_stages(self.api_stages, rest, operation)
        else:
            raise BadRequestException(f"Invalid patch path {operation['path']}")


def delete_usage_plan(original: Any, self: Any, usage_plan_id: str) -> None:
    """Refused while it has stages; its keys are without a plan afterwards.

    AWS: "DeleteUsagePlan" (Amazon API Gateway API reference)
    """
    if self.get_usage_plan(usage_plan_id).api_stages:
        raise BadRequestException(
            f"Cannot delete Usage Plan {usage_plan_id} because there are API Stages associated with it"
        )
    self.usage_plan_keys.pop(usage_plan_id, None)
    original(self, usage_plan_id)


def create_usage_plan_key(original: Any, self: Any, usage_plan_id: str, payload: dict[str, Any]) -> Any:
    """A key has one plan at most for each stage.

    AWS: "Usage plans and API keys for REST APIs in API Gateway"
    """
    plan, key_id = self.get_usage_plan(usage_plan_id), payload["keyId"]
    if key_id in self.usage_plan_keys.get(usage_plan_id, {}):
        raise ConflictException("Usage Plan Key already exists")
    stages = {(stage["apiId"], stage["stage"]) for stage in plan.api_stages}
    _check_one_plan(self, usage_plan_id, key_id, stages)
    return original(self, usage_plan_id, payload)


def delete_usage_plan_key(original: Any, self: Any, usage_plan_id: str, key_id: str) -> None:
    """404 for a key that is not in the plan; moto fails.

    AWS: "DeleteUsagePlanKey" (Amazon API Gateway API reference)
    """
    self.get_usage_plan_key(usage_plan_id, key_id)
    original(self, usage_plan_id, key_id)


def delete_api_key(original: Any, self: Any, api_key_id: str) -> None:
    """No plan has it any more.

    AWS: "DeleteApiKey" (Amazon API Gateway API reference)
    """
    original(self, api_key_id)
    for keys in self.usage_plan_keys.values():
        keys.pop(api_key_id, None)


def account(original: Any, self: Any) -> dict[str, Any]:
    """An account of today, which has usage plans.

    AWS: "Account" (Amazon API Gateway API reference)
    """
    answer: dict[str, Any] = original(self)
    return {**answer, "features": answer["features"] or ["UsagePlans"], "apiKeyVersion": "4"}


def default_method_settings(original: Any, self: Any) -> dict[str, Any]:
    """What a method's settings are before any is set: throttled as the account.

    AWS: "MethodSetting" (Amazon API Gateway API reference)
    """
    throttling = {"throttlingRateLimit": 10_000.0, "throttlingBurstLimit": 5_000}
    return {**original(self), **throttling, "cacheDataEncrypted": False}


def patch_method_setting(original: Any, self: Any, place: str, key: str, value: str) -> None:
    """The setting of a method whose path has its slashes plain, too, as Terraform sends it.

    AWS: "UpdateStage" (Amazon API Gateway API reference)
    """
    method, group, name = f"{place}/{key}".rsplit("/", 2)
    if self._method_settings_translations(f"{group}/{name}") is None:
        raise BadRequestException(f"Invalid method setting path: /{place}/{key}")
    original(self, method, f"{group}/{name}", value)


def get_usage(self: Any) -> str:
    """What the keys of a plan used, day by day; keys that were not used are left out.

    AWS: "GetUsage" (Amazon API Gateway API reference)
    """
    plan_id = self.path.split("/")[2]
    plan = self.backend.get_usage_plan(plan_id)
    start, end = self.querystring["startDate"][0], self.querystring["endDate"][0]
    asked = self.querystring.get("keyId", [None])[0]
    keys = [asked] if asked else sorted(self.backend.usage_plan_keys.get(plan_id, {}))
    return _usage(plan, keys, start, end)


def update_usage(self: Any) -> str:
    """A key may make so many more requests in the period that runs.

    AWS: "UpdateUsage" (Amazon API Gateway API reference)
    """
    _, _, plan_id, _, key_id, *_ = self.path.split("/")
    plan = self.backend.get_usage_plan(plan_id)
    self.backend.get_usage_plan_key(plan_id, key_id)
    quota, now_ms = _quota(plan), int(unix_time() * 1000)
    if quota is None:
        raise BadRequestException(f"Usage Plan {plan_id} has no quota")
    for operation in self._get_param("patchOperations") or []:
        if operation["path"] != "/remaining" or operation["op"] != "replace":
            raise BadRequestException(f"Invalid patch path {operation['path']}")
        if hooks.usage is not None:
            hooks.usage.set_remaining(plan_id, key_id, quota, int(operation["value"]), now_ms)
    today = date_of_day(day_of(now_ms))
    return _usage(plan, [key_id], today, today)


def import_api_keys(self: Any) -> Any:
    """Keys from a CSV file, each added to the usage plans that its line names.

    AWS: "API Gateway API key file format"
    """
    text = self.body.decode() if isinstance(self.body, bytes) else self.body
    created = []
    for line in csv.DictReader(io.StringIO(text), skipinitialspace=True):
        row = {str(name).strip().lower(): (value or "").strip() for name, value in line.items()}
        if not {"name", "key"} <= set(row):
            raise BadRequestException("The file must have the columns Name and key")
        enabled = row.get("enabled", "").lower() == "true"
        described = {"name": row["name"], "value": row["key"], "description": row.get("description", "")}
        key = self.backend.create_api_key({**described, "enabled": enabled})
        for plan_id in filter(None, row.get("usageplanids", "").split(",")):
            self.backend.create_usage_plan_key(plan_id.strip(), {"keyId": key.id, "keyType": "API_KEY"})
        created.append(key.id)
    return 201, {"status": 201}, json.dumps({"ids": created, "warnings": []})


def _usage(plan: Any, key_ids: list[str], start: str, end: str) -> str:
    try:
        first, last = day_of_date(start), day_of_date(end)
    except ValueError as error:
        raise BadRequestException(f"Invalid date specified: {error}") from error
    if last < first:
        raise BadRequestException("The start date must not be after the end date")
    values = {}
    for key_id in key_ids:
        days = hooks.usage.days(plan.id, key_id) if hooks.usage is not None else {}
        if days:
            values[key_id] = daily_log(days, _quota(plan), first, last)
    return json.dumps({"usagePlanId": plan.id, "startDate": start, "endDate": end, "values": values})


def _quota(plan: Any) -> Quota | None:
    if not plan.quota.get("period"):
        return None
    quota = plan.quota
    return Quota(int(quota.get("limit", 0)), QuotaPeriod(quota["period"]), int(quota.get("offset") or 0))


def _check_stage(backend: Any, api_id: str, stage: str) -> None:
    api = backend.apis.get(api_id)
    if api is None or stage not in api.stages:
        raise StageNotFound(f"API Stage not found: {api_id}:{stage}")


def _check_one_plan(backend: Any, plan_id: str, key_id: str, stages: set[tuple[str, str]]) -> None:
    for other in backend.usage_plans.values():
        taken = {(stage["apiId"], stage["stage"]) for stage in other.api_stages} & stages
        if other.id != plan_id and taken and key_id in backend.usage_plan_keys.get(other.id, {}):
            raise ConflictException(
                f"API Key {key_id} has Usage Plan {other.id} for API Stage {':'.join(min(taken))}"
            )


def _check_quota(quota: Mapping[str, Any]) -> None:
    """AWS: "QuotaSettings" (Amazon API Gateway API reference)."""
    period, offset = quota.get("period"), int(quota.get("offset") or 0)
    if period in LARGEST_OFFSET and not 0 <= offset <= LARGEST_OFFSET[period]:
        allowed = f"between 0 and {LARGEST_OFFSET[period]}" if LARGEST_OFFSET[period] else "zero"
        raise BadRequestException(f"Usage Plan quota offset must be {allowed} in the {period} period")


def _patch_numbers(
    values: dict[str, Any], name: str, operation: dict[str, Any], kinds: Mapping[str, Any]
) -> None:
    if operation["op"] == "remove":
        for each in [name] if name else list(values):
            values.pop(each, None)
    elif name in kinds:
        values[name] = kinds[name](operation["value"])
    else:
        raise BadRequestException(f"Invalid patch path {operation['path']}")


def _patch_stages(stages: list[dict[str, Any]], rest: str, operation: dict[str, Any]) -> None:
    """``/apiStages``, or ``/apiStages/{api}:{stage}/throttle/{path}/{method}/rateLimit`` below it.

    The path has its slashes escaped, or, as Terraform sends it, plain: ``…/throttle//pets/GET/rateLimit``.
    """
    if not rest:
        api_id, _, stage = operation["value"].partition(":")
        found = [each for each in stages if (each["apiId"], each["stage"]) == (api_id, stage)]
        if operation["op"] == "add" and not found:
            stages.append({"apiId": api_id, "stage": stage})
        for each in found if operation["op"] == "remove" else ():
            stages.remove(each)
        return
    place, _, below = rest.partition("/throttle")
    api_id, _, stage = place.partition(":")
    for each in stages:
        if (each["apiId"], each["stage"]) == (api_id, stage):
            _patch_method_limits(each.setdefault("throttle", {}), below.removeprefix("/"), operation)


def _patch_method_limits(methods: dict[str, Any], below: str, operation: dict[str, Any]) -> None:
    method, _, name = below.rpartition("/")
    if name not in LIMITS:
        method, name = below, ""
    method = unescaped(method)
    if operation["op"] == "remove" and not name:
        for each in [method] if method else list(methods):
            methods.pop(each, None)
    else:
        _patch_numbers(methods.setdefault(method, {}), name, operation, LIMITS)
