"""Whether a request may be made now: its API key, its plan's quota, every limit on how often.

AWS: "Throttle requests to your REST APIs for better throughput in API Gateway"
"""

from dataclasses import dataclass, replace

from landbridge.model.api_gateway_usage import Quota, Throttle
from landbridge.semantics.api_gateway.authorization.admission import Admission, Admitted, Barred
from landbridge.semantics.api_gateway.gateway_responses import (
    invalid_api_key,
    limit_exceeded,
    too_many_requests,
)
from landbridge.semantics.api_gateway.refusal import configuration_error
from landbridge.semantics.api_gateway.request import MethodRequest, stage_reference
from landbridge.semantics.api_gateway.usage.api_keys import Subscriber, identify, masked, plan_name
from landbridge.semantics.api_gateway.usage.metering import CountUsage, Meter, UsageCounted, UsageExceeded
from landbridge.semantics.api_gateway.usage.throttling import Level, Limit, limits_by_plan, limits_on
from landbridge.semantics.needs import Steps
from landbridge.trace.codes import GatewayResponseType
from landbridge.trace.decision import (
    Decision,
    Hop,
    ResourceRef,
    Step,
    Verdict,
    allowed,
    denied,
)


def check_usage(admitted: Admitted) -> Steps[Admission]:
    """The request with its API key, counted; or 403 without a valid one, 429 where a limit is reached.

    A request to a method that requires no key counts for no usage plan.

    AWS: "Throttle requests to your REST APIs for better throughput in API Gateway"
    """
    request, hops = admitted.request, admitted.hops
    subscriber: Subscriber | None = None
    if request.match.method.api_key_required:
        found = identify(request)
        if isinstance(found, Hop):
            unknown = found.decision.verdict is Verdict.NOT_MODELLED
            return Barred(request, hops, found, configuration_error() if unknown else invalid_api_key())
        subscriber, hops = found, (*hops, found.hop)
        request = replace(request, authorization=replace(request.authorization, api_key=found.key))
        admitted = Admitted(request, hops)
    count = _what_counts(request, subscriber)
    if count is None:
        return admitted
    outcome = yield CountUsage(count.limits, count.meter, request.moment.epoch_ms)
    if isinstance(outcome, UsageExceeded):
        return _barred(admitted, subscriber, outcome.limit)
    assert isinstance(outcome, UsageCounted)
    hop = count.hop if outcome.remaining is None else _within_quota(count, outcome.remaining)
    return admitted if hop is None else Admitted(request, (*hops, hop))


@dataclass(frozen=True, slots=True)
class _Count:
    """What a request counts for, whoever makes it with one key."""

    limits: tuple[Limit, ...]
    meter: Meter | None
    hop: Hop | None
    """Tells the limits; None where there is none but the account's."""


def _what_counts(request: MethodRequest, subscriber: Subscriber | None) -> _Count | None:
    """Found once for a method and an API key."""
    call, match = request.call, request.match
    key_id = "" if subscriber is None else subscriber.key.id
    return request.world.remember(
        ("usage", call.api.id, call.stage.name, match.resource.path, match.method.http_method, key_id),
        lambda: _find_what_counts(request, subscriber),
    )


def _find_what_counts(request: MethodRequest, subscriber: Subscriber | None) -> _Count | None:
    call, match = request.call, request.match
    usage = request.world.topology.api_gateway.usage
    limits = limits_on(usage, call.api, call.stage, match.resource, match.method)
    meter = None
    if subscriber is not None:
        plan, key = subscriber.plan, subscriber.key
        limits = (*limits_by_plan(plan, key, call.api, call.stage, match.resource, match.method), *limits)
        meter = Meter(plan.id, key.id, plan.quota)
    told = [(f"limit of {limit.level}", _words(limit.throttle)) for limit in limits]
    if meter is not None and meter.quota is not None:
        told.append(("quota", _quota_words(meter.quota)))
    own = any(limit.level is not Level.ACCOUNT for limit in limits) or meter is not None
    stage = stage_reference(request.world, call)
    hop = Hop(stage, Step.THROTTLING, allowed(stage, *told)) if own and told else None
    return _Count(limits, meter, hop) if limits or meter is not None else None


