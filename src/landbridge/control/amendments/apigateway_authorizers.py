"""Authorizers: their limits, every patch of them, and the flushing of what a stage keeps of their answers."""

import json
from typing import Any

from moto.apigateway import urls
from moto.apigateway.exceptions import BadRequestException
from moto.apigateway.models import Authorizer
from moto.apigateway.responses import APIGatewayResponse

from landbridge.control.amendments.amend import add, amend
from landbridge.control.hooks import hooks

LONGEST_TTL_S = 3600
CACHE_PATH = r"{0}/restapis/(?P<function_id>[^/]+)/stages/(?P<stage_name>[^/]+)/cache/authorizers/?$"


def install() -> None:
    """Amends moto's authorizers."""
    amend(APIGatewayResponse, "create_authorizer", create_authorizer)
    amend(Authorizer, "apply_operations", apply_operations)
    add(APIGatewayResponse, "flush_stage_authorizers_cache", flush_stage_authorizers_cache)
    urls.url_paths[CACHE_PATH] = APIGatewayResponse.dispatch


def create_authorizer(original: Any, self: Any) -> Any:
    """Refused where answers would be kept too long, or for nobody knows whom; with its validation expression.

    moto takes anything, and loses the validation expression.

    AWS: "CreateAuthorizer" (Amazon API Gateway API reference)
    """
    ttl = self._get_param("authorizerResultTtlInSeconds")
    _check_ttl(300 if ttl is None else int(ttl))
    caches = ttl is None or int(ttl) > 0
    if self._get_param("type") == "REQUEST" and caches and not self._get_param("identitySource"):
        raise BadRequestException("Identity source is required for REQUEST authorizers with caching enabled")
    if self._get_param("type") == "TOKEN" and not self._get_param("identitySource"):
        raise BadRequestException("Identity source is required for TOKEN authorizers")
    status, headers, body = original(self)
    created = self.backend.get_authorizer(self.path.split("/")[2], json.loads(body)["id"])
    created.identity_validation_expression = self._get_param("identityValidationExpression")
    return status, headers, json.dumps(created.to_json())


def apply_operations(original: Any, self: Any, patch_operations: list[dict[str, Any]]) -> Any:
    """Every patch of an authorizer; moto fails at provider ARNs, and at removals.

    AWS: "Patch operations" (Amazon API Gateway API reference)
    """
    known = []
    for operation in patch_operations:
        path, value = operation["path"], operation.get("value")
        if path.startswith("/providerARNs"):
            self.provider_arns = _patched_list(self.provider_arns or [], operation["op"], value)
            continue
        if path == "/authorizerResultTtlInSeconds":
            _check_ttl(int(value or 0))
        known.append({**operation, "value": value})
    return original(self, known)


def flush_stage_authorizers_cache(self: Any) -> Any:
    """Nothing is kept of the answers of a stage's authorizers any more; moto has no such call.

    AWS: "FlushStageAuthorizersCache" (Amazon API Gateway API reference)
    """
    _, _, api_id, _, stage_name, *_ = self.path.split("/")
    self.backend.get_stage(api_id, stage_name)
    if hooks.flush_authorizers is not None:
        hooks.flush_authorizers(api_id, stage_name)
    return 202, {"status": 202}, json.dumps({})


def _check_ttl(ttl_s: int) -> None:
    if not 0 <= ttl_s <= LONGEST_TTL_S:
        raise BadRequestException(
            f"Authorizer result TTL must be between 0 and {LONGEST_TTL_S} seconds, not {ttl_s}"
        )


def _patched_list(arns: list[str], operation: str, value: str | None) -> list[str]:
    if operation == "replace":
        return [arn.strip() for arn in (value or "").split(",")]
    others = [arn for arn in arns if arn != value]
    return others if operation == "remove" or value is None else [*others, value]
