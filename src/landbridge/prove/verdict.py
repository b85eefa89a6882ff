"""What a claim is, what was found against it, and what follows."""

import shlex
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from landbridge.model.exchange import HttpRequest
from landbridge.trace.decision import Hops, ResourceRef


class Verdict(StrEnum):
    """What is known of a claim."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNKNOWN = "unknown"
    """Something that matters is not modelled or could not be read: never taken for proved."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that has to be so, and the AWS documents that say why it matters."""

    id: str
    """``only-listed-endpoints``: stable, the anchor in docs/claims.md."""
    title: str
    """A sentence without full stop that is true where the claim holds."""
    rests_on: tuple[str, ...] = ()
    """AWS documents by title."""


@dataclass(frozen=True, slots=True)
class Witness:
    """One concrete request, where it comes from and what it meets: the counterexample to a claim."""

    vantage: str
    """As ``landbridge trace --from`` takes it."""
    scheme: str
    host: str
    """The name or address that is connected to."""
    port: int
    request: HttpRequest
    """Its Host may be another name than `host`."""
    server_name: str = ""
    """The SNI; empty for none."""
    hops: Hops = ()
    reaches: str = ""
    """The ARN or name of what it reaches; empty where it should reach something and does not."""

    @property
    def url(self) -> str:
        """The URL by its Host, as the client writes it."""
        name = self.request.header("host") or self.host
        default = 443 if self.scheme == "https" else 80
        port = "" if self.port == default or ":" in name else f":{self.port}"
        return f"{self.scheme}://{name}{port}{self.request.target}"

    def curl(self, proxy: str = "$LANDBRIDGE_PROXY", ca: str = "$LANDBRIDGE_CA") -> str:
        """The curl command that sends it through the vantage's proxy."""
        words = ["curl", "--proxy", proxy]
        if self.scheme == "https":
            words += ["--cacert", ca]
        name = (self.request.header("host") or self.host).partition(":")[0]
        if name != self.host:
            words += ["--connect-to", f"{name}:{self.port}:{self.host}:{self.port}"]
        if self.request.method != "GET":
            words += ["-X", self.request.method]
        for key, value in self.request.headers:
            if key.lower() != "host":
                words += ["-H", f"{key}: {value}"]
        return " ".join(_quoted(word) for word in (*words, self.url))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that breaks a claim, or leaves it unknown."""

    verdict: Verdict
    """``BROKEN`` or ``UNKNOWN``."""
    what: str
    """A sentence without full stop: who gets where, or what is not understood."""
    cited: ResourceRef | None = None
    """The rule, statement or resource to look at first."""
    remedy: str = ""
    """What to change, and to what."""
    witness: Witness | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A claim and all that was found against it; nothing found means that it holds."""

    claim: Claim
    findings: tuple[Finding, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Broken by one finding; else unknown by one; else it holds."""
        return worst(finding.verdict for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Report:
    """All claims about one app, in the order of the catalogue."""

    app: str
    judgements: tuple[Judgement, ...]
    notes: tuple[str, ...] = field(default=())
    """What the proof takes for granted here, a sentence each."""

    @property
    def verdict(self) -> Verdict:
        """The worst of its claims."""
        return worst(judgement.verdict for judgement in self.judgements)


def broken(
    what: str, cited: ResourceRef | None = None, remedy: str = "", witness: Witness | None = None
) -> Finding:
    """A finding that breaks its claim."""
    return Finding(Verdict.BROKEN, what, cited, remedy, witness)


def unknown(
    what: str, cited: ResourceRef | None = None, remedy: str = "", witness: Witness | None = None
) -> Finding:
    """A finding that leaves its claim unknown."""
    return Finding(Verdict.UNKNOWN, what, cited, remedy, witness)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Broken over unknown over holds; of nothing, holds."""
    found = set(verdicts)
    if Verdict.BROKEN in found:
        return Verdict.BROKEN
    return Verdict.UNKNOWN if Verdict.UNKNOWN in found else Verdict.HOLDS


def _quoted(word: str) -> str:
    """Quoted for a shell, but for the variables that stand for the vantage's proxy and the CA."""
    return f'"{word}"' if word.startswith("$LANDBRIDGE_") else shlex.quote(word)
