import pytest
from tests.semantics.load_balancing.builders import MOMENT, listener, load_balancer, request

from landbridge.model.exchange import Headers, HttpRequest, HttpResponse, all_values
from landbridge.semantics.load_balancing.forwarding import Client, compile_forwarding, forward, relay

CLIENT = Client("192.168.10.7", 51234, "TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256")
ROOT = "1-67891233-abcdef012345678912345678"


def forwarded(
    headers: Headers = (("Host", "orders.corp.example"),),
    target: str = "/",
    port: int = 443,
    client: Client = CLIENT,
    version: str = "1.1",
    attributes: dict[str, str] | None = None,
) -> HttpRequest:
    protocol = "HTTPS" if port == 443 else "HTTP"
    return forward(
        request(target, headers=headers, version=version),
        listener(port=port, protocol=protocol),
        compile_forwarding(load_balancer(**(attributes or {}))),
        client,
        MOMENT,
    )


def test_a_target_sees_the_forwarding_headers_first_and_the_clients_own_unchanged() -> None:
    received = forwarded(
        (("User-Agent", "curl/8"), ("host", "Orders.Corp.example"), ("X-Tag", "A")), "/a%20b?c=d"
    )

    assert received == HttpRequest(
        "GET",
        "/a%20b?c=d",
        (
            ("X-Forwarded-For", "192.168.10.7"),
            ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Port", "443"),
            ("Host", "orders.corp.example"),
            ("X-Amzn-Trace-Id", f"Root={ROOT}"),
            ("User-Agent", "curl/8"),
            ("X-Tag", "A"),
        ),
    )


@pytest.mark.parametrize(
    ("sent", "attributes", "received"),
    [
        ((), {}, ("192.168.10.7",)),
        (("203.0.113.7",), {}, ("203.0.113.7, 192.168.10.7",)),
        (("203.0.113.7, 10.1.1.1",), {}, ("203.0.113.7, 10.1.1.1, 192.168.10.7",)),
        (("a", "b"), {}, ("a, b, 192.168.10.7",)),
        (("203.0.113.7",), {"xff_header_processing__mode": "preserve"}, ("203.0.113.7",)),
        ((), {"xff_header_processing__mode": "preserve"}, ()),
        (("203.0.113.7",), {"xff_header_processing__mode": "remove"}, ()),
        ((), {"xff_client_port__enabled": "true"}, ("192.168.10.7:51234",)),
        (
            ("203.0.113.7",),
            {"xff_client_port__enabled": "true", "xff_header_processing__mode": "preserve"},
            ("203.0.113.7",),
        ),
    ],
)
def test_x_forwarded_for_follows_its_mode(
    sent: tuple[str, ...], attributes: dict[str, str], received: tuple[str, ...]
) -> None:
    headers = (("Host", "a.example"), *(("x-forwarded-for", value) for value in sent))

    assert all_values(forwarded(headers, attributes=attributes).headers, "x-forwarded-for") == received


def test_the_port_of_an_ipv6_client_stands_after_brackets() -> None:
    received = forwarded(client=Client("2001:db8::1", 51234), attributes={"xff_client_port__enabled": "true"})

    assert received.header("x-forwarded-for") == "[2001:db8::1]:51234"


