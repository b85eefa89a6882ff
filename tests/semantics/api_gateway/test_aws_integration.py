from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from tests import topologies
from tests.semantics.api_gateway.calls import (
    MOMENT,
    answered,
    call,
    get,
    last_hop,
    run,
    topology_with,
    with_stage,
)

from landbridge.model.api_gateway import Integration, IntegrationResponse
from landbridge.model.exchange import Headers
from landbridge.model.identity import Identity
from landbridge.model.policy import PolicyDocument
from landbridge.model.topology import Topology
from landbridge.semantics.needs import GetObject, ObjectFound, ObjectMissing
from landbridge.trace.codes import GatewayResponseType, LocalCode, S3ErrorCode
from landbridge.trace.decision import Step, Verdict

PAGE = ObjectFound(b"<!doctype html>", (("Content-Type", "text/html"), ("ETag", '"e1"')))
FALL_BACK = (
    '#set($key = $input.params("proxy"))'
    '#if(!$key.matches(".*[.][^/]*"))#set($context.requestOverride.path.key = "index.html")#end'
)
FALL_BACK_BY_SEGMENTS = (
    '#set($segments = $input.params("proxy").split("/"))#set($position = $segments.size() - 1)'
    "#set($last = $segments[$position])"
    '#if(!$last.contains("."))#set($context.requestOverride.path.key = "index.html")#end'
)


def site(**changes: Any) -> Topology:
    """Only the frontend, its integration changed."""
    integration = replace(topologies.object_integration("{key}"), content_handling="CONVERT_TO_TEXT")
    integration = replace(integration, **changes)
    return topology_with(get("/{proxy+}", integration))


def with_fall_back(template: str = FALL_BACK) -> Topology:
    return site(request_templates=(("application/json", template),))


def keys(needs: Sequence[object]) -> list[str]:
    return [need.key for need in needs if isinstance(need, GetObject)]


def test_an_object_is_read_as_the_role_and_delivered_with_its_type() -> None:
    topology = site()
    executed, needs = run(topology, call(topology, "/assets/app.js"), PAGE)
    assert needs == [GetObject("orders-frontend", "assets/app.js")]
    assert executed.response.headers == (
        ("Server", "Server"),
        ("Date", "Tue, 05 Apr 2022 13:38:09 GMT"),
        ("Content-Type", "text/html"),
        ("x-amzn-RequestId", MOMENT.request_id),
        ("x-amz-apigw-id", MOMENT.extended_request_id),
        ("X-Amzn-Trace-Id", f"Root={MOMENT.trace_id}"),
    )
    assert executed.response.body == b"<!doctype html>"
    assert [hop.step for hop in executed.hops] == [
        Step.RESOURCE_AND_METHOD,
        Step.RESOURCE_POLICY,
        Step.ROLE,
        Step.INTEGRATION_REQUEST,
        Step.GET_OBJECT,
        Step.INTEGRATION_RESPONSE,
    ]
    assert {hop.decision.verdict for hop in executed.hops} == {Verdict.ALLOWED}


@pytest.mark.parametrize("template", [FALL_BACK, FALL_BACK_BY_SEGMENTS])
@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/orders", "index.html"),
        ("/orders/7/", "index.html"),
        ("/v1.2/orders", "index.html"),
        ("/favicon.ico", "favicon.ico"),
        ("/assets/app.9f.js", "assets/app.9f.js"),
        ("/a%20b/c.txt", "a b/c.txt"),
        ("/a%2520b.txt", "a%20b.txt"),
    ],
)
def test_a_deep_link_falls_back_to_the_index_and_a_file_does_not(path: str, key: str, template: str) -> None:
    topology = with_fall_back(template)
    executed, needs = run(topology, call(topology, path), PAGE)
    assert keys(needs) == [key]
    assert executed.response.status == 200


def test_the_root_names_its_object_in_the_uri() -> None:
    topology = topologies.private_app()
    _, needs = run(topology, call(topology, "/"), PAGE)
    assert keys(needs) == ["index.html"]


def test_a_missing_object_looks_forbidden_to_a_role_that_may_not_list() -> None:
    topology = site()
    executed = answered(topology, call(topology, "/no.js"), ObjectMissing())
    assert executed.response.status == 404
    assert executed.response.header("content-type") == "application/xml"
    assert b"<Code>AccessDenied</Code>" in executed.response.body
    hop = executed.hops[-2]
    assert (hop.step, hop.decision.code) == (Step.GET_OBJECT, S3ErrorCode.ACCESS_DENIED)


def test_an_error_of_s3_without_a_selection_pattern_is_delivered_as_200() -> None:
    topology = site(responses=(IntegrationResponse("200"),))
    executed = answered(topology, call(topology, "/no.js"), ObjectMissing())
    assert executed.response.status == 200
    assert executed.response.header("content-type") == "application/json"
    assert b"AccessDenied" in executed.response.body


