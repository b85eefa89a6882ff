"""The API key of a request, and the usage plan that lets it into the stage.

AWS: "Choose an API key source in API Gateway"
"""

from dataclasses import dataclass

from landbridge.model.api_gateway_usage import ApiKey, Usage, UsagePlan
from landbridge.semantics.api_gateway.request import MethodRequest, method_reference, stage_reference
from landbridge.trace.codes import GatewayResponseType
from landbridge.trace.decision import Decision, Hop, ResourceRef, Step, allowed, denied, not_modelled

SHOWN = 6
"""How many characters of a key AWS shows, at its end."""
FROM_AUTHORIZER = "AUTHORIZER"


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Whose request it is: a key that may call the stage, and the plan that says so."""

    key: ApiKey
    plan: UsagePlan
    hop: Hop


def identify(request: MethodRequest) -> Subscriber | Hop:
    """The key that a request to a method that requires one brings; a hop that denies where it brings none.

    AWS: "Choose an API key source in API Gateway"
    """
    call = request.call
    from_authorizer = call.stage.deployment.api_key_source == FROM_AUTHORIZER
    value = _named_by_authorizer(request) if from_authorizer else call.request.header("x-api-key") or ""
    section = request.world.topology.api_gateway
    if section.usage.unread:
        return _hop(
            request,
            not_modelled("API keys and usage plans that could not be read", method_reference(request.match)),
        )
    key = request.world.once(compile_keys, section.usage).get(value)
    if key is None or not key.enabled:
        return _hop(request, _invalid(request, value, key, from_authorizer))
    plan = request.world.once(compile_plans, section.usage).get((key.id, call.api.id, call.stage.name))
    if plan is None:
        return _hop(request, _without_plan(request, key, section.usage))
    hop = request.world.remember(
        ("API key", plan.id, key.id, call.api.id, call.stage.name),
        lambda: _hop(request, allowed(key_reference(key), ("usage plan", plan_name(plan)))),
    )
    return Subscriber(key, plan, hop)


def compile_keys(usage: Usage) -> dict[str, ApiKey]:
    """API keys by their values; compile once with ``world.once``."""
    return {key.value: key for key in usage.api_keys}


def compile_plans(usage: Usage) -> dict[tuple[str, str, str], UsagePlan]:
    """Usage plans by API key and stage, of which there is one at most; compile once with ``world.once``.

    AWS: "Usage plans and API keys for REST APIs in API Gateway"
    """
    return {
        (key_id, stage.rest_api_id, stage.stage): plan
        for plan in reversed(usage.usage_plans)
        for stage in plan.stages
        for key_id in plan.key_ids
    }


def masked(value: str) -> str:
    """A key as execution logs show it."""
    return "*" * (len(value) - SHOWN) + value[-SHOWN:] if len(value) > SHOWN else "*" * len(value)


def key_reference(key: ApiKey) -> ResourceRef:
    """The key as the thing cited; its value stays unsaid."""
    return ResourceRef("AWS::ApiGateway::ApiKey", key.id)


def plan_name(plan: UsagePlan) -> str:
    """The plan by its name and id."""
    return f"{plan.name} ({plan.id})" if plan.name else plan.id


def _named_by_authorizer(request: MethodRequest) -> str:
    """AWS: "Output from an API Gateway Lambda authorizer"."""
    return request.authorization.usage_identifier_key


def _hop(request: MethodRequest, decision: Decision) -> Hop:
    return Hop(stage_reference(request.world, request.call), Step.API_KEY, decision)


def _invalid(request: MethodRequest, value: str, key: ApiKey | None, from_authorizer: bool) -> Decision:
    """No key, none of this account's, or one that is switched off."""
    source = "usageIdentifierKey" if from_authorizer else "x-api-key"
    cited = method_reference(request.match) if key is None else key_reference(key)
    state = "none" if not value else f"{masked(value)}, {'disabled' if key else 'unknown'}"
    facts = (("API key required", "true"), (source, state))
    remedy = _remedy(request, value, key, from_authorizer)
    return denied(GatewayResponseType.INVALID_API_KEY, cited, *facts, remedy=remedy)


def _remedy(request: MethodRequest, value: str, key: ApiKey | None, from_authorizer: bool) -> str:
    if key is not None:
        return f"Enable API key {key.id}"
    if value in {each.id for each in request.world.topology.api_gateway.usage.api_keys}:
        return f"What was sent is the id of API key {value}: send its value"
    if value:
        return "Send the value of an API key that exists, or create a key with this value"
    if from_authorizer:
        return (
            "The API takes the key from its Lambda authorizer: have that return the value of an API key as "
            "usageIdentifierKey"
        )
    return "Send the value of an API key in the header x-api-key"


def _without_plan(request: MethodRequest, key: ApiKey, usage: Usage) -> Decision:
    """AWS: "How do I troubleshoot HTTP 403 errors from API Gateway?"."""
    stage = f"{request.call.api.id}/{request.call.stage.name}"
    method = f"{request.match.method.http_method} {request.match.resource.path}"
    log = (
        f"API Key {masked(key.value)} not authorized because method '{method}' requires API Key and API Key "
        f"is not associated with a Usage Plan for API Stage {stage}: "
        "No Usage Plan found for key and API Stage"
    )
    plans = [plan for plan in usage.usage_plans if key.id in plan.key_ids]
    remedy = f"Add API key {key.id} to a usage plan that has stage {stage}"
    if plans:
        names = ", ".join(map(plan_name, plans))
        remedy = f"Add stage {stage} to a usage plan of API key {key.id}: {names}"
    facts = (("stage", stage), ("usage plans of the key", ", ".join(map(plan_name, plans)) or "none"))
    return denied(
        GatewayResponseType.INVALID_API_KEY, key_reference(key), *facts, ("execution log", log), remedy=remedy
    )
