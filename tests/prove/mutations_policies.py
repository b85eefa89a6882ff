"""Faults in policies: those of the design ``gateway``, and those of the design ``lambda``."""

from collections.abc import Callable
from dataclasses import replace

from tests.prove.mutation import Mutation
from tests.prove.policy_edits import (
    EVERYBODY,
    Edit,
    adding,
    allows_with,
    aws,
    edit_bucket,
    edit_endpoint,
    edit_function,
    everybody_allowed,
    of_api,
    of_bucket,
    of_endpoint,
    of_function,
    role_for,
    service,
    with_role,
)

from landbridge.model.functions import Alias, Function, FunctionUrl
from landbridge.model.identifiers import VpcEndpointId
from landbridge.model.policy import PolicyDocument, Principals, Statement
from landbridge.model.storage import PublicAccessBlock
from landbridge.model.topology import Topology

ACCOUNT, OTHER = "123456789012", "210987654321"
ROOT = f"arn:aws:iam::{OTHER}:root"
PARTNER = f"arn:aws:iam::{OTHER}:role/partner"
OPEN = PublicAccessBlock()
INVOKE = "lambda:InvokeFunction"
FUNCTION, BUCKET = "function-only-through-path", "bucket-only-through-path"
CONDITIONS, ADDRESSES = "conditions-effective", "address-conditions-apply"
ENDPOINT = "endpoint-policy-limits"
GATEWAY, EVENTS = service("apigateway"), service("events")
EVERY_API = f"arn:aws:execute-api:eu-central-1:{ACCOUNT}:*"
ALL_BUT_ONE = Principals(True, (("AWS", ACCOUNT), ("AWS", f"arn:aws:iam::{ACCOUNT}:role/x")))


def permission(principals: Principals, *conditions: tuple[str, str, str]) -> Edit:
    """One more statement of the function's policy."""
    return adding("Allow", principals, INVOKE, "*", *conditions)


def source(arn: str) -> tuple[str, str, str]:
    """The condition that ``lambda add-permission --source-arn`` makes."""
    return "ArnLike", "AWS:SourceArn", arn


def function_url(auth_type: str, principals: Principals) -> Edit:
    """Both statements that a function URL needs."""
    by_type = adding(
        "Allow",
        principals,
        "lambda:InvokeFunctionUrl",
        "*",
        ("StringEquals", "lambda:FunctionUrlAuthType", auth_type),
    )
    by_url = permission(principals, ("Bool", "lambda:InvokedViaFunctionUrl", "true"))
    return lambda policy: by_url(by_type(policy))


def with_url(auth_type: str, principals: Principals) -> Callable[[Topology], Topology]:
    """A function URL on an alias, open to these."""
    edit = function_url(auth_type, principals)

    def one(function: Function) -> Function:
        alias = Alias("live", "$LATEST", policy=edit(PolicyDocument(())))
        url = FunctionUrl("abcdefghij.lambda-url.eu-central-1.on.aws", auth_type, "live")
        return replace(function, aliases=(alias,), urls=(url,))

    return lambda topology: edit_function(topology, one)


def open_alias(topology: Topology) -> Topology:
    """An alias with a policy of its own."""

    def one(function: Function) -> Function:
        policy = permission(aws(OTHER))(PolicyDocument(()))
        return replace(function, aliases=(Alias("live", "$LATEST", policy=policy),))

    return edit_function(topology, one)


def partner_role(action: str) -> Callable[[Topology], Topology]:
    """A role of the account that another account may become."""
    return lambda topology: with_role(topology, role_for(aws(OTHER), action))


def public_acl(topology: Topology) -> Topology:
    """The bucket's ACL lets everyone list it."""
    return edit_bucket(
        topology,
        lambda bucket: replace(bucket, acls_enabled=True, public_list=True, public_access_block=OPEN),
    )


