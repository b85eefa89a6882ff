from typing import Any

import pytest
from tests.capture.scripted import Failure, ScriptedAccount

from landbridge.capture.certificates import read_certificates
from landbridge.model.certificates import Certificate, Certificates
from landbridge.model.identifiers import Arn

ARN = Arn("arn:aws:acm:eu-central-1:123456789012:certificate/1")
NAMES = ("corp.example", "*.corp.example")
CERTIFICATE = Certificate(ARN, "corp.example", NAMES, "ISSUED", "IMPORTED")
DESCRIBED = {
    "Certificate": {
        "CertificateArn": ARN,
        "DomainName": "corp.example",
        "SubjectAlternativeNames": list(NAMES),
        "Status": "ISSUED",
        "Type": "IMPORTED",
        "KeyAlgorithm": "RSA-2048",
    }
}
SUMMARY = {
    "CertificateArn": ARN,
    "DomainName": "corp.example",
    "SubjectAlternativeNameSummaries": list(NAMES),
    "HasAdditionalSubjectAlternativeNames": False,
    "Status": "ISSUED",
    "Type": "IMPORTED",
    "KeyAlgorithm": "RSA-2048",
}


def account(summary: dict[str, Any], described: Any = DESCRIBED) -> ScriptedAccount:
    return ScriptedAccount(
        {
            "acm.list_certificates": {"CertificateSummaryList": [summary]},
            "acm.describe_certificate": described,
        }
    )


def test_the_list_tells_all_of_a_certificate_with_few_names() -> None:
    scripted = account(SUMMARY)
    assert read_certificates(scripted.reader(), Certificates()).certificates == (CERTIFICATE,)
    assert scripted.calls == ["acm.list_certificates"]


@pytest.mark.parametrize(
    "summary",
    [
        {"CertificateArn": ARN, "DomainName": "corp.example"},
        {
            **SUMMARY,
            "SubjectAlternativeNameSummaries": ["corp.example"],
            "HasAdditionalSubjectAlternativeNames": True,
        },
    ],
)
def test_a_certificate_of_which_the_list_does_not_tell_all_is_described(summary: dict[str, Any]) -> None:
    assert read_certificates(account(summary).reader(), Certificates()).certificates == (CERTIFICATE,)


def test_a_certificate_that_is_gone_before_it_is_described_is_left_out() -> None:
    gone = account({"CertificateArn": ARN}, Failure("ResourceNotFoundException"))
    assert read_certificates(gone.reader(), Certificates()).certificates == ()


def test_keys_of_every_type_are_asked_for() -> None:
    asked: list[Any] = []

    def answer(parameters: dict[str, Any]) -> dict[str, Any]:
        asked.append(parameters["Includes"]["keyTypes"])
        return {"CertificateSummaryList": []}

    read_certificates(ScriptedAccount({"acm.list_certificates": answer}).reader(), Certificates())
    assert "EC_prime256v1" in asked[0]
    assert "RSA_4096" in asked[0]


@pytest.mark.parametrize(
    ("answered", "read"),
    [("RSA-2048", "RSA_2048"), ("RSA_4096", "RSA_4096"), ("EC_prime256v1", "EC_prime256v1")],
)
def test_the_key_algorithm_is_read_in_either_of_acms_spellings(answered: str, read: str) -> None:
    reader = account(SUMMARY | {"KeyAlgorithm": answered}).reader()
    (certificate,) = read_certificates(reader, Certificates()).certificates
    assert certificate.key_algorithm == read
