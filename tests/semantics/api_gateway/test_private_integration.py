"""An HTTP integration through a VPC link: the way, whom the target sees, what the client gets otherwise."""

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.bodies import BODY
from tests.semantics.api_gateway.calls import MOMENT, OK, call, run, with_deployment, with_stage
from tests.semantics.api_gateway.private_worlds import (
    ISSUED,
    LINK,
    LINK_V2,
    SHOP_SERVER,
    to_load_balancer,
    to_shop,
)
from tests.semantics.conversations import with_group_rules
from tests.semantics.journey.network_load_balancers import NLB_A, NLB_ARN, network_load_balancer, rule
from tests.semantics.journey.worlds import instance_app
from tests.topologies import ALB_ARN, ALB_GROUP, DEFAULT_GROUP, DOMAIN

from landbridge.model.api_gateway import ResponseTransferMode, VpcLink
from landbridge.model.certificates import Certificates
from landbridge.model.exchange import HttpResponse
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import FixedResponseAction
from landbridge.model.topology import Topology
from landbridge.semantics.api_gateway.request import Executed
from landbridge.semantics.journey.arrival import Arrival
from landbridge.semantics.load_balancing.forwarding import Client
from landbridge.semantics.needs import (
    ConnectTimeout,
    HttpAnswered,
    HttpFailed,
    HttpFailure,
    Invoke,
    Need,
    Result,
    SendHttp,
    Tls,
    Waited,
)
from landbridge.semantics.streaming import BodyDropped, DropBody, InvokedStreaming
from landbridge.trace.codes import GatewayResponseType, LocalCode
from landbridge.trace.decision import Step, Verdict

ANSWER = HttpAnswered(HttpResponse(200, (("Content-Type", "text/plain"),), b"hello"))
WAITED = Waited()
INTERNAL = (500, "Internal server error")
NETWORK = (504, "Network error communicating with endpoint")
CONFIGURATION = GatewayResponseType.API_CONFIGURATION_ERROR


def ask(topology: Topology, *results: Result, **changes: Any) -> tuple[Executed, list[Need]]:
    return run(topology, call(topology, "/a?q=1", **changes), *results)


def told(executed: Executed) -> tuple[int, str]:
    return executed.response.status, json.loads(executed.response.body)["message"]


def steps(executed: Executed) -> list[Step]:
    return [hop.step for hop in executed.hops]


@pytest.mark.parametrize("kind", ["HTTP_PROXY", "HTTP"])
def test_a_link_v1_leads_to_the_listener_of_the_uris_port_and_from_the_node_to_the_target(kind: str) -> None:
    executed, (need,) = ask(to_shop(kind=kind), ANSWER)
    assert executed.response.status == 200
    assert isinstance(need, SendHttp)
    assert (need.host, need.port, need.tls) == (SHOP_SERVER.host, SHOP_SERVER.host_port, None)
    assert need.request.header("host") == "shop.example:443"
    assert need.request.path == "/orders"
    way = steps(executed)
    listener, target = way.index(Step.LISTENER), way.index(Step.TARGET)
    assert way[listener - 2 : listener] == [Step.INTEGRATION_REQUEST, Step.SECURITY_GROUP_INGRESS]
    backend = way.index(Step.BACKEND)
    assert way[backend - 1] is Step.DESTINATION
    seen = dict(executed.hops[target].decision.facts)["address that the target sees"]
    assert seen == f"the load balancer's, {NLB_A}"
    assert {hop.decision.verdict for hop in executed.hops} == {Verdict.ALLOWED}


@pytest.mark.parametrize("insecure", [False, True])
def test_the_certificate_is_wanted_for_the_host_of_the_uri_and_of_any_authority_only_if_told(
    insecure: bool,
) -> None:
    topology = to_shop(uri="https://shop.example/orders", insecure_skip_verification=insecure)
    _, (need,) = ask(topology, ANSWER)
    assert isinstance(need, SendHttp)
    assert need.tls == Tls(verify=True, server_name="shop.example", any_authority=insecure)


OUT = rule("out", egress=True)