def public_with(*conditions: tuple[str, str, str]) -> Edit:
    """The bucket's Allow statements for everybody under these conditions only."""
    return lambda policy: allows_with(*conditions, instead=True)(everybody_allowed(policy))


def inverted(policy: PolicyDocument) -> PolicyDocument:
    """Everybody is allowed, and a Deny that should hit all but AWS services hits these."""
    deny = adding("Deny", EVERYBODY, "s3:*", "*", ("BoolIfExists", "aws:PrincipalIsAWSService", "true"))
    return deny(everybody_allowed(policy))


def second_endpoint(topology: Topology) -> Topology:
    """The bucket trusts the whole VPC, which has another endpoint."""
    [endpoint] = topology.network.vpc_endpoints
    other = replace(endpoint, id=VpcEndpointId("vpce-0second"), network_interface_ids=(), dns_names=())
    network = replace(topology.network, vpc_endpoints=(endpoint, other))
    edit = of_bucket(allows_with(("StringEquals", "aws:SourceVpc", endpoint.vpc_id), instead=True))
    return edit(replace(topology, network=network))


def endpoint_resources(*resources: str) -> Edit:
    """The endpoint policy's statements on other resources."""

    def edit(policy: PolicyDocument) -> PolicyDocument:
        return replace(policy, statements=tuple(replace(e, resources=resources) for e in policy.statements))

    return edit


def without_policy(topology: Topology) -> Topology:
    """The endpoint has the policy that AWS gives it."""
    full = Statement("Allow", "", EVERYBODY, ("*",), resources=("*",))
    return edit_endpoint(topology, lambda endpoint: replace(endpoint, policy=PolicyDocument((full,))))


def first_stage_only(topology: Topology) -> Topology:
    """The endpoint's policy names a stage that the app does not have."""
    [api] = topology.api_gateway.rest_apis
    arn = f"arn:aws:execute-api:eu-central-1:{ACCOUNT}:{api.id}/test/*"
    return of_endpoint(endpoint_resources(arn))(topology)


def one_node(topology: Topology) -> Topology:
    """The resource policy names the address that one node of the load balancer has today."""
    [balancer] = topology.load_balancing.load_balancers
    interfaces = topology.network.network_interfaces
    node = next(each for each in interfaces if each.description == balancer.interface_description)
    return of_api(allows_with(("IpAddress", "aws:VpcSourceIp", f"{node.address}/32")))(topology)