def test_without_any_integration_response_the_client_gets_a_500() -> None:
    topology = site(responses=())
    executed = answered(topology, call(topology, "/a.js"), PAGE)
    assert executed.response.status == 500
    assert last_hop(executed).decision.code is LocalCode.NO_INTEGRATION_RESPONSE


def reading_role(*actions: str) -> Topology:
    topology = site()
    statement = topologies.statement(actions=actions, resources=("*",))
    roles = tuple(
        replace(role, policies=(("own", PolicyDocument((statement,))),)) for role in topology.identity.roles
    )
    return replace(topology, identity=Identity(roles))


def test_a_missing_object_is_told_to_a_role_that_may_list() -> None:
    topology = reading_role("s3:GetObject", "s3:ListBucket")
    executed = answered(topology, call(topology, "/no.js"), ObjectMissing())
    assert executed.response.status == 404
    assert b"<Code>NoSuchKey</Code>" in executed.response.body


def test_a_role_that_may_not_read_gets_access_denied_from_s3_and_nothing_is_read() -> None:
    topology = reading_role("s3:ListBucket")
    executed, needs = run(topology, call(topology, "/a.js"))
    assert needs == []
    assert executed.response.status == 404
    assert b"<Code>AccessDenied</Code>" in executed.response.body
    assert executed.hops[-2].decision.verdict is Verdict.IMPLICIT_DENY


@pytest.mark.parametrize(
    ("credentials", "verdict", "code"),
    [
        ("", Verdict.IMPLICIT_DENY, GatewayResponseType.API_CONFIGURATION_ERROR),
        ("arn:aws:iam::123456789012:role/none", Verdict.IMPLICIT_DENY, LocalCode.ROLE_NOT_ASSUMABLE),
        (topologies.FUNCTION_ROLE_ARN, Verdict.IMPLICIT_DENY, LocalCode.ROLE_NOT_ASSUMABLE),
        ("arn:aws:iam::*:role/*", Verdict.NOT_MODELLED, LocalCode.NOT_MODELLED),
        ("arn:aws:iam::*:user/*", Verdict.IMPLICIT_DENY, LocalCode.ROLE_NOT_ASSUMABLE),
    ],
)
def test_without_a_role_to_assume_the_client_gets_a_500(
    credentials: str, verdict: Verdict, code: object
) -> None:
    topology = site(credentials=credentials)
    executed = answered(topology, call(topology, "/a.js"))
    assert (executed.response.status, executed.response.body) == (
        500,
        b'{"message": "Internal server error"}',
    )
    decision = last_hop(executed).decision
    assert (decision.verdict, decision.code) == (verdict, code)


@pytest.mark.parametrize(
    "changes",
    [
        {"uri": "arn:aws:apigateway:eu-central-1:athena:action/ListWorkGroups"},
        {"uri": "arn:aws:apigateway:eu-central-1:s3:action/ListBuckets"},
        {"uri": "arn:aws:apigateway:us-east-1:s3:path/orders-frontend/{key}"},
        {"uri": "arn:aws:apigateway:eu-central-1:x.dynamodb:path/"},
        {"uri": "arn:aws:apigateway:eu-central-1:s3:path/"},
        {"uri": "arn:aws:apigateway:eu-central-1:s3:path/another", "http_method": "PUT"},
        {"http_method": "POST"},
        {
            "http_method": "PUT",
            "request_parameters": (("integration.request.header.x-amz-copy-source", "'b/k'"),),
        },
    ],
)
def test_other_uses_of_services_are_not_modelled_and_not_served(changes: dict[str, Any]) -> None:
    topology = site(**changes)
    executed, needs = run(topology, call(topology, "/a.js"))
    assert needs == []
    assert executed.response.status == 500
    assert last_hop(executed).decision.verdict is Verdict.NOT_MODELLED


def test_a_uri_that_is_none_is_a_configuration_error() -> None:
    topology = site(uri="https://example.com")
    executed = answered(topology, call(topology, "/a.js"))
    assert last_hop(executed).decision.code is GatewayResponseType.API_CONFIGURATION_ERROR


@pytest.mark.parametrize(
    "uri",
    [
        "arn:aws:apigateway:eu-central-1:orders-frontend.s3:path/{key}",
        "arn:aws:apigateway:eu-central-1:s3:path/${stageVariables.bucket}/{key}",
        "arn:aws:apigateway:eu-central-1:s3:path/{bucket}/{key}",
    ],
)
def test_the_bucket_may_be_a_subdomain_a_stage_variable_or_a_parameter(uri: str) -> None:
    parameters = (
        ("integration.request.path.key", "method.request.path.proxy"),
        ("integration.request.path.bucket", "'orders-frontend'"),
    )
    topology = with_stage(
        site(uri=uri, request_parameters=parameters), variables=(("bucket", "orders-frontend"),)
    )
    _, needs = run(topology, call(topology, "/a.js"), PAGE)
    assert needs == [GetObject("orders-frontend", "a.js")]