@pytest.mark.parametrize(
    ("rules", "spared", "status"),
    [
        (None, False, 200),
        ((rule("in"), OUT), False, 200),
        ((rule("office", cidr="10.0.0.0/8"), OUT), False, 500),
        ((OUT,), False, 500),
        ((OUT,), True, 200),
        ((rule("in"),), False, 500),
        ((rule("low", cidr="0.0.0.0/1"), rule("high", cidr="128.0.0.0/1"), OUT), False, 200),
    ],
    ids=["no groups", "all", "the VPC", "nobody", "not enforced", "no way out", "two halves"],
)
def test_inbound_rules_count_for_private_link_unless_told_otherwise_and_must_admit_everyone(
    rules: Any, spared: bool, status: int
) -> None:
    balancer = replace(network_load_balancer(), admits_private_link=spared)
    results = (ANSWER,) if status == 200 else (WAITED,)
    executed, needs = ask(to_shop(balancer=balancer, rules=rules), *results)
    assert executed.response.status == status
    assert isinstance(needs[0], SendHttp if status == 200 else ConnectTimeout)


def test_an_unreachable_load_balancer_is_500_and_the_execution_log_names_an_internal_error() -> None:
    executed, _ = ask(to_shop(rules=(OUT,)), WAITED)
    assert told(executed) == INTERNAL
    stopped = executed.hops[-1]
    assert stopped.step is Step.SECURITY_GROUP_INGRESS
    assert "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic" in stopped.decision.remedy
    assert executed.error_type is CONFIGURATION
    log = dict(stopped.decision.facts)["execution log"]
    assert log.endswith("configuration error: There was an internal error while executing your request")


@pytest.mark.parametrize(
    ("uri", "result", "answer", "code"),
    [
        ("http://shop.example:8443/", WAITED, INTERNAL, CONFIGURATION),
        ("http://shop.example:443/", HttpFailed(HttpFailure.CONNECTION_REFUSED), INTERNAL, CONFIGURATION),
        ("http://shop.example:443/", HttpFailed(HttpFailure.CONNECT_TIMEOUT), INTERNAL, CONFIGURATION),
        (
            "http://shop.example:443/",
            HttpFailed(HttpFailure.RESET),
            NETWORK,
            GatewayResponseType.INTEGRATION_FAILURE,
        ),
        (
            "http://shop.example:443/",
            HttpFailed(HttpFailure.RESPONSE_TIMEOUT),
            (504, "Endpoint request timed out"),
            GatewayResponseType.INTEGRATION_TIMEOUT,
        ),
        (
            "https://shop.example/",
            HttpFailed(HttpFailure.TLS, "Host name 'shop.example' does not match"),
            INTERNAL,
            CONFIGURATION,
        ),
    ],
    ids=["no listener", "refused", "silent", "cut off", "late", "wrong certificate"],
)
def test_what_the_client_gets_where_the_target_does_not_answer(
    uri: str, result: Result, answer: tuple[int, str], code: object
) -> None:
    executed, _ = ask(to_shop(uri=uri), result)
    assert told(executed) == answer
    assert executed.error_type is code


ALB = Arn(ALB_ARN)


@pytest.mark.parametrize(
    ("links", "link_id", "target", "fact"),
    [
        ((LINK,), "other", "", ("VPC link", "missing")),
        ((replace(LINK, status="FAILED"),), "l1nk", "", ("VPC link", "FAILED")),
        ((replace(LINK_V2, status="INACTIVE"),), "l2nk", ALB, ("VPC link", "INACTIVE")),
        ((replace(LINK, target_arns=(ALB,)),), "l1nk", "", ("load balancer", ALB)),
        ((replace(LINK, target_arns=(Arn("gone"),)),), "l1nk", "", ("load balancer", "gone")),
        ((LINK_V2,), "l2nk", "", ("load balancer", "none")),
        ((LINK_V2,), "l2nk", "gone", ("load balancer", "gone")),
    ],
)
def test_a_link_that_leads_nowhere_is_500_before_anything_is_sent(
    links: tuple[VpcLink, ...], link_id: str, target: str, fact: tuple[str, str]
) -> None:
    executed, needs = ask(to_shop(*links, vpc_link_id=link_id, integration_target=target))
    assert (told(executed), needs) == (INTERNAL, [])
    decision = executed.hops[-1].decision
    assert decision.code is CONFIGURATION
    assert fact in decision.facts


def test_a_stage_variable_may_name_the_link_and_the_load_balancer() -> None:
    topology = to_shop(
        LINK_V2,
        vpc_link_id="${stageVariables.link}",
        integration_target="${stageVariables.target}",
    )
    topology = with_stage(topology, variables=(("link", "l2nk"), ("target", NLB_ARN)))
    executed, (need,) = ask(topology, ANSWER)
    assert executed.response.status == 200
    assert isinstance(need, SendHttp)
    assert need.request.path == "/live/orders"  # the stage comes first through a link V2


