"""Which release of a stage serves a request: what is deployed to it, or its canary.

AWS: "Set up an API Gateway canary release deployment"
"""

from dataclasses import replace

from landbridge.model.api_gateway import Stage
from landbridge.model.exchange import Moment
from landbridge.semantics.api_gateway.request import ApiRequest
from landbridge.semantics.world import World

DRAWN_DIGITS = 8
"""Of the trace id, which is drawn for each request."""
DRAWS = 0x100000000


def choose_release(world: World, call: ApiRequest, moment: Moment) -> tuple[World, ApiRequest]:
    """The request as its release serves it; what is remembered of one release says nothing of the other.

    AWS: "Set up an API Gateway canary release deployment"
    """
    canary = call.stage.canary
    if canary is None or not falls_to_canary(moment, canary.percent_traffic):
        return world, call
    key = (call.api.id, call.stage.name)
    released = world.remember(("canary stage", *key), lambda: canary_stage(call.stage))
    own_world = world.remember(("canary world", *key), lambda: World(world.topology))
    return own_world, replace(call, stage=released, is_canary=True)


def falls_to_canary(moment: Moment, percent_traffic: float) -> bool:
    """Whether a request is among so many in a hundred; the same whenever it is asked."""
    drawn = int(moment.trace_id[-DRAWN_DIGITS:], 16)
    return drawn * 100 < percent_traffic * DRAWS


def canary_stage(stage: Stage) -> Stage:
    """The stage with its canary's deployment and variables.

    AWS: "CanarySettings" (Amazon API Gateway API reference)
    """
    assert stage.canary is not None
    variables = dict(stage.variables) | dict(stage.canary.variables)
    return replace(stage, deployment=stage.canary.deployment, variables=tuple(sorted(variables.items())))
