"""Whether a bucket policy is public, as Block Public Access sees it.

AWS: "Blocking public access to your Amazon S3 storage"
"""

from ipaddress import IPv4Network, IPv6Network, ip_network

from landbridge.model.policy import Condition, PolicyDocument, Statement
from landbridge.model.storage import Bucket

_FIXED_KEYS = frozenset(
    {
        *("aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner", "aws:sourceaccount"),
        *("aws:principalorgid", "aws:principalorgpaths", "aws:principalarn", "aws:principalaccount"),
        *("aws:userid", "s3:x-amz-server-side-encryption-aws-kms-key-id"),
        *("s3:dataaccesspointarn", "s3:dataaccesspointaccount"),
    }
)
"""Condition keys with which a fixed value keeps a statement from being public."""
_FIXING_OPERATORS = frozenset(
    {"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress"}
)
_BROADEST_IPV4, _BROADEST_IPV6 = 8, 32


def public_statement(policy: PolicyDocument) -> Statement | None:
    """The first statement that makes the policy public; None for a policy that is not.

    A statement that allows everyone is public unless a condition holds it to fixed values: without wildcards
    and policy variables, and no address range broader than /8. ``aws:VpcSourceIp``, ``aws:Referer`` and the
    like do not count.
    """
    return next((statement for statement in policy.statements if _is_public(statement)), None)


def shutting_out(bucket: Bucket) -> Statement | None:
    """The public statement for which RestrictPublicBuckets shuts out whoever is not of the account; or None.

    AWS: "Blocking public access to your Amazon S3 storage"
    """
    if bucket.policy is None or not bucket.public_access_block.restrict_public_buckets:
        return None
    return public_statement(bucket.policy)


def _is_public(statement: Statement) -> bool:
    if statement.effect != "Allow" or not _for_everyone(statement):
        return False
    return not any(_fixes(condition) for condition in statement.conditions)


def _for_everyone(statement: Statement) -> bool:
    principals = statement.principals
    return principals is not None and (principals.negated or any("*" in v for _, v in principals.values))


def _fixes(condition: Condition) -> bool:
    operator = condition.operator.lower().removeprefix("foranyvalue:")
    if operator not in _FIXING_OPERATORS or not condition.values:
        return False
    key = condition.key.lower()
    if key == "aws:sourceip":
        return operator == "ipaddress" and all(map(_is_narrow, condition.values))
    return key in _FIXED_KEYS and not any("*" in v or "?" in v or "${" in v for v in condition.values)


def _is_narrow(block: str) -> bool:
    """Whether a range is no broader than Block Public Access takes for the whole world."""
    try:
        network = ip_network(block, strict=False)
    except ValueError:
        return False
    if isinstance(network, IPv6Network):
        return network.prefixlen >= _BROADEST_IPV6
    return network.prefixlen >= _BROADEST_IPV4 or any(network.subnet_of(own) for own in _PRIVATE)


_PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
