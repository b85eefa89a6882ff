"""No statement or condition of the app's policies only looks as if it did something."""

from collections.abc import Iterator
from dataclasses import replace

from landbridge.errors import UnsupportedError
from landbridge.model.policy import Condition, PolicyDocument, Statement
from landbridge.prove.case import Case
from landbridge.prove.policy.app_policies import AppPolicy, app_policies, is_open
from landbridge.prove.policy.policies import who_may
from landbridge.prove.reach.policies_in import ADDRESS_KEYS
from landbridge.prove.verdict import Claim, Finding, broken, unknown
from landbridge.semantics.iam.operators import compile_condition
from landbridge.trace.decision import ResourceRef

CLAIM = Claim(
    "conditions-effective",
    "Every statement and condition of the app's policies has an effect",
    (
        "IAM JSON policy elements: Condition operators",
        "Single-valued vs. multivalued context keys",
        "AWS global condition context keys",
        "AWS condition keys that can be used in API Gateway resource policies",
    ),
)
GLOBAL_KEYS = frozenset(
    {
        *("aws:assumedroot", "aws:calledvia", "aws:calledviafirst", "aws:calledvialast"),
        *("aws:chatbotsourcearn", "aws:currenttime", "aws:ec2instancesourceprivateipv4"),
        *("aws:ec2instancesourcevpc", "aws:epochtime", "aws:federatedprovider", "aws:ismcpserviceaction"),
        *("aws:multifactorauthage", "aws:multifactorauthpresent", "aws:principalaccount", "aws:principalarn"),
        *("aws:principalisawsservice", "aws:principalorgid", "aws:principalorgpaths"),
        *("aws:principalservicename", "aws:principalservicenameslist", "aws:principaltype"),
        *("aws:referer", "aws:requestedregion", "aws:resourceaccount", "aws:resourceorgid"),
        *("aws:resourceorgpaths", "aws:securetransport", "aws:signinsessionarn", "aws:sourceaccount"),
        *("aws:sourcearn", "aws:sourceidentity", "aws:sourceip", "aws:sourceorgid", "aws:sourceorgpaths"),
        *("aws:sourceowner", "aws:sourcevpc", "aws:sourcevpcarn", "aws:sourcevpce", "aws:tagkeys"),
        *("aws:tokenissuetime", "aws:useragent", "aws:userid", "aws:username", "aws:viaawsmcpservice"),
        *("aws:viaawsservice", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths", "aws:vpcsourceip"),
    }
)
"""AWS: "AWS global condition context keys"."""
GLOBAL_PREFIXES = ("aws:principaltag/", "aws:requesttag/", "aws:resourcetag/")


def judge(case: Case) -> Iterator[Finding]:
    """Statements that never apply, and conditions that hold because what they ask for is not there.

    A policy that lets nobody in at all, and what it opens to others, is for other claims to tell.
    AWS: "IAM JSON policy elements: Condition operators"
    """
    try:
        for policy in app_policies(case):
            yield from _of_policy(policy)
    except UnsupportedError as error:
        yield unknown(f"{error.message} in a policy of the app is not understood", None, error.hint)


def _of_policy(policy: AppPolicy) -> Iterator[Finding]:
    misnamed = False
    for statement in policy.document.statements:
        for condition in statement.conditions:
            if not _is_key(policy, condition):
                misnamed = True
                yield _misnamed(policy, statement, condition)
    if misnamed or not _ever(policy, policy.document):
        return
    for statement in policy.document.statements:
        if not statement.unsupported:
            yield from _of_statement(policy, statement)


def _of_statement(policy: AppPolicy, statement: Statement) -> Iterator[Finding]:
    if any(condition.key.lower() in ADDRESS_KEYS for condition in statement.conditions):
        return
    alone = PolicyDocument((replace(statement, effect="Allow"),), version=policy.document.version)
    if not _ever(policy, alone):
        yield broken(
            f"{statement.name} of {policy.owner.id} never applies: {_why_never(policy, statement)}",
            _cited(policy, statement),
            f"Correct {statement.name}, or take it out of the policy of {policy.owner.id}",
        )
        return
    if statement.effect == "Allow" and not is_open(policy):
        for condition in statement.conditions:
            if _holds_by_absence(policy, condition):
                yield _by_absence(policy, statement, condition)


def _ever(policy: AppPolicy, document: PolicyDocument) -> bool:
    """Whether the document allows anything to anybody who can come."""
    return any(True for each in policy.everybody for _ in who_may(document, each, policy.owner, policy.kind))


def _why_never(policy: AppPolicy, statement: Statement) -> str:
    """The first part without which it would apply."""
    for condition in statement.conditions:
        others = tuple(each for each in statement.conditions if each is not condition)
        without = replace(statement, effect="Allow", conditions=others)
        if _ever(policy, PolicyDocument((without,), version=policy.document.version)):
            return f"no request meets {condition.operator} {condition.key} {', '.join(condition.values)}"
    return "its Principal, Action and Resource together fit no request"


def _is_key(policy: AppPolicy, condition: Condition) -> bool:
    """Whether requests to the service have such a key.

    AWS: "AWS global condition context keys"
    """
    key = condition.key.lower()
    if key.startswith("aws:"):
        return key in GLOBAL_KEYS or key.startswith(GLOBAL_PREFIXES)
    return key.partition(":")[0] == policy.service


def _misnamed(policy: AppPolicy, statement: Statement, condition: Condition) -> Finding:
    what = f"{condition.key} in {statement.name} of {policy.owner.id} is not a condition key of such requests"
    remedy = f"Put a key that requests have, {_known(policy)} for example, in place of {condition.key}"
    return broken(what, _cited(policy, statement), remedy)


def _holds_by_absence(policy: AppPolicy, condition: Condition) -> bool:
    """Whether it holds on the app's path because the key is absent there: IfExists, ForAllValues, a negation.

    AWS: "Single-valued vs. multivalued context keys"
    """
    key = condition.key.lower()
    if key in policy.present or key.startswith(f"{policy.service}:") or condition.operator.lower() == "null":
        return False
    return compile_condition(condition, variables=policy.document.version == "2012-10-17")({})


def _by_absence(policy: AppPolicy, statement: Statement, condition: Condition) -> Finding:
    what = (
        f"{condition.operator} {condition.key} in {statement.name} of {policy.owner.id} holds for everybody "
        f"on this path, where {condition.key} is absent"
    )
    remedy = f"Ask for a key that is there, without IfExists, ForAllValues or negation: {_known(policy)}"
    return broken(what, _cited(policy, statement), remedy)


def _known(policy: AppPolicy) -> str:
    keys = ("aws:SourceVpce", "aws:SourceArn", "aws:PrincipalArn")
    return next(key for key in keys if key.lower() in policy.present)


def _cited(policy: AppPolicy, statement: Statement) -> ResourceRef:
    return ResourceRef(f"{policy.owner.type} Policy Statement", statement.name)
