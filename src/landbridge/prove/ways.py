"""The ways by which an app is reached, and the finding that each of them makes where it is not meant."""

from collections.abc import Iterator
from enum import Enum

from landbridge.model.network import VpcEndpoint
from landbridge.prove.app import App
from landbridge.prove.case import Case
from landbridge.prove.reach.exposures import Exposure
from landbridge.prove.verdict import Finding, broken, unknown
from landbridge.semantics.doors import EndpointDoor, ListenerDoor, PublicApiDoor, S3Door
from landbridge.trace.decision import Hops, ResourceRef, Step

MOST_FINDINGS = 5
"""Of one claim: more of the same help nobody."""


class Way(Enum):
    """By which door of the account an app is reached."""

    ENTRANCE = "its load balancer, or its endpoint where it has none"
    PAST_LOAD_BALANCER = "an endpoint of the app, past its load balancer"
    OTHER_ENDPOINT = "an execute-api endpoint that is none of the app's"
    PUBLIC_FRONT = "API Gateway's public front"
    STORAGE = "Amazon S3, at its public front or by an endpoint that is none of the app's"
    NOWHERE = "a connection that nobody can tell the end of"


def way_of(app: App, exposure: Exposure) -> Way:
    """The way that a request takes to the app."""
    match exposure.entry.door:
        case ListenerDoor():
            return Way.ENTRANCE
        case EndpointDoor(endpoint):
            return _by_endpoint(app, endpoint) or Way.OTHER_ENDPOINT
        case PublicApiDoor():
            return Way.PUBLIC_FRONT
        case S3Door(_, endpoint):
            return _by_endpoint(app, endpoint) or Way.STORAGE
    return Way.NOWHERE


def _by_endpoint(app: App, endpoint: VpcEndpoint | None) -> Way | None:
    """The way through an endpoint of the app's; None for any other."""
    if endpoint is None or endpoint.id not in {each.id for each in app.endpoints}:
        return None
    return Way.PAST_LOAD_BALANCER if app.load_balancers else Way.ENTRANCE


def findings(
    case: Case, exposures: Iterator[Exposure], deciding: tuple[Step, ...], remedy: str
) -> Iterator[Finding]:
    """One finding for each place and backend; `deciding` says which steps let it through, the best first."""
    seen: set[object] = set()
    for exposure in exposures:
        key = _alike(exposure)
        if key not in seen and len(seen) < MOST_FINDINGS:
            seen.add(key)
            yield _finding(case, exposure, deciding, remedy)


def _alike(exposure: Exposure) -> object:
    door = exposure.entry.door
    at = door.load_balancer.arn if isinstance(door, ListenerDoor) else type(door)
    name = exposure.backend.id.partition("/")[0] if exposure.backend is not None else str(exposure.doubt)
    return exposure.place.where, at, name, exposure.asked.api_id, exposure.asked.stage


def _finding(case: Case, exposure: Exposure, deciding: tuple[Step, ...], remedy: str) -> Finding:
    doubt = exposure.doubt
    if doubt is not None:
        what = dict(doubt.decision.facts).get("feature", "something that is not modelled")
        return unknown(
            f"Nobody can tell whether {exposure.place} gets in: {what} is not modelled",
            doubt.decision.cited or doubt.component,
            doubt.decision.remedy,
        )
    assert exposure.backend is not None
    witness = case.account.witness(exposure)
    request = exposure.asked.request
    what = f"{exposure.place} reaches {exposure.backend.id} with {request.method} {witness.url}"
    return broken(what, _cited(witness.hops, deciding), remedy, witness)


def _cited(hops: Hops, deciding: tuple[Step, ...]) -> ResourceRef | None:
    """The rule or statement that let the request through at the first of these steps that it met."""
    for step in deciding:
        for hop in hops:
            if hop.step is step:
                return hop.decision.cited or hop.component
    return None
