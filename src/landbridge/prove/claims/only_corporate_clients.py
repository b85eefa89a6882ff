"""Nobody but the corporate network gets through the app's entrance."""

from collections.abc import Iterator

from landbridge.prove.case import Case
from landbridge.prove.over_ipv6 import over_ipv6
from landbridge.prove.reach.exposures import Exposure
from landbridge.prove.verdict import Claim, Finding
from landbridge.prove.ways import Way, findings, way_of
from landbridge.semantics.network.source import corporate_networks
from landbridge.trace.decision import Step

CLAIM = Claim(
    "only-corporate-clients",
    "The entrance is internal and admits clients of the corporate network only",
    ("Security groups for your Application Load Balancer", "What is an Application Load Balancer?"),
)
DECIDING = (Step.SECURITY_GROUP_INGRESS, Step.LISTENER_RULE)


def judge(case: Case) -> Iterator[Finding]:
    """Everybody else who gets through the load balancer, or through the endpoint of an app without one."""
    blocks = ", ".join(map(str, corporate_networks(case.topology))) or "the corporate networks"
    groups = sorted({group for each in case.app.load_balancers for group in each.security_group_ids})
    groups = groups or sorted({group for each in case.app.endpoints for group in each.security_group_ids})
    remedy = f"Let the ingress rules of {', '.join(groups) or 'the entrance'} name {blocks} and nothing else"
    yield from findings(case, _others(case), DECIDING, remedy)
    yield from over_ipv6(case)


def _others(case: Case) -> Iterator[Exposure]:
    for exposure in case.exposures:
        if not exposure.is_meant and way_of(case.app, exposure) in (Way.ENTRANCE, Way.NOWHERE):
            yield exposure
