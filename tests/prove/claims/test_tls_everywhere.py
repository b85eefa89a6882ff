"""Hops without TLS, with TLS of old, or with a certificate that clients refuse."""

from dataclasses import replace
from ipaddress import IPv4Network

import pytest
from tests import topologies
from tests.prove.edits import (
    configured_and_deployed,
    edit_api,
    edit_balancer,
    edit_listener,
    edit_target_groups,
    with_method,
    with_rule,
)
from tests.prove.example_app import case_of

from landbridge.model.api_gateway import Integration, Method, RestApi
from landbridge.model.certificates import Certificate, Certificates
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import (
    Action,
    FixedResponseAction,
    ForwardAction,
    Listener,
    RedirectAction,
    Rule,
    Target,
)
from landbridge.model.network import SecurityGroupRule
from landbridge.model.topology import Topology
from landbridge.prove.claims.tls_everywhere import judge
from landbridge.prove.verdict import Finding, Verdict

FORWARD = ForwardAction(((topologies.TARGET_GROUP_ARN, 1),))


def found(topology: Topology, *domains: str) -> list[Finding]:
    return list(judge(case_of(topology, *domains)))


def verdicts(topology: Topology, *domains: str) -> list[Verdict]:
    return [finding.verdict for finding in found(topology, *domains)]


def listening(protocol: str, *actions: Action) -> Topology:
    """The only listener with this protocol, and a rule for each action, the last one its default."""
    rules = tuple(
        Rule(Arn(f"rule/{place}"), place if action is not actions[-1] else None, (), (action,))
        for place, action in enumerate(actions, 1)
    )

    def edit(listener: Listener) -> Listener:
        return replace(listener, protocol=protocol, rules=rules)

    return edit_listener(topologies.private_app(), edit)


@pytest.mark.parametrize(
    ("actions", "place"),
    [
        ((RedirectAction("HTTP_301", "HTTPS", port="443"),), ""),
        ((FORWARD,), "its default rule"),
        ((RedirectAction("HTTP_301", port="8080"),), "its default rule"),
        ((FixedResponseAction(404),), "its default rule"),
        ((FORWARD, RedirectAction("HTTP_301", "HTTPS")), "rule 1"),
    ],
)
def test_a_plain_listener_may_only_redirect_to_https(actions: tuple[Action, ...], place: str) -> None:
    findings = found(listening("HTTP", *actions))
    assert [finding.verdict for finding in findings] == ([Verdict.BROKEN] if place else [])
    assert all(place in finding.what for finding in findings)


def test_a_listener_that_sends_clients_from_https_to_http_is_found() -> None:
    [finding] = found(listening("HTTPS", RedirectAction("HTTP_302", "HTTP")))
    assert "redirects to plain HTTP" in finding.what


@pytest.mark.parametrize(
    ("policy", "verdict"),
    [
        ("ELBSecurityPolicy-TLS13-1-2-2021-06", None),
        ("ELBSecurityPolicy-TLS-1-2-Ext-2018-06", None),
        ("ELBSecurityPolicy-TLS13-1-3-2021-06", None),
        ("ELBSecurityPolicy-TLS-1-1-2017-01", Verdict.BROKEN),
        ("ELBSecurityPolicy-FS-2018-06", Verdict.BROKEN),
        ("", Verdict.BROKEN),
        ("ELBSecurityPolicy-TLS19-2031", Verdict.UNKNOWN),
    ],
)
def test_a_listeners_policy_begins_at_tls_1_2(policy: str, verdict: Verdict | None) -> None:
    topology = edit_listener(topologies.private_app(), lambda each: replace(each, security_policy=policy))
    assert verdicts(topology) == ([verdict] if verdict else [])


