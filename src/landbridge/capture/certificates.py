"""Certificates, from ACM's list and, where that is cut short, its describe call."""

from landbridge.capture.reading import Answer, Missing, Reader
from landbridge.model.certificates import Certificate, Certificates
from landbridge.model.identifiers import Arn
from landbridge.trace.decision import ResourceRef

KEY_TYPES = (
    "RSA_1024",
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "EC_prime256v1",
    "EC_secp384r1",
    "EC_secp521r1",
)
"""ACM lists only RSA keys of up to 2,048 bits unless asked for the others.

AWS: "Filters" (AWS Certificate Manager API reference)
"""
MEMBERS = ("DomainName", "SubjectAlternativeNameSummaries", "Status", "Type", "KeyAlgorithm")


def read_certificates(reader: Reader, previous: Certificates) -> Certificates:
    """Every certificate of the region."""
    summaries = reader.items(
        "acm",
        "list_certificates",
        "CertificateSummaryList",
        order_by="CertificateArn",
        Includes={"keyTypes": list(KEY_TYPES)},
    )
    found = (_certificate(reader, summary) for summary in summaries)
    return Certificates(tuple(certificate for certificate in found if certificate))


def _certificate(reader: Reader, summary: Answer) -> Certificate | None:
    if all(member in summary for member in MEMBERS) and not summary.get(
        "HasAdditionalSubjectAlternativeNames"
    ):
        return _from_answer(summary, summary["SubjectAlternativeNameSummaries"])
    arn = summary["CertificateArn"]
    about = ResourceRef("AWS::CertificateManager::Certificate", arn.rpartition("/")[2], arn)
    answer = reader.answer("acm", "describe_certificate", about, CertificateArn=arn)
    if isinstance(answer, Missing):
        return None
    certificate = answer["Certificate"]
    return _from_answer(certificate, certificate.get("SubjectAlternativeNames", ()))


def _from_answer(answer: Answer, names: list[str]) -> Certificate:
    return Certificate(
        arn=Arn(answer["CertificateArn"]),
        domain_name=answer["DomainName"],
        subject_alternative_names=tuple(names),
        status=answer["Status"],
        type=answer["Type"],
        key_algorithm=answer.get("KeyAlgorithm", "RSA_2048").replace("-", "_"),
    )
