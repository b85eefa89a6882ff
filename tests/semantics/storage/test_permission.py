import pytest
from tests import topologies

from landbridge.model.policy import Condition, PolicyDocument
from landbridge.model.storage import Bucket
from landbridge.semantics.storage.permission import GET_OBJECT, Caller, judge, without_unknown_keys
from landbridge.semantics.world import World
from landbridge.trace.decision import Verdict

RESOURCE = "arn:aws:s3:::site/a"


@pytest.mark.parametrize(
    ("sentence", "effect", "condition", "unknown", "verdict"),
    [
        ("a known key", "Allow", ("StringEquals", "aws:SourceVpce", "vpce-1"), (), Verdict.ALLOWED),
        ("no such address", "Allow", ("IpAddress", "aws:SourceIp", "10.0.0.1"), (), Verdict.IMPLICIT_DENY),
        (
            "an address nobody knows",
            "Allow",
            ("IpAddress", "aws:SourceIp", "10.0.0.1"),
            ("aws:sourceip",),
            Verdict.NOT_MODELLED,
        ),
        (
            "a denial by an address nobody knows",
            "Deny",
            ("IpAddress", "aws:SourceIp", "10.0.0.1"),
            ("aws:sourceip",),
            Verdict.NOT_MODELLED,
        ),
        ("tags", "Allow", ("StringNotEquals", "s3:ExistingObjectTag/a", "b"), (), Verdict.NOT_MODELLED),
        ("a principal's key", "Allow", ("Null", "aws:PrincipalArn", "true"), (), Verdict.ALLOWED),
    ],
)
def test_a_key_that_only_aws_knows_is_never_taken_for_absent(
    sentence: str, effect: str, condition: tuple[str, str, str], unknown: tuple[str, ...], verdict: Verdict
) -> None:
    operator, key, value = condition
    statement = topologies.statement(
        effect=effect,
        principals=(("*", "*"),),
        actions=("s3:*",),
        resources=("*",),
        conditions=(Condition(operator, key, (value,)),),
    )
    everyone = topologies.statement(principals=(("*", "*"),), actions=("s3:*",), resources=("*",))
    statements = (statement, everyone) if effect == "Deny" else (statement,)
    caller = Caller(context={"aws:sourcevpce": ("vpce-1",)}, unknown_keys=frozenset(unknown))
    bucket = Bucket("site", PolicyDocument(statements))
    decision = judge(World(topologies.private_app()), bucket, caller, GET_OBJECT, RESOURCE, 0).decision
    assert decision.verdict is verdict, sentence


def test_a_policy_that_asks_for_nothing_unknown_stays_as_it_is() -> None:
    policy = PolicyDocument((topologies.statement(actions=("s3:*",), resources=("*",)),))
    assert without_unknown_keys(policy, frozenset({"aws:sourceip"})) == policy


def test_what_a_client_says_of_itself_is_not_remembered() -> None:
    referer = Condition("StringEquals", "aws:Referer", ("https://a/",))
    statement = topologies.statement(
        principals=(("*", "*"),), actions=("s3:*",), resources=("*",), conditions=(referer,)
    )
    world, bucket = World(topologies.private_app()), Bucket("site", PolicyDocument((statement,)))
    verdicts = [
        judge(
            world, bucket, Caller(context={"aws:referer": (page,)}), GET_OBJECT, RESOURCE, 0
        ).decision.verdict
        for page in ("https://a/", "https://b/", "https://a/")
    ]
    assert verdicts == [Verdict.ALLOWED, Verdict.IMPLICIT_DENY, Verdict.ALLOWED]
