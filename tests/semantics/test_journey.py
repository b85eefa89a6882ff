"""Whole journeys, driven by hand: the good ones hop by hop, and every way one can end early."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.semantics.api_gateway.calls import the_api, with_api, with_deployment, with_stage
from tests.semantics.conversations import (
    OFFICE,
    Conversation,
    converse,
    default_rule,
    healthy,
    no_weight,
    the_listener,
    with_domain,
    with_endpoint,
    with_group_rules,
    with_listener,
    with_rules,
    with_target_group,
)
from tests.topologies import (
    ACCOUNT,
    ALB_A,
    ALB_GROUP,
    ALB_NAME,
    API,
    DOMAIN,
    ENDPOINT,
    ENDPOINT_A,
    ENDPOINT_B,
    ENDPOINT_GROUP,
    EVERYWHERE,
    REGION,
    RESOLVER_A,
    TARGET_GROUP_ARN,
    open_network_acl,
    private_app,
    statement,
    with_network,
)

from landbridge.model.load_balancing import (
    Action,
    FixedResponseAction,
    ForwardAction,
    RedirectAction,
    RuleCondition,
    Target,
    UnsupportedAction,
)
from landbridge.model.network import (
    InternetGateway,
    NetworkAclEntry,
    SecurityGroupRule,
)
from landbridge.model.policy import Condition, PolicyDocument
from landbridge.model.topology import Topology
from landbridge.semantics.journey.connection import connect
from landbridge.semantics.load_balancing.health import HealthState
from landbridge.semantics.needs import ConnectTimeout, GetObject, Invoke
from landbridge.semantics.network.reachability import PUBLIC_EXECUTE_API
from landbridge.semantics.network.source import Internet, vantage
from landbridge.semantics.world import World
from landbridge.trace.codes import DnsCode, ExplanationCode, LambdaErrorType, LocalCode
from landbridge.trace.decision import NotResolved, Refused, Step, TimedOut, Verdict

TO_THE_LISTENER = [
    "resolve name",
    "resolve name",
    "corporate link",
    "network ACL inbound",
    "security group ingress",
    "return route",
    "network ACL return traffic",
    "listener",
]
TO_THE_ENDPOINT = ["listener rule", "target", "security group egress", "security group ingress"]
TO_THE_METHOD = [
    "which API",
    "base path mapping",
    "endpoint policy",
    "resource and method",
    "resource policy",
]
INTERNET = Internet(IPv4Address("203.0.113.10"))
EXECUTE_API_HOST = f"{API}.execute-api.{REGION}.amazonaws.com"


def in_the_vpc(topology: Topology) -> Topology:
    """The endpoint's group admits the whole VPC, so that an instance reaches it without the load balancer."""
    rule = SecurityGroupRule("sgr-0vpc", False, "tcp", 443, 443, cidr=IPv4Network("10.20.0.0/16"))
    return with_group_rules(topology, ENDPOINT_GROUP, (rule,))


def from_the_vpc(topology: Topology, host: str, target: str = "/live/api/orders") -> Conversation:
    """A request of an instance in the VPC, straight to the endpoint."""
    opened = in_the_vpc(topology)
    return converse(opened, target, source=vantage(opened, "vpc"), host=host, to=str(ENDPOINT_A))


def with_default_action(topology: Topology, *actions: Action) -> Topology:
    return with_rules(topology, default_rule(topology, *actions))


def text_of(conversation: Conversation) -> str:
    assert conversation.response is not None
    return conversation.response.body.decode()


# The good ones


def test_a_request_to_the_backend_passes_every_hop_and_invokes_the_function_once() -> None:
    done = converse(private_app())
    assert done.steps == [
        *TO_THE_LISTENER,
        *TO_THE_ENDPOINT,
        *TO_THE_METHOD,
        "function policy",
        "invoke",
        "integration response",
    ]
    assert (done.status, text_of(done), done.denials) == (200, "hello", [])
    assert [type(need) for need in done.needs] == [Invoke]


def test_a_request_for_a_page_assumes_the_role_and_reads_the_object_once() -> None:
    done = converse(private_app(), "/assets/app.js")
    assert done.steps == [
        *TO_THE_LISTENER,
        *TO_THE_ENDPOINT,
        *TO_THE_METHOD,
        "integration role",
        "integration request",
        "get object",
        "integration response",
    ]
    assert (done.status, done.denials) == (200, [])
    assert done.needs == (GetObject("orders-frontend", "assets/app.js"),)


