"""Whether the certificates at a door cover the names that people call it by."""

from collections.abc import Iterator, Sequence

from landbridge.model.certificates import Certificate
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import Listener, LoadBalancer
from landbridge.prove.case import Case
from landbridge.prove.name_targets import endpoint_names, leads_to, targets_of, zones_of
from landbridge.prove.verdict import Finding, broken, unknown
from landbridge.trace.decision import ResourceRef

ISSUED = "ISSUED"


def judge_certificates(
    case: Case, balancer: LoadBalancer, listener: Listener, reference: ResourceRef
) -> Iterator[Finding]:
    """Names of the app for which an HTTPS listener has no certificate that clients take.

    AWS: "SSL certificates for your Application Load Balancer"
    """
    at = f"listener HTTPS:{listener.port} of {balancer.name}"
    for name in case.app.domains:
        if not _is_at_endpoint(case, name):
            yield from _judge_name(case, name.lower(), listener.certificate_arns, at, reference)


def judge_certificate(
    case: Case, name: str, arn: Arn | None, at: str, reference: ResourceRef
) -> Iterator[Finding]:
    """Whether one certificate is for the name, and in force."""
    yield from _judge_name(case, name.lower(), (arn,) if arn else (), at, reference)


def _judge_name(
    case: Case, name: str, arns: Sequence[Arn], at: str, reference: ResourceRef
) -> Iterator[Finding]:
    by_arn = case.topology.certificates.by_arn
    covering = [by_arn[arn] for arn in arns if arn in by_arn and covers(by_arn[arn], name)]
    if any(each.status == ISSUED for each in covering):
        return
    unread = [arn for arn in arns if arn not in by_arn]
    if covering:
        yield broken(
            f"the certificate of {at} for {name} is {covering[0].status}, so that clients refuse it",
            ResourceRef("AWS::CertificateManager::Certificate", _id(covering[0].arn), covering[0].arn),
            f"Have a certificate for {name} issued, and set it there",
        )
    elif unread:
        what = f"certificate {unread[0]} of {at} could not be read: whether it covers {name} is not known"
        yield unknown(what, reference)
    else:
        yield broken(
            f"{at} has no certificate that covers {name}, so that clients refuse the one it shows",
            reference,
            f"Add a certificate for {name}",
        )


def covers(certificate: Certificate, name: str) -> bool:
    """Whether it is for the name; a wildcard stands for one label.

    AWS: "What is AWS Certificate Manager?"
    """
    names = (certificate.domain_name, *certificate.subject_alternative_names)
    return any(each.lower() in (name, "*." + name.partition(".")[2]) for each in names)


def _is_at_endpoint(case: Case, name: str) -> bool:
    """Whether the name leads to endpoints only, so that no listener ever hears it."""
    names = frozenset(endpoint_names(case.app))
    zones = zones_of(case.topology, name, private=True)
    targets = [target for zone in zones for target in targets_of(zone, name)]
    return bool(targets) and all(leads_to(target.place, names) for target in targets)


def _id(arn: str) -> str:
    return arn.rpartition("/")[2]
