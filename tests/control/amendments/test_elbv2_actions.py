from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import TwoSubnets, two_subnets

from landbridge.control.amendments.amend import original_of
from landbridge.control.aws_api import AwsApi

FIXED = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
IDP = "https://idp.example"
OIDC: dict[str, Any] = {
    "Issuer": IDP,
    "AuthorizationEndpoint": f"{IDP}/authorize",
    "TokenEndpoint": f"{IDP}/token",
    "UserInfoEndpoint": f"{IDP}/userinfo",
    "ClientId": "orders",
    "ClientSecret": "hush",
}
JWT: dict[str, Any] = {"JwksEndpoint": f"{IDP}/jwks", "Issuer": IDP}
API = [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api/*"]}}]


def oidc(**changes: Any) -> list[dict[str, Any]]:
    kept = {name: value for name, value in (OIDC | changes).items() if value is not None}
    return [{"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": kept}, {**FIXED, "Order": 2}]


def jwt(**changes: Any) -> list[dict[str, Any]]:
    return [
        {"Type": "jwt-validation", "Order": 1, "JwtValidationConfig": JWT | changes},
        {**FIXED, "Order": 2},
    ]


def claim(**changes: Any) -> dict[str, Any]:
    return {"Name": "scope", "Format": "space-separated-values", "Values": ["read"], **changes}


def redirect(**parts: str) -> list[dict[str, Any]]:
    return [{"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", **parts}}]


class Listener:
    def __init__(self, api: AwsApi, network: TwoSubnets, protocol: str) -> None:
        self.api = api
        self.client = api.client("elbv2")
        self.vpc_id = network.vpc_id
        balancer = self.client.create_load_balancer(
            Name="web", Scheme="internal", Subnets=list(network.subnet_ids)
        )["LoadBalancers"][0]
        self.balancer_arn = balancer["LoadBalancerArn"]
        certificate = api.client("acm").request_certificate(DomainName="orders.example")
        certificates = {"Certificates": [{"CertificateArn": certificate["CertificateArn"]}]}
        created = self.client.create_listener(
            LoadBalancerArn=self.balancer_arn,
            Protocol=protocol,
            Port=443 if protocol == "HTTPS" else 80,
            DefaultActions=[FIXED],
            **(certificates if protocol == "HTTPS" else {}),
        )
        self.arn = created["Listeners"][0]["ListenerArn"]

    def rule(self, actions: list[dict[str, Any]]) -> dict[str, Any]:
        answer = self.client.create_rule(ListenerArn=self.arn, Priority=1, Conditions=API, Actions=actions)
        created: dict[str, Any] = answer["Rules"][0]
        return created

    def refusal(self, actions: list[dict[str, Any]]) -> tuple[str, str]:
        with pytest.raises(ClientError) as refused:
            self.rule(actions)
        error = refused.value.response["Error"]
        return error["Code"], error["Message"]

    def group(self, name: str, sticky: bool = False) -> str:
        answer = self.client.create_target_group(
            Name=name, Protocol="HTTP", Port=80, VpcId=self.vpc_id, TargetType="ip"
        )
        arn = str(answer["TargetGroups"][0]["TargetGroupArn"])
        if sticky:
            self.client.modify_target_group_attributes(
                TargetGroupArn=arn,
                Attributes=[
                    {"Key": "stickiness.enabled", "Value": "true"},
                    {"Key": "stickiness.type", "Value": "lb_cookie"},
                ],
            )
        return arn


@pytest.fixture
def https(api: AwsApi) -> Listener:
    return Listener(api, two_subnets(api), "HTTPS")


@pytest.fixture
def http(api: AwsApi) -> Listener:
    return Listener(api, two_subnets(api), "HTTP")


def test_a_client_secret_is_kept_but_never_described(https: Listener) -> None:
    created = https.rule(oidc(SessionTimeout=60))
    described = https.client.describe_rules(RuleArns=[created["RuleArn"]])["Rules"][0]
    expected = {name: value for name, value in OIDC.items() if name != "ClientSecret"}
    for rule in (created, described):
        assert rule["Actions"][0]["AuthenticateOidcConfig"] == expected | {"SessionTimeout": 60}
    assert https.api.material.client_secret(created["RuleArn"]) == "hush"
    assert https.api.material.client_secret("arn:none") == ""


def test_a_modified_rule_may_keep_its_client_secret(https: Listener) -> None:
    arn = https.rule(oidc())["RuleArn"]
    with pytest.raises(ClientError, match="ClientSecret must be specified"):
        https.client.modify_rule(RuleArn=arn, Actions=oidc(ClientSecret=None))
    changed = oidc(ClientSecret=None, UseExistingClientSecret=True, ClientId="other")
    https.client.modify_rule(RuleArn=arn, Actions=changed)
    assert https.api.material.client_secret(arn) == "hush"
    https.client.modify_rule(RuleArn=arn, Actions=oidc(ClientSecret="new"))
    assert https.api.material.client_secret(arn) == "new"


def test_default_actions_can_authenticate_and_keep_their_secret(https: Listener) -> None:
    modify = https.client.modify_listener
    modify(ListenerArn=https.arn, DefaultActions=oidc())
    modify(ListenerArn=https.arn, DefaultActions=oidc(ClientSecret=None, UseExistingClientSecret=True))
    (default,) = https.client.describe_rules(ListenerArn=https.arn)["Rules"]
    assert https.api.material.client_secret(default["RuleArn"]) == "hush"
    assert "hush" not in str(https.client.describe_listeners(ListenerArns=[https.arn]))


def test_a_jwt_validation_is_described_as_it_was_made(https: Listener) -> None:
    actions = jwt(AdditionalClaims=[claim(), claim(Name="aud", Format="single-string")])
    assert https.rule(actions)["Actions"] == actions


@pytest.mark.parametrize("actions", [oidc(), jwt()])
def test_only_https_listeners_authenticate(http: Listener, actions: list[dict[str, Any]]) -> None:
    code, message = http.refusal(actions)
    assert code == "InvalidLoadBalancerAction"
    assert "only on HTTPS listeners" in message


@pytest.mark.parametrize(
    ("actions", "code"),
    [
        ([FIXED, FIXED], "InvalidLoadBalancerAction"),
        ([{**FIXED, "Order": 1}, {**FIXED, "Order": 2}], "InvalidLoadBalancerAction"),
        (oidc()[:1], "InvalidLoadBalancerAction"),
        ([{**oidc()[0], "Order": 3}, oidc()[1]], "InvalidLoadBalancerAction"),
        ([*oidc(), {**jwt()[0], "Order": 3}], "TooManyActions"),
        (oidc(TokenEndpoint="http://idp.example/token"), "InvalidLoadBalancerAction"),
        (oidc(ClientSecret=None), "InvalidLoadBalancerAction"),
        (oidc(SessionTimeout=0), "InvalidLoadBalancerAction"),
        (
            oidc(AuthenticationRequestExtraParams={str(number): "x" for number in range(11)}),
            "InvalidLoadBalancerAction",
        ),
        (jwt(JwksEndpoint="idp.example/jwks"), "InvalidLoadBalancerAction"),
        (jwt(Issuer="i" * 257), "InvalidLoadBalancerAction"),
        (jwt(AdditionalClaims=[claim()] * 11), "InvalidLoadBalancerAction"),
        (jwt(AdditionalClaims=[claim(Name="exp")]), "InvalidLoadBalancerAction"),
        (jwt(AdditionalClaims=[claim(Values=["a b"])]), "InvalidLoadBalancerAction"),
        (jwt(AdditionalClaims=[claim(Values=["v"] * 11)]), "InvalidLoadBalancerAction"),
        (redirect(), "InvalidLoadBalancerAction"),
        (redirect(Protocol="HTTPS", Port="443"), "InvalidLoadBalancerAction"),
        (redirect(Protocol="HTTP", Port="80"), "InvalidLoadBalancerAction"),
        (redirect(Port="0"), "InvalidLoadBalancerAction"),
        (redirect(Path="no-slash"), "InvalidLoadBalancerAction"),
        (redirect(Host="h", Query="q" * 129), "InvalidLoadBalancerAction"),
        (
            [
                {
                    "Type": "fixed-response",
                    "FixedResponseConfig": {"StatusCode": "200", "MessageBody": "b" * 1025},
                }
            ],
            "InvalidLoadBalancerAction",
        ),
    ],
)
def test_an_action_outside_the_documented_limits_is_refused(
    https: Listener, actions: list[dict[str, Any]], code: str
) -> None:
    assert https.refusal(actions)[0] == code


def test_a_redirect_from_http_to_https_is_possible(http: Listener) -> None:
    assert http.rule(redirect(Protocol="HTTPS", Port="443"))


def test_a_forward_action_has_at_most_five_groups_and_weights_up_to_999(https: Listener) -> None:
    arns = [https.group(f"g{number}") for number in range(6)]

    def forward(*groups: tuple[str, int], **config: Any) -> list[dict[str, Any]]:
        weighted = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in groups]
        return [{"Type": "forward", "ForwardConfig": {"TargetGroups": weighted, **config}}]

    assert https.refusal(forward(*((arn, 1) for arn in arns)))[0] == "TooManyTargetGroups"
    assert https.refusal(forward((arns[0], 1000)))[0] == "InvalidLoadBalancerAction"
    sticky = {"TargetGroupStickinessConfig": {"Enabled": True, "DurationSeconds": 604_801}}
    assert https.refusal(forward((arns[0], 1), (arns[1], 1), **sticky))[0] == "InvalidLoadBalancerAction"
    held = https.group("held", sticky=True)
    assert https.refusal(forward((arns[0], 1), (held, 1)))[0] == "InvalidConfigurationRequest"
    sticky["TargetGroupStickinessConfig"]["DurationSeconds"] = 60
    assert https.rule(forward((arns[0], 1), (held, 1), **sticky))


def test_moto_still_knows_no_jwt_validation() -> None:
    from moto.elbv2.models import ELBv2Backend, FakeAction

    with pytest.raises(Exception, match="jwt-validation"):
        original_of(ELBv2Backend, "_validate_actions")(
            ELBv2Backend("eu-central-1", "123456789012"), [FakeAction({"Type": "jwt-validation"})]
        )
