"""The intended client gets an answer from everything that the app consists of.

What holds only because nobody gets in proves nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from landbridge.model.exchange import HttpRequest
from landbridge.prove.case import Case
from landbridge.prove.reach.decided import Decided
from landbridge.prove.reach.entries import HTTPS, Entry
from landbridge.prove.reach.exposures import turns_at
from landbridge.prove.reach.places import Place, Where, corporate_places
from landbridge.prove.reach.requests import Asked
from landbridge.prove.verdict import Claim, Finding, Witness, broken, unknown
from landbridge.semantics.doors import speaks_tls
from landbridge.semantics.journey.connection import connect
from landbridge.trace.decision import Hops, Verdict

CLAIM = Claim(
    "it-works",
    "A client in the corporate network reaches every part of the app",
    (
        "Why do I get an HTTP 403 Forbidden error when connecting to my API Gateway APIs from a VPC?",
        "Resolving DNS queries between VPCs and your network",
    ),
)
NOBODY = "Nobody gets in, so whatever else holds is vacuous"


def judge(case: Case) -> Iterator[Finding]:
    """What nobody in the corporate network reaches by a name of the app, and where the best attempt ends."""
    tried = _try_all(case)
    if not case.app.domains:
        tried.reached |= _reached_by_any_name(case)
    parts = {*case.app.function_arns, *case.app.buckets}
    missing = sorted(part for part in parts if part not in tried.reached)
    if (not missing and tried.reached) or (not parts and tried.reached):
        return
    names = ", ".join(each.rpartition(":")[2] for each in missing)
    what = f"{NOBODY}: no request from the corporate network reaches {names or 'anything'}"
    if tried.reached:
        what = f"No request from the corporate network reaches {names}"
    stopped = tried.best.hops[-1].decision if tried.best is not None and tried.best.hops else None
    if stopped is not None and stopped.verdict is Verdict.NOT_MODELLED:
        feature = dict(stopped.facts).get("feature", "something")
        yield unknown(f"Nobody can tell whether a client gets in: {feature} is not modelled", stopped.cited)
        return
    remedy = stopped.remedy if stopped is not None else "Give the app a name and an entrance"
    yield broken(what, stopped.cited if stopped is not None else None, remedy, tried.best)


@dataclass(slots=True)
class _Tried:
    """What was reached, and the attempt that came farthest without reaching anything."""

    reached: set[str]
    best: Witness | None = None

    def failed(self, witness: Witness) -> None:
        """Remembers the attempt if it came farther than any before."""
        if self.best is None or len(witness.hops) > len(self.best.hops):
            self.best = witness


def _reached_by_any_name(case: Case) -> set[str]:
    return {
        _part(case, each.backend.arn or each.backend.id)
        for each in case.exposures
        if each.is_meant and each.backend is not None
    }


def _try_all(case: Case) -> _Tried:
    tried = _Tried(set())
    for place in corporate_places(case.account.topology, ()):
        if place.where is Where.CORPORATE:
            for domain in _names(case):
                for port in _ports(case):
                    _try(case, place, domain, port, tried)
    return tried


def _names(case: Case) -> tuple[str, ...]:
    """The app's domains; of an app without one, what API Gateway calls its private APIs at their endpoints.

    AWS: "Invoke a private API"
    """
    suffix = f"execute-api.{case.topology.region}.amazonaws.com"
    own = (
        f"{name}.{suffix}"
        for api in case.app.rest_apis
        if api.endpoint_type == "PRIVATE"
        for name in (*(f"{api.id}-{endpoint_id}" for endpoint_id in api.vpc_endpoint_ids), api.id)
    )
    return case.app.domains or tuple(own)


def _ports(case: Case) -> tuple[int, ...]:
    ports = [listener.port for balancer in case.app.load_balancers for listener in balancer.listeners]
    return tuple(sorted(set(ports), key=lambda port: port != HTTPS)) or (HTTPS,)


def _try(case: Case, place: Place, domain: str, port: int, tried: _Tried) -> None:
    connection = connect(case.account.world, place.source, domain, port)
    entry = Entry(place, domain, port, connection.hops, connection.door, connection.seen_as or place.source)
    if connection.door is None:
        tried.failed(_witness(entry, Asked(_any_request(domain), domain), connection.hops))
        return
    for asked in case.account.requests_at(entry):
        if asked.request.header("host") == domain:
            for turn in range(turns_at(case.account.topology, connection.door)):
                _note(case, entry, asked, case.account.decide(entry, asked, turn), tried)


def _note(case: Case, entry: Entry, asked: Asked, decided: Decided, tried: _Tried) -> None:
    backend = decided.backend
    if backend is not None:
        tried.reached.add(_part(case, backend.arn or backend.id))
    else:
        tried.failed(_witness(entry, asked, (*entry.hops, *decided.hops)))


def _part(case: Case, reached: str) -> str:
    """The function or bucket that an ARN or name belongs to."""
    for arn in case.app.function_arns:
        if reached == arn or reached.startswith(f"{arn}:"):
            return arn
    bucket = reached.removeprefix("arn:aws:s3:::").partition("/")[0]
    return bucket if bucket in case.app.buckets else reached


def _any_request(domain: str) -> HttpRequest:
    return HttpRequest("GET", "/", (("Host", domain),))


def _witness(entry: Entry, asked: Asked, hops: Hops) -> Witness:
    scheme = "https" if entry.door is None or speaks_tls(entry.door) else "http"
    place, request = entry.place, asked.request
    return Witness(place.vantage, scheme, entry.host, entry.port, request, asked.server_name, hops)
