"""The settings of a stage that hold for one method.

AWS: "Set up a stage for a REST API in API Gateway"
"""

from landbridge.model.api_gateway_stages import MethodSettings, StageSettings
from landbridge.model.api_gateway_usage import ANY_METHOD, ANY_PATH
from landbridge.semantics.api_gateway.routing import Match
from landbridge.semantics.world import World

NOTHING_SET = MethodSettings()
Places = dict[tuple[str, str], MethodSettings]


def method_settings(world: World, settings: StageSettings, match: Match | None) -> MethodSettings:
    """The method's own settings, or else those of all methods; the latter too where no method is known.

    AWS: "MethodSetting" (Amazon API Gateway API reference)
    """
    places = world.once(compile_places, settings)
    if match is not None:
        path = match.resource.path
        for http_method in (match.http_method, match.method.http_method, ANY_METHOD):
            own = places.get((path, http_method))
            if own is not None:
                return own
    return places.get((ANY_PATH, ANY_METHOD), NOTHING_SET)


def compile_places(settings: StageSettings) -> Places:
    """Settings by path and method; compile once with ``world.once``."""
    return {(each.path, each.http_method): each for each in settings.methods}
