from dataclasses import replace
from typing import Any

import orjson
import pytest
from tests.semantics.api_gateway.calls import MOMENT
from tests.semantics.journey.worlds import CHECK, function_app, instance_app, office_app
from tests.topologies import SUBNET_A, private_app

from landbridge.model.exchange import HttpResponse
from landbridge.model.identifiers import SubnetId
from landbridge.model.network import Subnet
from landbridge.model.topology import Topology
from landbridge.semantics.journey.health_check import check_target, health_checks
from landbridge.semantics.load_balancing.health import Answered, CheckResult, CheckTimedOut, ConnectionFailed
from landbridge.semantics.needs import (
    ConnectTimeout,
    HttpAnswered,
    HttpFailed,
    HttpFailure,
    Invoke,
    Invoked,
    Need,
    Result,
    SendHttp,
    Waited,
)
from landbridge.semantics.world import World


def check(topology: Topology, *results: Result) -> tuple[CheckResult, list[Need]]:
    """The first node's check of the first target, with what it needed."""
    world = World(topology)
    one = health_checks(world)[0]
    steps = check_target(world, one.node, one.group, one.target, MOMENT)
    needs: list[Need] = []
    left = list(results)
    try:
        needs.append(next(steps))
        while True:
            needs.append(steps.send(left.pop(0)))
    except StopIteration as end:
        return end.value, needs


def answered(status: int) -> HttpAnswered:
    return HttpAnswered(HttpResponse(status))


def test_each_node_checks_each_target_of_a_group_in_use() -> None:
    checks = health_checks(World(private_app()))
    assert [(each.node.id, each.target.id) for each in checks] == [
        ("eni-0alba", "10.20.1.20"),
        ("eni-0albb", "10.20.1.20"),
        ("eni-0alba", "10.20.2.20"),
        ("eni-0albb", "10.20.2.20"),
    ]
    assert all(each.zone_is_enabled for each in checks)


def test_a_check_is_a_request_on_a_connection_of_its_own() -> None:
    result, (need,) = check(office_app(), answered(204))
    assert result == Answered(204)
    assert isinstance(need, SendHttp)
    assert (need.request.target, need.reuse, need.timeout_ms) == ("/health", False, 5000)
    assert need.request.header("host") == "192.168.3.7:8080"
    assert need.request.header("user-agent") == "ELB-HealthChecker/2.0"


def test_an_instance_is_checked_by_its_address() -> None:
    _, (need,) = check(instance_app(), answered(200))
    assert isinstance(need, SendHttp)
    assert need.request.header("host") == "10.20.1.77:8080"


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (HttpFailure.CONNECT_TIMEOUT, CheckTimedOut()),
        (HttpFailure.RESPONSE_TIMEOUT, CheckTimedOut()),
        (HttpFailure.CONNECTION_REFUSED, ConnectionFailed()),
        (HttpFailure.TLS, ConnectionFailed()),
        (HttpFailure.MALFORMED_RESPONSE, ConnectionFailed()),
    ],
)
def test_a_server_that_does_not_answer_fails_its_check(failure: HttpFailure, expected: CheckResult) -> None:
    assert check(office_app(), HttpFailed(failure))[0] == expected


@pytest.mark.parametrize(
    ("changes", "host_port", "tls"),
    [
        ({}, 9000, False),
        ({"port": "8081"}, 9001, False),
        ({"protocol": "HTTPS"}, 9000, True),
        ({"port": "8081", "protocol": "HTTPS"}, 9001, True),
    ],
)
def test_a_check_has_a_port_and_a_protocol_of_its_own(
    changes: dict[str, Any], host_port: int, tls: bool
) -> None:
    topology = office_app(health_check=replace(CHECK, **changes))
    (server,) = topology.local_servers
    other = replace(server, port=8081, host_port=9001)
    _, (need,) = check(replace(topology, local_servers=(server, other)), answered(200))
    assert isinstance(need, SendHttp)
    assert (need.port, need.tls is not None) == (host_port, tls)


def test_a_check_whose_packets_are_dropped_waits() -> None:
    topology = office_app()
    network = replace(topology.network, vpn_connections=())
    result, needs = check(replace(topology, network=network), Waited())
    assert (result, needs) == (CheckTimedOut(), [ConnectTimeout()])


def test_a_function_is_checked_by_the_documented_event() -> None:
    topology = function_app(health_check=CHECK)
    result, (need,) = check(topology, Invoked(b'{"statusCode": 200, "headers": {}}'))
    assert result == Answered(200)
    assert isinstance(need, Invoke)
    assert orjson.loads(need.payload)["headers"] == {"user-agent": "ELB-HealthChecker/2.0"}
    assert check(topology, Invoked(b"{}", "Unhandled"))[0] == ConnectionFailed()


def test_a_target_in_a_zone_without_a_node_is_not_checked() -> None:
    topology = instance_app()
    network = topology.network
    subnets = tuple(
        replace(each, availability_zone="eu-central-1c") if each.id == SUBNET_A else each
        for each in network.subnets
    )
    elsewhere = Subnet(SubnetId("subnet-0a"), subnets[0].vpc_id, subnets[0].cidr, "eu-central-1c")
    assert elsewhere in subnets
    interfaces = tuple(
        replace(each, availability_zone="eu-central-1c") if each.primary_of else each
        for each in network.network_interfaces
    )
    moved = replace(topology, network=replace(network, network_interfaces=interfaces))
    assert not any(each.zone_is_enabled for each in health_checks(World(moved)))