MUTATIONS = (
    Mutation("a permission for API Gateway has no source", FUNCTION, of_function(permission(GATEWAY))),
    Mutation("a permission for another service", FUNCTION, of_function(permission(EVENTS))),
    Mutation(
        "a permission for a rule of EventBridge",
        FUNCTION,
        of_function(permission(EVENTS, source(f"arn:aws:events:eu-central-1:{ACCOUNT}:rule/nightly"))),
    ),
    Mutation(
        "a permission for every API of the account",
        FUNCTION,
        of_function(permission(GATEWAY, source(f"arn:aws:execute-api:eu-central-1:{ACCOUNT}:*"))),
    ),
    Mutation(
        "a permission for API Gateway by the account alone",
        FUNCTION,
        of_function(permission(GATEWAY, ("StringEquals", "AWS:SourceAccount", ACCOUNT))),
    ),
    Mutation(
        "a permission for an API of another account",
        FUNCTION,
        of_function(permission(GATEWAY, source(f"arn:aws:execute-api:*:{OTHER}:*/*/*/*"))),
    ),
    Mutation(
        "a permission for another account",
        FUNCTION,
        of_function(permission(aws(ROOT))),
    ),
    Mutation("a permission for a role of another account", FUNCTION, of_function(permission(aws(PARTNER)))),
    Mutation("a permission for everybody", FUNCTION, of_function(permission(EVERYBODY))),
    Mutation(
        "a permission for an organization",
        FUNCTION,
        of_function(permission(EVERYBODY, ("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"))),
    ),
    Mutation(
        "a permission for all but a role",
        FUNCTION,
        of_function(permission(ALL_BUT_ONE)),
    ),
    Mutation(
        "a permission for another role of the account",
        FUNCTION,
        of_function(permission(aws(f"arn:aws:iam::{ACCOUNT}:role/batch"))),
    ),
    Mutation("an alias with a permission for another account", FUNCTION, open_alias),
    Mutation("a function URL without authorization on an alias", FUNCTION, with_url("NONE", EVERYBODY)),
    Mutation("a function URL for another account", FUNCTION, with_url("AWS_IAM", aws(OTHER))),
    Mutation("another account may become a role that invokes", FUNCTION, partner_role("lambda:*")),
    Mutation("another account may become a role that reads", BUCKET, partner_role("s3:Get*")),
    Mutation("the bucket is public", BUCKET, of_bucket(everybody_allowed, public_access_block=OPEN)),
    Mutation(
        "the bucket is open to another account",
        BUCKET,
        of_bucket(adding("Allow", aws(OTHER), "s3:GetObject", "*")),
    ),
    Mutation(
        "the bucket is open to another role of the account",
        BUCKET,
        of_bucket(adding("Allow", aws(f"arn:aws:iam::{ACCOUNT}:role/batch"), "s3:*", "*")),
    ),
    Mutation(
        "the bucket is open to CloudFront",
        BUCKET,
        of_bucket(adding("Allow", service("cloudfront"), "s3:GetObject", "*")),
    ),
    Mutation("a Deny of the bucket is inverted", BUCKET, of_bucket(inverted, public_access_block=OPEN)),
    Mutation(
        "the bucket asks for every path of the organization",
        BUCKET,
        of_bucket(
            public_with(("ForAllValues:StringEquals", "aws:PrincipalOrgPaths", "o-a/r-b/")),
            public_access_block=OPEN,
        ),
    ),
    Mutation(
        "the bucket asks for an address that anybody may have",
        BUCKET,
        of_bucket(public_with(("IpAddress", "aws:SourceIp", "203.0.113.0/24"))),
        frozenset({"corporate-networks-private"}),
    ),
    Mutation("the bucket's ACL lets everyone list it", BUCKET, public_acl),
    Mutation(
        "a Deny asks for a key that nobody has",
        CONDITIONS,
        of_api(adding("Deny", EVERYBODY, "*", "*", ("StringEquals", "aws:SourceVpcEndpoint", "vpce-0bad"))),
    ),
    Mutation(
        "a Deny asks for a VPC where an endpoint is",
        CONDITIONS,
        of_api(adding("Deny", EVERYBODY, "*", "*", ("StringEquals", "aws:SourceVpce", "vpc-0bad"))),
    ),
    Mutation(
        "a Deny asks for two things at once",
        CONDITIONS,
        of_api(
            adding(
                *("Deny", EVERYBODY, "*", "*"),
                ("StringEquals", "aws:SourceVpc", "vpc-0one"),
                ("StringEquals", "aws:SourceVpc", "vpc-0two"),
            )
        ),
    ),
    Mutation(
        "a Deny is about another API",
        CONDITIONS,
        of_api(adding("Deny", EVERYBODY, "*", f"arn:aws:execute-api:eu-central-1:{ACCOUNT}:another000/*")),
    ),
    Mutation(
        "an Allow asks for the organization if there is one",
        CONDITIONS,
        of_api(allows_with(("StringEqualsIfExists", "aws:PrincipalOrgID", "o-a1b2c3d4e5"))),
    ),
    Mutation(
        "an Allow asks for every tag of a principal that nobody has",
        CONDITIONS,
        of_api(allows_with(("ForAllValues:StringEquals", "aws:PrincipalTag/team", "orders"))),
    ),
    Mutation(
        "an Allow asks for anybody but a user",
        CONDITIONS,
        of_api(allows_with(("StringNotLike", "aws:userid", "AIDA*"))),
    ),
    Mutation(
        "a Deny of the bucket is about an object that it cannot have",
        CONDITIONS,
        of_bucket(adding("Deny", EVERYBODY, "s3:GetObject", "arn:aws:s3:::another-bucket/*")),
    ),
    Mutation(
        "the resource policy asks for aws:SourceIp",
        ADDRESSES,
        of_api(allows_with(("IpAddress", "aws:SourceIp", "192.168.0.0/16"))),
        frozenset({"it-works"}),
    ),
    Mutation(
        "the resource policy denies by aws:SourceIp",
        ADDRESSES,
        of_api(adding("Deny", EVERYBODY, "*", "*", ("IpAddress", "aws:SourceIp", "203.0.113.0/24"))),
    ),
    Mutation(
        "the resource policy asks for the address of the client",
        ADDRESSES,
        of_api(allows_with(("IpAddress", "aws:VpcSourceIp", "192.168.0.0/16"))),
        frozenset({"it-works"}),
    ),
    Mutation(
        "the resource policy denies all but the address of the client",
        ADDRESSES,
        of_api(adding("Deny", EVERYBODY, "*", "*", ("NotIpAddress", "aws:VpcSourceIp", "192.168.0.0/16"))),
        frozenset({"it-works"}),
    ),
    Mutation("the resource policy asks for the address of one node", ADDRESSES, one_node),
    Mutation("the endpoint has the default policy", ENDPOINT, without_policy),
    Mutation(
        "the endpoint's policy allows every API of the account",
        ENDPOINT,
        of_endpoint(endpoint_resources(f"arn:aws:execute-api:eu-central-1:{ACCOUNT}:*")),
    ),
    Mutation(
        "the endpoint's policy names a stage that is not there",
        ENDPOINT,
        first_stage_only,
        frozenset({"it-works"}),
    ),
)
"""Of the design ``gateway``."""