def test_an_instance_in_the_vpc_calls_the_private_api_by_its_own_name() -> None:
    done = from_the_vpc(private_app(), EXECUTE_API_HOST)
    assert (done.status, done.denials) == (200, [])
    assert "listener" not in done.steps


def test_a_connection_tries_the_next_address_where_the_first_is_closed() -> None:
    deny = NetworkAclEntry(1, False, False, "-1", EVERYWHERE)
    acl = open_network_acl()
    closed = replace(acl, id="acl-0a", entries=(deny, *acl.entries), subnet_ids=acl.subnet_ids[:1])
    rest = replace(acl, subnet_ids=acl.subnet_ids[1:])
    topology = with_target_group(private_app(), targets=(Target(str(ENDPOINT_B), 443),))
    done = converse(with_network(topology, network_acls=(closed, rest)), to=ALB_NAME)
    assert (done.status, done.denials) == (200, [])
    assert "eni-0albb" in [hop.component.id for hop in done.hops]
    assert "eni-0alba" not in [hop.component.id for hop in done.hops]


def test_a_health_check_names_no_api_and_is_answered_403() -> None:
    done = converse(private_app(), "/", host=str(ENDPOINT_A), to=DOMAIN)
    assert (done.status, text_of(done)) == (403, '{"message":"Forbidden"}')
    assert done.last.code is LocalCode.HOST_NAMES_NO_API
    assert done.steps[-1] == "which API"


# Before anything answers


def test_a_name_that_nobody_has_is_not_resolved() -> None:
    done = converse(private_app(), host="nothing.corp.example")
    assert (done.outcome, done.last.code) == (NotResolved(), DnsCode.NXDOMAIN)


def test_a_private_name_is_not_resolved_on_the_internet() -> None:
    done = converse(private_app(), source=INTERNET)
    assert isinstance(done.outcome, NotResolved)
    assert done.last.remedy


def test_a_link_that_is_down_times_out() -> None:
    topology = private_app()
    down = replace(topology.network.vpn_connections[0], tunnels=())
    done = converse(with_network(topology, vpn_connections=(down,)), to=str(ALB_A))
    assert (done.outcome, done.steps) == (TimedOut(), ["corporate link"])
    assert done.last.code is ExplanationCode.BAD_STATE_VPN


def test_a_security_group_without_the_office_times_out() -> None:
    done = converse(with_group_rules(private_app(), ALB_GROUP, ()))
    assert (done.outcome, done.steps[-1]) == (TimedOut(), "security group ingress")
    assert done.last.code in {ExplanationCode.ENI_SG_RULES_MISMATCH, ExplanationCode.SG_HAS_NO_RULES}


def test_a_network_acl_that_denies_times_out() -> None:
    acl = open_network_acl()
    deny = NetworkAclEntry(1, False, False, "6", EVERYWHERE, 443, 443)
    done = converse(with_network(private_app(), network_acls=(replace(acl, entries=(deny, *acl.entries)),)))
    assert (done.outcome, done.steps[-1]) == (TimedOut(), "network ACL inbound")
    assert done.last.code is ExplanationCode.SUBNET_ACL_RESTRICTION


def test_a_network_acl_that_denies_the_way_back_times_out() -> None:
    acl = open_network_acl()
    deny = NetworkAclEntry(1, True, False, "6", EVERYWHERE, 1024, 65535)
    done = converse(
        with_network(private_app(), network_acls=(replace(acl, entries=(deny, *acl.entries)),)),
        to=str(ALB_A),
    )
    assert (done.outcome, done.steps[-1]) == (TimedOut(), "network ACL return traffic")


def test_a_missing_route_back_to_the_office_times_out() -> None:
    topology = private_app()
    table = topology.network.route_tables[0]
    done = converse(
        with_network(topology, route_tables=(replace(table, routes=table.routes[:1]),)), to=str(ALB_A)
    )
    assert (done.outcome, done.last.code) == (TimedOut(), LocalCode.NO_RETURN_ROUTE)


