"""TLS 1.2 or better on every hop from the client to the backend, with certificates that hold."""

from collections.abc import Iterator

from landbridge.errors import UnsupportedError
from landbridge.model.api_gateway import DomainName, Integration
from landbridge.model.load_balancing import ForwardAction, Listener, LoadBalancer, RedirectAction, TargetGroup
from landbridge.model.network import VpcEndpoint
from landbridge.prove.case import Case
from landbridge.prove.covering_certificates import judge_certificate, judge_certificates
from landbridge.prove.deployments import Served, methods_of, served_by
from landbridge.prove.verdict import Claim, Finding, broken, unknown
from landbridge.semantics.api_gateway.stage_variables import with_stage_variables
from landbridge.semantics.load_balancing.security_policies import TlsVersion, security_policy
from landbridge.semantics.network.protocols import covers_protocol, port_range
from landbridge.trace.decision import ResourceRef

CLAIM = Claim(
    "tls-everywhere",
    "Every hop speaks TLS 1.2 or better, with a certificate that covers the app's names",
    (
        "Security policies for your Application Load Balancer",
        "SSL certificates for your Application Load Balancer",
        "Target groups for your Application Load Balancers",
        "Security policies for REST APIs in API Gateway",
        "AWS PrivateLink for Amazon S3",
    ),
)
BETTER = "ELBSecurityPolicy-TLS13-1-2-2021-06"
ENCRYPTED_PORT, PLAIN_PORT = 443, 80
GOOD_POLICIES = ("TLS_1_2", "SecurityPolicy_TLS12", "SecurityPolicy_TLS13")
"""How API Gateway's security policies begin that admit nothing below TLS 1.2."""
OLD_POLICY = "TLS_1_0"


def judge(case: Case) -> Iterator[Finding]:
    """Listeners, target groups, domain names, integrations and endpoints with anything less.

    AWS: "Security policies for your Application Load Balancer"
    """
    for balancer in case.app.load_balancers:
        for listener in balancer.listeners:
            yield from _of_listener(case, balancer, listener)
    yield from _of_gateway(case)
    for endpoint in case.app.endpoints:
        yield from _of_endpoint(case, endpoint)


def _of_listener(case: Case, balancer: LoadBalancer, listener: Listener) -> Iterator[Finding]:
    reference = ResourceRef(
        "AWS::ElasticLoadBalancingV2::Listener", f"{balancer.name}:{listener.port}", listener.arn
    )
    if balancer.type == "network":
        yield from _of_network_listener(case, balancer, listener, reference)
        return
    if listener.protocol == "HTTP":
        yield from _of_plain_listener(balancer, listener, reference)
    else:
        yield from _of_policy(balancer, listener, reference)
        yield from judge_certificates(case, balancer, listener, reference)
        yield from _of_redirects(balancer, listener, reference)
    for group in _groups(case, listener):
        yield from _of_group(group)


def _of_plain_listener(
    balancer: LoadBalancer, listener: Listener, reference: ResourceRef
) -> Iterator[Finding]:
    """It may only redirect to HTTPS.

    AWS: "Listeners for your Application Load Balancers"
    """
    for rule in listener.rules:
        action = rule.actions[-1] if rule.actions else None
        if not isinstance(action, RedirectAction) or action.protocol != "HTTPS":
            place = "its default rule" if rule.priority is None else f"rule {rule.priority}"
            yield broken(
                f"listener HTTP:{listener.port} of {balancer.name} takes requests in clear text, and {place} "
                "does not redirect them to HTTPS",
                reference,
                f"Make the action of {place} a redirect to HTTPS, port 443, HTTP_301, or delete the listener",
            )
            return


def _of_redirects(balancer: LoadBalancer, listener: Listener, reference: ResourceRef) -> Iterator[Finding]:
    """A client that came by HTTPS and is sent on without."""
    for rule in listener.rules:
        for action in rule.actions:
            if isinstance(action, RedirectAction) and action.protocol == "HTTP":
                yield broken(
                    f"listener HTTPS:{listener.port} of {balancer.name} redirects to plain HTTP",
                    reference,
                    "Make the redirect's protocol HTTPS",
                )


