"""``oidc``, ``login``, ``callback``, ``grants``, ``session``, ``user_claims``, as one browser meets them."""

import base64
import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from tests.semantics.load_balancing.authentication.parties import (
    ACTION,
    IDP,
    RULE_ARN,
    SECRETS,
    decoded,
    finish,
    id_token,
    later,
    ok,
    tokens,
)
from tests.semantics.load_balancing.builders import MOMENT, load_balancer, request

from landbridge.model.exchange import Headers, HttpRequest, Moment
from landbridge.model.load_balancing import AuthenticateOidcAction
from landbridge.semantics.load_balancing.authentication.admission import Admission, Admitted, Barred
from landbridge.semantics.load_balancing.authentication.callback import finish_login, returning_login
from landbridge.semantics.load_balancing.authentication.oidc import authenticate
from landbridge.semantics.load_balancing.authentication.user_claims import public_key_pem
from landbridge.semantics.needs import HttpFailed, HttpFailure, Need, Result, SendHttp
from landbridge.trace.codes import AuthenticationReason

USER = {"sub": "ada", "email": "ada@corp.example"}
HOST = ("Host", "App.corp.example")


def browser(target: str = "/app?x=1", *cookies: str, headers: Headers = ()) -> HttpRequest:
    sent = (("Cookie", "; ".join(cookies)),) if cookies else ()
    return request(target, headers=(HOST, *sent, *headers))


def asked(
    sent: HttpRequest,
    *results: Result,
    action: AuthenticateOidcAction = ACTION,
    moment: Moment = MOMENT,
) -> tuple[Admission, list[Need]]:
    return finish(authenticate(SECRETS, load_balancer(), action, RULE_ARN, sent, moment), *results)


def cookies_of(headers: Headers) -> list[str]:
    return [value.partition(";")[0] for name, value in headers if name == "Set-Cookie"]


def sent_away(action: AuthenticateOidcAction = ACTION, target: str = "/app?x=1") -> tuple[str, str]:
    """The login page's address, and the nonce cookie."""
    admission, needs = asked(browser(target), action=action)
    assert isinstance(admission, Barred)
    assert needs == []
    assert admission.redirect is not None
    (cookie,) = cookies_of(admission.redirect.headers)
    return admission.redirect.header("location") or "", cookie


def come_back(
    *results: Result,
    action: AuthenticateOidcAction = ACTION,
    query: str = "",
    cookie: str | None = None,
    moment: Moment = MOMENT,
) -> tuple[Barred, list[Need]]:
    location, nonce = sent_away(action)
    state = parse_qs(urlsplit(location).query)["state"][0]
    query = query.replace("STATE", state) if query else f"code=the-code&state={state}"
    sent = browser(f"/oauth2/idpresponse?{query}", nonce if cookie is None else cookie)
    login = returning_login(SECRETS, {RULE_ARN: action}, sent, moment)
    if isinstance(login, Barred):
        return login, []
    return finish(finish_login(SECRETS, action, login, sent, moment), *results)


def logged_in(
    user: dict[str, Any] = USER, action: AuthenticateOidcAction = ACTION, **changes: Any
) -> list[str]:
    """The session's cookies."""
    barred, _ = come_back(ok(tokens(**changes)), ok(user), action=action)
    assert barred.redirect is not None
    return cookies_of(barred.redirect.headers)


def test_a_request_without_a_session_is_sent_to_the_provider_with_a_nonce() -> None:
    location, cookie = sent_away(
        replace(ACTION, scope="openid email", extra_parameters=(("prompt", "login"),))
    )
    assert location.startswith(f"{IDP}/authorize?")
    query = parse_qs(urlsplit(location).query)
    assert list(query) == ["client_id", "redirect_uri", "response_type", "scope", "state", "prompt"]
    assert query["redirect_uri"] == ["https://app.corp.example/oauth2/idpresponse"]
    assert (query["response_type"], query["scope"]) == (["code"], ["openid email"])
    assert re.fullmatch("AWSALBAuthNonce=[A-Za-z0-9]{16}", cookie)


def test_the_code_is_redeemed_with_the_client_s_secret_and_the_token_shows_the_user() -> None:
    barred, (token, user) = come_back(ok(tokens()), ok(USER))
    assert isinstance(token, SendHttp)
    assert (token.request.method, token.request.target) == ("POST", "/token")
    assert parse_qs(token.request.body.decode()) == {
        "grant_type": ["authorization_code"],
        "code": ["the-code"],
        "redirect_uri": ["https://app.corp.example/oauth2/idpresponse"],
        "client_id": ["orders"],
        "client_secret": ["hush"],
    }
    assert isinstance(user, SendHttp)
    assert user.request.header("authorization") == "Bearer the-access-token"
    assert barred.redirect is not None
    assert (barred.redirect.status, barred.redirect.header("location")) == (
        302,
        "https://app.corp.example/app?x=1",
    )
    (cookie,) = [value for name, value in barred.redirect.headers if name == "Set-Cookie"]
    assert re.fullmatch(
        r"AWSELBAuthSessionCookie-0=[A-Za-z0-9+/=]+; Expires=[^;]+; Path=/; Secure; HttpOnly", cookie
    )


