from dataclasses import replace
from typing import Any

import pytest
from tests import topologies
from tests.semantics.api_gateway.calls import answered, call, get, last_hop, run, topology_with

from landbridge.model.api_gateway import IntegrationResponse
from landbridge.model.exchange import HttpResponse
from landbridge.model.identity import Identity
from landbridge.model.policy import PolicyDocument
from landbridge.model.topology import Topology
from landbridge.semantics.needs import CallService, GetObject, ObjectFound, ServiceAnswered
from landbridge.trace.codes import S3ErrorCode
from landbridge.trace.decision import Step

STORED = ServiceAnswered(HttpResponse(200, (("ETag", '"e1"'),)))


def bucket_api(http_method: str, key: str = "/{key}", *actions: str, **changes: Any) -> Topology:
    """An API whose one method passes its own method on to the bucket, with a role that may do `actions`."""
    integration = replace(
        topologies.object_integration("{key}"),
        http_method=http_method,
        uri=f"arn:aws:apigateway:eu-central-1:s3:path/orders-frontend{key}",
        responses=(IntegrationResponse("200"), IntegrationResponse("403", "403")),
        **changes,
    )
    topology = topology_with(get("/{proxy+}", integration, http_method))
    statement = topologies.statement(actions=actions or ("s3:*",), resources=("*",))
    roles = tuple(
        replace(role, policies=(("own", PolicyDocument((statement,))),)) for role in topology.identity.roles
    )
    return replace(topology, identity=Identity(roles))


def test_an_object_is_written_with_the_body_and_the_mapped_headers() -> None:
    parameters = (
        ("integration.request.path.key", "method.request.path.proxy"),
        ("integration.request.header.Content-Type", "method.request.header.Content-Type"),
    )
    topology = bucket_api("PUT", request_parameters=parameters)
    made = call(topology, "/docs/a%20b.txt", "PUT", (("Content-Type", "text/plain"),), b"hello")
    executed, needs = run(topology, made, STORED)
    assert executed.response.status == 200
    (need,) = needs
    assert isinstance(need, CallService)
    assert (need.service, need.operation) == ("s3", "PutObject")
    sent = need.request
    assert (sent.method, sent.target, sent.body) == ("PUT", "/orders-frontend/docs/a%20b.txt", b"hello")
    assert sent.header("content-type") == "text/plain"
    assert sent.header("host") == "s3.eu-central-1.amazonaws.com"
    assert [hop.step for hop in executed.hops[-3:]] == [
        Step.INTEGRATION_REQUEST,
        Step.S3_OPERATION,
        Step.INTEGRATION_RESPONSE,
    ]


@pytest.mark.parametrize(
    ("method", "key", "query", "operation", "action"),
    [
        ("PUT", "/{key}", "", "PutObject", "s3:PutObject"),
        ("DELETE", "/{key}", "", "DeleteObject", "s3:DeleteObject"),
        ("GET", "", "", "ListObjects", "s3:ListBucket"),
        ("GET", "", "list-type", "ListObjectsV2", "s3:ListBucket"),
        ("HEAD", "", "", "HeadBucket", "s3:ListBucket"),
        ("GET", "/{key}", "tagging", "GET ?tagging", "s3:GetObjectTagging"),
    ],
)
def test_each_operation_takes_its_own_permission(
    method: str, key: str, query: str, operation: str, action: str
) -> None:
    parameters: tuple[tuple[str, str], ...] = (("integration.request.path.key", "method.request.path.proxy"),)
    if query:
        parameters += ((f"integration.request.querystring.{query}", "'2'"),)
    able = bucket_api(method, key, action, request_parameters=parameters)
    _, needs = run(able, call(able, "/a.txt", method), STORED)
    assert [need.operation for need in needs if isinstance(need, CallService)] == [operation]
    unable = bucket_api(method, key, "s3:Other", request_parameters=parameters)
    executed, needs = run(unable, call(unable, "/a.txt", method))
    assert needs == []
    assert executed.response.status == 403
    assert executed.hops[-2].decision.code is S3ErrorCode.ACCESS_DENIED


def test_the_headers_of_an_object_are_read_without_its_body() -> None:
    topology = bucket_api("HEAD")
    found = ObjectFound(b"page", (("Content-Type", "text/html"),))
    executed, needs = run(topology, call(topology, "/a.html", "HEAD"), found)
    assert needs == [GetObject("orders-frontend", "a.html")]
    assert (executed.response.status, executed.response.body) == (200, b"")


def test_another_bucket_is_no_bucket() -> None:
    topology = bucket_api("DELETE", "-other/{key}")
    executed = answered(topology, call(topology, "/a", "DELETE"))
    assert executed.hops[-2].decision.code is S3ErrorCode.NO_SUCH_BUCKET
    assert last_hop(executed).step is Step.INTEGRATION_RESPONSE
