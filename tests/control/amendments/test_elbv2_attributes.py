from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import two_subnets

from landbridge.control.aws_api import AwsApi


@pytest.fixture
def balancer(api: AwsApi) -> str:
    answer = api.client("elbv2").create_load_balancer(
        Name="orders", Scheme="internal", Subnets=list(two_subnets(api).subnet_ids)
    )
    return str(answer["LoadBalancers"][0]["LoadBalancerArn"])


def listener(api: AwsApi, balancer: str) -> str:
    action = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}
    answer = api.client("elbv2").create_listener(
        LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[action]
    )
    return str(answer["Listeners"][0]["ListenerArn"])


def attributes(answer: dict[str, Any]) -> dict[str, str]:
    return {each["Key"]: each.get("Value", "") for each in answer["Attributes"]}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("idle_timeout.timeout_seconds", "4000"),
        ("client_keep_alive.seconds", "60"),
        ("routing.http.desync_mitigation_mode", "strictest"),
        ("routing.http.xff_header_processing.mode", "remove"),
        ("routing.http2.enabled", "false"),
        ("health_check_logs.s3.prefix", "checks"),
    ],
)
def test_a_load_balancer_takes_values_in_range(api: AwsApi, balancer: str, key: str, value: str) -> None:
    elbv2 = api.client("elbv2")
    elbv2.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=[{"Key": key, "Value": value}])

    assert attributes(elbv2.describe_load_balancer_attributes(LoadBalancerArn=balancer))[key] == value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("idle_timeout.timeout_seconds", "0"),
        ("idle_timeout.timeout_seconds", "a while"),
        ("client_keep_alive.seconds", "59"),
        ("routing.http.desync_mitigation_mode", "lax"),
        ("routing.http2.enabled", "yes"),
    ],
)
def test_a_load_balancer_refuses_other_values(api: AwsApi, balancer: str, key: str, value: str) -> None:
    with pytest.raises(ClientError, match="InvalidConfigurationRequest"):
        api.client("elbv2").modify_load_balancer_attributes(
            LoadBalancerArn=balancer, Attributes=[{"Key": key, "Value": value}]
        )


def test_a_listener_has_its_header_attributes_from_the_start(api: AwsApi, balancer: str) -> None:
    arn = listener(api, balancer)
    found = attributes(api.client("elbv2").describe_listener_attributes(ListenerArn=arn))

    assert found["routing.http.response.server.enabled"] == "true"
    assert found["routing.http.response.strict_transport_security.header_value"] == ""
    assert "routing.http.request.x_amzn_tls_version.header_name" not in found


def test_a_listener_keeps_what_is_set_and_refuses_other_keys(api: AwsApi, balancer: str) -> None:
    elbv2, arn = api.client("elbv2"), listener(api, balancer)
    key = "routing.http.response.x_frame_options.header_value"
    elbv2.modify_listener_attributes(ListenerArn=arn, Attributes=[{"Key": key, "Value": "DENY"}])

    assert attributes(elbv2.describe_listener_attributes(ListenerArn=arn))[key] == "DENY"
    for refused in (
        {"Key": "routing.http.response.x_made_up.header_value", "Value": "x"},
        {"Key": key, "Value": "x" * 1025},
        {"Key": "routing.http.response.server.enabled", "Value": "perhaps"},
    ):
        with pytest.raises(ClientError, match="InvalidConfigurationRequest"):
            elbv2.modify_listener_attributes(ListenerArn=arn, Attributes=[refused])
