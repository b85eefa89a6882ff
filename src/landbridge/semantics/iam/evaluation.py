"""What one policy decides about one request: explicit deny over allow over implicit deny."""

from dataclasses import dataclass
from enum import IntEnum

from landbridge.model.policy import PolicyDocument
from landbridge.semantics.iam.remedies import remedy_for_deny, remedy_for_no_allow, remedy_for_silence
from landbridge.semantics.iam.request import AuthorizationRequest, with_clock_keys
from landbridge.semantics.iam.statements import Clause, CompiledStatement, PolicyKind, compile_statement
from landbridge.trace.codes import Code
from landbridge.trace.decision import Decision, ResourceRef, Verdict, denied, not_modelled


@dataclass(frozen=True, slots=True)
class CompiledPolicy:
    """A policy document ready to be asked."""

    denies: tuple[CompiledStatement, ...]
    """Also statements whose effect is neither Allow nor Deny: nobody can tell what they do."""
    allows: tuple[CompiledStatement, ...]
    reads: frozenset[str] = frozenset()
    """What it asks for of the keys that differ between requests for the same thing from the same place."""

    @property
    def reads_clock(self) -> bool:
        """Whether it asks for ``aws:CurrentTime`` or ``aws:EpochTime``."""
        return not self.reads.isdisjoint(CLOCK_KEYS)


CLOCK_KEYS = frozenset({"aws:currenttime", "aws:epochtime"})
CLIENT_KEYS = frozenset({"aws:referer", "aws:useragent"})
"""What a client says of itself.

AWS: "AWS global condition context keys"
"""


def compile_policy(document: PolicyDocument) -> CompiledPolicy:
    """The policy of a resource or an endpoint, ready to be asked.

    AWS: "Identity-based policies and resource-based policies"
    """
    return _compile(document, PolicyKind.RESOURCE_BASED)


def compile_identity_policy(document: PolicyDocument) -> CompiledPolicy:
    """A policy of a role, or one that an authorizer returned, ready to be asked.

    AWS: "Identity-based policies and resource-based policies"
    """
    return _compile(document, PolicyKind.IDENTITY_BASED)


def compile_trust_policy(document: PolicyDocument) -> CompiledPolicy:
    """The trust policy of a role, ready to be asked.

    AWS: "IAM roles"
    """
    return _compile(document, PolicyKind.TRUST)


def evaluate(
    policy: CompiledPolicy, request: AuthorizationRequest, cited_type: str, cited_id: str, code: Code
) -> Decision:
    """What the policy decides, with the statement that decided and every clause compared.

    `cited_type` and `cited_id` name the resource that the policy belongs to, such as
    ``AWS::ApiGateway::RestApi`` and the id of the API; `code` is what a denial is called there.
    AWS: "Policy evaluation logic"
    """
    return conclude((Attached(policy, cited_type, cited_id),), request, code)


@dataclass(frozen=True, slots=True)
class Attached:
    """A policy and the resource it belongs to; its statements are cited as parts of that resource."""

    policy: CompiledPolicy
    cited_type: str
    cited_id: str
    by_name_only: bool = False
    """Allow statements that mean the caller only by its account do not count."""
    by_own_name_only: bool = False
    """Nor do those that mean a session only by its role."""


def conclude(attached: tuple[Attached, ...], request: AuthorizationRequest, code: Code) -> Decision:
    """What the policies decide together: an explicit deny of one wins, then an allow of one.

    AWS: "Policy evaluation logic"
    """
    if any(each.policy.reads_clock for each in attached):
        request = with_clock_keys(request)
    finding = _find(attached[0], request)
    for each in attached[1:]:
        finding = min(finding, _find(each, request), key=_standing)
    if finding.statement is None:
        return _implicit_deny(attached, request, code)
    return _decide(finding, finding.statement, request, code)


def find_deny(attached: tuple[Attached, ...], request: AuthorizationRequest, code: Code) -> Decision | None:
    """The explicit deny of one of the policies, or that nobody knows whether one denies; None for neither.

    AWS: "Policy evaluation logic"
    """
    if any(each.policy.reads_clock for each in attached):
        request = with_clock_keys(request)
    doubtful: Decision | None = None
    for each in attached:
        finding = _find_deny(each, request)
        if finding is not None and finding.statement is not None:
            decision = _decide(finding, finding.statement, request, code)
            if finding.standing is _Standing.EXPLICIT_DENY:
                return decision
            doubtful = doubtful or decision
    return doubtful