def test_a_target_is_told_the_user_and_never_the_session() -> None:
    sent = browser("/app", *logged_in(), "theirs=1", headers=(("X-Amzn-Oidc-Identity", "eve"),))
    admission, needs = asked(sent)
    assert isinstance(admission, Admitted)
    assert needs == []
    told = dict(admission.request.headers)
    assert told["Cookie"] == "theirs=1"
    assert "X-Amzn-Oidc-Identity" not in told
    assert told["x-amzn-oidc-accesstoken"] == "the-access-token"
    assert told["x-amzn-oidc-identity"] == "ada"


def test_the_user_s_claims_are_signed_by_es256_with_padding_and_with_the_published_key() -> None:
    admission, _ = asked(browser("/app", *logged_in()))
    assert isinstance(admission, Admitted)
    header, payload, signature = (admission.request.header("x-amzn-oidc-data") or "").split(".")
    until_s = MOMENT.epoch_ms // 1000 + 120
    assert decoded(header) == {
        "typ": "JWT",
        "kid": "the-key-id",
        "alg": "ES256",
        "iss": IDP,
        "client": "orders",
        "signer": load_balancer().arn,
        "exp": until_s,
    }
    assert decoded(payload) == {**USER, "exp": until_s, "iss": IDP}
    raw = base64.urlsafe_b64decode(signature)
    assert all(len(part) % 4 == 0 for part in (header, payload, signature))
    whole = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    SECRETS.signing_key.public_key().verify(whole, f"{header}.{payload}".encode(), ECDSA(hashes.SHA256()))
    assert public_key_pem(SECRETS).startswith("-----BEGIN PUBLIC KEY-----")


def test_a_session_times_out_and_one_that_was_tampered_with_does_not_count() -> None:
    short = replace(ACTION, session_timeout_s=60)
    cookies = logged_in(action=short)
    assert isinstance(asked(browser("/app", *cookies), action=short, moment=later(59))[0], Admitted)
    assert isinstance(asked(browser("/app", *cookies), action=short, moment=later(60))[0], Barred)
    assert isinstance(asked(browser("/app", cookies[0][:-8] + "AAAAAAA="))[0], Barred)


def test_a_session_of_another_client_or_provider_does_not_count() -> None:
    cookies = logged_in()
    for other in (replace(ACTION, client_id="x"), replace(ACTION, issuer="https://x.example")):
        assert isinstance(asked(browser("/app", *cookies), action=other)[0], Barred)


def test_a_large_session_is_split_and_parts_of_an_older_one_are_forgotten() -> None:
    large = logged_in({**USER, "groups": ["g" * 50] * 120})
    assert [cookie.partition("=")[0] for cookie in large] == [
        f"AWSELBAuthSessionCookie-{place}" for place in range(len(large))
    ]
    assert len(large) >= 2
    assert all(len(cookie) < 4096 for cookie in large)
    assert isinstance(asked(browser("/app", *reversed(large)))[0], Admitted)
    assert isinstance(asked(browser("/app", *large[1:]))[0], Barred)
    location, nonce = sent_away()
    state = parse_qs(urlsplit(location).query)["state"][0]
    sent = browser(f"/oauth2/idpresponse?code=c&state={state}", nonce, *large)
    login = returning_login(SECRETS, {RULE_ARN: ACTION}, sent, MOMENT)
    assert not isinstance(login, Barred)
    barred, _ = finish(finish_login(SECRETS, ACTION, login, sent, MOMENT), ok(tokens()), ok(USER))
    assert barred.redirect is not None
    assert cookies_of(barred.redirect.headers)[1:] == [
        f"AWSELBAuthSessionCookie-{place}=" for place in range(1, len(large))
    ]


@pytest.mark.parametrize(("behavior", "status"), [("deny", 401), ("authenticate", 302)])
def test_a_request_without_a_session_is_barred_unless_it_is_allowed(behavior: str, status: int) -> None:
    admission, _ = asked(browser(), action=replace(ACTION, on_unauthenticated_request=behavior))
    assert isinstance(admission, Barred)
    assert admission.status == status
    assert admission.decision.remedy


def test_an_allowed_request_goes_on_without_anything_about_a_user() -> None:
    open_action = replace(ACTION, on_unauthenticated_request="allow")
    sent = browser("/app", headers=(("x-amzn-oidc-data", "forged"), ("Accept", "*/*")))
    admission, _ = asked(sent, action=open_action)
    assert isinstance(admission, Admitted)
    assert admission.request.headers == (HOST, ("Accept", "*/*"))


def test_a_request_without_a_host_cannot_log_in() -> None:
    admission, _ = asked(request(headers=(), version="1.0"))
    assert isinstance(admission, Barred)
    assert (admission.status, admission.decision.code) == (401, AuthenticationReason.MISSING_HOST_HEADER)


