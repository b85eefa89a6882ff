import pytest

from landbridge.errors import DeclarationError
from landbridge.semantics.load_balancing.authentication.provider_calls import get, is_endpoint, post_form


@pytest.mark.parametrize(
    ("url", "admitted"),
    [
        ("https://idp.example/token", True),
        ("https://idp.example:8443/token?tenant=a", True),
        ("https://localhost/token", True),
        ("http://localhost:9400/token", True),
        ("http://127.0.0.1:9400/token", True),
        ("http://[::1]:9400/token", True),
        ("http://idp.example/token", False),
        ("ftp://idp.example/token", False),
        ("https:///token", False),
        ("https://idp.example:port/token", False),
        ("https://idp.example/to ken", False),
        ("https://idp.example/\r\nX: y", False),
        ("idp.example/token", False),
        ("", False),
    ],
)
def test_an_endpoint_is_reached_by_https_and_on_loopback_by_http_too(url: str, admitted: bool) -> None:
    assert is_endpoint(url) is admitted
    if not admitted:
        with pytest.raises(DeclarationError):
            get(url)


def test_a_request_names_the_host_as_the_url_does_and_checks_its_certificate() -> None:
    need = post_form("https://idp.example:8443/token?tenant=a", b"a=b")
    assert (need.host, need.port, need.request.target) == ("idp.example", 8443, "/token?tenant=a")
    assert need.request.header("host") == "idp.example:8443"
    assert (need.request.method, need.request.body) == ("POST", b"a=b")
    assert need.tls is not None
    assert (need.tls.verify, need.tls.server_name) == (True, "idp.example")
    assert get("http://127.0.0.1:9400").tls is None
    assert get("http://127.0.0.1:9400").request.target == "/"
