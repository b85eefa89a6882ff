"""Managed prefix lists, where a route or a security group rule names one."""

from collections.abc import Callable
from ipaddress import IPv4Network

from landbridge.capture.reading import Missing, Reader
from landbridge.semantics.network.public_service import PUBLIC_S3
from landbridge.trace.decision import ResourceRef

PrefixLists = Callable[[str], tuple[IPv4Network, ...] | None]
"""The IPv4 blocks of a prefix list by id; None when it could not be read."""


def prefix_lists(reader: Reader) -> PrefixLists:
    """The blocks of prefix lists, AWS-managed ones among them; each list is read when it is first named.

    AWS: "Customer-managed prefix lists"
    """
    known: dict[str, tuple[IPv4Network, ...] | None] = {}

    def blocks(identifier: str) -> tuple[IPv4Network, ...] | None:
        if identifier not in known:
            known[identifier] = _blocks(reader, identifier)
        return known[identifier]

    return blocks


def _is_of_s3(reader: Reader, about: ResourceRef) -> bool:
    """Whether it is AWS's own list for Amazon S3, to which S3's stand-in address belongs as well.

    AWS: "Gateway endpoints for Amazon S3"
    """
    found = reader.items(
        "ec2", "describe_managed_prefix_lists", "PrefixLists", about, PrefixListIds=[about.id]
    )
    return any(each.get("PrefixListName") == f"com.amazonaws.{reader.region}.s3" for each in found)


def _blocks(reader: Reader, identifier: str) -> tuple[IPv4Network, ...] | None:
    about = ResourceRef("AWS::EC2::PrefixList", identifier)
    pages = reader.pages("ec2", "get_managed_prefix_list_entries", about, PrefixListId=identifier)
    if isinstance(pages, Missing):
        return None
    cidrs = [entry["Cidr"] for page in pages for entry in page.get("Entries", ())]
    if _is_of_s3(reader, about):
        cidrs.append(f"{PUBLIC_S3.address}/32")
    return tuple(sorted(IPv4Network(cidr, strict=False) for cidr in cidrs if ":" not in cidr))
