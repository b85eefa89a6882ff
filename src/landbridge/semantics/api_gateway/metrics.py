"""The CloudWatch metrics that a request to an API leaves, told from the hops of its journey.

AWS: "Amazon API Gateway dimensions and metrics"
"""

from dataclasses import dataclass

from landbridge.model.api_gateway import RestApi, Stage
from landbridge.semantics.api_gateway.method_cache import has_cache
from landbridge.semantics.api_gateway.stage_settings import NOTHING_SET, compile_places
from landbridge.semantics.api_gateway.watching import INTEGRATION_LATENCY
from landbridge.semantics.world import World
from landbridge.trace.decision import Hop, Hops, Step

NAMESPACE = "AWS/ApiGateway"
STAGE, METHOD = "AWS::ApiGateway::Stage", "AWS::ApiGateway::Method"
COUNT, MILLISECONDS = "Count", "Milliseconds"
Dimensions = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """A request that has been answered."""

    hops: Hops
    status: int
    epoch_ms: int
    duration_ms: float


@dataclass(frozen=True, slots=True)
class MetricValue:
    """One value of one metric."""

    name: str
    value: float
    unit: str
    dimensions: Dimensions
    epoch_ms: int


def request_metrics(world: World, answered: Answered) -> tuple[MetricValue, ...]:
    """What the request adds to the metrics of its API, its stage and, where they are detailed, its method.

    Requests that reach no stage add nothing. There is an integration latency where the stage logs or has
    detailed metrics.
    AWS: "Amazon API Gateway dimensions and metrics"
    """
    hop = next((hop for hop in answered.hops if hop.component.type == STAGE), None)
    api_id, _, stage_name = hop.component.id.partition("/") if hop is not None else ("", "", "")
    found = _stage(world, api_id, stage_name)
    if hop is None or found is None:
        return ()
    api, stage = found
    values = _values(world, stage, answered)
    places = _dimensions(world, api, stage, hop)
    return tuple(
        MetricValue(name, value, unit, dimensions, answered.epoch_ms)
        for dimensions in places
        for name, value, unit in values
    )


def _stage(world: World, api_id: str, name: str) -> tuple[RestApi, Stage] | None:
    for api in world.topology.api_gateway.rest_apis:
        for stage in api.stages if api.id == api_id else ():
            if stage.name == name:
                return api, stage
    return None


def _values(world: World, stage: Stage, answered: Answered) -> list[tuple[str, float, str]]:
    """Errors are 0 or 1 for every request, so that their average is a rate."""
    kind = answered.status // 100
    values = [
        ("Count", 1.0, COUNT),
        ("4XXError", float(kind == 4), COUNT),
        ("5XXError", float(kind == 5), COUNT),
        ("Latency", round(answered.duration_ms), MILLISECONDS),
    ]
    if world.once(has_cache, stage.settings):
        hit = _fact(answered.hops, Step.METHOD_CACHE, "cache") == "hit"
        values += [("CacheHitCount", float(hit), COUNT), ("CacheMissCount", float(not hit), COUNT)]
    latency = _fact(answered.hops, None, INTEGRATION_LATENCY).removesuffix(" ms")
    return [*values, ("IntegrationLatency", float(latency), MILLISECONDS)] if latency else values


def _dimensions(world: World, api: RestApi, stage: Stage, hop: Hop) -> list[Dimensions]:
    of_api = (("ApiName", api.name),)
    of_stage = (*of_api, ("Stage", stage.name))
    cited = hop.decision.cited
    if cited is None or cited.type != METHOD:
        return [of_api, of_stage]
    http_method, _, path = cited.id.partition(" ")
    places = world.once(compile_places, stage.settings)
    every = places.get(("*", "*"), NOTHING_SET)
    if not places.get((path, http_method), every).metrics:
        return [of_api, of_stage]
    return [
        of_api,
        of_stage,
        (("ApiName", api.name), ("Method", http_method), ("Resource", path), ("Stage", stage.name)),
    ]


def _fact(hops: Hops, step: Step | None, name: str) -> str:
    """A fact of the last hop about a step, or of any hop; empty where there is none."""
    for hop in reversed(hops):
        if step is None or hop.step is step:
            for key, value in hop.decision.facts:
                if key == name:
                    return value
    return ""
