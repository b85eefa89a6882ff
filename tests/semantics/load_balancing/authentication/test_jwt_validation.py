from typing import Any

import pytest
from tests.semantics.load_balancing.authentication.parties import (
    IDP,
    KEY,
    NOW_S,
    OTHER_KEY,
    finish,
    key_set,
    ok,
    signed,
)
from tests.semantics.load_balancing.builders import MOMENT, request

from landbridge.model.load_balancing import AdditionalClaim, JwtValidationAction
from landbridge.semantics.load_balancing.authentication.admission import Admission, Admitted, Barred
from landbridge.semantics.load_balancing.authentication.jwt_validation import validate_jwt
from landbridge.semantics.needs import FetchKeySet, HttpFailed, HttpFailure, Need, Result
from landbridge.trace.codes import AuthenticationReason, LocalCode

ACTION = JwtValidationAction(f"{IDP}/jwks", IDP)
GOOD = {"iss": IDP, "exp": NOW_S + 60}
SCOPES = AdditionalClaim("scope", "space-separated-values", ("read", "admin"))
GROUPS = AdditionalClaim("groups", "string-array", ("ops",))
TENANT = AdditionalClaim("tenant", "single-string", ("corp", "a b"))


def validated(
    authorization: str | None, action: JwtValidationAction = ACTION, *results: Result
) -> tuple[Admission, list[Need]]:
    headers = (("Authorization", authorization),) if authorization is not None else ()
    return finish(validate_jwt(action, request(headers=headers), MOMENT), *results)


def with_claims(claims: dict[str, Any], *additional: AdditionalClaim) -> Admission:
    action = JwtValidationAction(f"{IDP}/jwks", IDP, additional)
    return validated(f"Bearer {signed(claims)}", action, ok(key_set()))[0]


def test_a_token_signed_by_a_key_of_the_set_passes_as_it_is() -> None:
    admission, needs = validated(f"Bearer {signed(GOOD)}", ACTION, ok(key_set(KEY, OTHER_KEY)))
    assert isinstance(admission, Admitted)
    assert admission.request.header("authorization") == f"Bearer {signed(GOOD)}"
    assert admission.decision.code is LocalCode.AUTHENTICATED
    (need,) = needs
    assert isinstance(need, FetchKeySet)
    assert (need.request.host, need.request.port, need.request.request.target) == (
        "idp.example",
        443,
        "/jwks",
    )
    assert need.request.tls is not None
    assert need.request.tls.verify


@pytest.mark.parametrize(
    ("authorization", "reason"),
    [
        (None, AuthenticationReason.JWT_HEADER_NOT_PRESENT),
        ("Basic YTpi", AuthenticationReason.JWT_HEADER_NOT_PRESENT),
        ("Bearer ", AuthenticationReason.JWT_HEADER_NOT_PRESENT),
        ("Bearer nonsense", AuthenticationReason.JWT_REQUEST_FORMAT_INVALID),
        ("Bearer a.b.c", AuthenticationReason.JWT_REQUEST_FORMAT_INVALID),
        ("Bearer eyJhbGciOiJub25lIn0.e30.", AuthenticationReason.JWT_SIGNATURE_VALIDATION_FAILED),
    ],
)
def test_a_request_without_a_token_by_rs256_is_unauthorized_before_any_key_is_fetched(
    authorization: str | None, reason: AuthenticationReason
) -> None:
    admission, needs = validated(authorization)
    assert isinstance(admission, Barred)
    assert (admission.status, admission.decision.code, needs) == (401, reason, [])


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"exp": NOW_S + 60}, AuthenticationReason.JWT_CLAIM_NOT_PRESENT),
        ({"iss": IDP}, AuthenticationReason.JWT_CLAIM_NOT_PRESENT),
        ({**GOOD, "iss": "https://other.example"}, AuthenticationReason.JWT_CLAIM_FORMAT_INVALID),
        ({**GOOD, "exp": NOW_S}, AuthenticationReason.JWT_CLAIM_FORMAT_INVALID),
        ({**GOOD, "exp": "soon"}, AuthenticationReason.JWT_CLAIM_FORMAT_INVALID),
        ({**GOOD, "exp": True}, AuthenticationReason.JWT_CLAIM_FORMAT_INVALID),
        ({**GOOD, "nbf": NOW_S + 1}, AuthenticationReason.JWT_CLAIM_FORMAT_INVALID),
        ({**GOOD, "iat": NOW_S + 1}, AuthenticationReason.JWT_CLAIM_FORMAT_INVALID),
    ],
)
def test_issuer_and_times_have_to_be_right(claims: dict[str, Any], reason: AuthenticationReason) -> None:
    admission = with_claims(claims)
    assert isinstance(admission, Barred)
    assert (admission.status, admission.decision.code) == (401, reason)
    assert admission.decision.remedy


