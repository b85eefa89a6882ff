"""Edits of policies, roles and function URLs of a captured topology."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.prove.edits import configured_and_deployed, edit_api

from landbridge.model.functions import Function
from landbridge.model.identifiers import Arn
from landbridge.model.identity import Role
from landbridge.model.network import VpcEndpoint
from landbridge.model.policy import Condition, PolicyDocument, Principals, Statement
from landbridge.model.storage import Bucket
from landbridge.model.topology import Topology

Edit = Callable[[PolicyDocument], PolicyDocument]
EVERYBODY = Principals(False, (("*", "*"),))


def aws(arn: str) -> Principals:
    """One user, role or account."""
    return Principals(False, (("AWS", arn),))


def service(name: str) -> Principals:
    """One service."""
    return Principals(False, (("Service", f"{name}.amazonaws.com"),))


def where(*conditions: tuple[str, str, str]) -> tuple[Condition, ...]:
    """Conditions of operator, key and value each."""
    return tuple(Condition(operator, key, (value,)) for operator, key, value in conditions)


def adding(
    effect: str, principals: Principals, action: str, resource: str, *conditions: tuple[str, str, str]
) -> Edit:
    """One more statement, called Fault."""
    statement = Statement(
        effect, "Fault", principals, (action,), resources=(resource,), conditions=where(*conditions)
    )
    return lambda policy: replace(policy, statements=(*policy.statements, statement))


def allows_with(*conditions: tuple[str, str, str], instead: bool = False) -> Edit:
    """The Allow statements with these conditions, in addition to their own or in place of them."""

    def edit(each: Statement) -> Statement:
        if each.effect != "Allow":
            return each
        return replace(each, conditions=((() if instead else each.conditions) + where(*conditions)))

    return lambda policy: replace(policy, statements=tuple(map(edit, policy.statements)))


def everybody_allowed(policy: PolicyDocument) -> PolicyDocument:
    """The Allow statements for everybody."""
    statements = (replace(e, principals=EVERYBODY) if e.effect == "Allow" else e for e in policy.statements)
    return replace(policy, statements=tuple(statements))


def edit_function(topology: Topology, edit: Callable[[Function], Function]) -> Topology:
    """The app's only function edited."""
    functions = tuple(edit(each) for each in topology.functions.functions)
    return replace(topology, functions=replace(topology.functions, functions=functions))


def edit_bucket(topology: Topology, edit: Callable[[Bucket], Bucket]) -> Topology:
    """The app's only bucket edited."""
    return replace(
        topology, storage=replace(topology.storage, buckets=tuple(map(edit, topology.storage.buckets)))
    )


def edit_endpoint(topology: Topology, edit: Callable[[VpcEndpoint], VpcEndpoint]) -> Topology:
    """The app's only endpoint edited."""
    endpoints = tuple(map(edit, topology.network.vpc_endpoints))
    return replace(topology, network=replace(topology.network, vpc_endpoints=endpoints))


def with_role(topology: Topology, role: Role) -> Topology:
    """One more role."""
    return replace(topology, identity=replace(topology.identity, roles=(*topology.identity.roles, role)))


def role_for(trusted: Principals, action: str) -> Role:
    """A role that these may become, and that may do this with anything."""
    trust = Statement("Allow", "Trust", trusted, ("sts:AssumeRole",))
    may = Statement("Allow", "May", None, (action,), resources=("*",))
    arn = Arn("arn:aws:iam::123456789012:role/partner")
    return Role(arn, "partner", PolicyDocument((trust,)), (("may", PolicyDocument((may,))),), "AROAPARTNER")


def of_function(edit: Edit) -> Callable[[Topology], Topology]:
    """The function's policy edited."""

    def one(function: Function) -> Function:
        return replace(function, policy=edit(function.policy or PolicyDocument(())))

    return lambda topology: edit_function(topology, one)


def of_bucket(edit: Edit, **settings: Any) -> Callable[[Topology], Topology]:
    """The bucket's policy edited, and its settings."""

    def one(bucket: Bucket) -> Bucket:
        assert bucket.policy is not None
        return replace(bucket, policy=edit(bucket.policy), **settings)

    return lambda topology: edit_bucket(topology, one)


def of_endpoint(edit: Edit) -> Callable[[Topology], Topology]:
    """The endpoint's policy edited."""

    def one(endpoint: VpcEndpoint) -> VpcEndpoint:
        assert endpoint.policy is not None
        return replace(endpoint, policy=edit(endpoint.policy))

    return lambda topology: edit_endpoint(topology, one)


def of_api(edit: Edit) -> Callable[[Topology], Topology]:
    """The API's resource policy edited and deployed."""

    def apply(topology: Topology) -> Topology:
        return edit_api(
            topology,
            configured_and_deployed(
                lambda each: replace(each, policy=edit(each.policy or PolicyDocument(())))
            ),
        )

    return apply