def test_a_link_v2_is_in_the_vpc_and_its_groups_and_the_load_balancers_decide() -> None:
    topology = to_load_balancer(LINK_V2, target=ALB)
    invoked = ask(replaced_listener(topology), *())[0]
    assert invoked.response.body == b"fixed"
    assert Step.SECURITY_GROUP_EGRESS in steps(invoked)
    closed = with_group_rules(topology, DEFAULT_GROUP, ())
    executed, _ = ask(closed, WAITED)
    assert told(executed) == INTERNAL
    assert executed.hops[-1].step is Step.SECURITY_GROUP_EGRESS
    executed, _ = ask(with_group_rules(topology, ALB_GROUP, ()), WAITED)
    assert executed.hops[-1].step is Step.SECURITY_GROUP_INGRESS


def replaced_listener(topology: Topology, **changes: Any) -> Topology:
    """The application load balancer's listener answers by itself."""
    application, *others = topology.load_balancing.load_balancers
    (listener,) = application.listeners
    fixed = replace(listener.rules[-1], actions=(FixedResponseAction(200, "text/plain", "fixed"),))
    listener = replace(listener, rules=(fixed,), **changes)
    balancers = (replace(application, listeners=(listener,)), *others)
    return replace(topology, load_balancing=replace(topology.load_balancing, load_balancers=balancers))


@pytest.mark.parametrize("links", [(LINK,), (LINK_V2,)], ids=["V1", "V2"])
def test_a_load_balancer_behind_answers_by_its_rules(links: tuple[VpcLink, ...]) -> None:
    target = ALB if links == (LINK_V2,) else ""
    executed, needs = ask(replaced_listener(to_load_balancer(*links, target=target)))
    assert (executed.response.status, executed.response.body, needs) == (200, b"fixed", [])
    way = steps(executed)
    assert way[-3:] == [Step.TLS_HANDSHAKE, Step.LISTENER_RULE, Step.BACKEND]
    assert {hop.decision.verdict for hop in executed.hops} == {Verdict.ALLOWED}


UNTRUSTED = replace(ISSUED, type="PRIVATE")
IMPORTED = replace(ISSUED, type="IMPORTED")
OTHER = replace(ISSUED, domain_name="other.example", subject_alternative_names=("other.example",))
WILD = replace(ISSUED, domain_name="*.corp.example.com", subject_alternative_names=("*.corp.example.com",))


@pytest.mark.parametrize(
    ("certificate", "insecure", "status", "said"),
    [
        (ISSUED, False, 200, ""),
        (UNTRUSTED, False, 500, "PKIX path building failed"),
        (UNTRUSTED, True, 200, ""),
        (OTHER, True, 500, "does not match the certificate subject provided by the peer (CN=other.example)"),
        (IMPORTED, True, 200, ""),
        (IMPORTED, False, 500, "whether API Gateway trusts"),
        (replace(ISSUED, status="EXPIRED"), False, 500, "NotAfter"),
        (None, False, 500, "landbridge does not model a certificate that could not be read"),
    ],
    ids=[
        "public",
        "private authority",
        "any authority",
        "other name",
        "imported, any",
        "imported",
        "old",
        "unread",
    ],
)
def test_the_listeners_certificate_has_to_be_the_hosts_and_of_an_authority_that_is_trusted(
    certificate: Any, insecure: bool, status: int, said: str
) -> None:
    topology = replaced_listener(to_load_balancer(LINK_V2, target=ALB, insecure_skip_verification=insecure))
    known = Certificates((certificate,) if certificate else ())
    executed, _ = ask(replace(topology, certificates=known))
    assert executed.response.status == status
    decision = executed.hops[-1].decision
    assert said in str(decision.facts) + decision.remedy


@pytest.mark.parametrize(
    ("uri", "protocol", "status", "body"),
    [
        (f"http://{DOMAIN}:443/", "HTTPS", 400, b"The plain HTTP request was sent to HTTPS port"),
        (f"https://{DOMAIN}:443/", "HTTP", 504, b"Network error communicating with endpoint"),
        (f"http://{DOMAIN}:443/", "HTTP", 200, b"fixed"),
    ],
)
def test_both_ends_have_to_speak_tls_or_neither(uri: str, protocol: str, status: int, body: bytes) -> None:
    topology = replaced_listener(to_load_balancer(LINK_V2, uri=uri, target=ALB), protocol=protocol)
    executed, _ = ask(topology)
    assert executed.response.status == status
    assert body in executed.response.body


