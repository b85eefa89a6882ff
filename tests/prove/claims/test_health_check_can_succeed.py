"""What health checks of the app's target groups get, and whether that is what they want."""

from dataclasses import replace

import pytest
from tests import topologies
from tests.prove.edits import edit_balancer, edit_health_checks, edit_listener, edit_target_groups
from tests.prove.example_app import case_of

from landbridge.model.load_balancing import Target
from landbridge.model.policy import PolicyDocument
from landbridge.model.topology import Topology
from landbridge.prove.claims.health_check_can_succeed import judge
from landbridge.prove.verdict import Finding, Verdict


def found(topology: Topology) -> list[Finding]:
    return list(judge(case_of(topology)))


def checking(**changes: object) -> list[Finding]:
    return found(edit_health_checks(topologies.private_app(), **changes))


@pytest.mark.parametrize("matcher", ["403", "200,403", "200-499", "400-404"])
def test_an_execute_api_endpoint_answers_a_check_by_address_with_403(matcher: str) -> None:
    assert checking(matcher=matcher) == []


@pytest.mark.parametrize("path", ["/", "/ping", "/live/orders"])
def test_it_does_so_whatever_the_path(path: str) -> None:
    assert checking(matcher="403", path=path) == []


def test_a_check_that_wants_200_can_never_succeed_and_is_told_what_it_gets() -> None:
    [finding] = checking(matcher="200")
    assert finding.verdict is Verdict.BROKEN
    assert "answers 403 to GET / with the address as Host, and 200 is wanted" in finding.what
    assert "asks all of them all the same" in finding.what
    assert finding.remedy == "Set the matcher of target group orders-endpoint to 200,403"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"protocol": "HTTP", "port": "traffic-port"}, "takes no HTTP"),
        ({"protocol": "HTTP", "port": "80"}, "is not reached from"),
        ({"port": "8443"}, "is not reached from"),
    ],
)
def test_a_check_that_gets_no_answer_can_never_succeed(changes: dict[str, str], words: str) -> None:
    [finding] = checking(**changes)
    assert finding.verdict is Verdict.BROKEN
    assert words in finding.what


def test_one_target_that_can_pass_is_enough() -> None:
    good = Target(str(topologies.ENDPOINT_A), 443, f"{topologies.REGION}a")
    bad = Target("10.20.2.99", 443, f"{topologies.REGION}b")
    assert found(edit_target_groups(topologies.private_app(), targets=(good, bad))) == []
    [finding] = found(edit_target_groups(topologies.private_app(), targets=(bad,)))
    assert finding.verdict is Verdict.BROKEN


def test_groups_without_targets_or_without_checks_are_no_business_of_health_checks() -> None:
    assert found(edit_target_groups(topologies.private_app(), targets=())) == []
    assert checking(enabled=False, matcher="200") == []


def invoking_a_function(*, may_invoke: bool) -> Topology:
    """The function as the only target, with or without a policy that lets load balancers invoke it."""
    function = Target(topologies.FUNCTION_ARN, None)
    topology = edit_target_groups(topologies.private_app(), target_type="lambda", targets=(function,))
    policy = PolicyDocument(
        (
            topologies.statement(
                principals=(("Service", "elasticloadbalancing.amazonaws.com"),),
                actions=("lambda:InvokeFunction",),
                resources=(topologies.FUNCTION_ARN,),
            ),
        )
    )
    functions = (
        replace(function, policy=policy) if may_invoke else function
        for function in topology.functions.functions
    )
    return replace(topology, functions=replace(topology.functions, functions=tuple(functions)))


def test_what_a_function_answers_is_unknown() -> None:
    [finding] = found(invoking_a_function(may_invoke=True))
    assert finding.verdict is Verdict.UNKNOWN
    assert topologies.FUNCTION_ARN in finding.what


def test_a_function_that_the_load_balancer_may_not_invoke_is_never_healthy() -> None:
    [finding] = found(invoking_a_function(may_invoke=False))
    assert finding.verdict is Verdict.BROKEN
    assert "may not invoke" in finding.what
    assert str(topologies.TARGET_GROUP_ARN) in finding.remedy


@pytest.mark.parametrize(("port", "works"), [(443, True), (80, False)])
def test_a_tcp_check_only_asks_for_a_connection(port: int, works: bool) -> None:
    topology = edit_balancer(topologies.private_app(), lambda each: replace(each, type="network"))
    topology = edit_listener(topology, lambda each: replace(each, protocol="TCP"))
    topology = edit_health_checks(
        edit_target_groups(topology, protocol="TCP"), protocol="TCP", port=str(port)
    )
    assert [finding.verdict for finding in found(topology)] == ([] if works else [Verdict.BROKEN])


def test_only_target_groups_of_the_app_are_judged() -> None:
    topology = edit_health_checks(topologies.private_app(), matcher="200")
    case = case_of(topology)
    assert list(judge(replace(case, app=replace(case.app, load_balancers=())))) == []
