"""Everybody whom one policy lets in, by deciding one request of each kind that it can tell apart.

A policy looks at a request through finitely many tests: patterns of names, values of condition keys. Requests
that answer all of them alike are treated alike, so that one example of each kind is enough, and the policy
language itself (``semantics.iam``) decides about it. An UnsupportedError says why nobody can tell.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from math import prod

from landbridge.errors import UnsupportedError
from landbridge.model.policy import Condition, PolicyDocument, Statement
from landbridge.prove.policy.values import KNOWN_KEYS, Free, Values, resolve, texts_apart, values_apart
from landbridge.prove.texts import Pattern, TooManyCellsError, wildcards
from landbridge.semantics.iam.evaluation import (
    Attached,
    CompiledPolicy,
    compile_identity_policy,
    compile_policy,
    compile_trust_policy,
    conclude,
)
from landbridge.semantics.iam.operators import compile_condition
from landbridge.semantics.iam.patterns import Piece, Variable, read_pieces
from landbridge.semantics.iam.request import (
    AuthorizationRequest,
    Principal,
    PrincipalType,
    with_principal_keys,
)
from landbridge.semantics.iam.statements import CompiledStatement, PolicyKind
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Decision, ResourceRef, Verdict

MOST_REQUESTS = 20_000
"""To be decided about one policy and one principal; beyond it nobody waits for the answer."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a policy: who of these may do this, whatever is free."""

    principals: tuple[Principal, ...]
    action: str | Free
    """Actions have no case; what a free one is without is written in lower case."""
    resource: str | Free
    keys: Mapping[str, Values | Free] = field(default_factory=dict)
    """By condition key in lower case: its values, none for an absent key, or what is known of a free one.

    A key that is not here is free, unless it follows from the principal.
    """
    by_name_only: bool = False
    """Whether an Allow that means the principal only by its account does not count."""


@dataclass(frozen=True, slots=True)
class Granted:
    """One request that the policy allows, or of which nobody can tell whether it does."""

    request: AuthorizationRequest
    decision: Decision

    @property
    def certain(self) -> bool:
        """Whether it is allowed for certain."""
        return self.decision.verdict is Verdict.ALLOWED

    @property
    def statement(self) -> str:
        """The name of the statement that allows it."""
        return self.decision.cited.id if self.decision.cited is not None else "the policy"

    def value(self, key: str) -> str:
        """What the request has for a key; empty where the key is absent."""
        return ", ".join(self.request.context.get(key, ()))


def who_may(
    document: PolicyDocument,
    question: Question,
    owner: ResourceRef,
    kind: PolicyKind = PolicyKind.RESOURCE_BASED,
) -> Iterator[Granted]:
    """Each kind of request that the policy of `owner` allows, or may allow, by one example.

    Raises UnsupportedError where a policy variable can be anything, or where there are too many kinds.
    AWS: "Policy evaluation logic"
    """
    policy = _COMPILERS[kind](document)
    attached = Attached(policy, owner.type, owner.id, by_name_only=question.by_name_only)
    variables = document.version == _WITH_VARIABLES
    for principal in question.principals:
        for request in _requests(policy, question, principal, variables):
            decision = conclude((attached,), request, LocalCode.ENDPOINT_POLICY)
            if decision.verdict in (Verdict.ALLOWED, Verdict.NOT_MODELLED):
                yield Granted(request, decision)


_COMPILERS = {
    PolicyKind.RESOURCE_BASED: compile_policy,
    PolicyKind.IDENTITY_BASED: compile_identity_policy,
    PolicyKind.TRUST: compile_trust_policy,
}
_WITH_VARIABLES = "2012-10-17"


def _requests(
    policy: CompiledPolicy, question: Question, principal: Principal, variables: bool
) -> Iterator[AuthorizationRequest]:
    """One request of each kind that this principal can make and some statement may allow."""
    statements = [each for each in (*policy.denies, *policy.allows) if _may_mean(each, principal, question)]
    if not any(each.statement.effect == "Allow" for each in statements):
        return
    reading = _Reading([each.statement for each in statements], question, principal, variables)
    choices = reading.choices()
    actions, resources = reading.actions(), reading.resources()
    if prod(map(len, (actions, resources, *choices.values()))) > MOST_REQUESTS:
        raise TooManyCellsError(f"more than {MOST_REQUESTS} kinds of requests by {principal}")
    for (action, resource), values in product(product(actions, resources), product(*choices.values())):
        chosen = {**reading.known, **dict(zip(choices, values, strict=True))}
        context = {key: value for key, value in chosen.items() if value}
        yield AuthorizationRequest(principal, action, resource, context)