@pytest.mark.parametrize(
    ("target_type", "protocol", "clear"),
    [("ip", "HTTPS", False), ("ip", "HTTP", True), ("instance", "HTTP", True), ("lambda", "", False)],
)
def test_a_target_group_speaks_https_with_everything_but_functions(
    target_type: str, protocol: str, clear: bool
) -> None:
    topology = edit_target_groups(topologies.private_app(), target_type=target_type, protocol=protocol)
    assert verdicts(topology) == ([Verdict.BROKEN] if clear else [])


@pytest.mark.parametrize(
    ("names", "status", "verdict"),
    [
        (("orders.corp.example",), "ISSUED", None),
        (("ORDERS.corp.example",), "ISSUED", None),
        (("other.example", "*.corp.example"), "ISSUED", None),
        (("*.example",), "ISSUED", Verdict.BROKEN),
        (("corp.example",), "ISSUED", Verdict.BROKEN),
        (("orders.corp.example",), "EXPIRED", Verdict.BROKEN),
        (("orders.corp.example",), "PENDING_VALIDATION", Verdict.BROKEN),
        ((), "", Verdict.UNKNOWN),
    ],
)
def test_listener_and_domain_name_have_a_certificate_in_force_for_the_name(
    names: tuple[str, ...], status: str, verdict: Verdict | None
) -> None:
    known = Certificate(topologies.CERTIFICATE_ARN, names[0] if names else "", names, status, "IMPORTED")
    certificates = Certificates((known,) if names else ())
    found_verdicts = verdicts(replace(topologies.private_app(), certificates=certificates))
    assert found_verdicts == ([verdict, verdict] if verdict else [])


def test_another_certificate_in_force_makes_up_for_an_expired_one() -> None:
    topology = topologies.private_app()
    [certificate] = topology.certificates.certificates
    expired = replace(certificate, arn=Arn("arn:expired"), status="EXPIRED")
    topology = replace(topology, certificates=Certificates((expired, certificate)))
    arns = (expired.arn, certificate.arn)
    assert verdicts(edit_listener(topology, lambda each: replace(each, certificate_arns=arns))) == []


def test_a_name_that_leads_to_an_endpoint_needs_no_certificate_at_a_listener() -> None:
    topology = topologies.private_app()
    [zone] = topology.names.hosted_zones
    alias = zone.records[-1].alias
    assert alias is not None
    direct = replace(alias, dns_name=topologies.execute_api_endpoint().dns_names[0])
    record = replace(zone.records[-1], name="direct.corp.example", alias=direct)
    zones = (replace(zone, records=(*zone.records, record)),)
    topology = replace(topology, names=replace(topology.names, hosted_zones=zones))
    assert verdicts(topology, "orders.corp.example", "direct.corp.example") == []
    assert verdicts(topology, "orders.corp.example", "elsewhere.example") == [Verdict.BROKEN]


@pytest.mark.parametrize(
    ("policy", "verdict"),
    [
        ("TLS_1_2", None),
        ("SecurityPolicy_TLS13_1_3_2025_09", None),
        ("SecurityPolicy_TLS12_PFS_2025_EDGE", None),
        ("TLS_1_0", Verdict.BROKEN),
        ("SecurityPolicy_TLS19", Verdict.UNKNOWN),
    ],
)
def test_domain_names_and_private_apis_have_policies_of_tls_1_2_or_better(
    policy: str, verdict: Verdict | None
) -> None:
    topology = topologies.private_app()
    gateway = topology.api_gateway
    domains = tuple(replace(domain, security_policy=policy) for domain in gateway.domain_names)
    of_domain = replace(topology, api_gateway=replace(gateway, domain_names=domains))
    of_api = edit_api(topology, lambda api: replace(api, security_policy=policy))
    assert verdicts(of_domain) == verdicts(of_api) == ([verdict] if verdict else [])