def test_an_api_may_be_behind_the_load_balancer_again_with_all_its_hops() -> None:
    executed, (need,) = ask(to_load_balancer(), OK)
    assert isinstance(need, Invoke)
    assert (executed.response.status, executed.response.body) == (200, b"hello")
    assert steps(executed).count(Step.INTEGRATION_REQUEST) >= 1
    assert Step.ENDPOINT_POLICY in steps(executed)


def test_an_api_that_leads_to_itself_is_given_up() -> None:
    topology = to_load_balancer(uri=f"https://{DOMAIN}/a")
    executed, needs = ask(topology)
    assert (told(executed), needs) == (INTERNAL, [])
    gave_up = [hop for hop in executed.hops if not hop.decision.allowed]
    assert gave_up[0].decision.code is LocalCode.NOT_MODELLED
    assert "3 private integrations" in gave_up[0].decision.remedy


def test_the_load_balancer_knows_which_targets_are_well() -> None:
    topology = to_load_balancer()
    arrival = Arrival(Client("10.20.1.10"), call(topology).request, MOMENT, {})
    executed, _ = ask(topology, OK, arrival=arrival)
    assert executed.response.status == 200


def test_a_server_behind_two_load_balancers_has_no_longer_than_the_integration_waits() -> None:
    topology = to_load_balancer(uri=f"https://{DOMAIN}/x", timeout_ms=50)
    topology = office_target(topology)
    executed, (need,) = ask(topology, HttpFailed(HttpFailure.RESPONSE_TIMEOUT))
    assert isinstance(need, SendHttp)
    assert need.timeout_ms == 50
    assert told(executed) == (504, "Endpoint request timed out")
    assert executed.hops[-1].decision.code is GatewayResponseType.INTEGRATION_TIMEOUT
    executed, _ = ask(topology, HttpFailed(HttpFailure.RESET))
    assert executed.response.status == 502  # the load balancer's own page


def office_target(topology: Topology) -> Topology:
    """The application load balancer forwards to a real server in the VPC."""
    other = instance_app()
    balancing = topology.load_balancing
    (group,) = other.load_balancing.target_groups
    groups = tuple(group if each.arn == group.arn else each for each in balancing.target_groups)
    interfaces = (*topology.network.network_interfaces, other.network.network_interfaces[-1])
    return replace(
        topology,
        network=replace(topology.network, network_interfaces=interfaces),
        load_balancing=replace(balancing, target_groups=groups),
        local_servers=other.local_servers,
    )


def test_the_listener_of_the_ports_own_protocol_is_told_where_it_is_not_modelled() -> None:
    balancer = network_load_balancer("TLS")
    executed, _ = ask(to_shop(balancer=balancer))
    assert told(executed) == INTERNAL
    assert executed.hops[-1].decision.verdict is Verdict.NOT_MODELLED


def streaming_behind(topology: Topology) -> Topology:
    """The function behind the other API's method streams its answer."""
    (api,) = topology.api_gateway.rest_apis
    *others, orders, private = api.stages[0].deployment.resources
    (method,) = orders.methods
    assert method.integration is not None
    uri = method.integration.uri.replace("2015-03-31", "2021-11-15")
    streamed = replace(
        method.integration,
        uri=uri.replace("/invocations", "/response-streaming-invocations"),
        response_transfer_mode=ResponseTransferMode.STREAM,
    )
    orders = replace(orders, methods=(replace(method, integration=streamed),))
    return with_deployment(topology, resources=(*others, orders, private))


@pytest.mark.parametrize("mode", [ResponseTransferMode.BUFFERED, ResponseTransferMode.STREAM])
def test_a_streamed_answer_of_another_api_is_passed_on_only_as_a_stream(mode: ResponseTransferMode) -> None:
    topology = streaming_behind(to_load_balancer(response_transfer_mode=mode))
    answer = InvokedStreaming(b'{"statusCode": 200}', BODY)
    if mode is ResponseTransferMode.STREAM:
        executed, _ = ask(topology, answer)
        assert (executed.response.status, executed.response.stream) == (200, BODY)
    else:
        executed, needs = ask(topology, answer, BodyDropped())
        assert (told(executed), needs[-1]) == (INTERNAL, DropBody(BODY))
        assert executed.hops[-1].decision.verdict is Verdict.NOT_MODELLED
