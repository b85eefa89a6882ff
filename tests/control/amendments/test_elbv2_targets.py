from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import function, two_subnets

from landbridge.control.amendments import elbv2_targets
from landbridge.control.amendments.amend import original_of
from landbridge.control.aws_api import AwsApi

TARGET = {"Id": "10.20.1.4", "Port": 8080}


class Clock:
    """Stands for the time module."""

    def __init__(self) -> None:
        self.now = 1000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(elbv2_targets, "time", clock)
    return clock


def target_group(api: AwsApi, *, in_use: bool = True, **asked: Any) -> str:
    """A target group with one target, which a listener forwards to."""
    elbv2, network = api.client("elbv2"), two_subnets(api)
    parameters: dict[str, Any] = {
        "Name": "shop",
        "Protocol": "HTTP",
        "Port": 8080,
        "VpcId": network.vpc_id,
        "TargetType": "ip",
    }
    arn = elbv2.create_target_group(**parameters | asked)["TargetGroups"][0]["TargetGroupArn"]
    if in_use:
        balancer = elbv2.create_load_balancer(
            Name="orders", Scheme="internal", Subnets=list(network.subnet_ids)
        )["LoadBalancers"][0]
        elbv2.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"],
            Protocol="HTTP",
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": arn}],
        )
    elbv2.register_targets(TargetGroupArn=arn, Targets=[TARGET])
    return str(arn)


def health(api: AwsApi, arn: str, **asked: Any) -> list[tuple[str, str | None]]:
    answer = api.client("elbv2").describe_target_health(TargetGroupArn=arn, **asked)
    told = (each["TargetHealth"] for each in answer["TargetHealthDescriptions"])
    return [(each["State"], each.get("Reason")) for each in told]


def test_a_target_that_no_check_has_seen_is_being_registered(api: AwsApi) -> None:
    assert health(api, target_group(api)) == [("initial", "Elb.RegistrationInProgress")]


def test_a_deregistered_target_is_draining_for_the_deregistration_delay(api: AwsApi, clock: Clock) -> None:
    arn = target_group(api)
    elbv2 = api.client("elbv2")
    attribute = {"Key": "deregistration_delay.timeout_seconds", "Value": "120"}
    elbv2.modify_target_group_attributes(TargetGroupArn=arn, Attributes=[attribute])
    elbv2.deregister_targets(TargetGroupArn=arn, Targets=[TARGET])
    draining = ("draining", "Target.DeregistrationInProgress")
    assert health(api, arn) == [draining]
    clock.now += 119
    assert health(api, arn, Targets=[TARGET]) == [draining]
    clock.now += 2
    assert health(api, arn) == []
    assert health(api, arn, Targets=[TARGET]) == [("unused", "Target.NotRegistered")]


def test_a_target_that_is_registered_again_drains_no_longer(api: AwsApi, clock: Clock) -> None:
    arn = target_group(api)
    elbv2 = api.client("elbv2")
    elbv2.deregister_targets(TargetGroupArn=arn, Targets=[TARGET])
    elbv2.register_targets(TargetGroupArn=arn, Targets=[TARGET])
    assert health(api, arn) == [("initial", "Elb.RegistrationInProgress")]


def test_a_target_that_no_load_balancer_used_is_gone_at_once(api: AwsApi) -> None:
    arn = target_group(api, in_use=False)
    assert health(api, arn) == [("unused", "Target.NotInUse")]
    api.client("elbv2").deregister_targets(TargetGroupArn=arn, Targets=[TARGET])
    assert health(api, arn) == []


def test_a_function_does_not_drain(api: AwsApi) -> None:
    elbv2 = api.client("elbv2")
    arn = elbv2.create_target_group(Name="functions", TargetType="lambda")["TargetGroups"][0][
        "TargetGroupArn"
    ]
    targets = [{"Id": function(api)}]
    elbv2.register_targets(TargetGroupArn=arn, Targets=targets)
    elbv2.deregister_targets(TargetGroupArn=arn, Targets=targets)
    assert health(api, arn) == []


@pytest.mark.parametrize(
    ("attributes", "taken"),
    [
        ({"deregistration_delay.timeout_seconds": "3600"}, True),
        ({"deregistration_delay.timeout_seconds": "3601"}, False),
        ({"slow_start.duration_seconds": "0"}, True),
        ({"slow_start.duration_seconds": "30"}, True),
        ({"slow_start.duration_seconds": "29"}, False),
        ({"load_balancing.algorithm.type": "weighted_random"}, True),
        ({"load_balancing.algorithm.type": "fastest"}, False),
        (
            {
                "slow_start.duration_seconds": "30",
                "load_balancing.algorithm.type": "least_outstanding_requests",
            },
            False,
        ),
        ({"stickiness.lb_cookie.duration_seconds": "0"}, False),
        ({"stickiness.app_cookie.cookie_name": "AWSALBX"}, False),
        ({"stickiness.app_cookie.cookie_name": "SESSION"}, True),
    ],
)
def test_attributes_take_the_values_that_aws_takes(
    api: AwsApi, attributes: dict[str, str], taken: bool
) -> None:
    elbv2, arn = api.client("elbv2"), target_group(api)
    asked = [{"Key": key, "Value": value} for key, value in attributes.items()]
    if not taken:
        with pytest.raises(ClientError, match="InvalidConfigurationRequest"):
            elbv2.modify_target_group_attributes(TargetGroupArn=arn, Attributes=asked)
        return
    elbv2.modify_target_group_attributes(TargetGroupArn=arn, Attributes=asked)
    told = elbv2.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
    assert attributes.items() <= {each["Key"]: each["Value"] for each in told}.items()


def test_a_load_balancer_is_no_target_of_an_application_load_balancer(api: AwsApi) -> None:
    with pytest.raises(ClientError, match="IncompatibleProtocols"):
        target_group(api, TargetType="alb", Protocol="TCP", Port=80)


def test_moto_still_forgets_targets_that_are_draining() -> None:
    from moto.elbv2.models import ELBv2Backend

    names = original_of(ELBv2Backend, "describe_target_health").__code__.co_names
    assert "deregistered_targets" not in names
