from tests.semantics.load_balancing.builders import request

from landbridge.model.exchange import HttpResponse
from landbridge.semantics.load_balancing.cookies import (
    cookie_value,
    expired_cookie,
    request_cookies,
    set_cookie,
    with_cookies,
)


def test_cookies_are_read_from_every_cookie_header_in_order() -> None:
    sent = request(headers=(("Cookie", "a=1; b=x=y"), ("cookie", " c ; =z; a=2")))
    assert request_cookies(sent) == [("a", "1"), ("b", "x=y"), ("c", ""), ("a", "2")]
    assert cookie_value(sent, "a") == "1"
    assert cookie_value(sent, "d") == ""
    assert request_cookies(request()) == []


def test_a_cookie_is_for_the_whole_site_and_has_a_date_of_expiry() -> None:
    assert set_cookie("a", "1", 1_777_135_516_000, 604_800, "Secure") == (
        "Set-Cookie",
        "a=1; Expires=Sat, 02 May 2026 16:45:16 GMT; Path=/; Secure",
    )
    assert expired_cookie("a")[1] == "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/"


def test_cookies_come_after_the_response_s_own_headers() -> None:
    response = HttpResponse(200, (("A", "b"),), b"body")
    assert with_cookies(response, ()) is response
    assert with_cookies(response, (("Set-Cookie", "a=1"),)).headers == (("A", "b"), ("Set-Cookie", "a=1"))
