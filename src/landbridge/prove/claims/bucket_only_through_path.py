"""Nobody reads or writes the app's buckets but its API's role, its functions, or through its S3 endpoint."""

from collections.abc import Iterator
from dataclasses import replace

from landbridge.model.exchange import HttpRequest
from landbridge.model.network import VpcEndpoint
from landbridge.model.policy import PolicyDocument, Statement
from landbridge.model.storage import Bucket
from landbridge.prove.case import Case
from landbridge.prove.policy.app_policies import OVER_THE_INTERNET, THROUGH_AN_ENDPOINT, Keys
from landbridge.prove.policy.open_roles import by_open_roles
from landbridge.prove.policy.openings import EVERYBODY, circumstances, openings, who
from landbridge.prove.policy.own_principals import app_roles, integration_roles, own_principals
from landbridge.prove.policy.policies import Granted, Question
from landbridge.prove.policy.principals import services, strangers
from landbridge.prove.policy.values import ANY_ENDPOINT, ANY_VPC, STRANGE_ADDRESS, Free
from landbridge.prove.sent import sent
from landbridge.prove.verdict import Claim, Finding, Witness, broken, unknown
from landbridge.semantics.iam.request import ANONYMOUS
from landbridge.semantics.storage.permission import GET_OBJECT, LIST_BUCKET, bucket_reference
from landbridge.semantics.storage.public_policy import shutting_out

CLAIM = Claim(
    "bucket-only-through-path",
    "The app's buckets serve only its API's role, its functions, or its S3 endpoint",
    (
        "How Amazon S3 authorizes a request",
        "Blocking public access to your Amazon S3 storage",
        "Controlling ownership of objects and disabling ACLs for your bucket",
        "Controlling access from VPC endpoints with bucket policies",
    ),
)
ON_OBJECTS = Free(
    "s3:?*",
    ("s3:*bucket*", "s3:*configuration", "s3:*accesspoint*", "s3:*job*", "s3:*storagelens*"),
    (GET_OBJECT, "s3:PutObject", "s3:DeleteObject"),
)
ON_BUCKET = Free("s3:?*", ("s3:*object", "s3:*object??*", "s3:*multipartuploadparts"), (LIST_BUCKET,))
ACCESS_POINT = ("s3:dataaccesspointarn", "s3:dataaccesspointaccount", "s3:accesspointnetworkorigin")


def judge(case: Case) -> Iterator[Finding]:
    """Whoever else gets at their objects, by policies, ACLs or somebody's role.

    AWS: "How Amazon S3 authorizes a request"
    """
    for name in case.app.buckets:
        bucket = case.topology.storage.by_name.get(name)
        if bucket is None:
            yield unknown(f"{name} is not a bucket of this account and region", bucket_reference(name))
        elif bucket.unsupported:
            yield unknown(
                f"{', '.join(bucket.unsupported)} of {name} is not modelled", bucket_reference(name)
            )
        else:
            yield from _of_bucket(case, bucket)


def _of_bucket(case: Case, bucket: Bucket) -> Iterator[Finding]:
    if bucket.policy is not None:
        for granted in openings(
            bucket.policy, _questions(case, bucket, bucket.policy), bucket_reference(bucket.name)
        ):
            yield granted if isinstance(granted, Finding) else _finding(case, bucket, bucket.policy, granted)
    yield from _by_acl(case, bucket)
    for action, resource in _things(bucket):
        yield from by_open_roles(case, bucket.policy, action, resource, bucket.name)


def _things(bucket: Bucket) -> tuple[tuple[Free, str | Free], ...]:
    """What can be done with objects, and with the bucket itself.

    AWS: "Actions defined by Amazon S3"
    """
    arn = f"arn:aws:s3:::{bucket.name}"
    return (ON_OBJECTS, Free(f"{arn}/?*", prefer=(f"{arn}/index.html",))), (ON_BUCKET, arn)


def _questions(case: Case, bucket: Bucket, policy: PolicyDocument) -> Iterator[Question]:
    """Strangers from wherever they can come, services, and the account's own principals that are named.

    AWS: "Blocking public access to your Amazon S3 storage"
    """
    account = case.topology.account_id
    if shutting_out(bucket) is None:
        callers = strangers(policy, account)
        for keys in _vantages(case):
            yield from (Question(callers, action, resource, keys) for action, resource in _things(bucket))
    own = own_principals(case, policy, app_roles(case))
    for action, resource in _things(bucket):
        yield Question(services(policy), action, resource, OVER_THE_INTERNET)
        for keys in _vantages(case):
            yield Question(own, action, resource, keys, by_name_only=True)


