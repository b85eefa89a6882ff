"""Requests at S3: through an interface endpoint, behind a load balancer, by a gateway endpoint, in public."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import topologies
from tests.semantics.conversations import Conversation, converse
from tests.topologies import DOMAIN, ENDPOINT_A, REGION, VPC, private_app, with_network

from landbridge.model.identifiers import VpcEndpointId
from landbridge.model.network import InternetGateway, Route, SecurityGroupRule, VpcEndpoint
from landbridge.model.policy import Condition, PolicyDocument, Statement
from landbridge.model.storage import Bucket, CorsRule, PublicAccessBlock, Storage
from landbridge.model.topology import Topology
from landbridge.semantics.needs import GetObject, ListObjects, ObjectFound, ObjectMissing, ObjectsListed
from landbridge.semantics.network.public_service import PUBLIC_S3
from landbridge.semantics.network.source import Internet, vantage
from landbridge.trace.codes import LocalCode, S3ErrorCode
from landbridge.trace.decision import Refused, Step, TimedOut, Verdict

ENDPOINT = topologies.ENDPOINT
INTERNET = Internet(IPv4Address("203.0.113.10"))
GATEWAY = VpcEndpointId("vpce-0gateway")
S3 = f"s3.{REGION}.amazonaws.com"
THROUGH_ENDPOINT = Condition("StringEquals", "aws:SourceVpce", (ENDPOINT,))
FOUND = ObjectFound(
    b"<!doctype html>",
    (("Last-Modified", "Fri, 01 Apr 2022 10:00:00 GMT"), ("ETag", '"e1"'), ("Content-Type", "text/html")),
)


def allow(*conditions: Condition, actions: tuple[str, ...] = ("s3:GetObject",)) -> Statement:
    return topologies.statement(
        sid="readers",
        principals=(("*", "*"),),
        actions=actions,
        resources=(f"arn:aws:s3:::{DOMAIN}/*", f"arn:aws:s3:::{DOMAIN}"),
        conditions=conditions,
    )


def bucket(*statements: Statement, **more: Any) -> Bucket:
    policy = PolicyDocument(statements) if statements else None
    return Bucket(DOMAIN, policy, PublicAccessBlock(True, True, True, True), **more)


def site(*buckets: Bucket, **endpoint: Any) -> Topology:
    """The private app whose endpoint is one for S3, before a bucket that has the app's name."""
    app = private_app()
    suffix = f"s3.{REGION}"
    own = replace(
        app.network.vpc_endpoints[0],
        service_name=f"com.amazonaws.{REGION}.s3",
        dns_names=(f"*.{ENDPOINT}-x1y2z3w4.{suffix}.vpce.amazonaws.com", f"{S3}", f"*.{S3}"),
    )
    held = buckets or (bucket(allow(THROUGH_ENDPOINT)),)
    opened = with_network(
        app,
        vpc_endpoints=(replace(own, **endpoint),),
        security_groups=tuple(
            replace(group, rules=(*group.rules, *_open_to_all())) for group in app.network.security_groups
        ),
    )
    return replace(opened, storage=Storage(held))


def _open_to_all() -> tuple[SecurityGroupRule, ...]:
    return tuple(
        SecurityGroupRule(f"sgr-0{egress}", egress, "-1", None, None, cidr=IPv4Network("0.0.0.0/0"))
        for egress in (False, True)
    )


def ask(topology: Topology, target: str = "/index.html", *, port: int = 443, **how: Any) -> Conversation:
    """A request of an instance in the VPC, straight to the endpoint."""
    how.setdefault("source", vantage(topology, "vpc"))
    how.setdefault("to", str(ENDPOINT_A))
    results = {GetObject: FOUND, ListObjects: ObjectsListed(200, b"<ListBucketResult/>")}
    return converse(topology, target, port=port, results=how.pop("results", results), **how)


OPEN = site(bucket(allow(THROUGH_ENDPOINT, actions=("s3:GetObject", "s3:ListBucket"))))


