"""Every policy that a request can meet, and by what of its address and path they tell requests apart."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from landbridge.model.api_gateway import Deployment
from landbridge.model.policy import PolicyDocument
from landbridge.model.topology import Topology

ADDRESS_KEYS = frozenset({"aws:sourceip", "aws:vpcsourceip"})


def policies_in(topology: Topology) -> Iterator[PolicyDocument]:
    """The policies of deployed APIs, private domain names, endpoints, functions and buckets."""
    for deployment in deployments_in(topology):
        if deployment.policy is not None:
            yield deployment.policy
    for policy in _others(topology):
        if policy is not None:
            yield policy


def _others(topology: Topology) -> Iterator[PolicyDocument | None]:
    yield from (domain.policy for domain in topology.api_gateway.domain_names)
    yield from (endpoint.policy for endpoint in topology.network.vpc_endpoints)
    yield from (function.policy for function in topology.functions.functions)
    yield from (bucket.policy for bucket in topology.storage.buckets)


def deployments_in(topology: Topology) -> Iterator[Deployment]:
    """What stages serve, their canary releases too."""
    for api in topology.api_gateway.rest_apis:
        for stage in api.stages:
            yield stage.deployment
            if stage.canary is not None:
                yield stage.canary.deployment


def policy_blocks(topology: Topology) -> tuple[IPv4Network, ...]:
    """The blocks by which conditions of policies tell addresses apart."""
    texts = {
        value
        for policy in policies_in(topology)
        for statement in policy.statements
        for condition in statement.conditions
        if condition.key.lower() in ADDRESS_KEYS
        for value in condition.values
    }
    return tuple(block for text in sorted(texts) for block in _block(text))


def _block(text: str) -> tuple[IPv4Network, ...]:
    """What is no IPv4 block, no IPv4 address is in."""
    try:
        return (IPv4Network(text, strict=False),)
    except ValueError:
        return ()