def test_an_address_that_nobody_has_ends_at_the_destination() -> None:
    done = converse(private_app(), to="10.20.1.99")
    assert isinstance(done.outcome, TimedOut)
    assert done.last.code is LocalCode.ADDRESS_NOT_IN_USE


def test_a_port_without_a_listener_is_refused() -> None:
    open_port = SecurityGroupRule("sgr-0http", False, "tcp", 80, 80, cidr=EVERYWHERE)
    done = converse(with_group_rules(private_app(), ALB_GROUP, (open_port,)), port=80)
    assert (done.outcome, done.last.code) == (Refused(), ExplanationCode.ELBV2_LISTENERS_MISMATCH)
    assert "HTTPS:443" in done.last.remedy


def test_an_endpoint_answers_on_port_443_only() -> None:
    everything = SecurityGroupRule("sgr-0all", False, "-1", None, None, cidr=EVERYWHERE)
    topology = with_group_rules(private_app(), ENDPOINT_GROUP, (everything,))
    done = converse(topology, source=vantage(topology, "vpc"), to=str(ENDPOINT_A), port=80)
    assert (done.outcome, done.last.code) == (Refused(), LocalCode.NOTHING_LISTENS)


def test_an_endpoint_of_another_service_is_not_modelled() -> None:
    topology = with_endpoint(in_the_vpc(private_app()), service_name=f"com.amazonaws.{REGION}.sqs")
    done = converse(topology, source=vantage(topology, "vpc"), to=str(ENDPOINT_A))
    assert (done.outcome, done.last.verdict) == (Refused(), Verdict.NOT_MODELLED)


def test_an_interface_that_belongs_to_nothing_modelled_is_not_modelled() -> None:
    topology = with_group_rules(
        private_app(), "sg-0resolver", (SecurityGroupRule("r", False, "-1", None, None, cidr=EVERYWHERE),)
    )
    done = converse(topology, to=str(RESOLVER_A))
    assert (done.outcome, done.last.verdict) == (Refused(), Verdict.NOT_MODELLED)


# At the load balancer


@pytest.mark.parametrize(
    ("method", "headers", "status"), [("TRACE", (), 405), ("GET", (("Transfer-Encoding", "gzip"),), 501)]
)
def test_a_load_balancer_refuses_some_requests_before_any_rule(
    method: str, headers: tuple[tuple[str, str], ...], status: int
) -> None:
    done = converse(private_app(), method=method, headers=headers)
    assert (done.status, done.steps[-1]) == (status, "HTTP request")
    assert done.last.code is LocalCode.MALFORMED_REQUEST


def test_a_fixed_response_ends_at_the_rule() -> None:
    done = converse(with_default_action(private_app(), FixedResponseAction(418, "text/plain", "no")))
    assert (done.status, text_of(done), done.steps[-1]) == (418, "no", "listener rule")
    assert done.needs == ()


def test_a_redirect_ends_at_the_rule() -> None:
    done = converse(with_default_action(private_app(), RedirectAction("HTTP_301", host="other.example")))
    assert done.response is not None
    assert done.response.header("location") == "https://other.example:443/api/orders"
    assert (done.status, done.steps[-1]) == (301, "listener rule")


UNSUPPORTED_CONDITION = RuleCondition("phase-of-the-moon", ("full",))


def _priority_rule(topology: Topology, *conditions: RuleCondition) -> Topology:
    rules = the_listener(topology).rules
    first = replace(rules[-1], priority=1, conditions=conditions)
    return with_rules(topology, first, *rules)


