"""Which key of a ``landbridge.toml`` a resource comes from: findings point to the user's own lines."""

from landbridge.blueprint.key_lines import KeyPath

APP: KeyPath = ("app",)
KEYS: tuple[tuple[str, KeyPath], ...] = (
    ("AWS::Lambda::", ("backend",)),
    ("AWS::IAM::", ("backend",)),
    ("AWS::S3::", ("frontend",)),
    ("AWS::DynamoDB::", ("table",)),
    ("Corporate Network", ("link", "corporate")),
    ("AWS::EC2::VPN", ("link",)),
    ("AWS::EC2::CustomerGateway", ("link",)),
    ("AWS::DirectConnect::", ("link",)),
    ("AWS::EC2::Subnet", ("network", "zone")),
    ("AWS::EC2::", ("network",)),
    ("AWS::Route53", ("app", "domain")),
    ("AWS::CertificateManager::", ("app", "domain")),
    ("AWS::ApiGateway::DomainName", ("app", "domain")),
    ("AWS::ApiGateway", ("app", "design")),
    ("AWS::ElasticLoadBalancingV2::", ("app", "design")),
)
"""By the beginning of CloudFormation's name of the resource's type; the first that fits counts."""


def key_of_resource(resource_type: str) -> KeyPath:
    """The key that says most about resources of this type; the table ``[app]`` for all others."""
    return next((path for prefix, path in KEYS if resource_type.startswith(prefix)), APP)
