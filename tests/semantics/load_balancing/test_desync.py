import pytest

from landbridge.model.exchange import Headers, HttpRequest, Irregularity, MalformedReason
from landbridge.semantics.load_balancing.attributes import DesyncMode
from landbridge.semantics.load_balancing.desync import (
    COMPLIANT,
    Classification,
    ClassificationReason,
    Classified,
    Treatment,
    classify,
    classify_malformed,
    treat,
)

ACCEPTABLE, AMBIGUOUS, SEVERE = Classification.ACCEPTABLE, Classification.AMBIGUOUS, Classification.SEVERE
REASON = ClassificationReason
CHUNKED = ("Transfer-Encoding", "chunked")


@pytest.mark.parametrize(
    ("method", "headers", "body", "classified"),
    [
        ("GET", (("Host", "a"),), b"", COMPLIANT),
        ("POST", (("Content-Length", "0"),), b"", COMPLIANT),
        ("POST", (CHUNKED,), b"x", COMPLIANT),
        ("DELETE", (("Content-Length", "1"),), b"x", COMPLIANT),
        ("GET", (("Content-Length", "0"),), b"", Classified(ACCEPTABLE, REASON.GET_HEAD_ZERO_CONTENT_LENGTH)),
        (
            "HEAD",
            (("Content-Length", "0"),),
            b"",
            Classified(ACCEPTABLE, REASON.GET_HEAD_ZERO_CONTENT_LENGTH),
        ),
        (
            "GET",
            (("Content-Length", "1"),),
            b"x",
            Classified(AMBIGUOUS, REASON.UNDEFINED_CONTENT_LENGTH_SEMANTICS),
        ),
        ("GET", (CHUNKED,), b"", Classified(AMBIGUOUS, REASON.UNDEFINED_TRANSFER_ENCODING_SEMANTICS)),
        ("POST", (("Transfer_Encoding", "chunked"),), b"", Classified(AMBIGUOUS, REASON.SUSPICIOUS_HEADER)),
        ("POST", (("Transfer-Encoding ", "x"),), b"", Classified(AMBIGUOUS, REASON.SUSPICIOUS_HEADER)),
        ("POST", (("content.length", "3"),), b"", Classified(AMBIGUOUS, REASON.SUSPICIOUS_HEADER)),
        (
            "POST",
            (("Tran\u00c5\u00bffer-Encoding", "chunked"),),
            b"",
            Classified(AMBIGUOUS, REASON.SUSPICIOUS_HEADER),
        ),
    ],
)
def test_what_headers_say_of_a_body_decides_how_safe_a_request_is(
    method: str, headers: Headers, body: bytes, classified: Classified
) -> None:
    assert classify(HttpRequest(method, "/", headers, body)) == classified


@pytest.mark.parametrize(
    ("irregularity", "classification", "reason"),
    [
        (Irregularity.SPACE_IN_TARGET, ACCEPTABLE, REASON.SPACE_IN_URI),
        (Irregularity.CONTROL_IN_TARGET, AMBIGUOUS, REASON.AMBIGUOUS_URI),
        (Irregularity.CONTROL_IN_HEADER, ACCEPTABLE, REASON.NON_COMPLIANT_HEADER),
        (Irregularity.EMPTY_HEADER_NAME, AMBIGUOUS, REASON.EMPTY_HEADER),
        (Irregularity.MINOR_VERSION, ACCEPTABLE, REASON.NON_COMPLIANT_VERSION),
        (Irregularity.REPEATED_LENGTH, AMBIGUOUS, REASON.DUPLICATE_CONTENT_LENGTH),
        (Irregularity.BOTH_LENGTHS, AMBIGUOUS, REASON.BOTH_TE_CL_PRESENT),
    ],
)
def test_each_irregularity_has_its_reason(
    irregularity: Irregularity, classification: Classification, reason: ClassificationReason
) -> None:
    request = HttpRequest("POST", "/", irregularities=(irregularity,))

    assert classify(request) == Classified(classification, reason)


def test_the_first_of_the_gravest_reasons_is_told() -> None:
    odd = (Irregularity.SPACE_IN_TARGET, Irregularity.EMPTY_HEADER_NAME, Irregularity.BOTH_LENGTHS)

    assert classify(HttpRequest("POST", "/", irregularities=odd)).reason is REASON.EMPTY_HEADER


def test_transfer_encoding_means_nothing_in_http_1_0() -> None:
    request = HttpRequest("POST", "/", (CHUNKED,), version="1.0")

    assert classify(request).reason is REASON.UNDEFINED_TRANSFER_ENCODING_SEMANTICS


def test_http2_leaves_no_doubt() -> None:
    assert classify(HttpRequest("GET", "/", (("content-length", "1"),), b"x", "2")) == COMPLIANT


@pytest.mark.parametrize(
    ("malformed", "reason"),
    [
        (MalformedReason.BAD_CONTENT_LENGTH, REASON.BAD_CONTENT_LENGTH),
        (MalformedReason.CONFLICTING_LENGTH, REASON.MULTIPLE_CONTENT_LENGTH),
        (MalformedReason.BAD_TRANSFER_ENCODING, REASON.BAD_TRANSFER_ENCODING),
        (MalformedReason.REPEATED_CHUNKED, REASON.MULTIPLE_TRANSFER_ENCODING_CHUNKED),
        (MalformedReason.BAD_HEADER, REASON.BAD_HEADER),
        (MalformedReason.BAD_METHOD, REASON.BAD_METHOD),
        (MalformedReason.BAD_TARGET, REASON.BAD_URI),
        (MalformedReason.BAD_VERSION, REASON.BAD_VERSION),
    ],
)
def test_what_cannot_be_read_is_severe(malformed: MalformedReason, reason: ClassificationReason) -> None:
    assert classify_malformed(malformed) == Classified(SEVERE, reason)


def test_what_is_only_too_long_is_not_unsafe() -> None:
    assert classify_malformed(MalformedReason.HEADER_TOO_LONG) == COMPLIANT


ROUTE, CLOSE, BLOCK = Treatment.ROUTE, Treatment.ROUTE_AND_CLOSE, Treatment.BLOCK


@pytest.mark.parametrize(
    ("mode", "treatments"),
    [
        (DesyncMode.MONITOR, (ROUTE, ROUTE, ROUTE, ROUTE)),
        (DesyncMode.DEFENSIVE, (ROUTE, ROUTE, CLOSE, BLOCK)),
        (DesyncMode.STRICTEST, (ROUTE, BLOCK, BLOCK, BLOCK)),
    ],
)
def test_each_mode_treats_the_classifications_as_documented(
    mode: DesyncMode, treatments: tuple[Treatment, ...]
) -> None:
    assert tuple(treat(Classified(each), mode) for each in Classification) == treatments