@pytest.mark.parametrize(
    "change",
    [
        lambda app: with_default_action(app, UnsupportedAction("authenticate-oidc")),
        lambda app: with_default_action(
            app, UnsupportedAction("authenticate-oidc"), ForwardAction(((TARGET_GROUP_ARN, 1),))
        ),
        lambda app: with_rules(app, default_rule(app, *the_listener(app).rules[0].actions * 2)),
        lambda app: with_rules(app, default_rule(app)),
        lambda app: with_rules(
            app, default_rule(app, *the_listener(app).rules[0].actions, unsupported=("transforms",))
        ),
        lambda app: _priority_rule(app, UNSUPPORTED_CONDITION),
        lambda app: with_target_group(app, target_type="instance"),
        lambda app: with_target_group(app, target_type="alb"),
        lambda app: with_target_group(app, targets=(Target(str(ALB_A), 443),)),
        lambda app: with_target_group(app, targets=(Target("fd00::1", 443),)),
        lambda app: replace(app, load_balancing=replace(app.load_balancing, target_groups=())),
    ],
    ids=[
        "an action that authenticates",
        "an action that authenticates before forward",
        "two actions that end",
        "no action at all",
        "a transform",
        "a condition",
        "instance targets",
        "targets of type alb",
        "a load balancer as its own target",
        "an IPv6 target",
        "a target group that could not be read",
    ],
)
def test_what_is_not_modelled_at_the_load_balancer_is_never_served_as_allowed(
    change: Callable[[Topology], Topology],
) -> None:
    topology = with_group_rules(
        private_app(),
        ALB_GROUP,
        (
            SecurityGroupRule("in", False, "-1", None, None, cidr=EVERYWHERE),
            SecurityGroupRule("out", True, "-1", None, None, cidr=EVERYWHERE),
        ),
    )
    done = converse(change(topology))
    assert done.status is not None
    assert done.status >= 500
    assert done.last.verdict is Verdict.NOT_MODELLED
    assert done.needs == ()


def test_a_group_without_targets_is_503() -> None:
    done = converse(with_target_group(private_app(), targets=()))
    assert (done.status, done.last.code) == (503, ExplanationCode.ELBV2_LISTENER_HAS_NO_TG)


def test_weights_of_zero_are_503() -> None:
    done = converse(no_weight(private_app()))
    assert (done.status, done.last.code) == (503, ExplanationCode.ELBV2_LISTENER_HAS_NO_TG)


@pytest.mark.parametrize("state", [HealthState.UNHEALTHY, HealthState.INITIAL])
def test_a_group_without_a_healthy_target_fails_open(state: HealthState) -> None:
    topology = private_app()
    done = converse(topology, health=healthy(topology, state))
    assert (done.status, done.denials) == (200, [])
    (target,) = (hop for hop in done.hops if hop.step.value == "target")
    assert target.decision.code is LocalCode.FAIL_OPEN


def test_draining_targets_are_503() -> None:
    topology = private_app()
    done = converse(topology, health=healthy(topology, HealthState.DRAINING))
    assert done.status == 503


@pytest.mark.parametrize("group_id", [ALB_GROUP, ENDPOINT_GROUP])
def test_a_target_that_a_security_group_hides_is_504_after_the_connect_timeout(group_id: str) -> None:
    topology = private_app()
    rules = topology.network.security_group_by_id[group_id].rules  # type: ignore[index]
    egress = group_id == ALB_GROUP
    done = converse(
        with_group_rules(topology, group_id, (rule for rule in rules if rule.egress is not egress))
    )
    assert (done.status, done.needs) == (504, (ConnectTimeout(),))
    assert done.steps[-1] == f"security group {'egress' if egress else 'ingress'}"


def test_an_http_target_group_to_an_endpoint_is_502() -> None:
    done = converse(with_target_group(private_app(), protocol="HTTP"))
    assert (done.status, done.last.code, done.needs) == (502, LocalCode.TARGET_UNREACHABLE, ())


def test_a_target_port_on_which_the_endpoint_does_not_listen_is_502() -> None:
    everything = SecurityGroupRule("sgr-0all", False, "-1", None, None, cidr=EVERYWHERE)
    topology = with_group_rules(private_app(), ENDPOINT_GROUP, (everything,))
    out = SecurityGroupRule("sgr-0out", True, "-1", None, None, cidr=EVERYWHERE)
    topology = with_group_rules(topology, ALB_GROUP, (*topology.network.security_groups[1].rules, out))
    done = converse(with_target_group(topology, targets=(Target(str(ENDPOINT_A), 8443),)))
    assert (done.status, done.last.code) == (502, LocalCode.NOTHING_LISTENS)


# At the endpoint: which API


@pytest.mark.parametrize(
    "host",
    ["other.corp.example", ALB_NAME, f"{ENDPOINT}-x1y2z3w4.execute-api.{REGION}.vpce.amazonaws.com", ""],
)
def test_a_host_that_names_no_api_is_forbidden(host: str) -> None:
    done = converse(private_app(), host=host, to=DOMAIN)
    assert (done.status, text_of(done)) == (403, '{"message":"Forbidden"}')
    assert (done.last.code, done.steps[-1]) == (LocalCode.HOST_NAMES_NO_API, "which API")


