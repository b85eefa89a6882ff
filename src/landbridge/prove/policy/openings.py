"""What a policy opens, one example for each of its statements, told in words."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from landbridge.errors import UnsupportedError
from landbridge.model.policy import PolicyDocument, Principals, Statement
from landbridge.prove.policy.policies import Granted, Question, who_may
from landbridge.prove.verdict import Finding, unknown
from landbridge.semantics.iam.request import Principal, PrincipalType
from landbridge.semantics.iam.statements import PolicyKind
from landbridge.trace.decision import ResourceRef

EVERYBODY = Principals(False, (("*", "*"),))


def openings(
    document: PolicyDocument,
    questions: Iterable[Question],
    owner: ResourceRef,
    kind: PolicyKind = PolicyKind.RESOURCE_BASED,
) -> Iterator[Granted | Finding]:
    """For each statement that allows any of this its first example; unknown where nobody can tell.

    Where a statement opens something for certain, what else it might open is left out.
    """
    told: set[tuple[str, bool]] = set()
    try:
        for question in questions:
            for granted in who_may(document, question, owner, kind):
                if told.isdisjoint({(granted.statement, True), (granted.statement, granted.certain)}):
                    told.add((granted.statement, granted.certain))
                    yield granted if granted.certain else _doubtful(granted, owner)
    except UnsupportedError as error:
        yield unknown(f"{error.message} in the policy of {owner.id} is not understood", owner, error.hint)


def who(principal: Principal) -> str:
    """The principal for the reader."""
    if principal.type is PrincipalType.ANONYMOUS:
        return "anybody without credentials"
    if principal.type is PrincipalType.SERVICE:
        return f"the service {principal}"
    return str(principal)


def circumstances(document: PolicyDocument, granted: Granted) -> str:
    """What the request has for each key that the policy asks for, such as `` with aws:SourceArn arn:…``."""
    asked = {each.key.lower(): each.key for statement in document.statements for each in statement.conditions}
    known = {"aws:securetransport": "true"}
    parts = [
        f"{key} {granted.value(lower) or 'absent'}"
        for lower, key in asked.items()
        if granted.value(lower) != known.get(lower, "")
    ]
    return f" with {', '.join(parts)}" if parts else ""


def together(own: Iterable[PolicyDocument], resource: PolicyDocument | None) -> PolicyDocument:
    """A principal's own policies and that of a resource in its account as one that allows what either does.

    AWS: "Policy evaluation logic"
    """
    documents = list(own)
    statements: list[Statement] = []
    for document in documents:
        statements += [replace(each, principals=EVERYBODY) for each in document.statements]
    statements += resource.statements if resource is not None else ()
    versions = {each.version for each in (*documents, *([resource] if resource is not None else ()))}
    version = versions.pop() if len(versions) == 1 else "2012-10-17"
    return PolicyDocument(tuple(statements), version=version)


def _doubtful(granted: Granted, owner: ResourceRef) -> Finding:
    reason = dict(granted.decision.facts).get("feature", "a part of it")
    what = f"{who(granted.request.principal)} may be allowed {granted.request.action} on {owner.id}: {reason}"
    return unknown(f"{what} is not modelled", granted.decision.cited)
