"""Which bucket and key a request means, by Host and path.

AWS: "Virtual hosting of general purpose buckets"
"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address
from urllib.parse import unquote_to_bytes

LONGEST_KEY = 1024
"""Bytes of UTF-8.

AWS: "Naming Amazon S3 objects"
"""


class Style(Enum):
    """How a Host names a bucket."""

    PATH = "path style"
    """The Host is the service's own: the first segment of the path is the bucket."""
    VIRTUAL_HOST = "virtual-hosted style"
    """The bucket stands in front of the service's own name."""
    OWN_NAME = "the Host is the bucket's name"
    """Any other Host is itself the name of the bucket."""
    UNMODELLED = "another kind of resource"


@dataclass(frozen=True, slots=True)
class HostMeaning:
    """What a Host says of the bucket."""

    style: Style
    bucket: str = ""
    """Empty in path style."""
    unmodelled: str = ""


@dataclass(frozen=True, slots=True)
class Addressed:
    """The bucket and the key; empty where the request names none."""

    bucket: str
    key: str


class BadKey(Enum):
    """Why a path is no key."""

    NOT_DECODABLE = "it is not percent-encoded UTF-8"
    TOO_LONG = "it is longer than 1024 bytes"


@lru_cache(maxsize=256)
def read_host(host: str, region: str) -> HostMeaning:
    """What the Host header means at S3 in a region, through an endpoint or without.

    An address, such as a load balancer's health check sends, and the names of the service itself leave it to
    the path; a Host that is no name of S3's is the bucket's own name.
    """
    name = host.partition(":")[0].lower().rstrip(".")
    if not name or _is_address(name):
        return HostMeaning(Style.PATH)
    for suffix in _service_names(region):
        if name == suffix:
            return HostMeaning(Style.PATH)
        if name.endswith(f".{suffix}"):
            return HostMeaning(Style.VIRTUAL_HOST, name.removesuffix(f".{suffix}"))
    return _read_endpoint_name(name, region) or _read_other_name(name, region)


def address(meaning: HostMeaning, path: str) -> Addressed | BadKey:
    """The bucket and key of a path; the key is decoded, slashes in it count as they are."""
    bucket, rest = meaning.bucket, path.removeprefix("/")
    if meaning.style is Style.PATH:
        bucket, _, rest = rest.partition("/")
    if "%" not in rest and rest.isascii():
        decoded = rest.encode()
    elif _BROKEN_ESCAPE.search(rest):
        return BadKey.NOT_DECODABLE
    else:
        decoded = unquote_to_bytes(rest)
    if len(decoded) > LONGEST_KEY:
        return BadKey.TOO_LONG
    try:
        return Addressed(bucket, decoded.decode())
    except UnicodeDecodeError:
        return BadKey.NOT_DECODABLE


def is_bucket_name(name: str) -> bool:
    """Whether a bucket can have this name; old buckets have capitals and underscores, too.

    AWS: "General purpose bucket naming rules"
    """
    return _BUCKET_NAME.fullmatch(name) is not None


_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_BUCKET_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]")
_ENDPOINT_NAME = re.compile(
    r"(?:(?P<bucket>.+)\.)?(?P<kind>bucket|accesspoint|control)\.vpce-[0-9a-f]+-[a-z0-9]+(?:-[a-z0-9-]+)?"
    r"\.s3\.(?P<region>[a-z0-9-]+)\.vpce\.amazonaws\.com"
)
_OTHER_KINDS = {
    "s3-accesspoint": "S3 access points",
    "s3-control": "S3 Control requests",
    "s3-object-lambda": "S3 Object Lambda",
    "s3-website": "S3 website endpoints",
    "s3express-control": "S3 directory buckets",
    "s3-fips": "S3 FIPS endpoints",
}


def _is_address(name: str) -> bool:
    try:
        IPv4Address(name)
    except AddressValueError:
        return False
    return True


def _service_names(region: str) -> tuple[str, ...]:
    """The names of S3 in a region, and its global one, which leads to the bucket wherever it is."""
    regional = f"{region}.amazonaws.com"
    return f"s3.{regional}", f"s3.dualstack.{regional}", f"s3-{regional}", "s3.amazonaws.com"


def _read_endpoint_name(name: str, region: str) -> HostMeaning | None:
    """An endpoint's own name says of what kind the resource is: ``bucket.vpce-….s3.….vpce.amazonaws.com``.

    AWS: "AWS PrivateLink for Amazon S3"
    """
    found = _ENDPOINT_NAME.fullmatch(name)
    if found is None or found["region"] != region:
        return None
    if found["kind"] != "bucket":
        kind = "s3-accesspoint" if found["kind"] == "accesspoint" else "s3-control"
        return HostMeaning(Style.UNMODELLED, unmodelled=_OTHER_KINDS[kind])
    if found["bucket"]:
        return HostMeaning(Style.VIRTUAL_HOST, found["bucket"])
    return HostMeaning(Style.PATH)


def _read_other_name(name: str, region: str) -> HostMeaning:
    if name.endswith(".amazonaws.com"):
        labels = name.split(".")
        for kind, what in _OTHER_KINDS.items():
            if kind in labels:
                return HostMeaning(Style.UNMODELLED, unmodelled=what)
        if "s3" in labels and "vpce" not in labels and region not in labels:
            return HostMeaning(Style.UNMODELLED, unmodelled="S3 names of another region")
    return HostMeaning(Style.OWN_NAME, name)
