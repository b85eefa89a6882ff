"""Findings that somebody decided to live with: which, why, and until when."""

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from landbridge.blueprint.tables import Table, read_toml
from landbridge.prove.replay import Replayed
from landbridge.prove.verdict import Claim, Finding, Judgement, Report, Verdict, Witness, worst


@dataclass(frozen=True, slots=True)
class Waiver:
    """One ``[[waiver]]`` of a ``landbridge-waivers.toml``."""

    claim: str
    """The claim's id."""
    match: str
    """Part of what is cited or of the finding's sentence; empty for every finding of the claim."""
    reason: str
    expires: date
    """The last day on which it counts."""
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        about = f" for {self.match}" if self.match else ""
        return f"{self.file}:{self.line}: the waiver of {self.claim}{about}"

    def covers(self, claim: Claim, finding: Finding) -> bool:
        """Whether it is about this finding."""
        if claim.id != self.claim:
            return False
        cited = finding.cited
        texts = (finding.what, *((cited.type, cited.id, cited.arn) if cited else ()))
        return any(self.match in text for text in texts)


@dataclass(frozen=True, slots=True)
class Waived:
    """A finding that does not count, and why."""

    app: str
    claim: Claim
    finding: Finding
    waiver: Waiver


@dataclass(frozen=True, slots=True)
class Assessment:
    """Reports without what was waived, and whatever else has to be told."""

    reports: tuple[Report, ...]
    waived: tuple[Waived, ...] = ()
    expired: tuple[Waiver, ...] = ()
    unused: tuple[Waiver, ...] = ()
    """They cover nothing that was found."""
    warnings: tuple[str, ...] = ()
    """What of the account is not modelled or could not be read."""
    replays: tuple[Replayed, ...] | None = None
    """What the counterexamples met when they were sent; None where nobody asked for that."""

    @property
    def verdict(self) -> Verdict:
        """The worst of what was not waived."""
        return worst(report.verdict for report in self.reports)

    def replay_of(self, witness: Witness | None) -> Replayed | None:
        """What a witness met; None where it was not sent."""
        return next((each for each in self.replays or () if each.witness == witness), None)

    @property
    def remarks(self) -> tuple[str, ...]:
        """All that has to be told beside the claims, a sentence each."""
        return (*map(expiry, self.expired), *map(uselessness, self.unused), *self.warnings)

    def waived_of(self, app: str, claim: Claim) -> tuple[Waived, ...]:
        """What was waived of a claim about an app."""
        return tuple(each for each in self.waived if each.app == app and each.claim.id == claim.id)


def parse_waivers(text: str, file: str, claims: Collection[str]) -> tuple[Waiver, ...]:
    """The waivers in that text; `file` is what to call it in an error, `claims` the ids that there are."""
    top = read_toml(text, file)
    top.only("waiver")
    return tuple(_read(table, claims) for table in top.tables("waiver"))


def assess(
    reports: tuple[Report, ...], waivers: Iterable[Waiver], today: date, warnings: tuple[str, ...] = ()
) -> Assessment:
    """The reports, less what a waiver that has not expired covers."""
    waivers = tuple(waivers)
    counting = tuple(waiver for waiver in waivers if waiver.expires >= today)
    waived = tuple(each for report in reports for each in _waived(report, counting))
    return Assessment(
        tuple(_without(report, waived) for report in reports),
        waived,
        tuple(waiver for waiver in waivers if waiver not in counting),
        tuple(waiver for waiver in counting if not any(_waived(each, (waiver,)) for each in reports)),
        warnings,
    )


def expiry(waiver: Waiver) -> str:
    """What to tell of a waiver that has expired."""
    return f"{waiver} expired on {waiver.expires} and does not count"


def uselessness(waiver: Waiver) -> str:
    """What to tell of a waiver that covers nothing."""
    return f"{waiver} covers nothing: remove it"


def _read(table: Table, claims: Collection[str]) -> Waiver:
    table.only("claim", "match", "reason", "expires")
    claim = table.text("claim")
    if claim not in claims:
        close = difflib.get_close_matches(claim, claims, 1)
        hint = f"did you mean {close[0]}?" if close else f"the claims: {', '.join(claims)}"
        raise table.mistake("claim", f'there is no claim "{claim}"', hint)
    match = table.text("match") if "match" in table.values else ""
    return Waiver(
        claim,
        match,
        table.text("reason"),
        table.day("expires"),
        table.source.file,
        table.source.line(table.path),
    )


def _waived(report: Report, waivers: tuple[Waiver, ...]) -> list[Waived]:
    found = []
    for judgement in report.judgements:
        for finding in judgement.findings:
            covering = (waiver for waiver in waivers if waiver.covers(judgement.claim, finding))
            waiver = next(covering, None)
            if waiver is not None:
                found.append(Waived(report.app, judgement.claim, finding, waiver))
    return found


def _without(report: Report, waived: tuple[Waived, ...]) -> Report:
    gone = {(each.claim.id, each.finding) for each in waived if each.app == report.app}
    judgements = (
        Judgement(
            judgement.claim,
            tuple(each for each in judgement.findings if (judgement.claim.id, each) not in gone),
        )
        for judgement in report.judgements
    )
    return replace(report, judgements=tuple(judgements))