def test_the_load_balancer_leads_to_the_bucket_that_has_the_sites_name() -> None:
    done = converse(site(), "/assets/app.js", results={GetObject: FOUND})
    assert (done.status, done.denials) == (200, [])
    assert done.needs == (GetObject(DOMAIN, "assets/app.js"),)
    assert done.steps[-3:] == ["which bucket", "endpoint policy", "get object"]


@pytest.mark.parametrize(
    ("host", "target"),
    [
        (DOMAIN, "/index.html"),
        (S3, f"/{DOMAIN}/index.html"),
        (f"{DOMAIN}.{S3}", "/index.html"),
        (f"bucket.{ENDPOINT}-x1y2z3w4.{S3.replace('amazonaws', 'vpce.amazonaws')}", f"/{DOMAIN}/index.html"),
        (f"{DOMAIN}.bucket.{ENDPOINT}-x1.{S3.replace('amazonaws', 'vpce.amazonaws')}", "/index.html"),
        (str(ENDPOINT_A), f"/{DOMAIN}/index.html"),
    ],
)
@pytest.mark.parametrize("port", [443, 80])
def test_a_bucket_is_named_by_host_or_by_path_on_both_ports(host: str, target: str, port: int) -> None:
    done = ask(site(), target, host=host, port=port)
    assert (done.status, done.needs) == (200, (GetObject(DOMAIN, "index.html"),))


@pytest.mark.parametrize(
    ("method", "host", "target", "status", "code"),
    [
        ("GET", str(ENDPOINT_A), "/", 307, LocalCode.REQUEST_NAMES_NO_BUCKET),
        ("GET", S3, "/", 307, LocalCode.REQUEST_NAMES_NO_BUCKET),
        ("HEAD", str(ENDPOINT_A), "/", 405, S3ErrorCode.METHOD_NOT_ALLOWED),
        ("POST", S3, "/", 405, S3ErrorCode.METHOD_NOT_ALLOWED),
        ("GET", S3, "/none/x", 404, S3ErrorCode.NO_SUCH_BUCKET),
        ("GET", "other.example", "/x", 404, S3ErrorCode.NO_SUCH_BUCKET),
        ("GET", S3, "/a!/x", 400, S3ErrorCode.INVALID_BUCKET_NAME),
        ("GET", DOMAIN, "/%", 400, S3ErrorCode.INVALID_URI),
        ("GET", DOMAIN, "/" + "a" * 1025, 400, S3ErrorCode.KEY_TOO_LONG),
        ("GET", DOMAIN, "/", 403, S3ErrorCode.ACCESS_DENIED),
        ("GET", DOMAIN, "/?list-type=2", 403, S3ErrorCode.ACCESS_DENIED),
        ("HEAD", DOMAIN, "/", 403, S3ErrorCode.ACCESS_DENIED),
        ("GET", DOMAIN, "/?policy", 403, S3ErrorCode.ACCESS_DENIED),
        ("PUT", DOMAIN, "/x", 403, S3ErrorCode.ACCESS_DENIED),
        ("DELETE", DOMAIN, "/x", 403, S3ErrorCode.ACCESS_DENIED),
        ("POST", DOMAIN, "/x", 405, S3ErrorCode.METHOD_NOT_ALLOWED),
        ("PATCH", DOMAIN, "/x", 405, S3ErrorCode.METHOD_NOT_ALLOWED),
        ("GET", DOMAIN, "/x?versionId=1", 403, S3ErrorCode.ACCESS_DENIED),
        ("GET", DOMAIN, "/x?response-content-type=text/html", 400, S3ErrorCode.INVALID_REQUEST),
        ("GET", DOMAIN, "/x?partNumber=1", 501, LocalCode.NOT_MODELLED),
        ("GET", DOMAIN, "/x?X-Amz-Signature=0", 400, S3ErrorCode.AUTHORIZATION_QUERY_PARAMETERS_ERROR),
        ("GET", DOMAIN, "/x?AWSAccessKeyId=A&Signature=0", 400, S3ErrorCode.INVALID_REQUEST),
        ("GET", f"ap.s3-accesspoint.{REGION}.amazonaws.com", "/x", 501, LocalCode.NOT_MODELLED),
    ],
)
def test_what_is_no_request_for_an_object_is_answered_as_s3_does(
    method: str, host: str, target: str, status: int, code: object
) -> None:
    done = ask(site(), target, method=method, host=host)
    assert (done.status, done.last.code, done.needs) == (status, code, ())
    assert done.last.remedy
    assert done.response is not None
    assert done.response.header("server") == "AmazonS3"


