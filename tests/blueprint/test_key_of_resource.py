import pytest

from landbridge.blueprint.key_lines import KeyPath
from landbridge.blueprint.key_of_resource import KEYS, key_of_resource


@pytest.mark.parametrize(
    ("resource_type", "path"),
    [
        ("AWS::EC2::SecurityGroup Rule", ("network",)),
        ("AWS::EC2::Subnet", ("network", "zone")),
        ("AWS::EC2::VPNConnection", ("link",)),
        ("AWS::DirectConnect::VirtualInterface", ("link",)),
        ("Corporate Network", ("link", "corporate")),
        ("AWS::Lambda::Function", ("backend",)),
        ("AWS::S3::Bucket Object", ("frontend",)),
        ("AWS::ApiGateway::RestApi Policy Statement", ("app", "design")),
        ("AWS::ApiGateway::DomainNameV2", ("app", "domain")),
        ("AWS::Route53::RecordSet", ("app", "domain")),
        ("AWS::Route53Resolver::ResolverEndpoint", ("app", "domain")),
        ("AWS::WAFv2::WebACL", ("app",)),
    ],
)
def test_a_resource_comes_from_the_key_that_says_most_about_it(resource_type: str, path: KeyPath) -> None:
    assert key_of_resource(resource_type) == path


def test_no_beginning_hides_a_longer_one_behind_it() -> None:
    prefixes = [prefix for prefix, _ in KEYS]
    hidden = [
        later
        for place, later in enumerate(prefixes)
        if any(later.startswith(earlier) for earlier in prefixes[:place])
    ]
    assert hidden == []
