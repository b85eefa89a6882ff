"""Transforms: how a rule rewrites a request between the choice of the rule and the target.

AWS: "Transforms for listener rules"
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from landbridge.model.exchange import HttpRequest
from landbridge.model.load_balancing import Rule
from landbridge.semantics.load_balancing.conditions import split_target
from landbridge.semantics.load_balancing.expressions import compile_rewrite
from landbridge.trace.codes import TransformStatus
from landbridge.trace.decision import Decision, Facts, allowed, denied

HOST_HEADER_REWRITE, URL_REWRITE = "host-header-rewrite", "url-rewrite"
LONGEST_URL = 16 * 1024
"""As for a request line. AWS: "Quotas for your Application Load Balancers"."""
LONGEST_HOST = 255

Rewrite = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class CompiledTransforms:
    """A rule's rewrites; an empty tuple where the rule leaves that part as it is."""

    host: tuple[Rewrite, ...]
    url: tuple[Rewrite, ...]


@dataclass(frozen=True, slots=True)
class Transformed:
    """The request that goes on, and what was done to it; where it failed the client gets 500."""

    request: HttpRequest
    decision: Decision


def compile_transforms(rule: Rule) -> CompiledTransforms:
    """The rule's transforms with their expressions compiled.

    AWS: "Transforms for listener rules"
    """

    def rewrites(kind: str) -> tuple[Rewrite, ...]:
        return tuple(
            compile_rewrite(expression, text, ignore_case=kind == HOST_HEADER_REWRITE)
            for transform in rule.transforms
            if transform.type == kind
            for expression, text in transform.rewrites
        )

    return CompiledTransforms(rewrites(HOST_HEADER_REWRITE), rewrites(URL_REWRITE))


def transform(compiled: CompiledTransforms, request: HttpRequest) -> Transformed:
    """The request rewritten; as it came where no expression matches.

    The host is looked at as it was sent, port and all. The URL is the path together with the query, as was
    seen on AWS; scheme, host and port cannot be rewritten by it.

    AWS: "Transforms for listener rules"
    """
    authority, url = split_target(request.target)
    host = authority or request.header("host") or ""
    new_host, new_url = _first(compiled.host, host), _first(compiled.url, url)
    fault = _fault_of_host(new_host) or _fault_of_url(new_url)
    facts: Facts = ()
    if new_host is not None:
        facts += (("host", f"{host} -> {new_host}"),)
    if new_url is not None:
        facts += (("url", f"{url} -> {new_url}"),)
    if fault is not None:
        return Transformed(request, denied(fault, None, *facts, remedy=_REMEDIES[fault]))
    if not facts:
        return Transformed(request, allowed(None, ("transforms", "no expression matched")))
    rewritten = _with_host(request, new_host) if new_host is not None else request
    if new_url is not None:
        rewritten = replace(rewritten, target=f"http://{authority}{new_url}" if authority else new_url)
    if new_host is not None:
        rewritten = replace(rewritten, target=split_target(rewritten.target)[1])
    return Transformed(rewritten, allowed(None, *facts, code=TransformStatus.SUCCESS))


_REMEDIES: dict[TransformStatus, str] = {
    TransformStatus.INVALID_HOST: "Let the host-header-rewrite make a host name: letters, digits, - and .",
    TransformStatus.INVALID_PATH: "Let the url-rewrite make a path that begins with / and has no spaces",
    TransformStatus.BUFFER_TOO_SMALL: f"Keep what a transform makes below {LONGEST_URL} characters",
}
_HOST = re.compile(r"[A-Za-z0-9._-]+(?::[0-9]{1,5})?")
_URL = re.compile(r"/[!-~]*")


def _first(rewrites: tuple[Rewrite, ...], text: str) -> str | None:
    for rewrite in rewrites:
        rewritten = rewrite(text)
        if rewritten is not None:
            return rewritten
    return None


def _fault_of_host(host: str | None) -> TransformStatus | None:
    if host is None:
        return None
    if len(host) > LONGEST_HOST:
        return TransformStatus.BUFFER_TOO_SMALL
    return None if _HOST.fullmatch(host) else TransformStatus.INVALID_HOST


def _fault_of_url(url: str | None) -> TransformStatus | None:
    if url is None:
        return None
    if len(url) > LONGEST_URL:
        return TransformStatus.BUFFER_TOO_SMALL
    return None if _URL.fullmatch(url) else TransformStatus.INVALID_PATH


def _with_host(request: HttpRequest, host: str) -> HttpRequest:
    others = tuple(pair for pair in request.headers if pair[0].lower() != "host")
    return replace(request, headers=(("Host", host), *others))