def test_a_health_check_is_sent_to_the_service_page() -> None:
    done = ask(site(), "/", host=str(ENDPOINT_A), port=80)
    assert done.response is not None
    assert [name for name, _ in done.response.headers] == [
        *("x-amz-id-2", "x-amz-request-id", "Date", "Location", "Server")
    ]
    assert (done.response.header("location"), done.response.body) == ("https://aws.amazon.com/s3/", b"")


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        ("AWS4-HMAC-SHA256 Credential=a", S3ErrorCode.AUTHORIZATION_HEADER_MALFORMED),
        ("AWS a:b", S3ErrorCode.INVALID_REQUEST),
        ("Bearer eyJ", S3ErrorCode.INVALID_ARGUMENT),
    ],
)
def test_credentials_are_never_ignored(authorization: str, code: S3ErrorCode) -> None:
    done = ask(site(), host=DOMAIN, headers=(("Authorization", authorization),))
    assert (done.status, done.last.code, done.needs) == (400, code, ())
    assert done.steps[-1] == "signature"


@pytest.mark.parametrize(
    ("sentence", "conditions", "status"),
    [
        ("the endpoint", (THROUGH_ENDPOINT,), 200),
        ("another endpoint", (Condition("StringEquals", "aws:SourceVpce", ("vpce-9",)),), 403),
        ("the VPC", (Condition("StringEquals", "aws:SourceVpc", (VPC,)),), 200),
        (
            "TLS",
            (THROUGH_ENDPOINT, Condition("Bool", "aws:SecureTransport", ("true",))),
            200,
        ),
        (
            "TLS 1.2",
            (THROUGH_ENDPOINT, Condition("NumericGreaterThanEquals", "s3:TlsVersion", ("1.2",))),
            200,
        ),
        (
            "the caller's block",
            (THROUGH_ENDPOINT, Condition("IpAddress", "aws:VpcSourceIp", ("10.20.0.0/16",))),
            200,
        ),
        (
            "another page",
            (THROUGH_ENDPOINT, Condition("StringLike", "aws:Referer", ("https://a/*",))),
            403,
        ),
        (
            "this page",
            (THROUGH_ENDPOINT, Condition("StringLike", "aws:Referer", ("https://b/*",))),
            200,
        ),
        ("a public address", (THROUGH_ENDPOINT, Condition("IpAddress", "aws:SourceIp", ("0.0.0.0/0",))), 403),
    ],
)
def test_a_bucket_policy_sees_where_a_request_comes_from(
    sentence: str, conditions: tuple[Condition, ...], status: int
) -> None:
    done = ask(site(bucket(allow(*conditions))), host=DOMAIN, headers=(("Referer", "https://b/c"),))
    assert done.status == status, sentence


def test_plain_http_is_not_secure_transport() -> None:
    topology = site(bucket(allow(THROUGH_ENDPOINT, Condition("Bool", "aws:SecureTransport", ("true",)))))
    assert (ask(topology, host=DOMAIN).status, ask(topology, host=DOMAIN, port=80).status) == (200, 403)


def test_behind_a_load_balancer_the_policy_sees_its_node() -> None:
    node = Condition("IpAddress", "aws:VpcSourceIp", (f"{topologies.ALB_A}", f"{topologies.ALB_B}"))
    done = converse(site(bucket(allow(THROUGH_ENDPOINT, node))), "/a", results={GetObject: FOUND})
    assert done.status == 200