def _within_quota(count: _Count, remaining: int) -> Hop:
    assert count.hop is not None
    decision = count.hop.decision
    facts = (*decision.facts, ("left of the quota", str(remaining)))
    return replace(count.hop, decision=replace(decision, facts=facts))


def _words(throttle: Throttle) -> str:
    return f"{throttle.rate:g} requests per second, burst {throttle.burst}"


def _quota_words(quota: Quota) -> str:
    return f"{quota.limit} per {quota.period}"


def _barred(admitted: Admitted, subscriber: Subscriber | None, limit: Limit | None) -> Barred:
    """429: too fast, or the quota is used up."""
    request = admitted.request
    if limit is None:
        assert subscriber is not None
        decision, error = _quota_used_up(request, subscriber), limit_exceeded()
    else:
        decision, error = _too_fast(request, subscriber, limit), too_many_requests()
    hop = Hop(stage_reference(request.world, request.call), Step.THROTTLING, decision)
    return Barred(request, admitted.hops, hop, error)


def _quota_used_up(request: MethodRequest, subscriber: Subscriber) -> Decision:
    """AWS: "How do I troubleshoot Exceeded throttle limit or Exceeded quota limit errors?"."""
    plan, key, call = subscriber.plan, subscriber.key, request.call
    quota = plan.quota
    assert quota is not None
    log = (
        f"API Key {masked(key.value)} exceeded quota limit for API Stage {call.api.id}/{call.stage.name}: "
        f"Key quota exhausted for Usage Plan ID {plan.id}. Limit: {quota.limit} Period: {quota.period}"
    )
    return denied(
        GatewayResponseType.QUOTA_EXCEEDED,
        ResourceRef("AWS::ApiGateway::UsagePlan", plan.id),
        ("quota", _quota_words(quota)),
        ("API key", key.id),
        ("execution log", log),
        remedy=f"Wait until the next {quota.period} begins, raise the quota of usage plan {plan_name(plan)}, "
        f"or grant key {key.id} more with UpdateUsage",
    )


def _too_fast(request: MethodRequest, subscriber: Subscriber | None, limit: Limit) -> Decision:
    """AWS: "How do I troubleshoot Exceeded throttle limit or Exceeded quota limit errors?"."""
    return denied(
        GatewayResponseType.THROTTLED,
        _cited(request, subscriber, limit),
        ("limit of", str(limit.level)),
        ("allowed", _words(limit.throttle)),
        ("execution log", _throttled_log(request, subscriber, limit)),
        remedy=_slower(request, subscriber, limit),
    )


def _cited(request: MethodRequest, subscriber: Subscriber | None, limit: Limit) -> ResourceRef:
    if limit.level is Level.ACCOUNT:
        return ResourceRef("AWS::ApiGateway::Account", request.world.topology.account_id)
    if limit.level is Level.STAGE_METHOD or subscriber is None:
        return stage_reference(request.world, request.call)
    return ResourceRef("AWS::ApiGateway::UsagePlan", subscriber.plan.id)


def _throttled_log(request: MethodRequest, subscriber: Subscriber | None, limit: Limit) -> str:
    call, match = request.call, request.match
    place = (
        f"RestApi {call.api.id}, Stage {call.stage.name}, Resource {match.resource.id}, "
        f"HttpMethod {match.http_method}. Limit: {limit.throttle.rate:.2f} Burst: {limit.throttle.burst}"
    )
    if subscriber is None or limit.level not in (Level.PLAN, Level.PLAN_METHOD):
        return f"Key throttle limit exceeded for {place}"
    return (
        f"API Key {masked(subscriber.key.value)} exceeded throttle limit for API Stage "
        f"{call.api.id}/{call.stage.name}: Key throttle limit exceeded for Usage Plan ID "
        f"{subscriber.plan.id}, {place}"
    )


def _slower(request: MethodRequest, subscriber: Subscriber | None, limit: Limit) -> str:
    wait = "Send requests more slowly and repeat this one after a pause"
    if limit.level is Level.ACCOUNT:
        return f"{wait}, or ask AWS to raise the account's limit"
    if limit.level is Level.STAGE_METHOD or subscriber is None:
        method = f"{request.match.method.http_method} {request.match.resource.path}"
        return f"{wait}, or raise the throttling of {method} in stage {request.call.stage.name}"
    return f"{wait}, or raise the throttling in usage plan {plan_name(subscriber.plan)}"
