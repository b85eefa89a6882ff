import pytest
from tests.semantics.load_balancing.builders import request

from landbridge.model.exchange import Headers, HttpRequest, MalformedReason
from landbridge.semantics.load_balancing.limits import refuse, refuse_malformed
from landbridge.trace.codes import LocalCode

HOST = ("Host", "a.example")


def addresses(count: int) -> str:
    return ", ".join(["10.0.0.1"] * count)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (request(), None),
        (request(method="HEAD"), None),
        (request(method="TRACE"), 405),
        (request(method="CONNECT"), 405),
        (request(version="1.0", headers=()), None),
        (request(version="0.9", headers=()), None),
        (request(version="2.0"), 505),
        (request(headers=()), 400),
        (request("/" + "a" * (16 * 1024 - len("GET / HTTP/1.1"))), None),
        (request("/" + "a" * (16 * 1024 - len("GET / HTTP/1.1") + 1)), 414),
    ],
)
def test_a_request_line_is_within_aws_limits_or_refused(sent: HttpRequest, status: int | None) -> None:
    refusal = refuse(sent)

    assert (refusal.status if refusal else None) == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ((("X-Large", "x" * (16 * 1024 - len("X-Large: "))),), None),
        ((("X-Large", "x" * (16 * 1024 - len("X-Large: ") + 1)),), 400),
        (tuple((f"X-{index}", "x" * 10_000) for index in range(6)), None),
        (tuple((f"X-{index}", "x" * 10_000) for index in range(7)), 400),
        ((("X-Forwarded-For", addresses(30)),), None),
        ((("X-Forwarded-For", addresses(31)),), 463),
        ((("X-Forwarded-For", addresses(20)), ("x-forwarded-for", addresses(11))), 463),
        ((("Transfer-Encoding", "chunked"),), None),
        ((("Transfer-Encoding", "identity"),), None),
        ((("Transfer-Encoding", "gzip, chunked"),), 501),
    ],
)
def test_headers_are_within_aws_limits_or_refused(headers: Headers, status: int | None) -> None:
    refusal = refuse(request(headers=(HOST, *headers)))

    assert (refusal.status if refusal else None) == status


def test_a_refusal_says_what_was_compared_and_what_to_change() -> None:
    refusal = refuse(request(headers=(HOST, ("X-Forwarded-For", addresses(31)))))

    assert refusal is not None
    assert refusal.decision.code is LocalCode.MALFORMED_REQUEST
    assert refusal.decision.facts == (("x-forwarded-for addresses", "31"),)
    assert refusal.decision.remedy == "send at most 30 addresses in X-Forwarded-For"


@pytest.mark.parametrize("reason", MalformedReason)
def test_bytes_that_are_no_request_are_refused(reason: MalformedReason) -> None:
    statuses = {
        MalformedReason.REQUEST_LINE_TOO_LONG: 414,
        MalformedReason.BODY_TOO_LARGE: 413,
        MalformedReason.UNSUPPORTED_TRANSFER_ENCODING: 501,
        MalformedReason.BAD_VERSION: 505,
    }
    refusal = refuse_malformed(reason)

    assert refusal.status == statuses.get(reason, 400)
    assert refusal.decision.facts[0] == ("request", reason.value)
