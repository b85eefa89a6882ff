"""Through the app's VPC endpoints one reaches the app's APIs and buckets, and nothing else."""

from collections.abc import Iterator

from landbridge.model.network import VpcEndpoint
from landbridge.model.policy import PolicyDocument
from landbridge.prove.case import Case
from landbridge.prove.policy.openings import openings, who
from landbridge.prove.policy.own_principals import own_principals
from landbridge.prove.policy.own_requests import EXECUTE_API, S3, keys_by, needed_by, private_domain_arns
from landbridge.prove.policy.policies import Question
from landbridge.prove.policy.principals import strangers
from landbridge.prove.policy.values import STRANGE_ACCOUNT, Free
from landbridge.prove.verdict import Claim, Finding, broken
from landbridge.semantics.endpoint.caller import ACTION
from landbridge.semantics.endpoint.endpoint_policy import has_default_policy
from landbridge.semantics.iam.request import ANONYMOUS
from landbridge.semantics.storage.permission import GET_OBJECT
from landbridge.trace.decision import ResourceRef

CLAIM = Claim(
    "endpoint-policy-limits",
    "The policies of the app's endpoints allow its APIs and buckets, and nothing else",
    (
        "Use VPC endpoint policies for private APIs in API Gateway",
        "Control access to VPC endpoints using endpoint policies",
    ),
)
ACTIONS = {EXECUTE_API: Free("execute-api:?*", prefer=(ACTION,)), S3: Free("s3:?*", prefer=(GET_OBJECT,))}


def judge(case: Case) -> Iterator[Finding]:
    """Endpoints whose policy allows other targets, or keeps from an API or bucket of the app.

    AWS: "Control access to VPC endpoints using endpoint policies"
    """
    for endpoint in case.app.endpoints:
        service = endpoint.service_name.rpartition(".")[2]
        if service not in ACTIONS:
            continue
        if endpoint.policy is None or has_default_policy(case.world, endpoint):
            yield _unlimited(case, endpoint, service)
            continue
        yield from _beyond(case, endpoint, service, endpoint.policy)
        yield from _kept_from(case, endpoint, service, endpoint.policy)


def _reference(endpoint: VpcEndpoint) -> ResourceRef:
    return ResourceRef("AWS::EC2::VPCEndpoint", endpoint.id)


def _unlimited(case: Case, endpoint: VpcEndpoint, service: str) -> Finding:
    what = "every account's APIs" if service == EXECUTE_API else "every account's buckets"
    return broken(
        f"whoever reaches {endpoint.id} reaches {what} by it: its policy is the default one, full access",
        _reference(endpoint),
        _remedy(case, endpoint, service),
    )


def _remedy(case: Case, endpoint: VpcEndpoint, service: str) -> str:
    resources = ", ".join(f'"{arn}"' for arn in _targets(case, service))
    action = ACTION if service == EXECUTE_API else GET_OBJECT
    return (
        f'In the policy of {endpoint.id}, allow "Principal": "*" to do "{action}" on '
        f'"Resource": [{resources}] and nothing else'
    )


def _targets(case: Case, service: str) -> tuple[str, ...]:
    """ARNs, as patterns, of what the endpoint is for."""
    if service == S3:
        return tuple(
            arn for name in case.app.buckets for arn in (f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*")
        )
    place = f"arn:aws:execute-api:{case.topology.region}:{case.topology.account_id}:"
    return (*(f"{place}{api.id}/*" for api in case.app.rest_apis), *private_domain_arns(case))


def _beyond(case: Case, endpoint: VpcEndpoint, service: str, policy: PolicyDocument) -> Iterator[Finding]:
    """AWS: "Use VPC endpoint policies for private APIs in API Gateway"."""

    def questions() -> Iterator[Question]:
        callers = (*strangers(policy, case.topology.account_id), *own_principals(case, policy, frozenset()))
        within = f"arn:*:{service}:?*"
        resource = Free(within, _targets(case, service), (_strange_target(case, service),))
        yield Question(callers, ACTIONS[service], resource, keys_by(endpoint))

    for granted in openings(policy, questions(), _reference(endpoint)):
        if isinstance(granted, Finding):
            yield granted
        else:
            asked = granted.request
            yield broken(
                f"{who(asked.principal)} may {asked.action} on {asked.resource} by {endpoint.id}",
                granted.decision.cited,
                _remedy(case, endpoint, service),
            )


def _strange_target(case: Case, service: str) -> str:
    if service == S3:
        return "arn:aws:s3:::another-bucket/index.html"
    return f"arn:aws:execute-api:{case.topology.region}:{STRANGE_ACCOUNT}:another000/prod/GET/"


def _kept_from(case: Case, endpoint: VpcEndpoint, service: str, policy: PolicyDocument) -> Iterator[Finding]:
    """What of the app nobody at all may ask for; one finding names the first of them."""
    action = ACTION if service == EXECUTE_API else GET_OBJECT
    for arn, name in needed_by(case, service):
        if not _anybody_may(case, endpoint, policy, action, arn):
            yield broken(
                f"the policy of {endpoint.id} keeps everybody from {name}",
                _reference(endpoint),
                f'In the policy of {endpoint.id}, allow "{action}" on "{_whole(case, service, arn)}"',
            )
            return


def _whole(case: Case, service: str, arn: str) -> str:
    """The pattern of the target that the ARN belongs to."""
    return next((each for each in _targets(case, service) if arn.startswith(each.removesuffix("*"))), arn)


def _anybody_may(case: Case, endpoint: VpcEndpoint, policy: PolicyDocument, action: str, arn: str) -> bool:
    callers = (ANONYMOUS, *own_principals(case, policy, frozenset()))
    question = Question(callers, action, arn, keys_by(endpoint))
    return any(True for _ in openings(policy, (question,), _reference(endpoint)))
