"""Methods that ask their callers for less than their neighbours, or than in another stage."""

from dataclasses import replace

import pytest
from tests import topologies
from tests.prove.edits import configured_only, edit_api, edit_methods
from tests.prove.example_app import case_of

from landbridge.model.api_gateway import Canary, Deployment, Integration, Method, RestApi, Stage
from landbridge.model.authorizers import Authorizer
from landbridge.model.identifiers import Arn
from landbridge.prove.claims.intended_authorization import judge
from landbridge.prove.verdict import Finding, Verdict

GUARD = Authorizer("guard", "TOKEN", uri="arn:guard")
OTHER_GUARD = replace(GUARD, name="other", uri="arn:other")
POOL = Authorizer("pool", "COGNITO_USER_POOLS", provider_arns=(Arn("arn:pool/one"),))
BOTH_POOLS = replace(POOL, provider_arns=(Arn("arn:pool/one"), Arn("arn:pool/two")))
BACKEND = Integration("AWS_PROXY", "POST", "arn:function")
OPEN = Method("GET", integration=BACKEND)
SIGNED = Method("GET", "AWS_IAM", integration=BACKEND)
CUSTOM = Method("GET", "CUSTOM", integration=BACKEND, authorizer=GUARD)
USERS = Method("GET", "COGNITO_USER_POOLS", integration=BACKEND, authorizer=POOL)
READERS = replace(USERS, authorization_scopes=("orders/read",))


def deployed(*methods: Method, name: str = "d1") -> Deployment:
    """One method of each resource, and one more that is guarded."""
    resources = topologies.resources()[0]
    return Deployment(
        name,
        tuple(replace(resources, path=f"/{place}", methods=(each,)) for place, each in enumerate(methods)),
    )


def found(*stages: Stage, configured: Deployment | None = None) -> list[Finding]:
    def edit(api: RestApi) -> RestApi:
        return replace(api, stages=stages, configured=configured)

    return list(judge(case_of(edit_api(topologies.private_app(), edit))))


@pytest.mark.parametrize("methods", [(OPEN, OPEN), (SIGNED, CUSTOM, USERS), (READERS, USERS)])
def test_methods_that_agree_are_as_intended(methods: tuple[Method, ...]) -> None:
    assert found(Stage("live", deployed(*methods))) == []


@pytest.mark.parametrize(
    ("method", "is_open"),
    [
        (OPEN, True),
        (replace(OPEN, http_method="ANY"), True),
        (replace(OPEN, api_key_required=True), True),
        (replace(OPEN, http_method="OPTIONS"), False),
        (replace(OPEN, integration=Integration("MOCK")), False),
        (replace(OPEN, integration=None), False),
    ],
)
def test_a_method_without_authorization_beside_guarded_ones_is_open_unless_it_has_no_backend(
    method: Method, is_open: bool
) -> None:
    findings = found(Stage("live", deployed(CUSTOM, method)))
    assert [finding.verdict for finding in findings] == ([Verdict.BROKEN] if is_open else [])
    for finding in findings:
        assert f"{method.http_method} /1 in stage live" in finding.what
        assert "CUSTOM by guard" in finding.remedy


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        (OPEN, SIGNED),
        (OPEN, USERS),
        (USERS, READERS),
        (replace(USERS, authorization_scopes=("orders/read", "orders/all")), READERS),
        (replace(USERS, authorizer=BOTH_POOLS), USERS),
    ],
)
def test_a_method_that_is_weaker_in_another_stage_or_in_a_canary_is_found_there(
    weaker: Method, stronger: Method
) -> None:
    live, other = deployed(stronger), deployed(weaker, name="d0")
    [finding] = found(Stage("live", live), Stage("old", other))
    assert finding.verdict is Verdict.BROKEN
    assert "in stage old" in finding.what.partition(", and")[0]
    [finding] = found(Stage("live", live, canary=Canary(other, 10.0)))
    assert "in the canary of stage live" in finding.what.partition(", and")[0]


@pytest.mark.parametrize(
    ("one", "other"), [(SIGNED, USERS), (CUSTOM, SIGNED), (CUSTOM, replace(CUSTOM, authorizer=OTHER_GUARD))]
)
def test_which_of_two_kinds_of_authorization_admits_more_is_unknown(one: Method, other: Method) -> None:
    [finding] = found(Stage("live", deployed(one)), Stage("old", deployed(other)))
    assert finding.verdict is Verdict.UNKNOWN


def test_an_authorizer_that_is_gone_is_unknown() -> None:
    [finding] = found(Stage("live", deployed(replace(CUSTOM, authorizer=None))))
    assert finding.verdict is Verdict.UNKNOWN
    assert "could not be read" in finding.what


def test_an_authorizer_that_no_method_has_was_meant_for_the_open_ones() -> None:
    opened = replace(deployed(OPEN), unattached_authorizers=("guard",))
    [finding] = found(Stage("live", deployed(OPEN)), configured=opened)
    assert finding.verdict is Verdict.BROKEN
    assert "authorizer guard" in finding.what
    signed = replace(deployed(SIGNED), unattached_authorizers=("guard",))
    assert found(Stage("live", deployed(SIGNED)), configured=signed) == []
    preflight = replace(deployed(replace(OPEN, http_method="OPTIONS")), unattached_authorizers=("guard",))
    assert found(configured=preflight) == []


def test_authorization_that_is_only_configured_is_the_business_of_deployed_equals_declared() -> None:
    def guard(path: str, method: Method) -> Method:
        return replace(method, authorization_type="AWS_IAM")

    topology = edit_api(topologies.private_app(), configured_only(edit_methods(guard)))
    assert list(judge(case_of(topology))) == []