@pytest.mark.parametrize(("actions", "status"), [(("s3:GetObject",), 200), (("s3:PutObject",), 403)])
def test_the_endpoints_own_policy_decides_first(actions: tuple[str, ...], status: int) -> None:
    done = ask(site(policy=PolicyDocument((allow(actions=actions),))), host=DOMAIN)
    assert done.status == status
    hops = [hop for hop in done.hops if hop.step is Step.ENDPOINT_POLICY]
    assert [hop.decision.allowed for hop in hops] == [status == 200]


def test_a_missing_page_looks_forbidden_without_permission_to_list() -> None:
    done = ask(site(), "/orders/7", host=DOMAIN, results={GetObject: ObjectMissing()})
    assert (done.status, done.last.code) == (403, S3ErrorCode.ACCESS_DENIED)
    lists = site(bucket(allow(THROUGH_ENDPOINT, actions=("s3:GetObject", "s3:ListBucket"))))
    done = ask(lists, "/orders/7", host=DOMAIN, results={GetObject: ObjectMissing()})
    assert (done.status, done.last.code) == (404, S3ErrorCode.NO_SUCH_KEY)


def test_there_is_no_index_document() -> None:
    lists = site(bucket(allow(THROUGH_ENDPOINT, actions=("s3:GetObject", "s3:ListBucket"))))
    done = ask(lists, "/?list-type=2&prefix=a", host=DOMAIN)
    assert (done.status, done.needs) == (200, (ListObjects(DOMAIN, "list-type=2&prefix=a"),))
    assert ask(lists, "/", host=DOMAIN, method="HEAD").needs == ()
    assert ask(lists, "/?max-keys=many", host=DOMAIN).status == 400


def test_a_list_can_be_held_to_a_prefix() -> None:
    prefix = Condition("StringEquals", "s3:prefix", ("public/",))
    lists = site(bucket(allow(THROUGH_ENDPOINT, prefix, actions=("s3:ListBucket",))))
    assert ask(lists, "/?prefix=public%2F", host=DOMAIN).status == 200
    assert ask(lists, "/?prefix=private%2F", host=DOMAIN).status == 403


def test_ranges_and_conditions_reach_s3_through_the_load_balancer() -> None:
    done = converse(site(), "/a", headers=(("Range", "bytes=0-1"),), results={GetObject: FOUND})
    assert (done.status, done.response and done.response.body) == (206, b"<!")
    done = converse(site(), "/a", headers=(("If-None-Match", '"e1"'),), results={GetObject: FOUND})
    assert done.status == 304


RULE = CorsRule(("https://*.corp.example",), ("GET", "PUT"), ("x-*",), ("ETag",), 3000)
ORIGIN = ("Origin", "https://a.corp.example")


@pytest.mark.parametrize(
    ("rules", "headers", "status", "message"),
    [
        ((RULE,), (ORIGIN, ("Access-Control-Request-Method", "PUT")), 200, ""),
        (
            (RULE,),
            (
                ORIGIN,
                ("Access-Control-Request-Method", "GET"),
                ("Access-Control-Request-Headers", "X-A, x-b"),
            ),
            200,
            "",
        ),
        (
            (RULE,),
            (ORIGIN, ("Access-Control-Request-Method", "DELETE")),
            403,
            "This CORS request is not allowed",
        ),
        (
            (RULE,),
            (ORIGIN, ("Access-Control-Request-Method", "GET"), ("Access-Control-Request-Headers", "a")),
            403,
            "<Method>GET</Method><ResourceType>OBJECT</ResourceType>",
        ),
        (
            (RULE,),
            (("Origin", "https://corp.example"), ("Access-Control-Request-Method", "GET")),
            403,
            "not allowed",
        ),
        ((), (ORIGIN,), 403, "<Method>OPTIONS</Method><ResourceType>BUCKET</ResourceType>"),
        ((RULE,), (), 400, "Insufficient information. Origin request header needed."),
    ],
)
def test_a_preflight_request_is_answered_by_the_buckets_rules(
    rules: tuple[CorsRule, ...], headers: tuple[tuple[str, str], ...], status: int, message: str
) -> None:
    done = ask(site(bucket(cors_rules=rules)), host=DOMAIN, method="OPTIONS", headers=headers)
    assert done.response is not None
    assert (done.status, message in done.response.body.decode()) == (status, True)
    if status == 200:
        assert done.response.header("access-control-allow-origin") == ORIGIN[1]
        assert done.response.header("access-control-allow-methods") == "GET, PUT"
        assert done.response.header("access-control-max-age") == "3000"
        assert done.response.header("access-control-allow-credentials") == "true"


