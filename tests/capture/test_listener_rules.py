from dataclasses import replace
from typing import Any

import pytest
from tests.capture.scripted import DENIED, Failure, ScriptedAccount, features

from landbridge.capture.listener_rules import UNREAD, listener_rules
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import (
    Action,
    AdditionalClaim,
    AuthenticateOidcAction,
    FixedResponseAction,
    ForwardAction,
    JwtValidationAction,
    RedirectAction,
    Rule,
    RuleCondition,
    Transform,
    UnsupportedAction,
)
from landbridge.trace.decision import ResourceRef

ELB = "arn:aws:elasticloadbalancing:eu-central-1:123456789012"
LISTENER = ResourceRef("AWS::ElasticLoadBalancingV2::Listener", "app/web/1/2", f"{ELB}:listener/app/web/1/2")
GROUP = Arn(f"{ELB}:targetgroup/api/1")
OTHER_GROUP = Arn(f"{ELB}:targetgroup/site/2")
FIXED = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}


def rule(identifier: str, priority: str = "default", **members: Any) -> dict[str, Any]:
    arn = f"{ELB}:listener-rule/app/web/1/2/{identifier}"
    return {"RuleArn": arn, "Priority": priority, "Actions": [FIXED], **members}


def captured(*answers: dict[str, Any]) -> tuple[Rule, ...]:
    account = ScriptedAccount({"elbv2.describe_rules": {"Rules": list(answers)}})
    return listener_rules(account.reader(), LISTENER)


def test_rules_are_ordered_by_priority_as_a_number_and_the_default_rule_is_last() -> None:
    rules = captured(rule("a"), rule("b", "100"), rule("c", "20"))
    assert [each.priority for each in rules] == [20, 100, None]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (
            {"Field": "host-header", "HostHeaderConfig": {"Values": ["a.example", "b.example"]}},
            RuleCondition("host-header", ("a.example", "b.example")),
        ),
        ({"Field": "host-header", "Values": ["a.example"]}, RuleCondition("host-header", ("a.example",))),
        (
            {"Field": "path-pattern", "PathPatternConfig": {"RegexValues": ["^/api/v[0-9]+/"]}},
            RuleCondition("path-pattern", (), regular_expressions=("^/api/v[0-9]+/",)),
        ),
        (
            {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Env", "Values": ["blue"]}},
            RuleCondition("http-header", ("blue",), header_name="X-Env"),
        ),
        (
            {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET"]}},
            RuleCondition("http-request-method", ("GET",)),
        ),
        (
            {
                "Field": "query-string",
                "QueryStringConfig": {"Values": [{"Key": "v", "Value": "1"}, {"Value": "2"}]},
            },
            RuleCondition("query-string", ("v=1", "=2")),
        ),
        (
            {"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8"]}},
            RuleCondition("source-ip", ("10.0.0.0/8",)),
        ),
    ],
)
def test_every_type_of_condition_is_read(condition: dict[str, Any], expected: RuleCondition) -> None:
    (only,) = captured(rule("a", "1", Conditions=[condition]))
    assert only.conditions == (expected,)
    assert only.unsupported == ()


def forward(*groups: tuple[str, int], sticky: bool = False) -> dict[str, Any]:
    config: dict[str, Any] = {
        "TargetGroups": [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in groups],
        "TargetGroupStickinessConfig": {"Enabled": sticky},
    }
    return {"Type": "forward", "ForwardConfig": config}


REDIRECT = {
    "Type": "redirect",
    "RedirectConfig": {"StatusCode": "HTTP_301", "Protocol": "HTTPS", "Port": "443"},
}


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ({"Type": "forward", "TargetGroupArn": GROUP}, ForwardAction(((GROUP, 1),))),
        (forward((GROUP, 9), (OTHER_GROUP, 1)), ForwardAction(((GROUP, 9), (OTHER_GROUP, 1)))),
        (REDIRECT, RedirectAction("HTTP_301", "HTTPS", port="443")),
        (FIXED, FixedResponseAction(404)),
    ],
)
def test_every_type_of_final_action_is_read(action: dict[str, Any], expected: Action) -> None:
    (only,) = captured(rule("a", Actions=[action]))
    assert only.actions == (expected,)
    assert only.unsupported == ()


def test_actions_are_read_in_their_order() -> None:
    cognito = {"Type": "authenticate-cognito", "Order": 1}
    (only,) = captured(rule("a", Actions=[{**FIXED, "Order": 2}, cognito]))
    assert only.actions == (UnsupportedAction("authenticate-cognito"), FixedResponseAction(404))


