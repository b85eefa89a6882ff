"""No VPC endpoint but the app's own can be used to invoke its APIs."""

from collections.abc import Iterator

from landbridge.prove.case import Case
from landbridge.prove.reach.exposures import Exposure
from landbridge.prove.verdict import Claim, Finding
from landbridge.prove.ways import Way, findings, way_of
from landbridge.trace.decision import Step

CLAIM = Claim(
    "only-listed-endpoints",
    "Only the app's own VPC endpoints can be used to invoke its APIs",
    (
        "API Gateway resource policy examples",
        "AWS condition keys that can be used in API Gateway resource policies",
    ),
)
DECIDING = (Step.RESOURCE_POLICY, Step.DOMAIN_NAME_POLICY)


def judge(case: Case) -> Iterator[Finding]:
    """Whoever comes through another endpoint: of the account, or of any other account in the world."""
    endpoints = ", ".join(f'"{each.id}"' for each in case.app.endpoints)
    remedy = (
        f"Let the resource policy deny execute-api:Invoke where StringNotEquals aws:SourceVpce {endpoints}, "
        "and deploy every stage again"
    )
    yield from findings(case, _by_others(case), DECIDING, remedy)


def _by_others(case: Case) -> Iterator[Exposure]:
    for exposure in case.exposures:
        if way_of(case.app, exposure) is Way.OTHER_ENDPOINT:
            yield exposure