@pytest.mark.parametrize(
    ("kind", "uri", "insecure", "verdict"),
    [
        ("HTTP_PROXY", "https://backend.example", False, None),
        ("HTTP", "HTTPS://backend.example", False, None),
        ("HTTP_PROXY", "http://backend.example", False, Verdict.BROKEN),
        ("HTTP_PROXY", "https://backend.example", True, Verdict.BROKEN),
        ("HTTP_PROXY", "${stageVariables.backend}/x", False, None),
        ("HTTP_PROXY", "${stageVariables.old}/x", False, Verdict.BROKEN),
        ("HTTP_PROXY", "${stageVariables.none}", False, Verdict.UNKNOWN),
        ("AWS", "arn:aws:apigateway:eu-central-1:sqs:path/1/q", False, None),
        ("MOCK", "", False, None),
    ],
)
def test_a_backend_is_asked_by_https_and_its_certificate_is_looked_at(
    kind: str, uri: str, insecure: bool, verdict: Verdict | None
) -> None:
    integration = Integration(kind, "GET", uri, insecure_skip_verification=insecure)
    edit = configured_and_deployed(with_method("/backend", Method("GET", integration=integration)))

    def with_variables(api: RestApi) -> RestApi:
        variables = (("backend", "https://b.example"), ("old", "http://b.example"))
        return replace(api, stages=tuple(replace(stage, variables=variables) for stage in api.stages))

    topology = edit_api(edit_api(topologies.private_app(), edit), with_variables)
    assert verdicts(topology) == ([verdict] if verdict else [])


@pytest.mark.parametrize(("ports", "clear"), [((443, 443), False), ((80, 80), True), ((1, 65535), True)])
def test_an_s3_endpoint_lets_nobody_in_on_port_80(ports: tuple[int, int], clear: bool) -> None:
    endpoint = replace(topologies.execute_api_endpoint(), service_name="com.amazonaws.eu-central-1.s3")
    topology = topologies.with_network(topologies.private_app(), vpc_endpoints=(endpoint,))
    rule = SecurityGroupRule("sgr-0x", False, "tcp", *ports, cidr=IPv4Network("10.20.0.0/16"))
    topology = with_rule(topology, (topologies.ENDPOINT_GROUP,), rule)
    assert verdicts(topology) == ([Verdict.BROKEN] if clear else [])


@pytest.mark.parametrize(
    ("protocol", "target", "port", "verdict"),
    [
        ("TCP", str(topologies.ENDPOINT_A), 443, None),
        ("TCP", str(topologies.ENDPOINT_A), 80, Verdict.BROKEN),
        ("TCP", "10.20.1.99", 443, Verdict.UNKNOWN),
        ("UDP", str(topologies.ENDPOINT_A), 443, Verdict.UNKNOWN),
    ],
)
def test_what_a_network_load_balancer_passes_on_has_to_end_where_tls_is_spoken(
    protocol: str, target: str, port: int, verdict: Verdict | None
) -> None:
    topology = edit_balancer(topologies.private_app(), lambda each: replace(each, type="network"))
    topology = edit_listener(topology, lambda each: replace(each, protocol=protocol))
    topology = edit_target_groups(topology, protocol="TCP", targets=(Target(target, port),))
    assert verdicts(topology) == ([verdict] if verdict else [])


def test_an_application_load_balancer_behind_a_network_load_balancer_is_judged_too() -> None:
    topology = topologies.private_app()
    [front] = topology.load_balancing.load_balancers
    [group] = topology.load_balancing.target_groups
    behind = replace(front, arn=Arn(f"{front.arn}behind"), name="behind")
    old = tuple(replace(each, security_policy="", rules=()) for each in behind.listeners)
    network = replace(
        front, type="network", listeners=tuple(replace(e, protocol="TCP") for e in front.listeners)
    )
    to_balancer = replace(group, target_type="alb", protocol="TCP", targets=(Target(behind.arn, 443),))
    balancing = replace(
        topology.load_balancing,
        load_balancers=(network, replace(behind, listeners=old)),
        target_groups=(to_balancer,),
    )
    case = case_of(replace(topology, load_balancing=balancing))
    own = replace(case, app=replace(case.app, load_balancers=(network,)))
    [finding] = judge(own)
    assert "behind" in finding.what