def test_a_path_without_a_base_path_mapping_is_forbidden() -> None:
    mapping = replace(private_app().api_gateway.domain_names[0].mappings[0], base_path="v1")
    done = converse(with_domain(private_app(), mappings=(mapping,)))
    assert (done.status, text_of(done)) == (403, '{"message":"Forbidden"}')
    assert (done.last.code, done.steps[-1]) == (LocalCode.BASE_PATH_NOT_MAPPED, "base path mapping")


def test_a_stage_that_is_not_deployed_is_forbidden() -> None:
    mapping = replace(private_app().api_gateway.domain_names[0].mappings[0], stage="prod")
    done = converse(with_domain(private_app(), mappings=(mapping,)))
    assert (done.status, text_of(done)) == (403, '{"message":"Forbidden"}')
    assert (done.last.code, done.steps[-1]) == (LocalCode.STAGE_NOT_FOUND, "stage")
    assert "live" in done.last.remedy


def test_an_api_of_somebody_else_is_forbidden_behind_private_dns() -> None:
    done = from_the_vpc(private_app(), f"zzzzzzzzzz.execute-api.{REGION}.amazonaws.com")
    assert (done.status, done.last.code) == (403, LocalCode.HOST_NAMES_NO_API)


def test_a_public_api_does_not_answer_through_an_endpoint() -> None:
    done = from_the_vpc(with_api(private_app(), endpoint_type="REGIONAL"), EXECUTE_API_HOST)
    assert (done.status, done.last.code) == (403, LocalCode.PUBLIC_API_THROUGH_ENDPOINT)


def test_a_private_api_does_not_answer_at_the_public_front() -> None:
    done = converse(
        private_app(), "/live/api/orders", source=INTERNET, host=EXECUTE_API_HOST, to=EXECUTE_API_HOST
    )
    assert (done.status, text_of(done)) == (403, '{"message":"Forbidden"}')
    assert done.last.code is LocalCode.PRIVATE_API_FROM_OUTSIDE


def test_the_api_id_header_counts_at_an_endpoint_whatever_the_host_says() -> None:
    done = converse(
        private_app(),
        "/live/api/orders",
        host="anything.example",
        to=DOMAIN,
        headers=(("x-apigw-api-id", API),),
    )
    assert (done.status, done.denials) == (200, [])


def test_an_unknown_api_id_header_is_forbidden_whatever_the_host_says() -> None:
    done = converse(private_app(), headers=(("x-apigw-api-id", "zzzzzzzzzz"),))
    assert (done.status, done.last.code) == (403, LocalCode.HOST_NAMES_NO_API)


@pytest.mark.parametrize(("associated", "status"), [(True, 200), (False, 403)])
def test_the_alias_answers_only_with_an_association(associated: bool, status: int) -> None:
    topology = with_api(private_app(), vpc_endpoint_ids=(ENDPOINT,) if associated else ())
    done = from_the_vpc(topology, f"{API}-{ENDPOINT}.execute-api.{REGION}.amazonaws.com")
    assert done.status == status
    assert associated or done.last.code is LocalCode.ENDPOINT_NOT_ASSOCIATED


def test_a_disabled_default_endpoint_answers_by_the_custom_domain_only() -> None:
    topology = with_api(private_app(), disable_execute_api_endpoint=True)
    assert from_the_vpc(topology, EXECUTE_API_HOST).last.code is LocalCode.DEFAULT_ENDPOINT_DISABLED
    assert converse(topology).status == 200


def test_a_connection_from_the_vpc_to_the_public_front_finds_no_private_api() -> None:
    topology = with_network(
        private_app(),
        internet_gateways=(InternetGateway("igw-0", private_app().network.vpcs[0].id),),
    )
    done = converse(topology, source=INTERNET, host=EXECUTE_API_HOST, to=str(PUBLIC_EXECUTE_API.address))
    assert done.last.code is LocalCode.PRIVATE_API_FROM_OUTSIDE


# Policies


def policy(effect: str, *conditions: Condition) -> PolicyDocument:
    return PolicyDocument(
        (
            statement(
                effect=effect,
                principals=(("*", "*"),),
                actions=("execute-api:Invoke",),
                resources=("*",),
                conditions=conditions,
            ),
        )
    )


