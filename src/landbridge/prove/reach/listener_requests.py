"""The requests that have to be tried at a load balancer's listener, so that each of its rules takes some."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from landbridge.model.exchange import HttpRequest, without
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import ForwardAction, Rule, RuleCondition, TargetGroup
from landbridge.model.network import VpcEndpoint
from landbridge.model.topology import Topology
from landbridge.prove.reach.paths import ANY_SEGMENT
from landbridge.prove.reach.requests import ANY_NAME, Asked, api_requests, bucket_requests
from landbridge.semantics.doors import ListenerDoor
from landbridge.semantics.load_balancing.conditions import Compared, compared, compile_condition
from landbridge.semantics.load_balancing.rules import choose_rule, compile_listener

ANY_CLIENT = "192.0.2.1"


def listener_requests(
    topology: Topology, door: ListenerDoor, api_ids: frozenset[str] | None = None
) -> Iterator[Asked]:
    """Every request for whatever is behind each rule, in a form that meets the rule's conditions."""
    for rule in door.listener.rules:
        for asked in _behind(topology, rule, api_ids):
            yield from _adapted(rule, asked)


def rules_without_request(
    door: ListenerDoor, address: str, requests: Iterable[Asked], reaching: Iterable[Asked]
) -> tuple[Rule, ...]:
    """The rules that forward, and of which nobody can tell whether they let this client through.

    A rule for other clients does not, for certain; nor does a rule without conditions, where it took requests
    and none of them is among those reaching something. Any other might take requests that nobody thought of.
    """
    compiled = compile_listener(door.listener)

    def taking(taken: Iterable[Asked]) -> set[Arn]:
        return {choose_rule(compiled, asked.request, address)[0].arn for asked in taken}

    tried, reached = taking(requests), taking(reaching)
    return tuple(
        rule
        for rule in door.listener.rules
        if rule.arn not in (reached if rule.conditions else tried)
        and any(isinstance(action, ForwardAction) for action in rule.actions)
        and _is_for(rule, address)
    )


def _is_for(rule: Rule, address: str) -> bool:
    seen = compared(HttpRequest("GET", "/"), address)
    tests = [compile_condition(each) for each in rule.conditions if each.field == "source-ip"]
    return all(holds is None or holds(seen) for holds in tests)


def endpoints_behind(topology: Topology, rule: Rule) -> Iterator[VpcEndpoint]:
    """The VPC endpoints whose addresses are targets of the rule."""
    addresses = {target.id for group in groups_of(topology, rule) for target in group.targets}
    network = topology.network
    for endpoint in network.vpc_endpoints:
        interfaces = (network.interface_by_id.get(each) for each in endpoint.network_interface_ids)
        if any(each is not None and str(each.address) in addresses for each in interfaces):
            yield endpoint


def groups_of(topology: Topology, rule: Rule) -> Iterator[TargetGroup]:
    """The target groups that the rule forwards to."""
    by_arn = topology.load_balancing.target_group_by_arn
    for action in rule.actions:
        if isinstance(action, ForwardAction):
            yield from (by_arn[arn] for arn, _ in action.target_groups if arn in by_arn)


def _behind(topology: Topology, rule: Rule, api_ids: frozenset[str] | None) -> Iterator[Asked]:
    groups = tuple(groups_of(topology, rule))
    if groups:
        yield Asked(HttpRequest("GET", "/", (("Host", ANY_NAME),)), ANY_NAME)
    for endpoint in endpoints_behind(topology, rule):
        if endpoint.service_name.endswith(".execute-api"):
            yield from api_requests(topology, endpoint, api_ids)
        else:
            for asked in bucket_requests(topology, topology.storage.buckets):
                yield asked
                yield _by_own_name(asked)


def _by_own_name(asked: Asked) -> Asked:
    """The same by the bucket's name as the Host, which a listener's rule can make of any other."""
    name = asked.server_name.partition(".s3.")[0]
    return replace(asked, request=replace(asked.request, headers=(("Host", name),)), server_name=name)


def _adapted(rule: Rule, asked: Asked) -> Iterator[Asked]:
    """The request in every combination of what the rule's conditions want."""
    forms = [asked]
    for condition in rule.conditions:
        forms = [form for each in forms for form in _meeting(condition, each)]
    yield from forms


def _meeting(condition: RuleCondition, asked: Asked) -> Iterator[Asked]:
    """The request itself where the condition holds, else one for each of its values."""
    holds = compile_condition(condition)
    if holds is None or condition.field == "source-ip" or holds(_seen(asked)):
        yield asked
        return
    if condition.field == "host-header" and _named_by_host(asked):
        return
    for value in condition.values:
        changed = _changed(condition, asked, value)
        if holds(_seen(changed)):
            yield changed


def _named_by_host(asked: Asked) -> bool:
    """Whether another Host would mean another API: the header can name it instead."""
    return bool(asked.api_id) and asked.request.header("host") != ANY_NAME


def _seen(asked: Asked) -> Compared:
    return compared(asked.request, ANY_CLIENT)


def _changed(condition: RuleCondition, asked: Asked, value: str) -> Asked:
    request, text = asked.request, _example(value)
    match condition.field:
        case "host-header":
            headers = (("Host", text), *without(request.headers, "host"))
            return replace(asked, request=replace(request, headers=headers), server_name=text)
        case "path-pattern":
            return replace(asked, request=replace(request, target=_rooted(value, text)))
        case "http-request-method":
            return replace(asked, request=replace(request, method=value))
        case "http-header":
            headers = (*request.headers, (condition.header_name, text))
            return replace(asked, request=replace(request, headers=headers))
        case "query-string":
            return replace(asked, request=replace(request, target=f"{request.path}?{_query(text)}"))
    return asked


def _rooted(pattern: str, text: str) -> str:
    """The text as a path: what stands for a leading wildcard begins with a slash."""
    if text.startswith("/"):
        return text
    return f"/{text[1:]}" if pattern.startswith("?") else f"/{text}"


def _query(text: str) -> str:
    return f"{ANY_SEGMENT}{text}" if text.startswith("=") else text


def _example(pattern: str) -> str:
    """A text that fits a pattern with ``*`` and ``?``; a backslash takes their meaning away."""
    return re.sub(r"\\(.)|[*?]", lambda found: found[1] or ANY_SEGMENT, pattern)
