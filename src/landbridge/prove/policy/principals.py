"""Everybody whom a policy can tell apart, outside of the account and in it, each kind by one example."""

import re
from collections.abc import Iterable, Iterator, Sequence

from landbridge.model.policy import Condition, PolicyDocument
from landbridge.prove.policy.values import STRANGE_ACCOUNT, patterns_of
from landbridge.prove.texts import Pattern, literal, partition, wildcards
from landbridge.semantics.iam.patterns import Wildcard
from landbridge.semantics.iam.request import (
    ANONYMOUS,
    Principal,
    role,
    role_session,
    root_user,
    service,
    user,
)

UNNAMED_SERVICE = "another-service.amazonaws.com"


def strangers(document: PolicyDocument, account_id: str) -> tuple[Principal, ...]:
    """Somebody who did not sign, and the users, roles, sessions and root users of other accounts.

    Raises UnsupportedError where nobody can tell whom a condition means.
    AWS: "AWS JSON policy elements: Principal"
    """
    patterns = [*_named(document), *_of_conditions(document)]
    own = wildcards(f"arn:*:iam::{account_id}:*")
    accounts = sorted({*_accounts(document, account_id), STRANGE_ACCOUNT} - {account_id}, reverse=True)
    found: list[Principal] = [ANONYMOUS]
    for kind, universe, make in (("role/stranger", "role/?*", role), ("user/stranger", "user/?*", user)):
        prefer = [f"arn:aws:iam::{account}:{kind}" for account in accounts]
        found += map(make, _arns(patterns, (own,), f"arn:aws:iam::{_ANY_ACCOUNT}:{universe}", prefer))
    prefer = [f"arn:aws:iam::{account}:root" for account in accounts]
    found += map(root_user, _arns(patterns, (own,), f"arn:aws:iam::{_ANY_ACCOUNT}:root", prefer))
    return (*found, *_sessions(document, account_id))


def members(
    document: PolicyDocument, account_id: str, known: Iterable[str], but: frozenset[str]
) -> tuple[Principal, ...]:
    """Users and roles of the account, those known by ARN before any others, except for some by ARN.

    Raises UnsupportedError where nobody can tell whom a condition means.
    AWS: "AWS JSON policy elements: Principal"
    """
    patterns = [*_named(document), *_of_conditions(document)]
    excluded = tuple(map(literal, sorted(but)))
    found: list[Principal] = []
    for kind, make in (("role", role), ("user", user)):
        prefer = [*sorted(known), f"arn:aws:iam::{account_id}:{kind}/another"]
        found += map(make, _arns(patterns, excluded, f"arn:aws:iam::{account_id}:{kind}/?*", prefer))
    return tuple(found)


def services(document: PolicyDocument) -> tuple[Principal, ...]:
    """Every AWS service that the policy names, and one that it does not."""
    names = {value for kind, value in _values(document) if kind == "Service"} - {"*"}
    tests = patterns_of(_conditions(document, "aws:principalservicename"), {}, variables=True)
    patterns = [*map(literal, sorted(names)), *tests]
    cells = partition(patterns, wildcards("?*.amazonaws.com"), (*sorted(names), UNNAMED_SERVICE))
    return tuple(service(cell.witness) for cell in cells)


_ANY_ACCOUNT = "?" * 12
_ACCOUNT = re.compile(r"(?:arn:[^:]*:(?:iam|sts)::)?(?P<account>\d{12})(?::.*)?")
_SESSION = re.compile(
    r"arn:(?P<partition>[^:]*):sts::(?P<account>\d{12}):assumed-role/(?P<role>[^/]+)/(?P<name>.+)"
)


def _arns(
    patterns: Sequence[Pattern], excluded: Sequence[Pattern], universe: str, prefer: Iterable[str]
) -> Iterator[str]:
    for cell in partition((*patterns, *excluded), wildcards(universe), prefer):
        if all(index < len(patterns) for index in cell.matched):
            yield cell.witness


def _named(document: PolicyDocument) -> Iterator[Pattern]:
    """Whom Principal elements name: one of the type AWS, or a whole account."""
    for kind, value in _values(document):
        if kind == "AWS" and value != "*":
            yield literal(value)
    for account in sorted(_accounts(document, "")):
        yield wildcards(f"arn:*:iam::{account}:*")


def _of_conditions(document: PolicyDocument) -> Iterator[Pattern]:
    """What conditions ask of the principal's ARN and account."""
    yield from patterns_of(_conditions(document, "aws:principalarn"), {}, variables=True)
    for pattern in patterns_of(_conditions(document, "aws:principalaccount"), {}, variables=True):
        yield Pattern(("arn:aws:iam::", *pattern.pieces, ":", Wildcard.ANY), pattern.ignore_case)


def _accounts(document: PolicyDocument, account_id: str) -> set[str]:
    """Accounts that Principal elements and conditions on accounts mention, but for this one."""
    texts = [value for kind, value in _values(document) if kind == "AWS"]
    for key in ("aws:principalaccount", "aws:principalarn"):
        texts += [value for condition in _conditions(document, key) for value in condition.values]
    found = (_ACCOUNT.fullmatch(text) for text in texts)
    return {each["account"] for each in found if each} - {account_id}


def _sessions(document: PolicyDocument, account_id: str) -> Iterator[Principal]:
    """Sessions of other accounts' roles that a Principal element names."""
    for kind, value in _values(document):
        found = _SESSION.fullmatch(value) if kind == "AWS" else None
        if found and found["account"] != account_id:
            role_arn = f"arn:{found['partition']}:iam::{found['account']}:role/{found['role']}"
            yield role_session(role_arn, found["name"])


def _values(document: PolicyDocument) -> Iterator[tuple[str, str]]:
    for statement in document.statements:
        if statement.principals is not None:
            yield from statement.principals.values


def _conditions(document: PolicyDocument, key: str) -> Iterable[Condition]:
    return [
        condition
        for statement in document.statements
        for condition in statement.conditions
        if condition.key.lower() == key
    ]