ELSEWHERE = Condition("StringEquals", "aws:SourceVpce", ("vpce-0elsewhere",))
ARN = f"arn:aws:execute-api:{REGION}:{'*' * 8}{ACCOUNT[-4:]}:{API}/live/GET/api/orders"


@pytest.mark.parametrize(
    ("document", "verdict", "tail"),
    [
        (policy("Deny"), Verdict.EXPLICIT_DENY, "with an explicit deny in a VPC endpoint policy"),
        (
            policy("Allow", ELSEWHERE),
            Verdict.IMPLICIT_DENY,
            "because no VPC endpoint policy allows the execute-api:Invoke action",
        ),
    ],
)
def test_an_endpoint_policy_that_denies_says_how_in_the_body(
    document: PolicyDocument, verdict: Verdict, tail: str
) -> None:
    done = converse(with_endpoint(private_app(), policy=document))
    assert (done.status, done.steps[-1], done.last.verdict) == (403, "endpoint policy", verdict)
    assert text_of(done) == (
        '{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: '
        f'{ARN} {tail}"}}'
    )


def test_the_endpoints_policy_counts_before_the_stage() -> None:
    mapping = replace(private_app().api_gateway.domain_names[0].mappings[0], stage="prod")
    topology = with_domain(with_endpoint(private_app(), policy=policy("Deny")), mappings=(mapping,))
    assert converse(topology).steps[-1] == "endpoint policy"


@pytest.mark.parametrize(
    ("document", "verdict"),
    [
        (policy("Deny"), Verdict.EXPLICIT_DENY),
        (policy("Allow", ELSEWHERE), Verdict.IMPLICIT_DENY),
        (None, Verdict.IMPLICIT_DENY),
    ],
)
def test_a_resource_policy_that_does_not_allow_is_403(
    document: PolicyDocument | None, verdict: Verdict
) -> None:
    done = converse(with_deployment(private_app(), policy=document))
    assert (done.status, done.steps[-1], done.last.verdict) == (403, "resource policy", verdict)
    assert done.needs == ()


def test_a_resource_policy_counts_as_it_was_deployed() -> None:
    done = converse(with_api(private_app(), policy=policy("Deny")))
    assert done.status == 200


def test_a_method_that_does_not_exist_is_a_missing_authentication_token() -> None:
    done = converse(private_app(), "/assets/app.js", method="DELETE")
    assert (done.status, text_of(done)) == (403, '{"message":"Missing Authentication Token"}')
    assert (done.last.code, done.steps[-1]) == (LocalCode.RESOURCE_NOT_MATCHED, "resource and method")


def test_a_function_that_does_not_admit_the_api_is_500_and_is_not_invoked() -> None:
    topology = private_app()
    (function,) = topology.functions.functions
    done = converse(
        replace(topology, functions=replace(topology.functions, functions=(replace(function, policy=None),)))
    )
    assert (done.status, done.steps[-1], done.needs) == (500, "function policy", ())
    assert done.last.code is LambdaErrorType.ACCESS_DENIED


def test_what_is_not_modelled_at_the_stage_is_never_served() -> None:
    done = converse(with_stage(private_app(), unsupported=("canary",)))
    assert (done.status, done.last.verdict, done.needs) == (500, Verdict.NOT_MODELLED, ())


# Properties


def _less_network(topology: Topology) -> Iterator[tuple[str, Topology]]:
    network = topology.network
    for group in network.security_groups:
        for rule in group.rules:
            kept = (other for other in group.rules if other is not rule)
            yield f"{group.name} without {rule.id}", with_group_rules(topology, group.id, kept)
    (table,) = network.route_tables
    for route in table.routes:
        rest = tuple(other for other in table.routes if other is not route)
        for name, routes in (("no route", rest), ("a blackhole", (*rest, replace(route, state="blackhole")))):
            tables = (replace(table, routes=routes),)
            yield f"{name} to {route.destination}", with_network(topology, route_tables=tables)
    for interface in network.network_interfaces:
        interfaces = tuple(other for other in network.network_interfaces if other is not interface)
        yield f"no {interface.id}", with_network(topology, network_interfaces=interfaces)
    yield "no VPN connection", with_network(topology, vpn_connections=())
    yield "no listener", with_listener(topology, port=8443)


