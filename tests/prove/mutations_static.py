"""Faults in what an app is configured to: of the design ``gateway``, or of ``topologies.private_app``."""

from dataclasses import replace
from ipaddress import IPv4Network

from tests.prove.edits import (
    backend_of,
    configured_and_deployed,
    configured_only,
    edit_api,
    edit_balancer,
    edit_health_checks,
    edit_listener,
    edit_methods,
    with_method,
    with_rule,
    with_zone,
)
from tests.prove.mutation import Mutation

from landbridge.model.api_gateway import Canary, Deployment, Integration, Method, RestApi
from landbridge.model.load_balancing import Listener, LoadBalancer
from landbridge.model.names import AliasTarget, HostedZone, RecordSet
from landbridge.model.network import SecurityGroupRule
from landbridge.model.policy import Condition, PolicyDocument, Principals, Statement
from landbridge.model.topology import Topology

PUBLIC_BLOCK = IPv4Network("203.0.113.0/24")
EVERYBODY = Principals(False, (("*", "*"),))


def announce(block: str) -> Mutation:
    """The corporate side announces one more block."""

    def apply(topology: Topology) -> Topology:
        return replace(topology, corporate_networks=(*topology.corporate_networks, IPv4Network(block)))

    return Mutation(f"the corporate network announces {block}", "corporate-networks-private", apply)


def admit_public_block(topology: Topology) -> Topology:
    """The load balancer's group admits addresses of the internet."""
    rule = SecurityGroupRule("sgr-0public", False, "tcp", 443, 443, cidr=PUBLIC_BLOCK)
    [balancer] = topology.load_balancing.load_balancers
    return with_rule(topology, balancer.security_group_ids, rule)


def admit_public_block_by_policy(topology: Topology) -> Topology:
    """The resource policy admits, through the same endpoints, addresses of the internet."""
    [api] = topology.api_gateway.rest_apis
    conditions = (
        Condition("StringEquals", "aws:SourceVpce", tuple(api.vpc_endpoint_ids)),
        Condition("IpAddress", "aws:VpcSourceIp", (str(PUBLIC_BLOCK),)),
    )
    statement = Statement(
        "Allow", "office", EVERYBODY, ("execute-api:Invoke",), resources=("*",), conditions=conditions
    )
    return edit_api(topology, configured_and_deployed(lambda each: _with_statement(each, statement)))


def deny_without_deployment(topology: Topology) -> Topology:
    """A statement that is saved, and that no deployment has."""
    statement = Statement("Deny", "not-yet", EVERYBODY, ("execute-api:Invoke",), resources=("*/POST/*",))
    return edit_api(topology, configured_only(lambda each: _with_statement(each, statement)))


def _with_statement(deployment: Deployment, statement: Statement) -> Deployment:
    assert deployment.policy is not None
    statements = (*deployment.policy.statements, statement)
    return replace(deployment, policy=PolicyDocument(statements))


def configure_method(topology: Topology) -> Topology:
    """A method that was made and never deployed."""
    return edit_api(topology, configured_only(with_method("/new", Method("GET"))))


def remove_method(topology: Topology) -> Topology:
    """A resource that was deleted, and that the stage serves all the same."""
    return edit_api(topology, configured_only(lambda each: replace(each, resources=each.resources[:-1])))


def shorten_timeout(deployment: Deployment) -> Deployment:
    """The function's integration waits less long."""

    def edit(path: str, method: Method) -> Method:
        integration = method.integration
        if integration is None or integration.type != "AWS_PROXY":
            return method
        return replace(method, integration=replace(integration, timeout_ms=1234))

    return edit_methods(edit)(deployment)


def keep_canary(topology: Topology) -> Topology:
    """A canary with what was tried out last summer."""

    def edit(api: RestApi) -> RestApi:
        [stage] = api.stages
        old = replace(shorten_timeout(stage.deployment), id="summer")
        return replace(api, stages=(replace(stage, canary=Canary(old, 10.0)),))

    return edit_api(topology, edit)


def guard_one_method(topology: Topology) -> Topology:
    """One method wants signed requests, all others take anybody's."""

    def edit(deployment: Deployment) -> Deployment:
        method = Method("GET", "AWS_IAM", integration=backend_of(deployment))
        return with_method("/guarded", method)(deployment)

    return edit_api(topology, configured_and_deployed(edit))


def forget_authorizer(topology: Topology) -> Topology:
    """An authorizer that no method has."""
    return edit_api(topology, configured_only(lambda each: replace(each, unattached_authorizers=("guard",))))


def set_security_policy(name: str) -> Mutation:
    """HTTPS listeners with an older security policy."""

    def apply(topology: Topology) -> Topology:
        return edit_listener(topology, lambda listener: replace(listener, security_policy=name))

    return Mutation(f"a listener has the security policy {name or 'of old'}", "tls-everywhere", apply)


