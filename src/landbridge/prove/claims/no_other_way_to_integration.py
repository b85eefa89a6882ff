"""No other API, stage, canary release or name leads to what is behind the app."""

from collections.abc import Iterator

from landbridge.prove.case import Case
from landbridge.prove.reach.exposures import Exposure
from landbridge.prove.verdict import Claim, Finding
from landbridge.prove.ways import Way, findings, way_of
from landbridge.trace.decision import Step

CLAIM = Claim(
    "no-other-way-to-integration",
    "No other API type, stage, mapping, canary, domain or name reaches the same integration",
    ("Amazon API Gateway endpoint types", "Set up an API Gateway canary release deployment"),
)
DECIDING = (Step.BASE_PATH_MAPPING, Step.ADDRESS_API, Step.RESOURCE_POLICY)
PUBLIC = (
    "Make the API PRIVATE with a resource policy that names the app's VPC endpoint, or take the integration "
    "out of it and deploy it again"
)
SECOND = (
    "Delete the stage, the canary or the mapping that the app does not use, or give it other integrations"
)


def judge(case: Case) -> Iterator[Finding]:
    """Whoever reaches an integration by API Gateway's public front, or by a way that no name takes."""
    yield from findings(case, _public(case), DECIDING, PUBLIC)
    yield from findings(case, _second(case), DECIDING, SECOND)


def _public(case: Case) -> Iterator[Exposure]:
    for exposure in case.exposures:
        if way_of(case.app, exposure) is Way.PUBLIC_FRONT:
            yield exposure


def _second(case: Case) -> Iterator[Exposure]:
    """Through the entrance, but by another API or stage than the names of the app lead to."""
    declared = _declared(case)
    for exposure in case.exposures:
        asked = exposure.asked
        if way_of(case.app, exposure) is not Way.ENTRANCE or not asked.api_id or exposure.backend is None:
            continue
        if declared and (asked.api_id, asked.stage, asked.canary) not in declared:
            yield exposure


def _declared(case: Case) -> set[tuple[str, str, bool]]:
    """API and stage behind each name of the app; empty where it has none, so that all of them are meant."""
    return {
        (mapping.rest_api_id, mapping.stage, False)
        for domain in case.topology.api_gateway.domain_names
        if domain.name.lower() in case.app.domains
        for mapping in domain.mappings
    }
