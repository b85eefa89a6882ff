"""What belongs together: load balancers, names, APIs, functions and buckets that lead to one another.

Only what is declared counts here, whether or not anything gets through.
"""

import re
from collections.abc import Iterator
from functools import cached_property

from landbridge.model.api_gateway import Deployment, Integration, RestApi, Stage
from landbridge.model.identifiers import VpcEndpointId
from landbridge.model.load_balancing import Listener, LoadBalancer
from landbridge.model.network import VpcEndpoint
from landbridge.model.policy import PolicyDocument
from landbridge.model.storage import Bucket
from landbridge.model.topology import Topology
from landbridge.prove.reach.listener_requests import endpoints_behind, groups_of

Node = tuple[str, str]
"""A kind, ``load balancer``, ``domain``, ``API``, ``function`` or ``bucket``, and an ARN, id or name."""
FUNCTION = re.compile(r"arn:[^:]+:lambda:[^:]+:\d+:function:[^:/]+")
BUCKET_IN_PATH = re.compile(r":s3:path/([^/{}]+)")
BUCKET_IN_HOST = re.compile(r"apigateway:[^:]+:([^.:/]+)\.s3:")
VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")


class Connections:
    """The connections of one topology."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology

    def apis_related_to(self, balancer: LoadBalancer) -> frozenset[str]:
        """The ids of the APIs of whatever the load balancer is connected with, and of those beside them.

        Beside them are APIs that have a function or bucket in common with one of them.
        """
        group = self._group_of.get(("load balancer", balancer.arn), frozenset())
        apis = {name for kind, name in group if kind == "API"}
        for node in group:
            apis |= self._apis_by_backend.get(node, set())
        return frozenset(apis)

    @cached_property
    def _group_of(self) -> dict[Node, frozenset[Node]]:
        return {node: group for group in self.groups() for node in group}

    @cached_property
    def _apis_by_backend(self) -> dict[Node, set[str]]:
        found: dict[Node, set[str]] = {}
        for api in self._topology.api_gateway.rest_apis:
            for stage in api.stages:
                for node in backends_of(stage):
                    found.setdefault(node, set()).add(api.id)
        return found

    def groups(self) -> tuple[frozenset[Node], ...]:
        """The nodes that are connected, however far."""
        group_of: dict[Node, set[Node]] = {}
        for one, other in self._edges():
            joined = group_of.get(one, {one}) | group_of.get(other, {other})
            for node in joined:
                group_of[node] = joined
        return tuple({id(group): frozenset(group) for group in group_of.values()}.values())

    def endpoints_behind(self, balancer: LoadBalancer) -> frozenset[VpcEndpointId]:
        """The VPC endpoints that are targets of a load balancer."""
        return frozenset(
            endpoint.id
            for listener in balancer.listeners
            for rule in listener.rules
            for endpoint in endpoints_behind(self._topology, rule)
        )

    def endpoints_meant_by(self, api: RestApi) -> frozenset[VpcEndpointId]:
        """The execute-api endpoints that an API lists or its policies name; else all of a VPC they name.

        Who trusts the VPC and lists an endpoint means that one: any other in the VPC is trusted by accident.
        """
        policies = [api.policy, *(stage.deployment.policy for stage in api.stages)]
        named = {value for policy in policies for value in _values(policy)}
        endpoints = [
            each
            for each in self._topology.network.vpc_endpoints
            if each.service_name.endswith(".execute-api")
        ]
        meant = frozenset(each.id for each in endpoints if each.id in {*api.vpc_endpoint_ids, *named})
        return meant or frozenset(each.id for each in endpoints if each.vpc_id in named)

    def _edges(self) -> Iterator[tuple[Node, Node]]:
        gateway = self._topology.api_gateway
        for balancer in self._topology.load_balancing.load_balancers:
            if balancer.type == "application":
                yield from self._of_balancer(balancer)
        mapped = {mapping.rest_api_id for domain in gateway.domain_names for mapping in domain.mappings}
        for domain in gateway.domain_names:
            for mapping in domain.mappings:
                yield ("domain", domain.name.lower()), ("API", mapping.rest_api_id)
        for api in gateway.rest_apis:
            if api.endpoint_type == "PRIVATE" or api.id in mapped:
                yield ("API", api.id), ("API", api.id)
                for stage in api.stages:
                    yield from ((("API", api.id), node) for node in backends_of(stage))

    def _of_balancer(self, balancer: LoadBalancer) -> Iterator[tuple[Node, Node]]:
        node = ("load balancer", balancer.arn)
        yield node, node
        names = frozenset(self._names_of(balancer))
        for name in names:
            yield node, ("domain", name)
        for listener in balancer.listeners:
            yield from ((node, other) for other in self._behind(listener, names))

    def _names_of(self, balancer: LoadBalancer) -> Iterator[str]:
        """The names of records that lead to a load balancer."""
        own = balancer.dns_name.lower()
        for zone in self._topology.names.hosted_zones:
            for record in zone.records:
                target = record.alias.dns_name.lower().rstrip(".") if record.alias else ""
                values = {value.lower().rstrip(".") for value in record.values if record.type == "CNAME"}
                if target.removeprefix("dualstack.") == own or own in values:
                    yield record.name

    def _behind(self, listener: Listener, names: frozenset[str]) -> Iterator[Node]:
        for rule in listener.rules:
            for group in groups_of(self._topology, rule):
                if group.target_type == "lambda":
                    yield from (
                        ("function", found[0]) for t in group.targets if (found := FUNCTION.match(t.id))
                    )
            rewritten = {text for each in rule.transforms for _, text in each.rewrites}
            for endpoint in endpoints_behind(self._topology, rule):
                yield from self._through(endpoint, names | rewritten)

    def _through(self, endpoint: VpcEndpoint, names: frozenset[str]) -> Iterator[Node]:
        """Which APIs or buckets are meant by requests that a load balancer sends to an endpoint.

        Its names say so, as the Host is passed on; where none of them does, whatever means the endpoint.
        """
        gateway = self._topology.api_gateway
        if endpoint.service_name.endswith(".s3"):
            buckets = self._topology.storage.buckets
            yield from (("bucket", each.name) for each in buckets if _is_meant(each, endpoint, names))
        elif not any(domain.mappings and domain.name.lower() in names for domain in gateway.domain_names):
            private = [api for api in gateway.rest_apis if api.endpoint_type == "PRIVATE"]
            meaning = [api for api in private if endpoint.id in self.endpoints_meant_by(api)]
            yield from (("API", api.id) for api in meaning or private)


def _is_meant(bucket: Bucket, endpoint: VpcEndpoint, names: frozenset[str]) -> bool:
    """Whether a Host names the bucket, or its policy the endpoint, or the endpoint's policy the bucket."""
    if any(name == bucket.name or name.startswith(f"{bucket.name}.s3") for name in names):
        return True
    named = set(_resources(endpoint.policy)) | set(_values(bucket.policy))
    return endpoint.id in named or any(text.startswith(f"arn:aws:s3:::{bucket.name}") for text in named)


