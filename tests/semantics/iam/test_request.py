import pytest
from tests.semantics.iam.policies import ACCOUNT, ROLE, request

from landbridge.semantics.iam.request import (
    ANONYMOUS,
    Context,
    Principal,
    role,
    role_session,
    service,
    with_clock_keys,
    with_principal_keys,
)

SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/s1"


@pytest.mark.parametrize(
    ("principal", "name", "identities"),
    [
        (ANONYMOUS, "anonymous", set()),
        (service("apigateway.amazonaws.com"), "apigateway.amazonaws.com", set()),
        (role(ROLE), ROLE, {ACCOUNT, ROLE}),
        (role_session(ROLE, "s1"), SESSION, {ACCOUNT, ROLE, SESSION}),
    ],
)
def test_a_caller_goes_by_its_account_its_role_and_its_session(
    principal: Principal, name: str, identities: set[str]
) -> None:
    assert str(principal) == name
    assert principal.identities == identities


def test_the_arn_of_a_session_has_the_partition_of_its_role_but_not_its_path() -> None:
    principal = role_session(f"arn:aws-cn:iam::{ACCOUNT}:role/team/a/reader", "s1")
    assert principal.arn == f"arn:aws-cn:sts::{ACCOUNT}:assumed-role/reader/s1"


@pytest.mark.parametrize(
    ("principal", "context"),
    [
        (ANONYMOUS, {"aws:principaltype": ("Anonymous",)}),
        (
            service("lambda.amazonaws.com"),
            {
                "aws:principalisawsservice": ("true",),
                "aws:principalservicename": ("lambda.amazonaws.com",),
            },
        ),
        (
            role_session(ROLE, "s1"),
            {
                "aws:principalisawsservice": ("false",),
                "aws:principaltype": ("AssumedRole",),
                "aws:principalarn": (ROLE,),
                "aws:principalaccount": (ACCOUNT,),
            },
        ),
    ],
)
def test_the_principal_keys_follow_from_the_caller(principal: Principal, context: Context) -> None:
    assert with_principal_keys(request(principal=principal)).context == context


def test_keys_that_are_given_stay() -> None:
    given = {"aws:principaltype": ("User",)}
    assert with_principal_keys(request(given)).context["aws:principaltype"] == ("User",)


def test_the_clock_keys_are_the_time_of_the_request() -> None:
    assert with_clock_keys(request(epoch_ms=1_700_000_000_999)).context == {
        "aws:currenttime": ("2023-11-14T22:13:20Z",),
        "aws:epochtime": ("1700000000",),
    }


def test_a_time_that_is_given_stays() -> None:
    given = {"aws:epochtime": ("1",)}
    assert with_clock_keys(request(given, epoch_ms=5_000)).context["aws:epochtime"] == ("1",)


def test_without_a_time_there_are_no_clock_keys() -> None:
    assert with_clock_keys(request()).context == {}