def test_the_clients_own_word_on_port_and_protocol_is_overwritten() -> None:
    sent = (("Host", "a.example"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Port", "443"))
    received = forwarded(sent, port=8080)

    assert all_values(received.headers, "x-forwarded-proto") == ("http",)
    assert all_values(received.headers, "x-forwarded-port") == ("8080",)


HOST_TABLE = [
    # port, target, Host headers sent, received by default, received with preserve_host_header
    (443, "/", ("example.com",), ("example.com",), ("example.com",)),
    (80, "/", ("example.com:80",), ("example.com",), ("example.com:80",)),
    (443, "/", ("Example.COM",), ("example.com",), ("Example.COM",)),
    (443, "https://dns_name/x", ("example.com",), ("dns_name",), ("example.com",)),
    (8080, "/", ("example.com",), ("example.com:8080",), ("example.com",)),
    (8080, "/", ("example.com:8080",), ("example.com:8080",), ("example.com:8080",)),
    (443, "/", ("a.example", "b.example"), ("a.example",), ("a.example", "b.example")),
    (443, "/", (), *[("internal-front-1234567890.eu-central-1.elb.amazonaws.com",)] * 2),
]


@pytest.mark.parametrize(("port", "target", "sent", "default", "preserved"), HOST_TABLE)
def test_the_host_header_is_rewritten_unless_it_is_preserved(
    port: int,
    target: str,
    sent: tuple[str, ...],
    default: tuple[str, ...],
    preserved: tuple[str, ...],
) -> None:
    headers = tuple(("Host", value) for value in sent)
    rewritten = forwarded(headers, target, port)
    kept = forwarded(headers, target, port, attributes={"preserve_host_header__enabled": "true"})

    assert all_values(rewritten.headers, "host") == default
    assert all_values(kept.headers, "host") == preserved
    assert rewritten.target.startswith("/")


@pytest.mark.parametrize(
    ("sent", "received"),
    [
        (None, f"Root={ROOT}"),
        ("Root=1-5-6", f"Self={ROOT};Root=1-5-6"),
        ("Root=1-5-6;CalledFrom=app", f"Self={ROOT};Root=1-5-6;CalledFrom=app"),
        ("Self=1-2-3;Root=1-5-6", f"Self={ROOT};Root=1-5-6"),
        ("Root=1-5-6; Self=1-2-3;CalledFrom=app", f"Self={ROOT};Root=1-5-6;CalledFrom=app"),
        ("CalledFrom=app", f"Root={ROOT};CalledFrom=app"),
    ],
)
def test_a_trace_id_gets_a_root_or_a_self(sent: str | None, received: str) -> None:
    headers = (("Host", "a.example"), *((("x-amzn-trace-id", sent),) if sent else ()))

    assert forwarded(headers).header("x-amzn-trace-id") == received


def test_a_trace_id_among_more_than_7_kb_of_headers_is_replaced() -> None:
    headers = (("Host", "a.example"), ("X-Amzn-Trace-Id", "Root=1-5-6"), ("X-Large", "x" * 7200))

    assert forwarded(headers).header("x-amzn-trace-id") == f"Root={ROOT}"


def test_invalid_header_names_are_dropped_only_when_asked() -> None:
    headers = (("Host", "a.example"), ("X_Under", "1"), ("X-Good", "2"))

    assert forwarded(headers).header("x_under") == "1"
    dropped = forwarded(headers, attributes={"drop_invalid_header_fields__enabled": "true"})
    assert dropped.header("x_under") is None
    assert dropped.header("x-good") == "2"


def test_hop_by_hop_headers_and_expect_do_not_reach_the_target() -> None:
    headers = (
        ("Host", "a.example"),
        ("Connection", "keep-alive, X-Private"),
        ("Keep-Alive", "timeout=5"),
        ("X-Private", "1"),
        ("Expect", "100-continue"),
        ("Transfer-Encoding", "chunked"),
        ("TE", "trailers"),
        ("Accept", "*/*"),
    )

    assert [name for name, _ in forwarded(headers).headers[5:]] == ["Accept"]


def test_a_websocket_upgrade_reaches_the_target() -> None:
    headers = (("Host", "a.example"), ("Connection", "Upgrade"), ("Upgrade", "websocket"))
    received = forwarded(headers)

    assert received.header("upgrade") == "websocket"
    assert received.header("connection") == "Upgrade"


def test_tls_headers_are_added_when_asked_and_never_believed() -> None:
    headers = (("Host", "a.example"), ("x-amzn-tls-version", "forged"))

    assert forwarded(headers).header("x-amzn-tls-version") is None
    told = forwarded(headers, attributes={"x_amzn_tls_version_and_cipher_suite__enabled": "true"})
    assert all_values(told.headers, "x-amzn-tls-version") == ("TLSv1.2",)
    assert told.header("x-amzn-tls-cipher-suite") == "ECDHE-RSA-AES128-GCM-SHA256"


def test_a_request_in_http_1_0_goes_on_in_1_1() -> None:
    assert forwarded((), version="1.0").version == "1.1"


def test_a_response_is_relayed_without_hop_by_hop_headers_and_with_its_own_server() -> None:
    response = HttpResponse(
        404,
        (
            ("X-Tag", "1"),
            ("Connection", "close"),
            ("content-type", "text/plain"),
            ("Transfer-Encoding", "chunked"),
            ("Date", "Sat, 25 Apr 2026 16:45:16 GMT"),
            ("Server", "AmazonS3"),
            ("Set-Cookie", "a=1"),
            ("Set-Cookie", "b=2"),
        ),
        b"body",
        "Not Found",
    )

    assert relay(response) == HttpResponse(
        404,
        (
            ("Server", "AmazonS3"),
            ("Date", "Sat, 25 Apr 2026 16:45:16 GMT"),
            ("content-type", "text/plain"),
            ("X-Tag", "1"),
            ("Set-Cookie", "a=1"),
            ("Set-Cookie", "b=2"),
        ),
        b"body",
        "Not Found",
    )


SPOOFED = (("Host", "orders.corp.example"), ("x-amzn-mtls-clientcert-subject", "CN=me"), ("X-Tag", "A"))


@pytest.mark.parametrize(
    ("told", "received"),
    [
        (None, (("x-amzn-mtls-clientcert-subject", "CN=me"), ("X-Tag", "A"))),
        ((), (("X-Tag", "A"),)),
        (
            (("X-Amzn-Mtls-Clientcert-Subject", "CN=client"),),
            (("X-Amzn-Mtls-Clientcert-Subject", "CN=client"), ("X-Tag", "A")),
        ),
    ],
)
def test_with_mutual_tls_only_the_load_balancer_speaks_of_the_clients_certificate(
    told: Headers | None, received: Headers
) -> None:
    sent = forwarded(SPOOFED, client=Client("192.168.10.7", certificate_headers=told))

    assert sent.headers[5:] == received
