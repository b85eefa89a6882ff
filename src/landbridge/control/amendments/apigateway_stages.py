"""Stages: what may be patched and when, canaries and their promotion, caches that are flushed.

AWS: "Set up an API Gateway canary release deployment"
"""

from typing import Any

from moto.apigateway import urls
from moto.apigateway.exceptions import BadRequestException
from moto.apigateway.models import APIGatewayBackend, RestAPI, Stage
from moto.apigateway.responses import APIGatewayResponse

from landbridge.control.amendments.amend import add, amend
from landbridge.control.amendments.apigateway import unescaped
from landbridge.control.hooks import hooks

CANARY = "/canarySettings"
DEPLOYMENT = "/deploymentId"
CACHE_PATH = "{0}/restapis/(?P<function_id>[^/]+)/stages/(?P<stage_name>[^/]+)/cache/data$"
LOGGING = "/logging/loglevel"
DESTINATION = "/accessLogSettings/destinationArn"
NO_ROLE = "CloudWatch Logs role ARN must be set in account settings to enable logging"
NO_DEPLOYMENT = "Deployment id does not exist"


def install() -> None:
    """Amends moto's stages."""
    amend(APIGatewayBackend, "update_stage", update_stage)
    amend(APIGatewayResponse, "create_deployment", create_deployment)
    amend(Stage, "apply_operations", apply_operations)
    add(APIGatewayResponse, "flush_stage_cache", flush_stage_cache)
    urls.url_paths[CACHE_PATH] = APIGatewayResponse.dispatch


def update_stage(
    original: Any, self: Any, function_id: str, stage_name: str, patch_operations: list[dict[str, Any]]
) -> Any:
    """Refused where logs are turned on without a role to write them in, or a deployment does not exist.

    AWS: "Set up CloudWatch logging for REST APIs in API Gateway"; "UpdateStage" (Amazon API Gateway API
    reference)
    """
    api = self.get_rest_api(function_id)
    self.get_stage(function_id, stage_name)  # StageNotFoundException; moto would make one
    for operation in patch_operations:
        path, value = operation["path"], operation.get("value")
        if path in (DEPLOYMENT, f"{CANARY}{DEPLOYMENT}") and value and value not in api.deployments:
            raise BadRequestException(NO_DEPLOYMENT)
        if _turns_logs_on(path, value) and not self.account.cloudwatch_role_arn:
            raise BadRequestException(NO_ROLE)
    return original(self, function_id, stage_name, patch_operations)


def create_deployment(original: Any, self: Any) -> Any:
    """A deployment with canary settings is served by the stage's canary only.

    AWS: "CreateDeployment" (Amazon API Gateway API reference)
    """
    canary, name = self._get_param("canarySettings"), self._get_param("stageName")
    api = self.backend.get_rest_api(self.path.split("/")[2])
    stage = api.stages.get(name)
    if not canary or stage is None:
        return original(self)
    before = stage.deployment_id, stage.variables
    status, headers, body = original(self)
    stage.landbridge_canarySettings = {
        "useStageCache": False,
        "percentTraffic": 0.0,
        **canary,
        "deploymentId": stage.deployment_id,
    }
    stage.deployment_id, stage.variables = before
    return status, headers, body


def apply_operations(original: Any, self: Any, patch_operations: list[dict[str, Any]]) -> Any:
    """Every patch of a stage; moto ignores or refuses several.

    AWS: "Patch operations" (Amazon API Gateway API reference)
    """
    unknown = []
    for operation in patch_operations:
        path, kind = operation["path"], operation["op"]
        if kind == "copy":
            _promote(self, operation)
        elif path.startswith(CANARY):
            _patch_canary(self, operation)
        elif path == "/clientCertificateId":
            self.landbridge_clientCertificateId = operation.get("value")
        elif kind == "remove" and path.lstrip("/") in self.method_settings:
            del self.method_settings[path.lstrip("/")]
        elif path.startswith(("/variables/", "/accessLogSettings/")) and kind == "add":
            unknown.append({**operation, "op": "replace"})
        else:
            unknown.append(operation)
    return original(self, unknown)


def flush_stage_cache(self: Any) -> Any:
    """AWS: "FlushStageCache" (Amazon API Gateway API reference)."""
    *_, api_id, _, name, _, _ = self.path.split("/")
    self.backend.get_stage(api_id, name)
    if hooks.flush_stage is not None:
        hooks.flush_stage(api_id, name)
    return 202, {"status": 202}, ""


def active_deployments(api: RestAPI) -> set[str]:
    """The ids of all deployments that stages and their canaries serve."""
    canaries = (each.__dict__.get("landbridge_canarySettings") or {} for each in api.stages.values())
    stages = {str(each.deployment_id) for each in api.stages.values()}
    return stages | {canary["deploymentId"] for canary in canaries if canary.get("deploymentId")}


def _turns_logs_on(path: str, value: Any) -> bool:
    return (path.endswith(LOGGING) and value in ("INFO", "ERROR")) or (path == DESTINATION and bool(value))


def _promote(stage: Any, operation: dict[str, Any]) -> None:
    """What the canary serves becomes what the stage serves.

    AWS: "Promote a canary release"
    """
    canary = stage.__dict__.get("landbridge_canarySettings") or {}
    source = operation.get("from", "").removeprefix(f"{CANARY}/")
    if source == "deploymentId" and operation["path"] == DEPLOYMENT and canary.get("deploymentId"):
        stage.deployment_id = canary["deploymentId"]
    elif source == "stageVariableOverrides" and operation["path"] == "/variables":
        stage.variables = {**stage.variables, **canary.get("stageVariableOverrides", {})}
    else:
        raise BadRequestException(f"Invalid patch path  '{operation['path']}' specified for op 'copy'.")


def _patch_canary(stage: Any, operation: dict[str, Any]) -> None:
    name, _, variable = operation["path"].removeprefix(CANARY).lstrip("/").partition("/")
    settings = stage.__dict__.setdefault("landbridge_canarySettings", {})
    value = operation.get("value")
    if not name:
        del stage.landbridge_canarySettings
    elif variable:
        overrides = settings.setdefault("stageVariableOverrides", {})
        overrides.pop(unescaped(variable), None)
        if operation["op"] != "remove":
            overrides[unescaped(variable)] = value
    elif operation["op"] == "remove":
        settings.pop(name, None)
    else:
        settings[name] = _TYPES.get(name, str)(value)


_TYPES: dict[str, Any] = {
    "percentTraffic": float,
    "useStageCache": lambda value: str(value).lower() == "true",
}
