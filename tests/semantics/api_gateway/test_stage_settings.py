import pytest
from tests import topologies
from tests.semantics.api_gateway.calls import call, matched, with_stage

from landbridge.model.api_gateway_stages import MethodSettings, StageSettings
from landbridge.semantics.api_gateway.stage_settings import method_settings
from landbridge.semantics.world import World

EVERY = MethodSettings(cache_ttl_s=1)
OWN = MethodSettings("/api/{proxy+}", "GET", cache_ttl_s=2)
ANY = MethodSettings("/api/{proxy+}", "ANY", cache_ttl_s=3)
OTHER = MethodSettings("/api/{proxy+}", "POST", cache_ttl_s=4)


@pytest.mark.parametrize(
    ("methods", "ttl_s"),
    [((), 300), ((EVERY,), 1), ((EVERY, OWN, ANY), 2), ((EVERY, ANY), 3), ((EVERY, OTHER), 1)],
)
def test_a_method_s_own_settings_win_over_those_of_all_methods(
    methods: tuple[MethodSettings, ...], ttl_s: int
) -> None:
    settings = StageSettings(methods=methods)
    topology = with_stage(topologies.private_app(), settings=settings)
    world, made = World(topology), call(topology)
    assert method_settings(world, settings, matched(topology, made).match).cache_ttl_s == ttl_s


def test_where_no_method_is_known_the_settings_of_all_hold() -> None:
    settings = StageSettings(methods=(EVERY, OWN))
    assert method_settings(World(topologies.private_app()), settings, None) is EVERY
