import re
from dataclasses import replace
from typing import Any

import pytest
from tests.topologies import private_app

from landbridge.model.certificates import Certificate, Certificates
from landbridge.model.exchange import HttpRequest, HttpResponse
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import FixedResponseAction, RedirectAction
from landbridge.semantics.doors import ListenerDoor
from landbridge.semantics.load_balancing.access_log import (
    LoggedRequest,
    access_log_entry,
    access_log_key,
    presented_certificate,
)
from landbridge.semantics.load_balancing.attributes import AccessLogDestination
from landbridge.semantics.load_balancing.desync import Classification, ClassificationReason, Classified
from landbridge.semantics.load_balancing.forwarding import Client
from landbridge.semantics.load_balancing.responses import SERVER
from landbridge.trace.codes import AuthenticationReason, TransformStatus
from landbridge.trace.decision import Decision, Hop, Hops, ResourceRef, Step, Verdict, allowed, denied

TOPOLOGY = private_app()
BALANCER = TOPOLOGY.load_balancing.load_balancers[0]
LISTENER = BALANCER.listeners[0]
NODE = next(
    each for each in TOPOLOGY.network.network_interfaces if each.description == BALANCER.interface_description
)
DOOR = ListenerDoor(BALANCER, LISTENER, NODE)
GROUP = TOPOLOGY.load_balancing.target_groups[0]
RULE = LISTENER.rules[-1]
RULE_HOP = Hop(
    ResourceRef("AWS::ElasticLoadBalancingV2::Listener", "x", LISTENER.arn),
    Step.LISTENER_RULE,
    allowed(ResourceRef("AWS::ElasticLoadBalancingV2::ListenerRule", "default", RULE.arn)),
)
TARGET_HOP = Hop(
    ResourceRef("AWS::ElasticLoadBalancingV2::TargetGroup", GROUP.name, GROUP.arn),
    Step.TARGET,
    allowed(ResourceRef("AWS::ElasticLoadBalancingV2::TargetGroup Target", "10.0.1.5:443", GROUP.arn)),
)
CREATED = 1_530_570_180_186
LOGGED = LoggedRequest(
    DOOR,
    Client("192.168.131.39", 2817, "TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256"),
    "TID_1234abcd5678ef90",
    HttpRequest(
        "GET", "/a?b=c", (("Host", "www.example.com:443"), ("User-Agent", 'curl/7.46.0 "x"\x01')), b"", "1.1"
    ),
    HttpResponse(200, (), b"x"),
    (RULE_HOP, TARGET_HOP),
    "Root=1-58337281-1d84f3d73c47ec4e58577259",
    "arn:aws:acm:eu-central-1:123456789012:certificate/1",
    "www.example.com",
    CREATED,
    CREATED + 86,
    34,
    366,
)


def fields(logged: LoggedRequest) -> list[str]:
    return [found[0] for found in re.finditer(r'"[^"]*"|\S+', access_log_entry(logged))]


def test_an_entry_has_the_documented_fields_in_their_order() -> None:
    assert fields(LOGGED) == [
        "https",
        "2018-07-02T22:23:00.272000Z",
        BALANCER.arn.partition(":loadbalancer/")[2],
        "192.168.131.39:2817",
        "10.0.1.5:443",
        "0.000",
        "0.086",
        "0.000",
        "200",
        "200",
        "34",
        "366",
        '"GET https://www.example.com:443/a?b=c HTTP/1.1"',
        '"curl/7.46.0 \\x22x\\x22\\x01"',
        "ECDHE-RSA-AES128-GCM-SHA256",
        "TLSv1.2",
        GROUP.arn,
        '"Root=1-58337281-1d84f3d73c47ec4e58577259"',
        '"www.example.com"',
        '"arn:aws:acm:eu-central-1:123456789012:certificate/1"',
        "0",
        "2018-07-02T22:23:00.186000Z",
        '"forward"',
        '"-"',
        '"-"',
        '"10.0.1.5:443"',
        '"200"',
        '"-"',
        '"-"',
        "TID_1234abcd5678ef90",
        '"-"',
        '"-"',
        '"-"',
    ]


def of(place: int, **changes: Any) -> str:
    return fields(replace(LOGGED, **changes))[place]


@pytest.mark.parametrize(
    ("version", "tls", "status", "content_type", "type_"),
    [
        ("1.1", "", 200, "", "http"),
        ("1.1", "TLSv1.3", 200, "", "https"),
        ("2", "TLSv1.3", 200, "", "h2"),
        ("2", "TLSv1.3", 200, "application/grpc+proto", "grpcs"),
        ("1.1", "", 101, "", "ws"),
        ("1.1", "TLSv1.3", 101, "", "wss"),
    ],
)
def test_the_first_field_is_the_type_of_request(
    version: str, tls: str, status: int, content_type: str, type_: str
) -> None:
    request = HttpRequest("GET", "/", (("content-type", content_type),), version=version)

    assert of(0, request=request, client=Client("10.0.0.1", 1, tls), response=HttpResponse(status)) == type_


