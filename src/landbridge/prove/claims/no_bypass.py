"""The load balancer cannot be passed by: nobody calls the endpoint behind it."""

from collections.abc import Iterator

from landbridge.prove.case import Case
from landbridge.prove.reach.exposures import Exposure
from landbridge.prove.verdict import Claim, Finding
from landbridge.prove.ways import Way, findings, way_of
from landbridge.trace.decision import Step

CLAIM = Claim(
    "no-bypass",
    "Nobody reaches the app through its VPC endpoint past the load balancer",
    ("Access an AWS service using an interface VPC endpoint", "Invoke a private API"),
)
DECIDING = (Step.SECURITY_GROUP_INGRESS, Step.ENDPOINT_POLICY)


def judge(case: Case) -> Iterator[Finding]:
    """Whoever connects to the endpoint itself, wherever he is, by any name of the API."""
    callers = sorted({group for each in case.app.load_balancers for group in each.security_group_ids})
    groups = sorted({group for each in case.app.endpoints for group in each.security_group_ids})
    remedy = (
        f"Let the ingress rules of {', '.join(groups)} name the load balancer's security group "
        f"{', '.join(callers)} and nothing else"
    )
    yield from findings(case, _past(case), DECIDING, remedy)


def _past(case: Case) -> Iterator[Exposure]:
    for exposure in case.exposures:
        if way_of(case.app, exposure) is Way.PAST_LOAD_BALANCER:
            yield exposure
