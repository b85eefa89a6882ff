"""The whole proof: every claim about every app of an account."""

from collections.abc import Iterator

from landbridge.model.topology import Topology
from landbridge.prove.app import find_apps
from landbridge.prove.case import Case, NotUnderstood
from landbridge.prove.catalogue import JUDGES
from landbridge.prove.reach.exposures import Account
from landbridge.prove.texts import TooManyCellsError
from landbridge.prove.verdict import Claim, Finding, Judgement, Report, unknown
from landbridge.semantics.network.source import corporate_networks


def check(
    topology: Topology, not_understood: tuple[NotUnderstood, ...] = (), app: str | None = None
) -> tuple[Report, ...]:
    """A report for each app, or for the one that has this domain, load balancer or API.

    Raises DeclarationError, which lists the apps, where there is none of that name.
    """
    account = Account(topology)
    return tuple(
        _report(Case(topology, found, not_understood, account)) for found in find_apps(topology, app)
    )


def _report(case: Case) -> Report:
    judgements = tuple(Judgement(claim, _judge(claim, case)) for claim, _ in JUDGES)
    return Report(case.app.name, judgements, tuple(_taken_for_granted(case.topology)))


def _taken_for_granted(topology: Topology) -> Iterator[str]:
    """What of this account only its owner can know."""
    if not topology.corporate_networks:
        blocks = ", ".join(map(str, corporate_networks(topology))) or "none"
        yield f"The corporate networks are what static routes of VPN connections name: {blocks}"
    for endpoint in topology.network.client_vpn_endpoints:
        yield f"Whoever may connect to {endpoint.id} belongs to the corporate network"


def _judge(claim: Claim, case: Case) -> tuple[Finding, ...]:
    """What is found against a claim; more cases than anybody would wait for leave it unknown."""
    try:
        return tuple(dict(JUDGES)[claim](case))
    except TooManyCellsError as error:
        return (unknown(f"Too many cases to try: {error.message}", None, error.hint),)