def _vantages(case: Case) -> Iterator[Keys]:
    """Condition keys of the internet, of endpoints that nobody here knows, and of the account's other ones.

    AWS: "Controlling access from VPC endpoints with bucket policies"
    """
    network = case.topology.network
    yield OVER_THE_INTERNET
    own_ids = tuple(endpoint.id for endpoint in network.vpc_endpoints)
    own_vpcs = tuple(vpc.id for vpc in network.vpcs)
    yield {
        **THROUGH_AN_ENDPOINT,
        "aws:sourcevpce": ANY_ENDPOINT.but(*own_ids, present=True),
        "aws:sourcevpc": ANY_VPC.but(*own_vpcs, present=True),
    }
    for endpoint in network.vpc_endpoints:
        if _is_for_s3(endpoint) and endpoint not in case.app.endpoints:
            here = {"aws:sourcevpce": (endpoint.id,), "aws:sourcevpc": (endpoint.vpc_id,)}
            yield {**THROUGH_AN_ENDPOINT, **here}


def _is_for_s3(endpoint: VpcEndpoint) -> bool:
    return endpoint.service_name.endswith(".s3")


def _finding(case: Case, bucket: Bucket, policy: PolicyDocument, granted: Granted) -> Finding:
    caller, action = granted.request.principal, granted.request.action
    what = f"{who(caller)} may {action} on {granted.request.resource.removeprefix('arn:aws:s3:::')}"
    what += circumstances(policy, granted)
    if any(granted.value(key) for key in ACCESS_POINT):
        return unknown(f"{what}: access points are not modelled", granted.decision.cited)
    remedy = f"In the policy of {bucket.name}, let {granted.statement} say {_meant(case)}"
    return broken(what, granted.decision.cited, remedy, _witness(case, bucket, granted))


def _meant(case: Case) -> str:
    """What a statement for the app's own path says."""
    for endpoint in case.app.endpoints:
        if _is_for_s3(endpoint):
            return f'"Condition": {{"StringEquals": {{"aws:SourceVpce": "{endpoint.id}"}}}}'
    for arn in sorted(integration_roles(case)):
        return f'"Principal": {{"AWS": "{arn}"}}'
    return "a Principal of the app"


def _witness(case: Case, bucket: Bucket, granted: Granted) -> Witness | None:
    """What anybody on the internet can send."""
    asked = granted.request
    if asked.principal != ANONYMOUS or granted.value("aws:sourcevpce"):
        return None
    if asked.action not in (GET_OBJECT, LIST_BUCKET):
        return None
    key = asked.resource.partition("/")[2]
    target = f"/{key}" if asked.action == GET_OBJECT else "/?list-type=2"
    return _from_internet(case, bucket, target, granted)


def _from_internet(case: Case, bucket: Bucket, target: str, granted: Granted | None) -> Witness:
    host = f"{bucket.name}.s3.{case.topology.region}.amazonaws.com"
    address = granted.value("aws:sourceip") if granted is not None else ""
    plain = granted is not None and granted.value("aws:securetransport") == "false"
    witness = Witness(
        address if address not in ("", STRANGE_ADDRESS) else "internet",
        "http" if plain else "https",
        host,
        80 if plain else 443,
        HttpRequest("GET", target, (("host", host),)),
        "" if plain else host,
        reaches=f"arn:aws:s3:::{bucket.name}",
    )
    return sent(case, witness)


def _by_acl(case: Case, bucket: Bucket) -> Iterator[Finding]:
    """ACLs count where no policy denies; those of objects are no part of what is known.

    AWS: "Controlling ownership of objects and disabling ACLs for your bucket"
    """
    if not bucket.acls_enabled or bucket.public_access_block.ignore_public_acls:
        return
    reference = bucket_reference(bucket.name)
    remedy = (
        f"Disable the ACLs of {bucket.name} (s3api put-bucket-ownership-controls with BucketOwnerEnforced), "
        "or set IgnorePublicAcls"
    )
    if bucket.public_list and _undenied(case, bucket, LIST_BUCKET, f"arn:aws:s3:::{bucket.name}"):
        what = f"anybody without credentials may list {bucket.name}: its ACL lets everyone"
        yield broken(what, reference, remedy, _from_internet(case, bucket, "/?list-type=2", None))
    elif _undenied(case, bucket, GET_OBJECT, _things(bucket)[0][1]):
        yield unknown(f"an ACL may let everybody read an object of {bucket.name}", reference, remedy)


def _undenied(case: Case, bucket: Bucket, action: str, resource: str | Free) -> bool:
    """Whether the bucket's policy leaves any of it to ACLs."""
    anything = Statement("Allow", "ACL", EVERYBODY, ("*",), resources=("*",))
    policy = bucket.policy or PolicyDocument(())
    granted = replace(policy, statements=(*policy.statements, anything))
    questions = (Question((ANONYMOUS,), action, resource, keys) for keys in _vantages(case))
    return any(True for _ in openings(granted, questions, bucket_reference(bucket.name)))