def test_an_authenticate_action_is_read_with_aws_s_defaults() -> None:
    config = {
        "Issuer": "https://idp.example",
        "AuthorizationEndpoint": "https://idp.example/authorize",
        "TokenEndpoint": "https://idp.example/token",
        "UserInfoEndpoint": "https://idp.example/userinfo",
        "ClientId": "orders",
    }
    endpoints = (config["AuthorizationEndpoint"], config["TokenEndpoint"], config["UserInfoEndpoint"])
    bare = AuthenticateOidcAction(config["Issuer"], *endpoints, "orders")
    chosen = {
        "SessionCookieName": "mine",
        "Scope": "openid email",
        "SessionTimeout": 60,
        "AuthenticationRequestExtraParams": {"prompt": "login", "display": "page"},
        "OnUnauthenticatedRequest": "deny",
    }
    parameters = (("display", "page"), ("prompt", "login"))
    whole = replace(
        bare,
        session_cookie_name="mine",
        scope="openid email",
        session_timeout_s=60,
        extra_parameters=parameters,
        on_unauthenticated_request="deny",
    )
    for more, expected in (({}, bare), (chosen, whole)):
        action = {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": config | more}
        (only,) = captured(rule("a", Actions=[action, {**FIXED, "Order": 2}]))
        assert only.actions == (expected, FixedResponseAction(404))
        assert only.unsupported == ()


def test_a_jwt_validation_is_read_with_its_claims() -> None:
    claim = {"Name": "scope", "Format": "space-separated-values", "Values": ["read", "write"]}
    config = {"JwksEndpoint": "https://idp.example/jwks", "Issuer": "https://idp.example"}
    action = {
        "Type": "jwt-validation",
        "Order": 1,
        "JwtValidationConfig": {**config, "AdditionalClaims": [claim]},
    }
    (only,) = captured(rule("a", Actions=[action, {**FIXED, "Order": 2}]))
    expected = AdditionalClaim("scope", "space-separated-values", ("read", "write"))
    assert only.actions[0] == JwtValidationAction(config["JwksEndpoint"], config["Issuer"], (expected,))


def test_transforms_are_read_with_their_rewrites() -> None:
    url = {"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": [{"Regex": "^/a", "Replace": "/b"}]}}
    host = {
        "Type": "host-header-rewrite",
        "HostHeaderRewriteConfig": {"Rewrites": [{"Regex": ".*", "Replace": "b.example"}]},
    }
    (only,) = captured(rule("a", "1", Transforms=[url, host]))
    assert only.transforms == (
        Transform("url-rewrite", (("^/a", "/b"),)),
        Transform("host-header-rewrite", ((".*", "b.example"),)),
    )
    assert only.unsupported == ()


def test_target_group_stickiness_is_read_with_its_duration() -> None:
    action = forward((GROUP, 1), (OTHER_GROUP, 1), sticky=True)
    action["ForwardConfig"]["TargetGroupStickinessConfig"]["DurationSeconds"] = 60
    (only,) = captured(rule("a", Actions=[action]))
    assert only.actions == (ForwardAction(((GROUP, 1), (OTHER_GROUP, 1)), 60),)


@pytest.mark.parametrize(
    ("members", "feature"),
    [
        ({"Transforms": [{"Type": "body-rewrite"}]}, "body-rewrite transforms"),
        ({"Actions": [{"Type": "authenticate-cognito"}]}, "authenticate-cognito actions"),
        (
            {"Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"RegexValues": ["(?=a)"]}}]},
            "the regular expression (?=a) (invalid perl operator: (?=)",
        ),
        (
            {"Conditions": [{"Field": "phase-of-the-moon", "Values": ["full"]}]},
            "phase-of-the-moon conditions",
        ),
    ],
)
def test_what_is_not_modelled_marks_the_rule_and_is_noticed(members: dict[str, Any], feature: str) -> None:
    account = ScriptedAccount({"elbv2.describe_rules": {"Rules": [rule("a", "1", **members)]}})
    reader = account.reader()
    (only,) = listener_rules(reader, LISTENER)
    assert only.unsupported == (feature,)
    assert features(reader) == [("app/web/1/2/a", feature)]


def test_stickiness_to_a_single_target_group_changes_nothing() -> None:
    (only,) = captured(rule("a", Actions=[forward((GROUP, 1), sticky=True)]))
    assert only.unsupported == ()


@pytest.mark.parametrize("failure", [DENIED, Failure("ListenerNotFound")])
def test_rules_that_cannot_be_read_leave_a_default_rule_that_serves_nothing(failure: Failure) -> None:
    (only,) = listener_rules(ScriptedAccount({"elbv2.describe_rules": failure}).reader(), LISTENER)
    assert only.actions == (UnsupportedAction(UNREAD),)
    assert only.unsupported == (UNREAD,)