def test_an_answer_to_another_origin_says_so() -> None:
    topology = site(bucket(allow(THROUGH_ENDPOINT), cors_rules=(replace(RULE, allowed_origins=("*",)),)))
    response = ask(topology, host=DOMAIN, headers=(ORIGIN,)).response
    assert response is not None
    assert response.header("access-control-allow-origin") == "*"
    assert response.header("access-control-allow-credentials") is None
    assert response.header("vary") == (
        "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"
    )
    plain = ask(topology, host=DOMAIN).response
    assert plain is not None
    assert plain.header("vary") is None


def test_a_bucket_that_nobody_has_is_not_found_by_a_preflight_request() -> None:
    done = ask(site(), host="none.example", method="OPTIONS", headers=(ORIGIN,))
    assert done.response is not None
    assert (done.status, b"CORSResponse: Bucket not found" in done.response.body) == (403, True)


def test_an_operation_that_a_policy_allows_is_not_pretended() -> None:
    done = ask(site(bucket(allow(THROUGH_ENDPOINT, actions=("s3:*",)))), "/x", host=DOMAIN, method="PUT")
    assert (done.status, done.last.verdict) == (501, Verdict.NOT_MODELLED)


def test_another_port_of_the_endpoint_is_refused() -> None:
    done = ask(site(), host=DOMAIN, port=8080)
    assert (done.outcome, done.last.code) == (Refused(), LocalCode.NOTHING_LISTENS)


def test_plain_http_to_the_tls_port_is_no_target() -> None:
    topology = site()
    group = replace(topology.load_balancing.target_groups[0], protocol="HTTP")
    topology = replace(topology, load_balancing=replace(topology.load_balancing, target_groups=(group,)))
    done = converse(topology, "/a")
    assert (done.status, done.last.code) == (502, LocalCode.TARGET_UNREACHABLE)


TEXT = st.text(st.characters(min_codepoint=33, max_codepoint=255), max_size=20)


