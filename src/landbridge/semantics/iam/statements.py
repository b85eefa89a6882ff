"""One statement compiled into the clauses that a request must meet, each able to explain itself."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import partial

from landbridge.errors import UnsupportedError
from landbridge.model.policy import Condition, Statement
from landbridge.semantics.iam.operators import compile_condition, variables_in_doubt
from landbridge.semantics.iam.patterns import Matcher, compile_wildcards, variables_without_default
from landbridge.semantics.iam.principals import PrincipalTest, compile_principals
from landbridge.semantics.iam.request import AuthorizationRequest
from landbridge.trace.decision import Facts


class PolicyKind(Enum):
    """Which elements a statement must have.

    AWS: "IAM JSON policy element reference"
    """

    RESOURCE_BASED = "resource-based policy"
    """A policy of an API, a function, a bucket or an endpoint: Principal and Resource in each statement."""
    IDENTITY_BASED = "identity-based policy"
    """A policy of a role: no Principal, it is the role."""
    TRUST = "trust policy"
    """A role's trust policy: a Principal; the Resource is the role."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One element or condition of a statement."""

    name: str
    """``Principal``, ``NotAction``, ``Resource``, or a condition key as the policy writes it."""
    expected: str
    """What the policy says."""
    holds: Callable[[AuthorizationRequest], bool]
    found: Callable[[AuthorizationRequest], str]
    """What the request says."""
    condition: Condition | None = None

    def fact(self, request: AuthorizationRequest) -> tuple[str, str]:
        """Both sides, for the reader."""
        return self.name, f"policy: {self.expected}; request: {self.found(request)}"


@dataclass(frozen=True, slots=True)
class CompiledStatement:
    """A statement ready to be asked; clauses that every request meets are left out."""

    statement: Statement
    clauses: tuple[Clause, ...]
    principal_test: PrincipalTest | None
    unsupported: tuple[str, ...]
    """What makes its effect unknown for every request that it might be about."""
    needed_variables: frozenset[str]
    """Condition keys without which nobody can tell what it does."""

    def applies(self, request: AuthorizationRequest) -> bool:
        """Whether the statement is, as far as it is understood, about this request."""
        # Asked several times per request, and all() takes twice as long.
        for clause in self.clauses:  # noqa: SIM110
            if not clause.holds(request):
                return False
        return True

    def doubt(self, request: AuthorizationRequest) -> str:
        """Where it applies: what about it is not modelled; empty when its effect is certain."""
        if self.unsupported:
            return ", ".join(self.unsupported)
        for key in sorted(self.needed_variables):
            if len(request.context.get(key, ())) != 1:
                return f"the policy variable ${{{key}}} of a request that has no value for it"
        return self.principal_test.doubt(request.principal) if self.principal_test else ""

    def grants_by_name(self, request: AuthorizationRequest) -> bool:
        """Whether it means this caller itself, not merely its account."""
        return self.principal_test is None or self.principal_test.admits_by_name(request.principal)

    def grants_by_own_name(self, request: AuthorizationRequest) -> bool:
        """Whether it means this caller itself, not merely its account or the role of its session."""
        return self.principal_test is None or self.principal_test.admits_by_own_name(request.principal)

    def failed(self, request: AuthorizationRequest) -> tuple[Clause, ...]:
        """The clauses that the request does not meet."""
        return tuple(clause for clause in self.clauses if not clause.holds(request))

    def compared(self, request: AuthorizationRequest) -> Facts:
        """Every condition with what the policy and the request say; the other clauses where there is none."""
        conditions = [clause.fact(request) for clause in self.clauses if clause.condition]
        return tuple(conditions or [clause.fact(request) for clause in self.clauses])


def compile_statement(statement: Statement, kind: PolicyKind, *, variables: bool) -> CompiledStatement:
    """The statement ready to be asked; `variables` says whether the language's version has policy variables.

    AWS: "IAM JSON policy element reference"
    """
    unsupported = [*statement.unsupported, *_faults(statement, kind)]
    principal_test = compile_principals(statement.principals) if statement.principals else None
    clauses: list[Clause] = []
    for compile_clause in _clause_compilers(statement, principal_test, variables):
        try:
            clause = compile_clause()
        except UnsupportedError as error:
            unsupported.append(error.message)
        else:
            clauses += [clause] if clause else []
    return CompiledStatement(
        statement,
        tuple(clauses),
        principal_test,
        tuple(unsupported),
        _needed_variables(statement) if variables and not unsupported else frozenset(),
    )


