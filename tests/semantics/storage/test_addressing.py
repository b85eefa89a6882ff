import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbridge.semantics.storage.addressing import (
    Addressed,
    BadKey,
    HostMeaning,
    Style,
    address,
    is_bucket_name,
    read_host,
)

REGION = "eu-central-1"
VPCE = f"vpce-0abc-x1y2z3.s3.{REGION}.vpce.amazonaws.com"


@pytest.mark.parametrize(
    ("host", "style", "bucket"),
    [
        ("", Style.PATH, ""),
        ("10.20.1.20", Style.PATH, ""),
        ("10.20.1.20:80", Style.PATH, ""),
        (f"s3.{REGION}.amazonaws.com", Style.PATH, ""),
        (f"S3.{REGION.upper()}.amazonaws.com:443", Style.PATH, ""),
        (f"s3.dualstack.{REGION}.amazonaws.com", Style.PATH, ""),
        (f"s3-{REGION}.amazonaws.com", Style.PATH, ""),
        ("s3.amazonaws.com", Style.PATH, ""),
        (f"site.s3.{REGION}.amazonaws.com", Style.VIRTUAL_HOST, "site"),
        (f"www.site.example.s3.{REGION}.amazonaws.com", Style.VIRTUAL_HOST, "www.site.example"),
        ("site.s3.amazonaws.com", Style.VIRTUAL_HOST, "site"),
        (f"bucket.{VPCE}", Style.PATH, ""),
        (f"site.bucket.{VPCE}", Style.VIRTUAL_HOST, "site"),
        (f"bucket.vpce-0abc-x1y2z3-{REGION}a.s3.{REGION}.vpce.amazonaws.com", Style.PATH, ""),
        ("orders.corp.example", Style.OWN_NAME, "orders.corp.example"),
        ("Orders.Corp.Example:8443", Style.OWN_NAME, "orders.corp.example"),
        (f"site.{VPCE}", Style.OWN_NAME, f"site.{VPCE}"),
        (
            f"internal-a-1.{REGION}.elb.amazonaws.com",
            Style.OWN_NAME,
            f"internal-a-1.{REGION}.elb.amazonaws.com",
        ),
    ],
)
def test_the_host_says_how_the_bucket_is_named(host: str, style: Style, bucket: str) -> None:
    assert read_host(host, REGION) == HostMeaning(style, bucket)


@pytest.mark.parametrize(
    "host",
    [
        f"accesspoint.{VPCE}",
        f"ap-1.accesspoint.{VPCE}",
        f"control.{VPCE}",
        f"ap-123456789012.s3-accesspoint.{REGION}.amazonaws.com",
        f"site.s3-website.{REGION}.amazonaws.com",
        "site.s3.us-west-2.amazonaws.com",
    ],
)
def test_other_resources_of_s3_are_not_modelled(host: str) -> None:
    meaning = read_host(host, REGION)
    assert (meaning.style, bool(meaning.unmodelled)) == (Style.UNMODELLED, True)


PATH, SITE = HostMeaning(Style.PATH), HostMeaning(Style.OWN_NAME, "site")


@pytest.mark.parametrize(
    ("meaning", "path", "expected"),
    [
        (PATH, "/", Addressed("", "")),
        (PATH, "/site", Addressed("site", "")),
        (PATH, "/site/", Addressed("site", "")),
        (PATH, "/site/a/b", Addressed("site", "a/b")),
        (PATH, "/site//a", Addressed("site", "/a")),
        (SITE, "/", Addressed("site", "")),
        (SITE, "/a/", Addressed("site", "a/")),
        (SITE, "//a", Addressed("site", "/a")),
        (SITE, "/a%2Fb%20+c", Addressed("site", "a/b +c")),
        (SITE, "/%C3%BC", Addressed("site", "ü")),
        (SITE, "/%FF", BadKey.NOT_DECODABLE),
        (SITE, "/100%", BadKey.NOT_DECODABLE),
        (SITE, "/" + "a" * 1024, Addressed("site", "a" * 1024)),
        (SITE, "/" + "a" * 1025, BadKey.TOO_LONG),
        (SITE, "/" + "%C3%BC" * 513, BadKey.TOO_LONG),
    ],
)
def test_the_path_is_the_key(meaning: HostMeaning, path: str, expected: Addressed | BadKey) -> None:
    assert address(meaning, path) == expected


@given(st.text(st.characters(min_codepoint=33, max_codepoint=255), max_size=40))
def test_any_path_is_a_key_or_is_refused(path: str) -> None:
    assert isinstance(address(SITE, "/" + path), Addressed | BadKey)


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("site", True),
        ("www.site.example", True),
        ("Old_Bucket", True),
        ("ab", False),
        ("a b", False),
        ("-a-", False),
    ],
)
def test_a_bucket_has_a_name(name: str, good: bool) -> None:
    assert is_bucket_name(name) is good