@pytest.mark.parametrize(
    ("query", "cookie", "seconds", "status", "reason"),
    [
        ("code=c", None, 0, 401, AuthenticationReason.MISSING_STATE_PARAM),
        ("code=c&state=xyz", None, 0, 401, AuthenticationReason.INVALID_STATE_PARAM),
        ("code=c&state=a%21", None, 0, 401, AuthenticationReason.INVALID_STATE_PARAM),
        ("state=STATE", None, 0, 401, AuthenticationReason.MISSING_CODE_PARAM),
        ("", "", 0, 401, AuthenticationReason.INVALID_STATE_PARAM),
        ("", "AWSALBAuthNonce=other", 0, 401, AuthenticationReason.INVALID_STATE_PARAM),
        ("", None, 901, 401, AuthenticationReason.INVALID_STATE_PARAM),
        ("error=access_denied&state=STATE", None, 0, 401, AuthenticationReason.INVALID_GRANT_ERROR),
        ("error=server_error&state=STATE", None, 0, 561, AuthenticationReason.INVALID_GRANT_ERROR),
    ],
)
def test_a_return_that_ends_no_login_is_refused_before_anyone_is_asked(
    query: str, cookie: str | None, seconds: int, status: int, reason: AuthenticationReason
) -> None:
    barred, needs = come_back(query=query, cookie=cookie, moment=later(seconds))
    assert (barred.status, barred.decision.code, needs) == (status, reason, [])
    assert barred.redirect is None


TIMEOUT = HttpFailed(HttpFailure.CONNECT_TIMEOUT, "idp.example:443")
_REASON = AuthenticationReason


@pytest.mark.parametrize(
    ("results", "status", "reason"),
    [
        ((TIMEOUT,), 500, _REASON.TOKEN_EP_REQUEST_TIMEOUT),
        ((ok({"error": "invalid_client"}, 401),), 561, _REASON.TOKEN_EP_REQUEST_FAILED),
        ((ok(b"<html>"),), 561, _REASON.INVALID_TOKEN_RESPONSE),
        ((ok({}),), 561, _REASON.INVALID_TOKEN_RESPONSE),
        ((ok(tokens(id_token=None)),), 401, _REASON.INVALID_ID_TOKEN),
        ((ok(tokens(id_token="x")),), 561, _REASON.INVALID_ID_TOKEN),
        ((ok(tokens(id_token=id_token(iss="https://x.example"))),), 561, _REASON.INVALID_ID_TOKEN),
        ((ok(tokens(id_token=id_token(aud=["x"]))),), 561, _REASON.INVALID_ID_TOKEN),
        ((ok(tokens(id_token=id_token(exp=1))),), 561, _REASON.INVALID_ID_TOKEN),
        ((ok(tokens()), TIMEOUT), 500, _REASON.USERINFO_EP_REQUEST_TIMEOUT),
        ((ok(tokens()), ok({}, 403)), 561, _REASON.USERINFO_EP_REQUEST_FAILED),
        ((ok(tokens()), ok(b"a.b.c")), 561, _REASON.INVALID_USERINFO_RESPONSE),
        ((ok(tokens()), ok({"email": "x"})), 561, _REASON.INVALID_USERINFO_RESPONSE),
        ((ok(tokens()), ok({"sub": "eve"})), 561, _REASON.INVALID_USERINFO_RESPONSE),
        ((ok(tokens()), ok({**USER, "x": "y" * 11_300})), 500, _REASON.USERINFO_RESPONSE_SIZE_EXCEEDED),
    ],
)
def test_a_provider_that_fails_leaves_no_session(
    results: tuple[Result, ...], status: int, reason: AuthenticationReason
) -> None:
    barred, _ = come_back(*results)
    assert (barred.status, barred.decision.code, barred.redirect) == (status, reason, None)
    assert barred.decision.remedy


def test_expired_tokens_are_refreshed_and_the_session_keeps_its_end() -> None:
    short = replace(ACTION, session_timeout_s=600)
    cookies = logged_in(action=short, expires_in=60, refresh_token="again")
    fresh = (ok(tokens(access_token="second", expires_in=60, id_token=None)), ok({**USER, "name": "Ada"}))
    admission, (need, _) = asked(browser("/app", *cookies), *fresh, action=short, moment=later(60))
    assert isinstance(need, SendHttp)
    assert parse_qs(need.request.body.decode())["refresh_token"] == ["again"]
    assert isinstance(admission, Admitted)
    assert admission.request.header("x-amzn-oidc-accesstoken") == "second"
    renewed = cookies_of(admission.cookies)
    assert isinstance(asked(browser("/app", *renewed), action=short, moment=later(119))[0], Admitted)
    assert isinstance(asked(browser("/app", *renewed), action=short, moment=later(600))[0], Barred)


def test_a_refused_refresh_ends_the_session_and_no_refresh_token_keeps_it() -> None:
    cookies = logged_in(expires_in=60, refresh_token="again")
    refused, _ = asked(browser("/app", *cookies), ok({"error": "invalid_grant"}, 400), moment=later(61))
    assert isinstance(refused, Barred)
    assert refused.status == 302
    without = logged_in(expires_in=60)
    assert isinstance(asked(browser("/app", *without), moment=later(61))[0], Admitted)