def _faults(statement: Statement, kind: PolicyKind) -> Iterator[str]:
    """What AWS would not have let anyone save, though another source might.

    AWS: "Grammar of the IAM JSON policy language"
    """
    if statement.effect not in ("Allow", "Deny") and not statement.unsupported:
        yield f'Effect "{statement.effect}"'
    if not statement.actions:
        yield "a statement without Action"
    if not statement.resources and kind is not PolicyKind.TRUST:
        yield "a statement without Resource"
    if kind is PolicyKind.IDENTITY_BASED and statement.principals is not None:
        yield f"a Principal in an {kind.value}"
    if kind is not PolicyKind.IDENTITY_BASED and statement.principals is None:
        yield f"a statement without Principal in a {kind.value}"


def _clause_compilers(
    statement: Statement, principal_test: PrincipalTest | None, variables: bool
) -> Iterator[Callable[[], Clause | None]]:
    if principal_test is not None:
        yield partial(_principal_clause, statement, principal_test)
    if statement.actions:
        yield partial(_action_clause, statement)
    if statement.resources:
        yield partial(_resource_clause, statement, variables)
    for condition in statement.conditions:
        yield partial(_condition_clause, condition, variables)


def _principal_clause(statement: Statement, test: PrincipalTest) -> Clause | None:
    if test.everyone and not test.negated:
        return None
    pairs = statement.principals.values if statement.principals else ()
    expected = ", ".join(kind if kind == "*" else f"{kind} {value}" for kind, value in pairs)
    name = "NotPrincipal" if test.negated else "Principal"
    return Clause(
        name, expected, lambda request: test.admits(request.principal), lambda request: str(request.principal)
    )


def _action_clause(statement: Statement) -> Clause | None:
    """Actions are compared without regard to case.

    AWS: "IAM JSON policy elements: Action"
    """
    matches = compile_wildcards([action.lower() for action in statement.actions], variables=False)
    holds = _element_test(matches, statement.actions_negated, lambda request: request.action.lower())
    name = "NotAction" if statement.actions_negated else "Action"
    if name == "Action" and "*" in statement.actions:
        return None
    return Clause(name, ", ".join(statement.actions), holds, lambda request: request.action)


def _resource_clause(statement: Statement, variables: bool) -> Clause | None:
    """AWS: "IAM JSON policy elements: Resource"."""
    matches = compile_wildcards(statement.resources, variables=variables)
    holds = _element_test(matches, statement.resources_negated, lambda request: request.resource)
    name = "NotResource" if statement.resources_negated else "Resource"
    if name == "Resource" and "*" in statement.resources:
        return None
    return Clause(name, ", ".join(statement.resources), holds, lambda request: request.resource)


def _element_test(
    matches: Matcher, negated: bool, text: Callable[[AuthorizationRequest], str]
) -> Callable[[AuthorizationRequest], bool]:
    if negated:
        return lambda request: not matches(text(request), request.context)
    return lambda request: matches(text(request), request.context)


def _condition_clause(condition: Condition, variables: bool) -> Clause:
    """The operator is part of what is expected, but for the plainest one."""
    holds = compile_condition(condition, variables=variables)
    key = condition.key.lower()
    values = ", ".join(condition.values) or "no value"
    return Clause(
        condition.key,
        values if condition.operator == "StringEquals" else f"{condition.operator} {values}",
        lambda request: holds(request.context),
        lambda request: ", ".join(request.context.get(key, ())) or "absent",
        condition,
    )


def _needed_variables(statement: Statement) -> frozenset[str]:
    needed = frozenset[str]().union(*map(variables_in_doubt, statement.conditions))
    return needed | variables_without_default(statement.resources) if statement.resources_negated else needed