def _less_names(topology: Topology) -> Iterator[tuple[str, Topology]]:
    (zone,) = topology.names.hosted_zones
    for record in zone.records:
        records = tuple(other for other in zone.records if other is not record)
        names = replace(topology.names, hosted_zones=(replace(zone, records=records),))
        yield f"no record {record.type}", replace(topology, names=names)
    yield "no Resolver endpoint", replace(topology, names=replace(topology.names, resolver_endpoints=()))


def _less_api(topology: Topology) -> Iterator[tuple[str, Topology]]:
    yield "no base path mapping", with_domain(topology, mappings=())
    yield "no custom domain", replace(topology, api_gateway=replace(topology.api_gateway, domain_names=()))
    yield "no statement in the resource policy", with_deployment(topology, policy=PolicyDocument(()))
    yield "no statement in the endpoint policy", with_endpoint(topology, policy=PolicyDocument(()))
    yield "no stage", with_api(topology, stages=())
    deployed = the_api(topology).stages[0].deployment.resources
    for resource in deployed:
        rest = tuple(other for other in deployed if other is not resource)
        yield f"no resource {resource.path}", with_deployment(topology, resources=rest)


def _less_permission(topology: Topology) -> Iterator[tuple[str, Topology]]:
    (function,) = topology.functions.functions
    for less in (None, PolicyDocument(())):
        functions = replace(topology.functions, functions=(replace(function, policy=less),))
        yield f"the function's policy {less}", replace(topology, functions=functions)
    roles = topology.identity.roles
    for role in roles:
        for name, changed in (
            ("no policy", replace(role, policies=())),
            ("no trust", replace(role, trust_policy=PolicyDocument(()))),
        ):
            identity = replace(
                topology.identity, roles=tuple(changed if other is role else other for other in roles)
            )
            yield f"{name} in role {role.name}", replace(topology, identity=identity)


def _without_one(topology: Topology) -> Iterator[tuple[str, Topology]]:
    """The app, each time less one thing."""
    for less in (_less_network, _less_names, _less_api, _less_permission):
        yield from less(topology)


LESS = dict(_without_one(private_app()))


@given(
    missing=st.sampled_from(sorted(LESS)),
    target=st.sampled_from(["/", "/api/orders", "/assets/app.js", "/api", "/orders/7"]),
    method=st.sampled_from(["GET", "POST", "DELETE", "HEAD"]),
    place=st.sampled_from(["corporate", "vpc", "internet", "10.20.2.77"]),
    to=st.sampled_from([DOMAIN, str(ALB_A), ALB_NAME, str(ENDPOINT_A), EXECUTE_API_HOST]),
    host=st.sampled_from([DOMAIN, EXECUTE_API_HOST, str(ALB_A)]),
    port=st.sampled_from([443, 80]),
)
def test_a_request_is_served_only_when_every_hop_allows_it_and_stops_at_one_hop_with_a_remedy(
    missing: str, target: str, method: str, place: str, to: str, host: str, port: int
) -> None:
    topology = LESS[missing]
    source = vantage(topology, place)
    done = converse(topology, target, method=method, source=source, to=to, host=host, port=port)
    if done.status == 200:
        assert done.denials == [], missing
        return
    assert done.hops
    (stop,) = done.denials
    # What a backend answers with, S3's denial too, is still mapped by the integration response.
    after = done.hops[done.hops.index(stop) + 1 :]
    assert stop.step is Step.GET_OBJECT or not after, done.steps
    assert [hop.step for hop in after] in ([], [Step.INTEGRATION_RESPONSE]), done.steps
    assert stop.decision.remedy, stop
    assert not any(isinstance(need, Invoke | GetObject) for need in done.needs)


@pytest.mark.parametrize("missing", sorted(LESS))
def test_without_any_one_part_the_app_is_served_whole_or_stopped(missing: str) -> None:
    done = converse(LESS[missing])
    assert (done.status == 200) == (done.denials == [])


def test_a_connection_is_decided_once_per_world() -> None:
    world = World(private_app())
    assert connect(world, OFFICE, DOMAIN, 443) is connect(world, OFFICE, DOMAIN, 443)
