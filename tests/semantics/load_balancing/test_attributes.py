from dataclasses import replace

import pytest
from tests.topologies import private_app

from landbridge.semantics.load_balancing.attributes import (
    AccessLogDestination,
    ConnectionAttributes,
    DesyncMode,
    compile_connection_attributes,
)

BALANCER = private_app().load_balancing.load_balancers[0]
LOGS = (("access_logs.s3.enabled", "true"), ("access_logs.s3.bucket", "logs"))


def compiled(*attributes: tuple[str, str]) -> ConnectionAttributes:
    return compile_connection_attributes(replace(BALANCER, attributes=attributes))


def test_without_attributes_awss_defaults_are_in_force() -> None:
    assert compiled() == ConnectionAttributes(DesyncMode.DEFENSIVE, 60, 3600, True, None)


@pytest.mark.parametrize(
    ("attributes", "destination"),
    [
        (LOGS, AccessLogDestination("logs", "")),
        ((*LOGS, ("access_logs.s3.prefix", "alb/")), AccessLogDestination("logs", "alb")),
        ((("access_logs.s3.bucket", "logs"),), None),
        ((("access_logs.s3.enabled", "true"),), None),
    ],
)
def test_access_logs_need_a_bucket(
    attributes: tuple[tuple[str, str], ...], destination: AccessLogDestination | None
) -> None:
    assert compiled(*attributes).access_log == destination


def test_each_attribute_is_read() -> None:
    found = compiled(
        ("routing.http.desync_mitigation_mode", "strictest"),
        ("idle_timeout.timeout_seconds", "5"),
        ("client_keep_alive.seconds", "60"),
        ("routing.http2.enabled", "false"),
    )

    assert found == ConnectionAttributes(DesyncMode.STRICTEST, 5, 60, False, None)