def _of_policy(balancer: LoadBalancer, listener: Listener, reference: ResourceRef) -> Iterator[Finding]:
    try:
        policy = security_policy(listener.security_policy)
    except UnsupportedError as error:
        yield unknown(error.message, reference, f"Use {BETTER}")
        return
    if list(TlsVersion).index(policy.minimum) < list(TlsVersion).index(TlsVersion.TLS_1_2):
        yield broken(
            f"listener HTTPS:{listener.port} of {balancer.name} lets clients speak {policy.minimum}: "
            f"{policy.name}",
            reference,
            f"Set its security policy to {BETTER}",
        )


def _groups(case: Case, listener: Listener) -> Iterator[TargetGroup]:
    by_arn = case.topology.load_balancing.target_group_by_arn
    actions = [action for rule in listener.rules for action in rule.actions]
    forwards = [action for action in actions if isinstance(action, ForwardAction)]
    arns = dict.fromkeys(arn for action in forwards for arn, _ in action.target_groups)
    yield from (by_arn[arn] for arn in arns if arn in by_arn)


def _of_group(group: TargetGroup) -> Iterator[Finding]:
    """A function is invoked through AWS's own API; every other target is spoken to as its group says.

    AWS: "Target groups for your Application Load Balancers"
    """
    if group.target_type != "lambda" and group.protocol != "HTTPS":
        yield broken(
            f"the load balancer speaks {group.protocol} in clear text with the targets of {group.name}",
            ResourceRef("AWS::ElasticLoadBalancingV2::TargetGroup", group.name, group.arn),
            f"Make a target group of protocol HTTPS and port {ENCRYPTED_PORT} in place of {group.name}: a "
            "target group's protocol cannot be changed",
        )


def _of_network_listener(
    case: Case, balancer: LoadBalancer, listener: Listener, reference: ResourceRef
) -> Iterator[Finding]:
    """TCP is passed on as it comes: what matters is who takes it.

    AWS: "Listeners for your Network Load Balancers"
    """
    if listener.protocol != "TCP":
        what = f"{balancer.name} has a {listener.protocol} listener, which is not modelled"
        yield unknown(what, reference)
    for group in _groups(case, listener):
        yield from _of_passed_on(case, group)


def _of_passed_on(case: Case, group: TargetGroup) -> Iterator[Finding]:
    reference = ResourceRef("AWS::ElasticLoadBalancingV2::TargetGroup", group.name, group.arn)
    if group.target_type == "alb":
        yield from _of_balancer_behind(case, group)
        return
    network = case.topology.network
    endpoints = {
        str(network.interface_by_id[each].address)
        for endpoint in network.vpc_endpoints
        for each in endpoint.network_interface_ids
        if each in network.interface_by_id
    }
    for target in group.targets:
        port = target.port or group.port
        if target.id not in endpoints:
            what = (
                f"target {target.id}:{port} of {group.name} is a server: whether it speaks TLS is its affair"
            )
            yield unknown(what, reference)
        elif port != ENCRYPTED_PORT:
            what = (
                f"{group.name} passes connections on to {target.id}:{port}, where an endpoint speaks no TLS"
            )
            yield broken(what, reference, f"Register {target.id} with port {ENCRYPTED_PORT}")


def _of_balancer_behind(case: Case, group: TargetGroup) -> Iterator[Finding]:
    """The Application Load Balancer behind it, unless it is a part of the app and judged for itself.

    AWS: "Use Application Load Balancers as targets of a Network Load Balancer"
    """
    own = {each.arn for each in case.app.load_balancers}
    by_arn = {str(each.arn): each for each in case.topology.load_balancing.load_balancers}
    for target in group.targets:
        behind = by_arn.get(target.id)
        if behind is None or behind.arn in own:
            continue
        for listener in behind.listeners:
            if listener.port == (target.port or group.port):
                yield from _of_listener(case, behind, listener)


