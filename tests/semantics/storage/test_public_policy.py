import pytest
from tests import topologies

from landbridge.model.policy import Condition, PolicyDocument
from landbridge.semantics.storage.public_policy import public_statement

EVERYONE = (("*", "*"),)
ROLE = (("AWS", "arn:aws:iam::123456789012:role/reader"),)


@pytest.mark.parametrize(
    ("sentence", "effect", "principals", "conditions", "public"),
    [
        ("everyone", "Allow", EVERYONE, (), True),
        ("everyone of the type AWS", "Allow", (("AWS", "*"),), (), True),
        ("a role", "Allow", ROLE, (), False),
        ("a wildcard in a role", "Allow", (("AWS", "arn:aws:iam::*:role/reader"),), (), True),
        ("a denial", "Deny", EVERYONE, (), False),
        ("an endpoint", "Allow", EVERYONE, (("StringEquals", "aws:SourceVpce", "vpce-1"),), False),
        ("a VPC", "Allow", EVERYONE, (("StringLike", "aws:sourcevpc", "vpc-1"),), False),
        ("any endpoint", "Allow", EVERYONE, (("StringLike", "aws:SourceVpce", "vpce-*"),), True),
        ("a variable", "Allow", EVERYONE, (("StringEquals", "aws:SourceVpc", "${aws:x}"),), True),
        ("all but an endpoint", "Allow", EVERYONE, (("StringNotEquals", "aws:SourceVpce", "vpce-1"),), True),
        ("if any", "Allow", EVERYONE, (("StringEqualsIfExists", "aws:SourceVpce", "vpce-1"),), True),
        ("an organization", "Allow", EVERYONE, (("StringEquals", "aws:PrincipalOrgID", "o-1"),), False),
        ("a referer", "Allow", EVERYONE, (("StringLike", "aws:Referer", "https://a/b"),), True),
        ("TLS", "Allow", EVERYONE, (("Bool", "aws:SecureTransport", "true"),), True),
        ("a private address", "Allow", EVERYONE, (("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8"),), True),
        ("an address", "Allow", EVERYONE, (("IpAddress", "aws:SourceIp", "198.51.100.0/24"),), False),
        ("half the world", "Allow", EVERYONE, (("IpAddress", "aws:SourceIp", "0.0.0.0/1"),), True),
        ("all but an address", "Allow", EVERYONE, (("NotIpAddress", "aws:SourceIp", "10.0.0.1"),), True),
        ("a private block", "Allow", EVERYONE, (("IpAddress", "aws:SourceIp", "172.16.0.0/12"),), False),
        ("broad IPv6", "Allow", EVERYONE, (("IpAddress", "aws:SourceIp", "2000::/3"),), True),
        ("no address", "Allow", EVERYONE, (("IpAddress", "aws:SourceIp", "here"),), True),
        (
            "one of two",
            "Allow",
            EVERYONE,
            (("Bool", "aws:SecureTransport", "true"), ("StringEquals", "aws:SourceVpce", "vpce-1")),
            False,
        ),
    ],
)
def test_a_policy_is_public_unless_it_is_held_to_fixed_values(
    sentence: str,
    effect: str,
    principals: tuple[tuple[str, str], ...],
    conditions: tuple[tuple[str, str, str], ...],
    public: bool,
) -> None:
    statement = topologies.statement(
        effect=effect,
        principals=principals,
        actions=("s3:GetObject",),
        resources=("*",),
        conditions=tuple(Condition(operator, key, (value,)) for operator, key, value in conditions),
    )
    assert (public_statement(PolicyDocument((statement,))) is not None) is public, sentence
