import pytest
from tests.semantics.load_balancing.builders import listener, request

from landbridge.model.load_balancing import FixedResponseAction, RedirectAction
from landbridge.semantics.load_balancing.responses import error, fixed_response, redirect

NOW = 1_777_135_516_000
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Safari/537.36"


def test_the_page_of_a_503_is_that_of_aws_byte_by_byte() -> None:
    response = error(503, NOW)

    assert response.reason == "Service Temporarily Unavailable"
    assert response.headers == (
        ("Server", "awselb/2.0"),
        ("Date", "Sat, 25 Apr 2026 16:45:16 GMT"),
        ("Content-Type", "text/html"),
    )
    assert response.body == (
        b"<html>\r\n"
        b"<head><title>503 Service Temporarily Unavailable</title></head>\r\n"
        b"<body>\r\n"
        b"<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n"
        b"</body>\r\n"
        b"</html>\r\n"
    )


@pytest.mark.parametrize(
    ("status", "length"),
    [
        (400, 122),
        (401, 144),
        (403, 118),
        (405, 122),
        (408, 132),
        (413, 148),
        (414, 142),
        (500, 142),
        (501, 130),
        (502, 122),
        (503, 162),
        (504, 132),
        (505, 152),
    ],
)
def test_an_error_page_has_the_length_seen_on_aws(status: int, length: int) -> None:
    assert len(error(status, NOW).body) == length


@pytest.mark.parametrize("status", [460, 463, 464, 561, 562])
def test_a_status_of_the_load_balancers_own_has_no_body(status: int) -> None:
    response = error(status, NOW)

    assert response.body == b""
    assert response.header("server") == "awselb/2.0"
    assert response.header("content-type") is None


@pytest.mark.parametrize(
    ("user_agent", "length"),
    [
        (CHROME, 122 + 402),
        ("Mozilla/4.0 (compatible; MSIE 6.0)", 122 + 402),
        ("Mozilla/4.0 (compatible; MSIE 6.0) Opera 7", 122),
        ("curl/8.4.0", 122),
        ("", 122),
    ],
)
def test_a_browser_with_pages_of_its_own_gets_a_long_page(user_agent: str, length: int) -> None:
    assert len(error(502, NOW, user_agent=user_agent).body) == length


def test_plain_http_to_an_https_listener_is_told_so() -> None:
    response = error(400, NOW, plain_to_https=True)

    assert response.reason == "Bad Request"
    assert b"<title>400 The plain HTTP request was sent to HTTPS port</title>" in response.body
    assert b"<center><h1>400 Bad Request</h1></center>\r\n" in response.body
    assert b"<center>The plain HTTP request was sent to HTTPS port</center>\r\n" in response.body


@pytest.mark.parametrize(
    ("code", "status", "reason", "length"),
    [("HTTP_301", 301, "Moved Permanently", 134), ("HTTP_302", 302, "Moved Temporarily", 110)],
)
def test_a_redirect_has_aws_status_line_and_page(code: str, status: int, reason: str, length: int) -> None:
    response = redirect(RedirectAction(code, "HTTPS", port="443"), request("/"), listener(port=80), NOW)

    assert (response.status, response.reason, len(response.body)) == (status, reason, length)
    assert [name for name, _ in response.headers] == ["Server", "Date", "Content-Type", "Location"]


@pytest.mark.parametrize(
    ("action", "target", "host", "location"),
    [
        (RedirectAction("HTTP_301", "HTTPS", port="443"), "/", "a.example", "https://a.example:443/"),
        (
            RedirectAction("HTTP_301", "HTTPS", port="443"),
            "/a/b?c=d",
            "a.example:80",
            "https://a.example:443/a/b?c=d",
        ),
        (RedirectAction("HTTP_302", host="b.example"), "/x", "a.example", "http://b.example:80/x"),
        (RedirectAction("HTTP_302", host="www.#{host}"), "/x", "a.example", "http://www.a.example:80/x"),
        (RedirectAction("HTTP_302", path="/new/#{path}"), "/x", "a.example", "http://a.example:80/new/x"),
        (RedirectAction("HTTP_302", path="/", query=""), "/x?y", "a.example", "http://a.example:80/"),
        (
            RedirectAction("HTTP_302", path="/", query="from=#{path}&#{query}"),
            "/x?y=1",
            "a.example",
            "http://a.example:80/?from=x&y=1",
        ),
        (RedirectAction("HTTP_302"), "/#{host}", "a.example", "http://a.example:80/#{host}"),
        (RedirectAction("HTTP_302", path="/#{other}"), "/", "a.example", "http://a.example:80/#{other}"),
    ],
)
def test_a_location_carries_its_port_and_fills_placeholders_once(
    action: RedirectAction, target: str, host: str, location: str
) -> None:
    sent = request(target, headers=(("Host", host),))

    assert redirect(action, sent, listener(port=80, protocol="HTTP"), NOW).header("location") == location


@pytest.mark.parametrize(
    ("action", "content_type", "body"),
    [
        (FixedResponseAction(200, "text/plain", "pong"), "text/plain; charset=utf-8", b"pong"),
        (FixedResponseAction(404, "application/json", "{}"), "application/json; charset=utf-8", b"{}"),
        (FixedResponseAction(503, "", ""), "text/plain; charset=utf-8", b""),
        (FixedResponseAction(200, "text/html", "grün"), "text/html; charset=utf-8", "grün".encode()),
    ],
)
def test_a_fixed_response_is_sent_as_it_was_written(
    action: FixedResponseAction, content_type: str, body: bytes
) -> None:
    response = fixed_response(action, NOW)

    assert response.status == action.status_code
    assert response.header("content-type") == content_type
    assert response.header("server") == "awselb/2.0"
    assert response.body == body