MUTATIONS_OF_LAMBDA = (
    Mutation(
        "a permission for a target group of somebody else",
        FUNCTION,
        of_function(
            permission(
                service("elasticloadbalancing"),
                source(f"arn:aws:elasticloadbalancing:eu-central-1:{ACCOUNT}:targetgroup/another/0123"),
            )
        ),
    ),
    Mutation(
        "a permission for API Gateway where there is none",
        FUNCTION,
        of_function(permission(GATEWAY, source(f"arn:aws:execute-api:*:{ACCOUNT}:*"))),
    ),
    Mutation("the bucket trusts the whole VPC", BUCKET, second_endpoint),
    Mutation(
        "the bucket asks for the endpoint if there is one",
        BUCKET,
        of_bucket(
            lambda policy: allows_with(
                ("StringEqualsIfExists", "aws:SourceVpce", _endpoint_in(policy)), instead=True
            )(policy),
            public_access_block=OPEN,
        ),
    ),
    Mutation(
        "the bucket trusts any endpoint",
        BUCKET,
        of_bucket(
            allows_with(("StringLike", "aws:SourceVpce", "vpce-*"), instead=True), public_access_block=OPEN
        ),
    ),
    Mutation(
        "the bucket denies all but a public address",
        ADDRESSES,
        of_bucket(adding("Deny", EVERYBODY, "s3:*", "*", ("NotIpAddress", "aws:SourceIp", "203.0.113.0/24"))),
        frozenset({"it-works", "corporate-networks-private"}),
    ),
    Mutation(
        "the endpoint's policy allows every bucket",
        ENDPOINT,
        of_endpoint(endpoint_resources("arn:aws:s3:::*")),
    ),
    Mutation(
        "the endpoint's policy allows the list alone",
        ENDPOINT,
        of_endpoint(lambda policy: endpoint_resources(policy.statements[0].resources[0])(policy)),
        frozenset({"it-works"}),
    ),
)
"""Of the design ``lambda``."""


def _endpoint_in(policy: PolicyDocument) -> str:
    """The endpoint that the policy names."""
    return policy.statements[0].conditions[0].values[0]
