import pytest
from tests.semantics.iam.policies import ACCOUNT, ROLE

from landbridge.model.policy import Principals
from landbridge.semantics.iam.principals import compile_principals
from landbridge.semantics.iam.request import ANONYMOUS, Principal, role, role_session, service

SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/s1"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
GATEWAY = service("apigateway.amazonaws.com")
A_ROLE = role(ROLE)
A_SESSION = role_session(ROLE, "s1")
Pairs = tuple[tuple[str, str], ...]


@pytest.mark.parametrize(
    ("pairs", "caller", "expected"),
    [
        ((("*", "*"),), ANONYMOUS, True),
        ((("*", "*"),), A_ROLE, True),
        ((("*", "*"),), GATEWAY, True),
        ((("AWS", "*"),), ANONYMOUS, True),
        ((("AWS", "*"),), A_SESSION, True),
        ((("AWS", ACCOUNT),), ANONYMOUS, False),
        ((("AWS", ROOT),), ANONYMOUS, False),
        ((("AWS", ROLE),), ANONYMOUS, False),
        ((("AWS", ACCOUNT),), A_ROLE, True),
        ((("AWS", ROOT),), A_ROLE, True),
        ((("AWS", f"arn:aws-cn:iam::{ACCOUNT}:root"),), A_ROLE, True),
        ((("AWS", ROLE),), A_ROLE, True),
        ((("AWS", ROLE),), A_SESSION, True),
        ((("AWS", SESSION),), A_SESSION, True),
        ((("AWS", SESSION),), role_session(ROLE, "s2"), False),
        ((("AWS", SESSION),), A_ROLE, False),
        ((("AWS", ROLE.upper()),), A_ROLE, False),
        ((("AWS", ROLE[:-1] + "*"),), A_ROLE, False),
        ((("AWS", "999999999999"),), A_ROLE, False),
        ((("AWS", "arn:aws:iam::999999999999:root"),), A_ROLE, False),
        ((("AWS", ACCOUNT),), GATEWAY, False),
        ((("AWS", "999999999999"), ("AWS", ROLE)), A_ROLE, True),
        ((("Service", "apigateway.amazonaws.com"),), GATEWAY, True),
        ((("Service", "apigateway.amazonaws.com"),), service("lambda.amazonaws.com"), False),
        ((("Service", "apigateway.amazonaws.com"),), ANONYMOUS, False),
        ((("Service", "apigateway.amazonaws.com"),), A_ROLE, False),
        ((("Service", "*"),), GATEWAY, True),
        ((("Service", "*"),), ANONYMOUS, False),
        ((("AWS", "apigateway.amazonaws.com"),), GATEWAY, False),
        ((("Federated", "accounts.google.com"),), A_ROLE, False),
        ((("Federated", "accounts.google.com"),), ANONYMOUS, False),
        ((("Federated", "*"),), ANONYMOUS, False),
        ((("CanonicalUser", "79a5"),), ANONYMOUS, False),
        ((("CanonicalUser", "79a5"),), GATEWAY, False),
        ((("CanonicalUser", "79a5"),), A_ROLE, True),
        ((), ANONYMOUS, False),
        ((), A_ROLE, False),
    ],
)
def test_a_principal_means_a_caller(pairs: Pairs, caller: Principal, expected: bool) -> None:
    assert compile_principals(Principals(False, pairs)).admits(caller) is expected


@pytest.mark.parametrize(
    ("pairs", "caller", "expected"),
    [
        ((("*", "*"),), ANONYMOUS, False),
        ((("AWS", ROLE),), ANONYMOUS, True),
        ((("AWS", ROLE),), GATEWAY, True),
        ((("AWS", "999999999999"),), A_ROLE, True),
        ((("AWS", ROLE), ("AWS", ROOT)), A_ROLE, False),
        ((("AWS", ROLE), ("AWS", ACCOUNT), ("AWS", SESSION)), A_SESSION, False),
        ((("AWS", ROLE), ("AWS", ACCOUNT)), A_SESSION, True),
        ((("AWS", ROLE),), A_ROLE, True),
        ((("Service", "apigateway.amazonaws.com"),), GATEWAY, False),
        ((("Service", "apigateway.amazonaws.com"),), A_ROLE, True),
        ((("CanonicalUser", "79a5"),), A_ROLE, True),
    ],
)
def test_a_not_principal_might_mean_whom_it_does_not_list_wholly(
    pairs: Pairs, caller: Principal, expected: bool
) -> None:
    assert compile_principals(Principals(True, pairs)).admits(caller) is expected


@pytest.mark.parametrize(
    ("negated", "pairs", "caller", "doubt"),
    [
        (False, (("AWS", ROLE),), A_ROLE, ""),
        (False, (("CanonicalUser", "79a5"),), A_ROLE, "the principal type CanonicalUser"),
        (False, (("CanonicalUser", "79a5"), ("AWS", ROLE)), A_ROLE, ""),
        (True, (("CanonicalUser", "79a5"),), A_ROLE, "the principal type CanonicalUser"),
        (True, (("CanonicalUser", "79a5"),), ANONYMOUS, ""),
        (True, (("AWS", "999999999999"),), A_ROLE, ""),
        (
            True,
            (("AWS", ROLE),),
            A_ROLE,
            f"a NotPrincipal that names {ROLE} only in part, without {ACCOUNT},",
        ),
        (
            True,
            (("AWS", ROOT), ("AWS", ROLE)),
            A_SESSION,
            f"a NotPrincipal that names {SESSION} only in part, without {SESSION},",
        ),
    ],
)
def test_whom_a_principal_means_can_be_in_doubt(
    negated: bool, pairs: Pairs, caller: Principal, doubt: str
) -> None:
    assert compile_principals(Principals(negated, pairs)).doubt(caller) == doubt


@pytest.mark.parametrize(
    ("negated", "pairs", "caller", "expected"),
    [
        (False, (("AWS", ACCOUNT),), A_ROLE, False),
        (False, (("AWS", ROOT),), A_SESSION, False),
        (False, (("AWS", ROLE),), A_ROLE, True),
        (False, (("AWS", ROLE),), A_SESSION, True),
        (False, (("AWS", SESSION),), A_SESSION, True),
        (False, (("*", "*"),), A_ROLE, True),
        (False, (("Service", "apigateway.amazonaws.com"),), GATEWAY, True),
        (True, (("AWS", "999999999999"),), A_ROLE, True),
    ],
)
def test_naming_the_account_is_not_naming_the_caller(
    negated: bool, pairs: Pairs, caller: Principal, expected: bool
) -> None:
    assert compile_principals(Principals(negated, pairs)).admits_by_name(caller) is expected
