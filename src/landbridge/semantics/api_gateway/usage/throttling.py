"""Token buckets, and which of them a request must get a token from.

AWS: "Throttle requests to your REST APIs for better throughput in API Gateway"
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from landbridge.model.api_gateway import Method, Resource, RestApi, Stage
from landbridge.model.api_gateway_usage import (
    ANY_METHOD,
    ANY_PATH,
    ApiKey,
    MethodThrottle,
    Throttle,
    Usage,
    UsagePlan,
)

NEARLY_ONE = 1 - 1e-9
"""Adding up fractions of a token may lose a little."""


class Level(StrEnum):
    """What a limit is set for, in the order in which limits apply.

    AWS: "Throttle requests to your REST APIs for better throughput in API Gateway"
    """

    PLAN_METHOD = "method in usage plan"
    PLAN = "usage plan"
    STAGE_METHOD = "method in stage"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Limit:
    """A token bucket that a request must get a token from."""

    level: Level
    bucket: tuple[str, ...]
    """Whose bucket it is: requests that share it have the same."""
    throttle: Throttle


class Bucket(NamedTuple):
    """What a token bucket held at some time."""

    tokens: float
    epoch_ms: int


Buckets = Mapping[tuple[str, ...], Bucket]


def take(buckets: Buckets, limits: tuple[Limit, ...], epoch_ms: int) -> Limit | dict[tuple[str, ...], Bucket]:
    """The buckets after a request has taken a token from each, or the first limit that has none left.

    A bucket is full when it is first used. A request that is refused takes no token from any.

    AWS: "Throttle requests to your REST APIs for better throughput in API Gateway"
    """
    taken = {}
    for limit in limits:
        throttle, now = limit.throttle, epoch_ms
        tokens: float = throttle.burst
        before = buckets.get(limit.bucket)
        if before is not None:
            held, since = before
            if since > now:  # the clock was set back, or an authorizer took its time
                now = since
            held += throttle.rate * (now - since) / 1000
            if held < tokens:
                tokens = held
        if tokens < NEARLY_ONE:
            return limit
        taken[limit.bucket] = Bucket(tokens - 1, now)
    return taken


def limits_on(
    usage: Usage, api: RestApi, stage: Stage, resource: Resource, method: Method
) -> tuple[Limit, ...]:
    """The limits on every request to a method, whoever makes it: the stage's, then the account's."""
    account = usage.account_throttle
    limits = list(_stage_limit(account, api, stage, resource, method))
    if account is not None:
        limits.append(Limit(Level.ACCOUNT, (Level.ACCOUNT,), account))
    return tuple(limits)


def limits_by_plan(
    plan: UsagePlan, key: ApiKey, api: RestApi, stage: Stage, resource: Resource, method: Method
) -> tuple[Limit, ...]:
    """The limits of a usage plan on an API key: for the method, then over all of the plan's stages."""
    limits = []
    for each in plan.stages:
        if (each.rest_api_id, each.stage) == (api.id, stage.name):
            own = method_throttle(each.throttles, resource, method)
            if own is not None and own.throttle is not None:
                place = (plan.id, key.id, api.id, stage.name, resource.path, method.http_method)
                limits.append(Limit(Level.PLAN_METHOD, (Level.PLAN_METHOD, *place), own.throttle))
    if plan.throttle is not None:
        limits.append(Limit(Level.PLAN, (Level.PLAN, plan.id, key.id), plan.throttle))
    return tuple(limits)


def method_throttle(
    throttles: tuple[MethodThrottle, ...], resource: Resource, method: Method
) -> MethodThrottle | None:
    """The settings in force for a method: its own, else those for all of them.

    AWS: "Set up a stage for a REST API in API Gateway"
    """
    places = {(each.path, each.http_method): each for each in throttles}
    return places.get((resource.path, method.http_method)) or places.get((ANY_PATH, ANY_METHOD))


def _stage_limit(
    account: Throttle | None, api: RestApi, stage: Stage, resource: Resource, method: Method
) -> Iterator[Limit]:
    """Every method has its own bucket, also where one setting is for all; never wider than the account's."""
    own = method_throttle(stage.throttles, resource, method)
    if own is None or own.throttle is None:
        return
    throttle = own.throttle
    if account is not None and throttle.rate >= account.rate and throttle.burst >= account.burst:
        return
    place = (api.id, stage.name, resource.path, method.http_method)
    yield Limit(Level.STAGE_METHOD, (Level.STAGE_METHOD, *place), throttle)
