"""Whether a Principal or NotPrincipal element means a caller."""

import re
from dataclasses import dataclass

from landbridge.model.policy import Principals
from landbridge.semantics.iam.request import Principal, PrincipalType


@dataclass(frozen=True, slots=True)
class PrincipalTest:
    """A compiled Principal or NotPrincipal element."""

    negated: bool
    everyone: bool
    """``"*"`` or ``{"AWS": "*"}``: services and anonymous callers too."""
    names: frozenset[str]
    """Of the type AWS: account ids and ARNs."""
    services: frozenset[str]
    canonical_users: bool
    """S3's canonical user ids name accounts, but nothing in a topology tells which."""

    def admits(self, principal: Principal) -> bool:
        """Whether the statement is, or might be, about this caller."""
        if self.negated:
            return not self.everyone and not self._lists_wholly(principal)
        return self._lists(principal) or (self.canonical_users and bool(principal.identities))

    def admits_by_name(self, principal: Principal) -> bool:
        """Whether it is about this caller and not only about its whole account.

        A resource-based policy that names an account leaves it to that account whom it lets in.
        AWS: "AWS JSON policy elements: Principal"
        """
        named = self.everyone or bool(self.names & (principal.identities - {principal.account}))
        return self.negated or named or self._lists_service(principal)

    def admits_by_own_name(self, principal: Principal) -> bool:
        """Whether it is about this very user or session, or about everyone and so about a user.

        What a role's name lets a session do, the role's permissions boundary and session policies limit.
        AWS: "Permissions boundaries for IAM entities"
        """
        if principal.role_arn:
            return principal.arn in self.names
        return self.admits_by_name(principal)

    def doubt(self, principal: Principal) -> str:
        """Why nobody can tell whether the statement is about this caller; empty where it is certain."""
        if self.canonical_users and principal.identities and not self._lists(principal):
            return "the principal type CanonicalUser"
        if self.negated and not self.everyone and self._lists(principal):
            missing = ", ".join(sorted(principal.identities - self.names))
            return f"a NotPrincipal that names {principal} only in part, without {missing},"
        return ""

    def _lists(self, principal: Principal) -> bool:
        if self.everyone or not self.names.isdisjoint(principal.identities):
            return True
        return self._lists_service(principal)

    def _lists_service(self, principal: Principal) -> bool:
        if principal.type is not PrincipalType.SERVICE:
            return False
        return principal.arn in self.services or "*" in self.services

    def _lists_wholly(self, principal: Principal) -> bool:
        """Session, role and account: AWS may check each of them against NotPrincipal.

        AWS: "AWS JSON policy elements: NotPrincipal"
        """
        if principal.identities:
            return principal.identities <= self.names
        return self._lists_service(principal)


def compile_principals(principals: Principals) -> PrincipalTest:
    """The test for a Principal or NotPrincipal element; no caller here is of the type Federated.

    AWS: "AWS JSON policy elements: Principal"
    """
    names = {_name(value) for kind, value in principals.values if kind in ("AWS", "*")}
    return PrincipalTest(
        negated=principals.negated,
        everyone="*" in names,
        names=frozenset(names),
        services=frozenset(value for kind, value in principals.values if kind == "Service"),
        canonical_users=any(kind == "CanonicalUser" for kind, _ in principals.values),
    )


_ROOT = re.compile(r"arn:[^:]+:iam::(?P<account>\d{12}):root")


def _name(value: str) -> str:
    """The value; an account's root ARN means the same as the account's id."""
    found = _ROOT.fullmatch(value)
    return found["account"] if found else value