def _may_mean(compiled: CompiledStatement, principal: Principal, question: Question) -> bool:
    """Whether its Principal and, where that is fixed, its Action are about the question."""
    action = question.action if isinstance(question.action, str) else ""
    request = AuthorizationRequest(principal, action, "")
    names = {"Principal", "NotPrincipal", *(("Action", "NotAction") if action else ())}
    elements = (each for each in compiled.clauses if each.condition is None and each.name in names)
    return all(each.holds(request) for each in elements)


class _Reading:
    """What some statements tell apart of the requests of one principal."""

    def __init__(
        self, statements: Sequence[Statement], question: Question, principal: Principal, variables: bool
    ) -> None:
        self._statements = statements
        self._question = question
        self._variables = variables
        self._conditions = [
            each
            for statement in statements
            for each in statement.conditions
            if _is_understood(each, variables)
        ]
        self.known: dict[str, Values] = {key: () for key in self._mentioned() if _never_has(principal, key)}
        self.known.update(with_principal_keys(AuthorizationRequest(principal, "", "")).context)
        self.known.update((key, v) for key, v in question.keys.items() if not isinstance(v, Free))

    def choices(self) -> dict[str, tuple[Values, ...]]:
        """What each key can have that is asked for and not known."""
        by_key: dict[str, list[Condition]] = {}
        for condition in self._conditions:
            if condition.key.lower() not in self.known:
                by_key.setdefault(condition.key.lower(), []).append(condition)
        return {
            key: values_apart(key, conditions, self.known, self._freedom(key), variables=self._variables)
            for key, conditions in by_key.items()
        }

    def actions(self) -> Values:
        """Actions without regard to case, but for the one that is asked for."""
        if isinstance(self._question.action, str):
            return (self._question.action,)
        texts = {text.lower() for each in self._statements for text in each.actions}
        free = self._question.action
        spelt = {text.lower(): text for text in free.prefer}
        alike = replace(free, within=free.within.lower(), prefer=tuple(spelt))
        found = texts_apart([wildcards(text) for text in sorted(texts)], alike)
        return tuple(spelt.get(text, text) for text in found)

    def resources(self) -> Values:
        """Resources that some statement tells from others, or the one that is asked for."""
        if isinstance(self._question.resource, str):
            return (self._question.resource,)
        texts = {text for each in self._statements for text in each.resources}
        pieces = (_pieces(text, wild=True, variables=self._variables) for text in sorted(texts))
        resolved = (resolve(each, self.known) for each in pieces)
        return texts_apart([Pattern(each) for each in resolved if each is not None], self._question.resource)

    def _freedom(self, key: str) -> Free:
        given = self._question.keys.get(key)
        return given if isinstance(given, Free) else KNOWN_KEYS.get(key, Free())

    def _mentioned(self) -> Iterator[str]:
        """Every key that is asked for, by a condition or a policy variable."""
        for condition in self._conditions:
            yield condition.key.lower()
        texts = [text for each in self._conditions for text in each.values]
        texts += [text for each in self._statements for text in each.resources]
        for text in texts:
            pieces = _pieces(text, wild=False, variables=self._variables)
            yield from (each.key for each in pieces if isinstance(each, Variable))


def _pieces(text: str, *, wild: bool, variables: bool) -> tuple[Piece, ...]:
    """None for a text that the policy language does not take either: its statement is not understood."""
    try:
        return read_pieces(text, wildcards=wild, variables=variables)
    except UnsupportedError:
        return ()


def _is_understood(condition: Condition, variables: bool) -> bool:
    """Whether it takes part in what is decided at all; if not, its statement is in doubt as a whole."""
    try:
        compile_condition(condition, variables=variables)
    except UnsupportedError:
        return False
    return True


def _never_has(principal: Principal, key: str) -> bool:
    """Whether requests of such a principal never have the key.

    AWS: "AWS global condition context keys"
    """
    if principal.type in (PrincipalType.ANONYMOUS, PrincipalType.SERVICE) and key.startswith(_OF_SIGNERS):
        return True
    if principal.type is not PrincipalType.SERVICE and key.startswith(_OF_SERVICES):
        return True
    if principal.type is PrincipalType.ANONYMOUS and key == "aws:principalisawsservice":
        return True
    return principal.type is not PrincipalType.USER and key == "aws:username"


_OF_SERVICES = (
    *("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner"),
    "aws:principalservicename",
)
_OF_SIGNERS = (
    *("aws:principalarn", "aws:principalaccount", "aws:principalorg", "aws:principaltag/"),
    *("aws:userid", "aws:username", "aws:tokenissuetime", "aws:federatedprovider", "aws:multifactorauth"),
    *("aws:sourceidentity", "aws:ec2instancesource"),
)
"""Beginnings of keys that only users and roles have."""
