"""The account as somebody finds it who holds every credential: isolation must not rest on any.

Tokens, API keys, sessions and signatures leak; they are other people's claims to make. So whatever asks for
one is taken as content, and what remains is what the network and the policies decide about places.
"""

from dataclasses import replace
from enum import Enum

from landbridge.model.api_gateway import ApiGateway, Deployment, DomainName, Method, RestApi, Stage
from landbridge.model.api_gateway_stages import StageSettings
from landbridge.model.load_balancing import (
    Action,
    AuthenticateOidcAction,
    ForwardAction,
    JwtValidationAction,
    Listener,
    LoadBalancer,
    LoadBalancing,
    Rule,
    TargetGroup,
)
from landbridge.model.network import Network, VpcEndpoint
from landbridge.model.policy import PolicyDocument, Principals, Statement
from landbridge.model.topology import Topology

PREFERENCES = ("load_balancing.algorithm.", "slow_start.", "stickiness.")
"""Attributes of a target group that say which target comes first, not which ones do at all."""
EVERYBODY = Principals(False, (("*", "*"),))
ALLOW_ALL = Statement("Allow", "WhatTheCallersOwnPolicyAllows", EVERYBODY, ("*",), resources=("*",))


class Caller(Enum):
    """How a method finds out who calls, as far as its resource policy is concerned."""

    ANONYMOUS = "nobody in particular"
    """NONE, and a user pool's token: the resource policy has to allow by itself."""
    AUTHORIZED = "whom a Lambda authorizer lets in"
    """What the authorizer allows counts where the resource policy is silent."""
    SIGNER = "a principal of the account"
    """So does the signer's own policy; and the resource policy may mean this signer, or not."""


def caller_of(method: Method) -> Caller:
    """Who a request to the method is taken for."""
    if method.authorization_type == "AWS_IAM":
        return Caller.SIGNER
    return Caller.AUTHORIZED if method.authorization_type == "CUSTOM" else Caller.ANONYMOUS


def with_every_credential(topology: Topology, caller: Caller) -> Topology:
    """The topology in which nothing asks for a credential, as such a caller finds it.

    AWS: "How API Gateway resource policies affect authorization workflow"
    """
    return replace(
        topology,
        network=_network(topology.network),
        load_balancing=_load_balancing(topology.load_balancing),
        api_gateway=_api_gateway(topology.api_gateway, caller),
    )


def _network(network: Network) -> Network:
    """Endpoint policies as the principal they mean most finds them."""
    return replace(network, vpc_endpoints=tuple(map(_endpoint, network.vpc_endpoints)))


def _endpoint(endpoint: VpcEndpoint) -> VpcEndpoint:
    return endpoint if endpoint.policy is None else replace(endpoint, policy=_for_signer(endpoint.policy))


def _for_signer(policy: PolicyDocument) -> PolicyDocument:
    """Whom an Allow names can be the caller; whom a Deny names is somebody else."""
    allows = (_allow(each) for each in policy.statements if each.effect == "Allow")
    denies = (each for each in policy.statements if each.effect != "Allow" and not _means_somebody(each))
    return replace(policy, statements=(*denies, *allows))


def _allow(statement: Statement) -> Statement:
    conditions = tuple(each for each in statement.conditions if not _about_principal(each.key))
    return replace(statement, principals=EVERYBODY, conditions=conditions)


def _means_somebody(statement: Statement) -> bool:
    principals = statement.principals
    named = principals is not None and (
        principals.negated or not any(value == "*" for _, value in principals.values)
    )
    return named or any(_about_principal(each.key) for each in statement.conditions)


def _about_principal(key: str) -> bool:
    return key.lower().startswith(("aws:principal", "aws:user", "aws:multifactor", "aws:token"))


def _load_balancing(load_balancing: LoadBalancing) -> LoadBalancing:
    return replace(
        load_balancing,
        load_balancers=tuple(map(_balancer, load_balancing.load_balancers)),
        target_groups=tuple(map(_target_group, load_balancing.target_groups)),
    )


def _target_group(group: TargetGroup) -> TargetGroup:
    """Whatever the algorithm prefers: each target takes some request in the end, so they take turns here."""
    attributes = tuple(pair for pair in group.attributes if not pair[0].startswith(PREFERENCES))
    return replace(group, attributes=attributes)


def _balancer(balancer: LoadBalancer) -> LoadBalancer:
    return replace(balancer, listeners=tuple(map(_listener, balancer.listeners)))


def _listener(listener: Listener) -> Listener:
    return replace(listener, rules=tuple(map(_rule, listener.rules)))


def _rule(rule: Rule) -> Rule:
    actions = tuple(
        _evenly(each)
        for each in rule.actions
        if not isinstance(each, AuthenticateOidcAction | JwtValidationAction)
    )
    return rule if actions == rule.actions else replace(rule, actions=actions)


def _evenly(action: Action) -> Action:
    """A target group with a small weight is reached, too, only later."""
    if not isinstance(action, ForwardAction):
        return action
    groups = tuple((arn, min(weight, 1)) for arn, weight in action.target_groups)
    return replace(action, target_groups=groups, stickiness_s=0)


def _api_gateway(gateway: ApiGateway, caller: Caller) -> ApiGateway:
    return replace(
        gateway,
        rest_apis=tuple(_rest_api(each, caller) for each in gateway.rest_apis),
        domain_names=tuple(map(_domain_name, gateway.domain_names)),
    )


def _domain_name(domain: DomainName) -> DomainName:
    """The policy of a private one as the principal it means most finds it: any request can be signed."""
    return domain if domain.policy is None else replace(domain, policy=_for_signer(domain.policy))


def _rest_api(api: RestApi, caller: Caller) -> RestApi:
    return replace(api, stages=tuple(_stage(each, caller) for each in api.stages))


def _stage(stage: Stage, caller: Caller) -> Stage:
    """Its log and cache settings have no say in who gets in, nor have throttles in the long run."""
    canary = stage.canary
    if canary is not None:
        canary = replace(canary, deployment=_deployment(canary.deployment, caller))
    return replace(
        stage,
        deployment=_deployment(stage.deployment, caller),
        canary=canary,
        settings=StageSettings(),
        throttles=(),
    )


def _deployment(deployment: Deployment, caller: Caller) -> Deployment:
    resources = tuple(
        replace(resource, methods=tuple(map(_method, resource.methods))) for resource in deployment.resources
    )
    return replace(deployment, resources=resources, policy=_policy(deployment.policy, caller))


def _policy(policy: PolicyDocument | None, caller: Caller) -> PolicyDocument | None:
    """A private API without a policy lets nobody in, whatever else allows."""
    if policy is None or caller is Caller.ANONYMOUS:
        return policy
    if caller is Caller.SIGNER:
        policy = _for_signer(policy)
    return replace(policy, statements=(*policy.statements, ALLOW_ALL))


def _method(method: Method) -> Method:
    return replace(
        method,
        authorization_type="NONE",
        api_key_required=False,
        authorizer=None,
        authorization_scopes=(),
        validation=None,
    )
