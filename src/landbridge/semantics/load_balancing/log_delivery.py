"""Whether a bucket takes the logs of a load balancer.

AWS: "Enable access logs for your Application Load Balancer"
"""

from landbridge.semantics.iam.evaluation import compile_policy, evaluate
from landbridge.semantics.iam.request import AuthorizationRequest, Principal, PrincipalType, service
from landbridge.semantics.load_balancing.access_log import access_log_folder
from landbridge.semantics.load_balancing.attributes import AccessLogDestination
from landbridge.semantics.world import World
from landbridge.trace.codes import S3ErrorCode
from landbridge.trace.decision import Decision, ResourceRef, denied

LOG_DELIVERY = "logdelivery.elasticloadbalancing.amazonaws.com"
ACCOUNTS = {
    "af-south-1": "098369216593",
    "ap-east-1": "754344448648",
    "ap-northeast-1": "582318560864",
    "ap-northeast-2": "600734575887",
    "ap-northeast-3": "383597477331",
    "ap-south-1": "718504428378",
    "ap-southeast-1": "114774131450",
    "ap-southeast-2": "783225319266",
    "ca-central-1": "985666609251",
    "eu-central-1": "054676820928",
    "eu-north-1": "897822967062",
    "eu-south-1": "635631232127",
    "eu-west-1": "156460612806",
    "eu-west-2": "652711504416",
    "eu-west-3": "009996457667",
    "me-south-1": "076674570225",
    "sa-east-1": "507241528517",
    "us-east-1": "127311923021",
    "us-east-2": "033677994240",
    "us-west-1": "027434742980",
    "us-west-2": "797873946194",
}
"""Elastic Load Balancing's own accounts, which older bucket policies name."""


def may_deliver(world: World, destination: AccessLogDestination) -> Decision:
    """Whether the bucket is in this region and its policy lets Elastic Load Balancing put the logs there.

    AWS: "Enable access logs for your Application Load Balancer"
    """
    reference = ResourceRef("AWS::S3::Bucket", destination.bucket, f"arn:aws:s3:::{destination.bucket}")
    bucket = world.topology.storage.by_name.get(destination.bucket)
    if bucket is None:
        remedy = f"Create the bucket {destination.bucket} in the region of the load balancer"
        return denied(S3ErrorCode.NO_SUCH_BUCKET, reference, remedy=remedy)
    folder = access_log_folder(destination, world.topology.account_id)
    resource = f"{reference.arn}/{folder}*"
    remedy = f"Let the bucket policy allow {LOG_DELIVERY} s3:PutObject on {resource}"
    if bucket.policy is None:
        return denied(S3ErrorCode.ACCESS_DENIED, reference, ("bucket policy", "none"), remedy=remedy)
    policy = world.once(compile_policy, bucket.policy)
    decision = denied(S3ErrorCode.ACCESS_DENIED, reference, remedy=remedy)
    for principal in _principals(world.topology.region):
        question = AuthorizationRequest(
            principal,
            "s3:PutObject",
            f"{reference.arn}/{folder}ELBAccessLogTestFile",
            {
                "aws:sourceaccount": (world.topology.account_id,),
                "s3:x-amz-acl": ("bucket-owner-full-control",),
            },
        )
        decision = evaluate(policy, question, reference.type, bucket.name, S3ErrorCode.ACCESS_DENIED)
        if decision.allowed:
            break
    return decision


def _principals(region: str) -> tuple[Principal, ...]:
    account = ACCOUNTS.get(region)
    if account is None:
        return (service(LOG_DELIVERY),)
    root = Principal(PrincipalType.ACCOUNT, f"arn:aws:iam::{account}:root", account)
    return service(LOG_DELIVERY), root
