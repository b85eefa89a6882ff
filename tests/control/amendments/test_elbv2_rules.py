from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.elbv2.models import ELBv2Backend
from tests.control.worlds import two_subnets

from landbridge.control.amendments.amend import original_of
from landbridge.control.aws_api import AwsApi

FIXED = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
API = [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api/*"]}}]
REWRITE = {
    "Type": "url-rewrite",
    "UrlRewriteConfig": {"Rewrites": [{"Regex": "^/api/(.*)$", "Replace": "/$1"}]},
}
HOST_REWRITE = {
    "Type": "host-header-rewrite",
    "HostHeaderRewriteConfig": {"Rewrites": [{"Regex": "^.*$", "Replace": "internal.example"}]},
}


@dataclass
class Rules:
    client: Any
    listener_arn: str

    def create(self, priority: int = 10, **members: Any) -> dict[str, Any]:
        parameters = {"Conditions": API, "Actions": FIXED} | members
        answer = self.client.create_rule(ListenerArn=self.listener_arn, Priority=priority, **parameters)
        created: dict[str, Any] = answer["Rules"][0]
        return created

    def refused(self, **members: Any) -> tuple[str, str]:
        with pytest.raises(ClientError) as refusal:
            self.create(**members)
        error = refusal.value.response["Error"]
        return error["Code"], error["Message"]

    def described(self) -> list[dict[str, Any]]:
        described: list[dict[str, Any]] = self.client.describe_rules(ListenerArn=self.listener_arn)["Rules"]
        return described


@pytest.fixture
def rules(api: AwsApi) -> Rules:
    client = api.client("elbv2")
    network = two_subnets(api)
    balancer = client.create_load_balancer(
        Name="web", Scheme="internal", Subnets=list(network.subnet_ids), SecurityGroups=[network.group_id]
    )["LoadBalancers"][0]
    listener = client.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=FIXED
    )
    return Rules(client, listener["Listeners"][0]["ListenerArn"])


def field(name: str, **members: Any) -> list[dict[str, Any]]:
    configurations = {
        "host-header": "HostHeaderConfig",
        "http-header": "HttpHeaderConfig",
        "http-request-method": "HttpRequestMethodConfig",
        "path-pattern": "PathPatternConfig",
        "query-string": "QueryStringConfig",
        "source-ip": "SourceIpConfig",
    }
    return [{"Field": name, configurations[name]: members}]


@pytest.mark.parametrize(
    "conditions",
    [
        field("host-header", Values=["*.example.com", "a.example.com"]),
        field("host-header", RegexValues=["^(.*)\\.example\\.com$"]),
        field("path-pattern", RegexValues=["^\\/api\\/(.*)$"]),
        field("http-header", HttpHeaderName="User-Agent", RegexValues=[".+"]),
        field("http-request-method", Values=["CUSTOM-METHOD"]),
        field("query-string", Values=[{"Key": "version", "Value": "v1"}, {"Value": "*example*"}]),
        field("source-ip", Values=["192.0.2.0/24", "2001:db8::/32"]),
        field("path-pattern", Values=["/1", "/2", "/3", "/4", "/5"]),
        [{"Field": "path-pattern", "Values": ["/old/*"]}],
    ],
)
def test_every_documented_condition_is_kept_as_it_was_given(
    rules: Rules, conditions: list[dict[str, Any]]
) -> None:
    created = rules.create(Conditions=conditions)
    assert created["Conditions"] == conditions
    assert rules.described()[0]["Conditions"] == conditions


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        ([], "must be specified"),
        (field("host-header", Values=["localhost"]), "must have a '.'"),
        (field("host-header", Values=["example.c0m"]), "alphabetical"),
        (field("host-header", Values=["exa_mple.com"]), "character that is not valid"),
        (field("host-header", Values=["a" * 125 + ".com"]), "too long"),
        (field("host-header", Values=["a.com"], RegexValues=["a"]), "both"),
        (field("path-pattern", Values=["/a b"]), "character that is not valid"),
        (field("path-pattern", Values=["/" * 129]), "too long"),
        (field("path-pattern", RegexValues=["a" * 129]), "too long"),
        (field("path-pattern", RegexValues=["^/(?=api)"]), "not valid"),
        (field("path-pattern", RegexValues=[r"(a)\1"]), "not valid"),
        (field("path-pattern", RegexValues=["(?>a)"]), "not valid"),
        (field("path-pattern", RegexValues=["a++"]), "not valid"),
        (field("path-pattern", RegexValues=[r"\p{L}"]), "Unicode character classes"),
        (field("path-pattern", RegexValues=["("]), "not valid"),
        (field("http-header", HttpHeaderName="Host", Values=["a"]), "not valid"),
        (field("http-header", HttpHeaderName="x" * 41, Values=["a"]), "too long"),
        (field("http-request-method", Values=["get"]), "invalid"),
        (field("http-request-method", Values=["A" * 41]), "too long"),
        (field("query-string", Values=[{"Key": "a"}]), "'Value' must be specified"),
        (field("source-ip", Values=["255.255.255.255/32"]), "CIDR"),
        (field("source-ip", Values=["10.0.0.1"]), "CIDR"),
        ([{"Field": "cookie", "Values": ["a"]}], "must be one of"),
        ([{"Field": "source-ip", "Values": ["10.0.0.0/8"]}], "not compatible"),
        ([*API, *API], "only have one 'path-pattern'"),
        (
            field("path-pattern", Values=["/1", "/2", "/3", "/4", "/5", "/6"]),
            "'5' condition values and regex",
        ),
        (field("path-pattern", Values=["*?*?*?*"]), "'6' condition wildcards"),
    ],
)
def test_a_condition_outside_the_documented_limits_is_refused(
    rules: Rules, conditions: list[dict[str, Any]], said: str
) -> None:
    code, message = rules.refused(Conditions=conditions)
    assert code == "ValidationError"
    assert said in message


def test_values_are_counted_over_all_conditions_of_a_rule(rules: Rules) -> None:
    paths = field("path-pattern", Values=["/1", "/2", "/3"])
    assert rules.create(Conditions=[*paths, *field("http-request-method", Values=["GET", "HEAD"])])
    code, _ = rules.refused(
        priority=2, Conditions=[*paths, *field("http-request-method", Values=["GET", "HEAD", "POST"])]
    )
    assert code == "ValidationError"


def test_a_priority_is_unique_and_within_its_range(rules: Rules) -> None:
    rules.create(priority=10)
    assert rules.refused(priority=10) == ("PriorityInUse", "Priority '10' is currently in use")
    assert rules.refused(priority=50_001)[0] == "ValidationError"


def test_a_load_balancer_has_at_most_a_hundred_rules_besides_the_default_one(rules: Rules) -> None:
    for priority in range(1, 101):
        rules.create(priority=priority)
    assert rules.refused(priority=101)[0] == "TooManyRules"


def test_priorities_can_be_swapped_but_not_taken(rules: Rules) -> None:
    first, second, third = (rules.create(priority=priority) for priority in (1, 2, 3))
    rules.client.set_rule_priorities(
        RulePriorities=[
            {"RuleArn": first["RuleArn"], "Priority": 2},
            {"RuleArn": second["RuleArn"], "Priority": 1},
        ]
    )
    assert {each["RuleArn"]: each["Priority"] for each in rules.described()} == {
        first["RuleArn"]: "2",
        second["RuleArn"]: "1",
        third["RuleArn"]: "3",
        rules.described()[-1]["RuleArn"]: "default",
    }
    with pytest.raises(ClientError, match="PriorityInUse"):
        rules.client.set_rule_priorities(RulePriorities=[{"RuleArn": first["RuleArn"], "Priority": 3}])


def test_transforms_are_kept_changed_and_reset(rules: Rules) -> None:
    created = rules.create(Transforms=[REWRITE])
    assert created["Transforms"] == [REWRITE]
    rules.client.modify_rule(RuleArn=created["RuleArn"], Transforms=[HOST_REWRITE, REWRITE])
    assert rules.described()[0]["Transforms"] == [HOST_REWRITE, REWRITE]
    rules.client.modify_rule(RuleArn=created["RuleArn"], Actions=FIXED)
    assert rules.described()[0]["Transforms"] == [HOST_REWRITE, REWRITE]
    rules.client.modify_rule(RuleArn=created["RuleArn"], ResetTransforms=True)
    assert rules.described()[0].get("Transforms", []) == []
    with pytest.raises(ClientError, match="both 'Transforms' and 'ResetTransforms'"):
        rules.client.modify_rule(RuleArn=created["RuleArn"], Transforms=[REWRITE], ResetTransforms=True)


@pytest.mark.parametrize(
    ("transforms", "said"),
    [
        ([REWRITE, REWRITE], "only have one 'url-rewrite'"),
        ([{"Type": "url-rewrite"}], "must be specified with"),
        (
            [{"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": [{"Regex": "(?!a)", "Replace": "b"}]}}],
            "not valid",
        ),
        (
            [
                {
                    "Type": "url-rewrite",
                    "UrlRewriteConfig": {"Rewrites": [{"Regex": "a", "Replace": "b" * 1025}]},
                }
            ],
            "too long",
        ),
    ],
)
def test_a_transform_that_cannot_be_made_is_refused(
    rules: Rules, transforms: list[dict[str, Any]], said: str
) -> None:
    code, message = rules.refused(Transforms=transforms)
    assert code == "ValidationError"
    assert said in message


def test_a_default_rule_has_no_transforms_and_stays(rules: Rules) -> None:
    (default,) = rules.described()
    arn, client = default["RuleArn"], rules.client
    calls: list[tuple[Any, dict[str, Any]]] = [
        (client.modify_rule, {"RuleArn": arn, "Transforms": [REWRITE]}),
        (client.delete_rule, {"RuleArn": arn}),
        (client.set_rule_priorities, {"RulePriorities": [{"RuleArn": arn, "Priority": 1}]}),
    ]
    for call, parameters in calls:
        with pytest.raises(ClientError, match="OperationNotPermitted"):
            call(**parameters)


def test_moto_still_fails_at_regular_expressions() -> None:
    backend: Any = ELBv2Backend("eu-central-1", "123456789012")
    with pytest.raises(KeyError):
        original_of(ELBv2Backend, "_validate_conditions")(backend, field("path-pattern", RegexValues=["a"]))
