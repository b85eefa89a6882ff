"""A Network Load Balancer, made by stock boto3, in front of the example's load balancer."""

from collections.abc import Iterator

import pytest
from tests.end_to_end.stack_process import StackProcess, stopped_hop

pytestmark = pytest.mark.needs("curl")


@pytest.fixture(scope="module")
def front(orders: StackProcess) -> Iterator[tuple[str, str]]:
    """The name of a Network Load Balancer without security groups, and its target group."""
    elb = orders.client("elbv2")
    (behind,) = elb.describe_load_balancers()["LoadBalancers"]
    group = elb.create_target_group(
        Name="front", TargetType="alb", Protocol="TCP", Port=443, VpcId=behind["VpcId"],
        HealthCheckProtocol="HTTPS", HealthCheckIntervalSeconds=5,
        HealthCheckTimeoutSeconds=2,
    )["TargetGroups"][0]["TargetGroupArn"]  # fmt: skip
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": behind["LoadBalancerArn"]}])
    subnets = [zone["SubnetId"] for zone in behind["AvailabilityZones"]]
    balancer = elb.create_load_balancer(Name="front", Type="network", Scheme="internal", Subnets=subnets)[
        "LoadBalancers"
    ][0]
    elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="TCP", Port=443,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )  # fmt: skip
    yield balancer["DNSName"], group
    elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    elb.delete_target_group(TargetGroupArn=group)


def test_the_app_answers_through_it_with_its_own_certificate(
    orders: StackProcess, front: tuple[str, str]
) -> None:
    name, _ = front
    answer = orders.curl(f"{orders.running.url}/api/orders", "--connect-to", f"::{name}:443")
    assert (answer.exit_code, answer.status) == (0, 200)
    wrong = orders.curl(f"https://{name}/api/orders")
    assert wrong.exit_code == 60  # the certificate is the app's, and names nothing else


def test_the_group_of_the_load_balancer_behind_decides_on_the_clients_address(
    orders: StackProcess, front: tuple[str, str]
) -> None:
    name, group = front
    traced = orders.trace(f"https://{name}/api/orders", "--from", "vpc")
    stopped = stopped_hop(traced)
    assert stopped["step"] == "security group ingress"
    facts = stopped["facts"]
    seen = next(hop for hop in traced["hops"] if hop["step"] == "target")
    assert seen["facts"]["address that the target sees"] == f"the client's, {facts['source']}"

    def state() -> str:
        described = orders.client("elbv2").describe_target_health(TargetGroupArn=group)
        return str(described["TargetHealthDescriptions"][0]["TargetHealth"]["State"])

    # Checks come from the nodes, which the office's rule does not name: all targets are used nevertheless.
    assert orders.eventually(lambda: state() == "unhealthy")
    answer = orders.curl(f"{orders.running.url}/api/orders", "--connect-to", f"::{name}:443")
    assert answer.status == 200