def _of_gateway(case: Case) -> Iterator[Finding]:
    for domain in _domains(case):
        yield from _of_domain(case, domain)
    for api in case.app.rest_apis:
        reference = ResourceRef("AWS::ApiGateway::RestApi", api.id)
        # The front of a public API has its own claims; a private one admits TLS 1.2 and better.
        if api.security_policy:
            yield from _of_gateway_policy(api.name, api.security_policy, reference)
        for served in served_by(api):
            for key, method in methods_of(served.deployment).items():
                if method.integration is not None:
                    yield from _of_integration(key, method.integration, served)


def _domains(case: Case) -> Iterator[DomainName]:
    """Custom domain names that are the app's, or that lead to one of its APIs."""
    names = {name.lower() for name in case.app.domains}
    apis = {api.id for api in case.app.rest_apis}
    for domain in case.topology.api_gateway.domain_names:
        mapped = any(mapping.rest_api_id in apis for mapping in domain.mappings)
        if mapped or domain.name.lower() in names:
            yield domain


def _of_domain(case: Case, domain: DomainName) -> Iterator[Finding]:
    reference = ResourceRef("AWS::ApiGateway::DomainName" + ("V2" if domain.is_private else ""), domain.name)
    yield from _of_gateway_policy(domain.name, domain.security_policy, reference)
    at = f"custom domain name {domain.name}"
    yield from judge_certificate(case, domain.name, domain.certificate_arn, at, reference)


def _of_gateway_policy(name: str, policy: str, reference: ResourceRef) -> Iterator[Finding]:
    """AWS: "Security policies for REST APIs in API Gateway"."""
    if policy == OLD_POLICY:
        what = f"{name} lets clients speak TLS 1.0: its security policy is {policy}"
        yield broken(what, reference, f"Set the security policy of {name} to TLS_1_2")
    elif not policy.startswith(GOOD_POLICIES):
        yield unknown(f"{name} has the security policy {policy}, which is not known", reference)


def _of_integration(key: str, integration: Integration, served: Served) -> Iterator[Finding]:
    """AWS's own services are called by HTTPS; an HTTP backend as its URI says.

    AWS: "x-amazon-apigateway-integration.tlsConfig object"
    """
    if integration.type not in ("HTTP", "HTTP_PROXY"):
        return
    reference = ResourceRef("AWS::ApiGateway::Method", f"{served.reference.id} {key}")
    uri = with_stage_variables(integration.uri, served.variables)
    if uri.lower().startswith("http://"):
        what = f"{key} in {served.name} asks its backend in clear text: {uri}"
        yield broken(what, reference, f"Make it https://{uri[7:]} and deploy to stage {served.stage.name}")
    elif not uri.lower().startswith("https://"):
        yield unknown(f"{key} in {served.name} asks {uri or 'no URI'}, which may be in clear text", reference)
    if integration.insecure_skip_verification:
        yield broken(
            f"{key} in {served.name} takes any certificate for its backend's ({uri})",
            reference,
            "Set insecureSkipVerification to false, with a certificate of a public authority at the backend, "
            f"and deploy to stage {served.stage.name}",
        )


def _of_endpoint(case: Case, endpoint: VpcEndpoint) -> Iterator[Finding]:
    """Only Amazon S3 answers on port 80, too.

    AWS: "AWS PrivateLink for Amazon S3"
    """
    if endpoint.type != "Interface" or not endpoint.service_name.endswith(".s3"):
        return
    groups = case.topology.network.security_group_by_id
    for group in (groups[each] for each in endpoint.security_group_ids if each in groups):
        for rule in group.rules:
            first, last = port_range(rule.from_port, rule.to_port)
            if not rule.egress and covers_protocol(rule.protocol, "tcp") and first <= PLAIN_PORT <= last:
                yield broken(
                    f"rule {rule.id} of security group {group.id} lets clients speak with S3 endpoint "
                    f"{endpoint.id} in clear text, on port {PLAIN_PORT}",
                    ResourceRef("AWS::EC2::SecurityGroup Rule", rule.id),
                    f"Narrow the rule to TCP port {ENCRYPTED_PORT}",
                )