def forward_plain_http(topology: Topology) -> Topology:
    """One more listener, which forwards what comes in clear text."""

    def edit(balancer: LoadBalancer) -> LoadBalancer:
        [listener] = balancer.listeners
        plain: Listener = replace(
            listener,
            arn=type(listener.arn)(f"{listener.arn}http"),
            port=80,
            protocol="HTTP",
            security_policy="",
            certificate_arns=(),
        )
        return replace(balancer, listeners=(listener, plain))

    return edit_balancer(topology, edit)


def expire_certificates(topology: Topology) -> Topology:
    """Every certificate has had its day."""
    certificates = topology.certificates.certificates
    expired = tuple(replace(each, status="EXPIRED") for each in certificates)
    return replace(topology, certificates=replace(topology.certificates, certificates=expired))


def certify_another_name(topology: Topology) -> Topology:
    """Certificates for a name that nobody calls."""
    other = "other.example"
    certificates = tuple(
        replace(each, domain_name=other, subject_alternative_names=(other,))
        for each in topology.certificates.certificates
    )
    return replace(topology, certificates=replace(topology.certificates, certificates=certificates))


def allow_old_tls_at_domain(topology: Topology) -> Topology:
    """The custom domain name takes TLS 1.0."""
    gateway = topology.api_gateway
    domains = tuple(replace(domain, security_policy="TLS_1_0") for domain in gateway.domain_names)
    return replace(topology, api_gateway=replace(gateway, domain_names=domains))


def ask_backend_in_clear(topology: Topology) -> Topology:
    """A method whose backend is asked by plain HTTP."""
    method = Method("GET", integration=Integration("HTTP_PROXY", "GET", "http://legacy.corp.example/"))
    return edit_api(topology, configured_and_deployed(with_method("/legacy", method)))


def publish_alias(topology: Topology) -> Topology:
    """The app's record in a public zone of the same name, too."""
    [private] = [zone for zone in topology.names.hosted_zones if zone.private]
    return with_zone(topology, replace(private, id="Z0PUBLIC", private=False, vpc_ids=()))


def publish_record(kind: str, name: str, value: str) -> Mutation:
    """A public record that stands for the app's name."""

    def apply(topology: Topology) -> Topology:
        record = RecordSet(name, kind, 300, (value,))
        return with_zone(topology, HostedZone("Z0PUBLIC", "corp.example", False, (), (record,)))

    return Mutation(f"public DNS has {kind} {name} {value}", "names-stay-private", apply)


def publish_endpoint(topology: Topology) -> Topology:
    """A public alias of the endpoint's own name."""
    names = next(each.dns_names for each in topology.network.vpc_endpoints if each.dns_names)
    record = RecordSet("orders.corp.example", "A", 0, (), AliasTarget(names[0], "Z1", False))
    return with_zone(topology, HostedZone("Z0PUBLIC", "corp.example", False, (), (record,)))


def check_health(words: str, **changes: str) -> Mutation:
    """Health checks with these settings."""

    def apply(topology: Topology) -> Topology:
        return edit_health_checks(topology, **changes)

    return Mutation(f"health checks {words}", "health-check-can-succeed", apply)


MUTATIONS = (
    announce("198.51.100.0/24"),
    announce("10.0.0.0/8"),
    announce("100.0.0.0/8"),
    Mutation("a public block in the group", "corporate-networks-private", admit_public_block),
    Mutation("a public block in the policy", "corporate-networks-private", admit_public_block_by_policy),
    Mutation("a policy nobody deployed", "deployed-equals-declared", deny_without_deployment),
    Mutation("a method nobody deployed", "deployed-equals-declared", configure_method),
    Mutation("a method that was removed", "deployed-equals-declared", remove_method),
    Mutation(
        "an integration changed after the deployment",
        "deployed-equals-declared",
        lambda topology: edit_api(topology, configured_only(shorten_timeout)),
    ),
    Mutation(
        "a canary left behind",
        "deployed-equals-declared",
        keep_canary,
        frozenset({"no-other-way-to-integration"}),
    ),
    Mutation("one guarded method", "intended-authorization", guard_one_method),
    Mutation("an authorizer nobody attached", "intended-authorization", forget_authorizer),
    set_security_policy("ELBSecurityPolicy-TLS-1-0-2015-04"),
    set_security_policy("ELBSecurityPolicy-TLS13-1-1-2021-06"),
    set_security_policy(""),
    Mutation("a listener that forwards plain HTTP", "tls-everywhere", forward_plain_http),
    Mutation("an expired certificate", "tls-everywhere", expire_certificates),
    Mutation("a certificate for another name", "tls-everywhere", certify_another_name),
    Mutation("a domain name with TLS 1.0", "tls-everywhere", allow_old_tls_at_domain),
    Mutation("a backend asked in clear text", "tls-everywhere", ask_backend_in_clear),
    Mutation("the alias in public DNS", "names-stay-private", publish_alias),
    Mutation("the endpoint in public DNS", "names-stay-private", publish_endpoint),
    publish_record("A", "orders.corp.example", "10.20.1.10"),
    publish_record("CNAME", "*.corp.example", "parking.example.net."),
    check_health("want 200 only", matcher="200"),
    check_health("go to a port where nothing listens", port="8443"),
    check_health("speak plain HTTP", protocol="HTTP", port="80"),
)