def _resources(policy: PolicyDocument | None) -> Iterator[str]:
    for statement in policy.statements if policy is not None else ():
        yield from statement.resources


def _values(policy: PolicyDocument | None) -> Iterator[str]:
    for statement in policy.statements if policy is not None else ():
        for condition in statement.conditions:
            yield from condition.values


def backends_of(stage: Stage) -> Iterator[Node]:
    """The functions and buckets that a stage's integrations name, its canary release's too."""
    yield from _of_deployment(stage.deployment, dict(stage.variables))
    if stage.canary is not None:
        variables = dict(stage.variables) | dict(stage.canary.variables)
        yield from _of_deployment(stage.canary.deployment, variables)


def _of_deployment(deployment: Deployment, variables: dict[str, str]) -> Iterator[Node]:
    for resource in deployment.resources:
        for method in resource.methods:
            if method.integration is not None:
                yield from _of_integration(method.integration, variables)


def _of_integration(integration: Integration, variables: dict[str, str]) -> Iterator[Node]:
    uri = VARIABLE.sub(lambda found: variables.get(found[1], ""), integration.uri)
    function = FUNCTION.search(uri)
    if function is not None:
        yield "function", function[0]
    bucket = BUCKET_IN_PATH.search(uri) or BUCKET_IN_HOST.search(uri)
    if bucket is not None:
        yield "bucket", bucket[1]