PNG = ObjectFound(b"\x89PNG\xff", (("Content-Type", "image/png"),))


@pytest.mark.parametrize(
    ("binary", "accept", "expected"),
    [
        ((), "image/png", b"\xef\xbf\xbdPNG\xef\xbf\xbd"),
        (("image/png",), "image/png", PNG.body),
        (("image/png",), "text/html", b"iVBOR/8="),
        (("*/*",), "text/html", PNG.body),
    ],
)
def test_an_image_survives_only_with_binary_media_types(
    binary: tuple[str, ...], accept: str, expected: bytes
) -> None:
    topology = topology_with(
        *site().api_gateway.rest_apis[0].stages[0].deployment.resources, binary_media_types=binary
    )
    executed = answered(topology, call(topology, "/a.png", headers=(("Accept", accept),)), PNG)
    assert executed.response.body == expected


@pytest.mark.parametrize(
    ("passthrough", "headers", "status"),
    [
        ("WHEN_NO_MATCH", (), 200),
        ("WHEN_NO_MATCH", (("Content-Type", "text/xml"),), 200),
        ("WHEN_NO_TEMPLATES", (("Content-Type", "text/xml"),), 415),
        ("NEVER", (("Content-Type", "text/xml"),), 415),
        ("NEVER", (), 200),
    ],
)
def test_a_content_type_without_template_passes_by_the_passthrough_behavior(
    passthrough: str, headers: Headers, status: int
) -> None:
    topology = site(passthrough_behavior=passthrough, request_templates=(("application/json", FALL_BACK),))
    results = (PAGE,) if status == 200 else ()
    executed = answered(topology, call(topology, "/a.js", headers=headers), *results)
    assert executed.response.status == status


def test_a_template_that_fails_is_a_500_and_names_the_fault() -> None:
    topology = with_fall_back("#if(")
    executed = answered(topology, call(topology, "/a.js"))
    assert executed.response.status == 500
    decision = last_hop(executed).decision
    assert decision.code is GatewayResponseType.API_CONFIGURATION_ERROR
    assert "cannot be parsed" in decision.remedy


def test_a_body_that_the_template_cannot_read_is_a_400() -> None:
    topology = with_fall_back("$input.json('$')")
    executed = answered(topology, call(topology, "/a.js", body=b"no json"))
    assert executed.response.status == 400
    assert last_hop(executed).decision.code is GatewayResponseType.BAD_REQUEST_BODY


def test_a_conditional_request_is_answered_304_when_the_api_maps_its_header() -> None:
    parameters = (
        ("integration.request.path.key", "method.request.path.proxy"),
        ("integration.request.header.If-None-Match", "method.request.header.If-None-Match"),
    )
    responses = (IntegrationResponse("200"), IntegrationResponse("304", "304"))
    topology = site(request_parameters=parameters, responses=responses)
    made = call(topology, "/a.js", headers=(("if-none-match", '"e1"'),))
    executed = answered(topology, made, PAGE)
    assert (executed.response.status, executed.response.body) == (304, b"")


def test_a_range_is_read_when_the_api_maps_its_header() -> None:
    parameters = (
        ("integration.request.path.key", "method.request.path.proxy"),
        ("integration.request.header.Range", "method.request.header.Range"),
    )
    content_range = (("method.response.header.Content-Range", "integration.response.header.Content-Range"),)
    responses = (IntegrationResponse("200"), IntegrationResponse("206", "206", content_range))
    topology = site(request_parameters=parameters, responses=responses)
    made = call(topology, "/a.js", headers=(("range", "bytes=0-1"),))
    executed = answered(topology, made, PAGE)
    assert (executed.response.status, executed.response.body) == (206, PAGE.body[:2])
    plain = site(responses=responses)
    unmapped = answered(plain, call(plain, "/a.js", headers=(("range", "bytes=0-1"),)), PAGE)
    assert (unmapped.response.status, unmapped.response.body) == (200, PAGE.body)


def test_an_integration_may_be_given_no_parameters_at_all() -> None:
    integration = Integration(
        "AWS",
        "GET",
        "arn:aws:apigateway:eu-central-1:s3:path/orders-frontend/{key}",
        topologies.FRONTEND_ROLE_ARN,
    )
    topology = topology_with(get("/{proxy+}", integration))
    _, needs = run(topology, call(topology, "/a.js"), PAGE)
    assert keys(needs) == ["{key}"]
