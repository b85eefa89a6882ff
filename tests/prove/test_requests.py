"""Requests that have to be told apart: comparing with the journey found each of these missing once."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests import topologies as known

from landbridge.model.api_gateway import Deployment, Method, Resource
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import FixedResponseAction, Rule, RuleCondition
from landbridge.model.policy import Condition, PolicyDocument
from landbridge.model.topology import Topology
from landbridge.prove.reach.exposures import Account
from landbridge.prove.reach.paths import paths_of, resources_of
from landbridge.prove.reach.requests import api_requests
from landbridge.prove.texts import TooManyCellsError

ARN = f"arn:aws:execute-api:{known.REGION}:{known.ACCOUNT}:{known.API}"


def api(*resources: tuple[str, tuple[str, ...]], policy: PolicyDocument | None = None) -> Topology:
    """The article's account whose API has these resources and methods."""
    mock = known.mock_integration()
    built = tuple(
        Resource(f"r{number}", path, tuple(Method(name, integration=mock) for name in methods))
        for number, (path, methods) in enumerate(resources)
    )
    topology = known.private_app()
    [found] = topology.api_gateway.rest_apis
    deployment = Deployment("d0", built, policy or known.resource_policy())
    changed = replace(found, stages=(replace(found.stages[0], deployment=deployment),))
    return replace(topology, api_gateway=replace(topology.api_gateway, rest_apis=(changed,)))


def asked(topology: Topology) -> Iterator[tuple[str, str]]:
    """Methods and paths that are tried by the API's own name."""
    for each in api_requests(topology, topology.network.vpc_endpoints[0]):
        if each.request.header("host") == known.DOMAIN:
            yield each.request.method, each.request.target


def allow(*resources: str) -> PolicyDocument:
    return PolicyDocument(
        (known.statement(principals=(("*", "*"),), actions=("execute-api:Invoke",), resources=resources),)
    )


def test_any_stands_for_a_method_that_has_no_own_one() -> None:
    tried = set(asked(api(("/orders", ("ANY", "GET")))))
    assert {method for method, _ in tried} == {"GET", "DELETE"}


def test_every_method_that_a_policy_names_is_tried() -> None:
    policy = allow(f"{ARN}/*/POST/*", f"{ARN}/*/PUT/orders")
    methods = {method for method, _ in asked(api(("/orders", ("ANY",)), policy=policy))}
    assert methods == {"GET", "POST", "PUT"}


@pytest.mark.parametrize(("pattern", "path"), [("/live/*/api/*", "/api/"), ("/live/GET/api", "/api")])
def test_slashes_that_resources_do_not_see_count_in_policies(pattern: str, path: str) -> None:
    assert ("GET", path) in asked(api(("/api", ("GET",)), policy=allow(ARN + pattern)))


def test_two_slashes_in_a_row_in_a_policy_leave_everything_unknown() -> None:
    with pytest.raises(TooManyCellsError, match="two slashes"):
        list(asked(api(("/api", ("GET",)), policy=allow(f"{ARN}/live/*//api"))))


def test_a_greedy_resource_is_tried_where_no_other_resource_takes_the_path() -> None:
    topology = api(("/api", ("GET",)), ("/{proxy+}", ("GET",)), policy=allow(f"{ARN}/live/*/api/*"))
    deployment = topology.api_gateway.rest_apis[0].stages[0].deployment
    paths = paths_of(deployment, resources_of(deployment.policy))
    found = paths.of(deployment.resources[1], "GET", f"{ARN}/live")
    assert any(path.startswith("/api/") and path.strip("/") != "api" for path in found)


def test_a_greedy_resource_beside_a_parameter_is_tried_with_more_segments() -> None:
    topology = api(("/{id}", ("GET",)), ("/{proxy+}", ("GET",)))
    assert [path for _, path in asked(topology)] == ["/x", "/x/x"]


def test_an_address_that_only_a_listener_rule_names_is_none_of_another_account() -> None:
    topology = known.private_app()
    [balancer] = topology.load_balancing.load_balancers
    condition = RuleCondition("source-ip", ("10.99.0.0/16",))
    rule = Rule(Arn(f"{known.LISTENER_ARN}/1"), 1, (condition,), (FixedResponseAction(403),))
    [listener] = balancer.listeners
    changed = replace(balancer, listeners=(replace(listener, rules=(rule, *listener.rules)),))
    balancing = replace(topology.load_balancing, load_balancers=(changed,))
    assert Account(replace(topology, load_balancing=balancing)).unmeant == ()


def test_an_address_that_a_policy_names_is_one_of_another_account() -> None:
    topology = api(
        ("/orders", ("GET",)),
        policy=PolicyDocument(
            (
                known.statement(
                    principals=(("*", "*"),),
                    actions=("execute-api:Invoke",),
                    resources=("*",),
                    conditions=(Condition("IpAddress", "aws:VpcSourceIp", ("10.99.0.0/16",)),),
                ),
            )
        ),
    )
    assert {each.place.vantage for each in Account(topology).unmeant} == {"other-account/10.99.0.10"}
