"""``landbridge fault`` on a running stack: what curl sees, and what the trace says about it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.end_to_end.stack_process import StackProcess, stopped_hop

pytestmark = pytest.mark.needs("curl")


def fault(stack: StackProcess, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "landbridge", "fault", *arguments],
        env=stack.environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@contextmanager
def broken(stack: StackProcess, kind: str, *names: str) -> Iterator[None]:
    try:
        for name in names:
            assert fault(stack, kind, name, "on").returncode == 0
        yield
    finally:
        for name in names:
            assert fault(stack, kind, name, "off").returncode == 0


def status(stack: StackProcess) -> int:
    return stack.curl(f"{stack.running.url}/api/orders").status


def check_often(stack: StackProcess) -> None:
    """Health checks as often as AWS allows, so that the test need not wait long."""
    client = stack.client("elbv2")
    for group in client.describe_target_groups()["TargetGroups"]:
        client.modify_target_group(
            TargetGroupArn=group["TargetGroupArn"],
            HealthCheckIntervalSeconds=5,
            HealthCheckTimeoutSeconds=2,
            UnhealthyThresholdCount=2,
            HealthyThresholdCount=2,
        )


def targets(stack: StackProcess) -> list[str]:
    client, found = stack.client("elbv2"), list[str]()
    for group in client.describe_target_groups()["TargetGroups"]:
        told: list[dict[str, Any]] = client.describe_target_health(TargetGroupArn=group["TargetGroupArn"])[
            "TargetHealthDescriptions"
        ]
        found += [each["Target"]["Id"] for each in told]
    return found


def test_a_zone_that_is_down_leaves_the_app_up_through_the_other_and_two_do_not(orders: StackProcess) -> None:
    check_often(orders)
    with broken(orders, "zone", "eu-central-1a"):
        assert orders.eventually(lambda: [status(orders) for _ in range(3)] == [200] * 3)
        with broken(orders, "zone", "eu-central-1b"):
            assert orders.curl(f"{orders.running.url}/api/orders").exit_code != 0
            hop = stopped_hop(orders.trace(f"{orders.running.url}/api/orders"))
            assert hop["code"] == "landbridge.InjectedFault"
            assert hop["facts"]["fault"].endswith("is down (injected fault)")
    assert orders.eventually(lambda: [status(orders) for _ in range(3)] == [200] * 3)


def test_a_link_that_is_down_times_out_and_one_tunnel_is_enough(orders: StackProcess) -> None:
    (connection,) = orders.client("ec2").describe_vpn_connections()["VpnConnections"]
    identifier = connection["VpnConnectionId"]
    with broken(orders, "link", f"{identifier}/1"):
        assert status(orders) == 200
        with broken(orders, "link", f"{identifier}/2"):
            balancers = orders.client("elbv2").describe_load_balancers()["LoadBalancers"]
            name = balancers[0]["DNSName"]
            traced = orders.trace(f"https://{name}/", "-H", "Host: orders.corp.example")
            assert traced["outcome"] == "timedOut"
            assert stopped_hop(traced)["code"] == "BAD_STATE_VPN"
    assert status(orders) == 200


def test_a_function_that_is_down_is_a_500_and_the_trace_names_the_fault(orders: StackProcess) -> None:
    with broken(orders, "function", "orders-backend"):
        assert status(orders) == 500
        hop = stopped_hop(orders.trace(f"{orders.running.url}/api/orders"))
        assert (hop["step"], hop["code"]) == ("invoke", "ServiceException")
    assert status(orders) == 200


def test_a_target_that_is_down_is_a_504_until_health_checks_notice(orders: StackProcess) -> None:
    with broken(orders, "target", *targets(orders)):
        assert status(orders) == 504
        hop = stopped_hop(orders.trace(f"{orders.running.url}/api/orders"))
        assert hop["code"] == "landbridge.InjectedFault"
    assert orders.eventually(lambda: [status(orders) for _ in range(3)] == [200] * 3)


def test_an_unknown_name_is_told_with_the_known_ones(orders: StackProcess) -> None:
    refused = fault(orders, "zone", "mars-1a", "on")
    assert refused.returncode == 2
    assert "There is no zone 'mars-1a'" in refused.stderr
    assert "eu-central-1a" in refused.stderr
    listed = fault(orders, "list")
    assert "function  off orders-backend" in listed.stdout