def test_a_request_that_could_not_be_read_has_no_rule_and_no_target() -> None:
    severe = Classified(Classification.SEVERE, ClassificationReason.BAD_METHOD)
    entry = fields(replace(LOGGED, request=None, hops=(), response=HttpResponse(400), classified=severe))

    assert entry[4:12] == ["-", "-1", "-1", "-1", "400", "-", "34", "366"]
    assert entry[12:14] == [f'"- https://{BALANCER.dns_name}:443- -"', '"-"']
    assert (entry[20], entry[22]) == ("-1", '"-"')
    assert entry[27:29] == ['"Severe"', '"BadMethod"']


def test_a_response_of_the_load_balancers_own_has_no_target_status() -> None:
    entry = fields(replace(LOGGED, response=HttpResponse(504, (SERVER,))))

    assert entry[4:10] == ["10.0.1.5:443", "-1", "-1", "-1", "504", "-"]


def test_a_function_has_no_address() -> None:
    cited = ResourceRef("AWS::Lambda::Function", "orders", "arn:aws:lambda:…")
    entry = fields(replace(LOGGED, hops=(RULE_HOP, replace(TARGET_HOP, decision=allowed(cited)))))

    assert (entry[4], entry[9], entry[16]) == ("-", "-", GROUP.arn)


def test_a_redirect_is_told_with_its_url() -> None:
    rule = replace(RULE, priority=7, actions=(RedirectAction("HTTP_301"),))
    door = replace(DOOR, listener=replace(LISTENER, rules=(rule,)))
    response = HttpResponse(301, (SERVER, ("Location", "https://a.example:443/")))
    entry = fields(replace(LOGGED, door=door, hops=(RULE_HOP,), response=response))

    assert (entry[20], entry[22], entry[23]) == ("7", '"redirect"', '"https://a.example:443/"')


def test_the_reason_of_an_error_and_the_transform_are_told() -> None:
    refused = denied(AuthenticationReason.JWT_HEADER_NOT_PRESENT, remedy="send a token")
    transformed = Decision(
        Verdict.ALLOWED,
        TransformStatus.SUCCESS,
        facts=(("host", "a.example -> b.example"), ("url", "/a -> /b")),
    )
    hops: Hops = (
        RULE_HOP,
        Hop(RULE_HOP.component, Step.AUTHENTICATION, refused),
        Hop(RULE_HOP.component, Step.TRANSFORM, transformed),
    )
    entry = fields(replace(LOGGED, hops=hops, response=HttpResponse(401, (SERVER,))))

    assert entry[24] == '"JWTHeaderNotPresent"'
    assert entry[30:] == ['"b.example"', '"/b"', '"TransformSuccess"']


def test_a_fixed_response_is_an_action() -> None:
    rule = replace(RULE, actions=(FixedResponseAction(200),))
    door = replace(DOOR, listener=replace(LISTENER, rules=(rule,)))

    assert fields(replace(LOGGED, door=door, hops=(RULE_HOP,)))[22] == '"fixed-response"'


@pytest.mark.parametrize("prefix", ["", "alb"])
def test_an_object_is_named_for_its_node_and_time(prefix: str) -> None:
    key = access_log_key(
        AccessLogDestination("logs", prefix), DOOR, "123456789012", "eu-central-1", CREATED, "50dc6c49"
    )
    balancer = BALANCER.arn.partition(":loadbalancer/")[2].replace("/", ".")

    assert key == (
        (f"{prefix}/" if prefix else "")
        + "AWSLogs/123456789012/elasticloadbalancing/eu-central-1/2018/07/02/"
        + f"123456789012_elasticloadbalancing_eu-central-1_{balancer}_20180702T2223Z_"
        + f"{NODE.address}_50dc6c49.log.gz"
    )


def certificate(number: int, *names: str) -> Certificate:
    return Certificate(Arn(f"arn:{number}"), names[0], names, "ISSUED", "AMAZON_ISSUED")


@pytest.mark.parametrize(
    ("server_name", "arn", "domain_name"),
    [
        ("", "arn:1", ""),
        ("other.example", "arn:1", ""),
        ("A.example", "arn:1", "A.example"),
        ("x.b.example", "arn:2", "x.b.example"),
    ],
)
def test_the_domain_name_is_told_only_where_it_chose_the_certificate(
    server_name: str, arn: str, domain_name: str
) -> None:
    certificates = Certificates((certificate(1, "a.example"), certificate(2, "b.example", "*.b.example")))
    listener = replace(LISTENER, certificate_arns=(Arn("arn:1"), Arn("arn:2")))

    assert presented_certificate(listener, certificates, server_name) == (arn, domain_name)