def test_times_that_have_come_are_right() -> None:
    assert isinstance(with_claims({**GOOD, "nbf": NOW_S, "iat": NOW_S - 5}), Admitted)


@pytest.mark.parametrize(
    ("value", "claim", "admitted"),
    [
        ("write read", SCOPES, True),
        ("write", SCOPES, False),
        (["read"], SCOPES, False),
        (["dev", "ops"], GROUPS, True),
        (["dev"], GROUPS, False),
        ("ops", GROUPS, False),
        ("a b", TENANT, True),
        ("corp x", TENANT, False),
        (17, TENANT, False),
    ],
)
def test_an_additional_claim_is_compared_in_its_format(
    value: object, claim: AdditionalClaim, admitted: bool
) -> None:
    admission = with_claims({**GOOD, claim.name: value}, claim)
    assert isinstance(admission, Admitted) is admitted
    if not admitted:
        assert admission.decision.code is AuthenticationReason.JWT_CLAIM_FORMAT_INVALID


def test_every_additional_claim_has_to_be_there() -> None:
    admission = with_claims({**GOOD, "scope": "read"}, SCOPES, GROUPS)
    assert admission.decision.code is AuthenticationReason.JWT_CLAIM_NOT_PRESENT


def test_a_forged_signature_is_unauthorized() -> None:
    forged = signed(GOOD, OTHER_KEY, kid="one")
    admission, _ = validated(f"Bearer {forged}", ACTION, ok(key_set()))
    assert admission.decision.code is AuthenticationReason.JWT_SIGNATURE_VALIDATION_FAILED


def test_a_key_that_is_not_in_the_kept_set_is_looked_for_in_a_fresh_one() -> None:
    token = f"Bearer {signed(GOOD, OTHER_KEY)}"
    admission, needs = validated(token, ACTION, ok(key_set(KEY)), ok(key_set(KEY, OTHER_KEY)))
    assert isinstance(admission, Admitted)
    kept, fresh = (need.kept_ms for need in needs if isinstance(need, FetchKeySet))
    assert fresh < kept
    still, _ = validated(token, ACTION, ok(key_set(KEY)), ok(key_set(KEY)))
    assert isinstance(still, Barred)
    assert still.status == 401


@pytest.mark.parametrize(
    "answer",
    [
        HttpFailed(HttpFailure.CONNECT_TIMEOUT),
        HttpFailed(HttpFailure.TLS),
        ok(b"", 500),
        ok(b"no json"),
        ok({"keys": "none"}),
        ok({"keys": [{"kty": "RSA"}]}),
        ok({"keys": [{"kty": "EC"}] * 11}),
    ],
)
def test_a_key_set_that_cannot_be_used_is_562(answer: Result) -> None:
    admission, _ = validated(f"Bearer {signed(GOOD)}", ACTION, answer)
    assert isinstance(admission, Barred)
    assert (admission.status, admission.decision.code) == (562, LocalCode.JWKS_UNAVAILABLE)


def test_a_token_that_names_no_key_is_tried_with_the_only_one() -> None:
    token = signed(GOOD, kid=None)
    assert isinstance(validated(f"Bearer {token}", ACTION, ok(key_set(KEY)))[0], Admitted)