@given(
    method=st.sampled_from(("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "BREW")),
    host=st.one_of(TEXT, st.sampled_from((DOMAIN, S3, f"{DOMAIN}.{S3}", str(ENDPOINT_A)))),
    path=TEXT,
    query=st.one_of(TEXT, st.sampled_from(("list-type=2", "acl", "versionId=1", "max-keys=-1"))),
    header=st.tuples(st.sampled_from(("Range", "If-Match", "Origin", "Authorization", "If-Range")), TEXT),
)
def test_every_request_has_an_answer_of_s3(
    method: str, host: str, path: str, query: str, header: tuple[str, str]
) -> None:
    done = ask(OPEN, f"/{path}?{query}", method=method, host=host, headers=(header,))
    assert done.response is not None
    assert done.response.header("server") == "AmazonS3"
    assert done.response.header("x-amz-request-id") is not None
    assert (done.status or 0) < 400 or b"<Error><Code>" in done.response.body


# The public front and gateway endpoints


def public(**block: bool) -> Topology:
    held = Bucket(DOMAIN, PolicyDocument((allow(),)), PublicAccessBlock(**block))
    return replace(private_app(), storage=Storage((held,)))


def test_a_public_bucket_is_reached_from_the_internet() -> None:
    done = ask(public(), f"/{DOMAIN}/a", source=INTERNET, host=S3, to=S3)
    assert (done.status, done.denials) == (200, [])
    blocked = ask(public(restrict_public_buckets=True), f"/{DOMAIN}/a", source=INTERNET, host=S3, to=S3)
    assert (blocked.status, blocked.last.code) == (403, S3ErrorCode.ACCESS_DENIED)


def test_a_bucket_for_the_endpoint_is_closed_to_the_internet() -> None:
    done = ask(site(), host=f"{DOMAIN}.{S3}", source=INTERNET, to=f"{DOMAIN}.{S3}")
    assert (done.status, done.last.verdict) == (403, Verdict.IMPLICIT_DENY)


@pytest.mark.parametrize(
    ("source", "status", "verdict"),
    [("internet", 200, Verdict.ALLOWED), ("corporate", 403, Verdict.NOT_MODELLED)],
)
def test_only_the_internets_own_address_is_known_at_the_public_front(
    source: str, status: int, verdict: Verdict
) -> None:
    topology = site(bucket(allow(Condition("IpAddress", "aws:SourceIp", ("203.0.113.0/24",)))))
    done = ask(topology, f"/{DOMAIN}/a", source=vantage(topology, source), host=S3, to=S3)
    assert (done.status, done.last.verdict) == (status, verdict)


def with_gateway(*route_table_ids: str, routes: tuple[Route, ...] = ()) -> Topology:
    """No interface endpoint; a gateway endpoint with these route tables, and these routes besides."""
    topology = site(bucket(allow(Condition("StringEquals", "aws:SourceVpce", (GATEWAY,)))))
    table = topology.network.route_tables[0]
    gateway = VpcEndpoint(
        *(GATEWAY, VPC, f"com.amazonaws.{REGION}.s3", "Gateway", "available", False, (), (), (), None, ()),
        route_table_ids=route_table_ids,
    )
    return with_network(
        topology,
        vpc_endpoints=(gateway,),
        route_tables=(replace(table, routes=(*table.routes, *routes)),),
        internet_gateways=(InternetGateway("igw-0", VPC),),
    )


def test_a_gateway_endpoint_carries_what_starts_in_its_vpc() -> None:
    topology = with_gateway("rtb-0main")
    done = ask(topology, f"/{DOMAIN}/a", host=S3, to=S3)
    assert (done.status, done.denials) == (200, [])
    assert any(GATEWAY in dict(hop.decision.facts).get("route", "") for hop in done.hops)


def test_without_a_route_to_it_a_gateway_endpoint_carries_nothing() -> None:
    topology = with_gateway("rtb-0other", routes=(Route(IPv4Network("0.0.0.0/0"), "igw-0"),))
    done = ask(topology, f"/{DOMAIN}/a", host=S3, to=S3)
    assert (done.status, done.last.code) == (403, S3ErrorCode.ACCESS_DENIED)
    nowhere = ask(with_gateway("rtb-0other"), f"/{DOMAIN}/a", host=S3, to=S3)
    assert (nowhere.response, nowhere.outcome) == (None, TimedOut())


def test_the_office_cannot_use_a_gateway_endpoint() -> None:
    topology = with_gateway("rtb-0main")
    done = ask(topology, f"/{DOMAIN}/a", source=vantage(topology, "corporate"), host=S3, to=S3)
    assert (done.status, done.last.code) == (403, S3ErrorCode.ACCESS_DENIED)
    assert "gateway endpoint" in done.last.remedy


def test_s3_answers_on_two_ports_only() -> None:
    done = ask(public(), "/", source=INTERNET, host=S3, to=S3, port=22)
    assert (done.response, done.last.code) == (None, LocalCode.NOTHING_LISTENS)


# Names


@pytest.mark.parametrize(
    ("source", "only_inbound", "address"),
    [
        ("vpc", False, ENDPOINT_A),
        ("vpc", True, PUBLIC_S3.address),
        ("corporate", True, ENDPOINT_A),
        ("corporate", False, PUBLIC_S3.address),
        ("internet", False, PUBLIC_S3.address),
    ],
)
def test_private_dns_can_be_for_the_office_only(
    source: str, only_inbound: bool, address: IPv4Address
) -> None:
    topology = site(private_dns_only_for_inbound_resolver=only_inbound)
    done = ask(topology, f"/{DOMAIN}/a", source=vantage(topology, source), host=S3, to=S3)
    resolved = [hop for hop in done.hops if hop.step is Step.RESOLVE_NAME][-1]
    assert str(address) in dict(resolved.decision.facts)["answer"]