def _decide(
    finding: "_Finding", statement: CompiledStatement, request: AuthorizationRequest, code: Code
) -> Decision:
    cited = ResourceRef(f"{finding.attached.cited_type} Policy Statement", statement.statement.name)
    if finding.doubt:
        return not_modelled(
            f"{finding.doubt} in {cited.id} of the policy of {finding.attached.cited_id}", cited
        )
    facts = (("policy of", finding.attached.cited_id), *statement.compared(request))
    if finding.standing is _Standing.ALLOW:
        return Decision(Verdict.ALLOWED, None, cited, facts)
    remedy = remedy_for_deny(statement, request)
    return Decision(Verdict.EXPLICIT_DENY, code, cited, facts, remedy)


class _Standing(IntEnum):
    """What a policy says, the strongest first."""

    EXPLICIT_DENY = 0
    DOUBTFUL_DENY = 1
    ALLOW = 2
    DOUBTFUL_ALLOW = 3
    SILENCE = 4


@dataclass(frozen=True, slots=True)
class _Finding:
    standing: _Standing
    attached: Attached
    statement: CompiledStatement | None = None
    doubt: str = ""


def _standing(finding: _Finding) -> _Standing:
    return finding.standing


def _find(attached: Attached, request: AuthorizationRequest) -> _Finding:
    """The strongest thing that one policy says about the request."""
    return _find_deny(attached, request) or _find_allow(attached, request)


def _find_deny(attached: Attached, request: AuthorizationRequest) -> _Finding | None:
    doubtful: _Finding | None = None
    for statement in attached.policy.denies:
        if statement.applies(request):
            doubt = statement.doubt(request)
            if not doubt:
                return _Finding(_Standing.EXPLICIT_DENY, attached, statement)
            doubtful = doubtful or _Finding(_Standing.DOUBTFUL_DENY, attached, statement, doubt)
    return doubtful


def _find_allow(attached: Attached, request: AuthorizationRequest) -> _Finding:
    doubtful: _Finding | None = None
    for statement in attached.policy.allows:
        if statement.applies(request) and _counts(statement, attached, request):
            doubt = statement.doubt(request)
            if not doubt:
                return _Finding(_Standing.ALLOW, attached, statement)
            doubtful = doubtful or _Finding(_Standing.DOUBTFUL_ALLOW, attached, statement, doubt)
    return doubtful or _Finding(_Standing.SILENCE, attached)


def _counts(statement: CompiledStatement, attached: Attached, request: AuthorizationRequest) -> bool:
    if attached.by_own_name_only:
        return statement.grants_by_own_name(request)
    return not attached.by_name_only or statement.grants_by_name(request)


def _implicit_deny(attached: tuple[Attached, ...], request: AuthorizationRequest, code: Code) -> Decision:
    """Nothing allows it: the nearest Allow statement is cited with each clause that failed."""
    candidates = [(each, statement) for each in attached for statement in each.policy.allows]
    if not candidates:
        return _no_allow(attached[0], request, code)
    owner, statement = min(candidates, key=lambda pair: _distance(pair[1].failed(request)))
    failed = statement.failed(request)
    cited = ResourceRef(f"{owner.cited_type} Policy Statement", statement.statement.name)
    facts = (("policy of", owner.cited_id), *(clause.fact(request) for clause in failed))
    return denied(code, cited, *facts, remedy=remedy_for_silence(statement, failed, request))


def _distance(failed: tuple[Clause, ...]) -> int:
    """How far a statement is from allowing: being about something else counts more than a condition."""
    return sum(1 if clause.condition else 100 for clause in failed)


def _no_allow(attached: Attached, request: AuthorizationRequest, code: Code) -> Decision:
    cited = ResourceRef(f"{attached.cited_type} Policy", attached.cited_id)
    facts = (("Allow statements", "none"), ("Action", request.action), ("Resource", request.resource))
    return denied(code, cited, *facts, remedy=remedy_for_no_allow(attached.cited_id, request))


def _compile(document: PolicyDocument, kind: PolicyKind) -> CompiledPolicy:
    variables = document.version == "2012-10-17"
    compiled = [compile_statement(each, kind, variables=variables) for each in document.statements]
    return CompiledPolicy(
        denies=tuple(each for each in compiled if each.statement.effect != "Allow"),
        allows=tuple(each for each in compiled if each.statement.effect == "Allow"),
        reads=_reads(document),
    )


def _reads(document: PolicyDocument) -> frozenset[str]:
    """The keys of the clock and of the client that a condition or a policy variable names."""
    texts = [
        text
        for statement in document.statements
        for text in (
            *statement.resources,
            *(part for each in statement.conditions for part in (each.key, *each.values)),
        )
    ]
    written = "\n".join(texts).lower()
    return frozenset(key for key in CLOCK_KEYS | CLIENT_KEYS if key in written)
