from dataclasses import replace

import pytest
from tests.semantics.conversations import converse
from tests.topologies import private_app

from landbridge.model.exchange import HttpRequest
from landbridge.model.topology import Topology
from landbridge.semantics.load_balancing.protocol_versions import refuse_protocol
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Verdict

GRPC = (("Content-Type", "application/grpc+proto"),)


def with_protocol_version(version: str) -> Topology:
    app = private_app()
    groups = tuple(replace(group, protocol_version=version) for group in app.load_balancing.target_groups)
    return replace(app, load_balancing=replace(app.load_balancing, target_groups=groups))


@pytest.mark.parametrize(
    ("group", "request_", "refused"),
    [
        ("HTTP1", HttpRequest("GET", "/"), False),
        ("HTTP1", HttpRequest("GET", "/", version="2"), False),
        ("HTTP1", HttpRequest("POST", "/", GRPC, version="2"), True),
        ("HTTP1", HttpRequest("POST", "/", GRPC), False),
        ("HTTP2", HttpRequest("GET", "/"), True),
        ("HTTP2", HttpRequest("GET", "/", version="2"), False),
        ("GRPC", HttpRequest("POST", "/", GRPC, version="2"), False),
        ("GRPC", HttpRequest("GET", "/", GRPC, version="2"), True),
        ("GRPC", HttpRequest("POST", "/", GRPC), True),
    ],
)
def test_a_request_has_to_fit_the_protocol_version_of_the_target_group(
    group: str, request_: HttpRequest, refused: bool
) -> None:
    target_group = with_protocol_version(group).load_balancing.target_groups[0]
    assert (refuse_protocol(target_group, request_) is not None) == refused


def test_http_1_to_a_target_group_of_http_2_is_464() -> None:
    done = converse(with_protocol_version("HTTP2"))
    assert (done.status, done.last.code) == (464, LocalCode.PROTOCOL_VERSION_MISMATCH)
    assert done.needs == ()


def test_http_2_to_a_target_is_never_served_as_allowed() -> None:
    done = converse(with_protocol_version("HTTP2"), version="2")
    assert done.last.verdict is Verdict.NOT_MODELLED
    assert done.needs == ()
