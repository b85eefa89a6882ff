"""Descriptions of security group rules, whatever their source is."""

from inspect import signature
from typing import Any

from moto.ec2.models.security_groups import SecurityGroupRule

from landbridge.control.amendments.amend import amend, amend_property


def install() -> None:
    """Amends moto's security group rules."""
    amend(SecurityGroupRule, "__init__", new_rule)
    amend_property(SecurityGroupRule, "description", description)


def new_rule(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
    """A rule that keeps its prefix list's description, which moto drops.

    AWS: "PrefixListId" (Amazon EC2 API reference)
    """
    original(self, *args, **kwargs)
    asked = signature(original).bind(self, *args, **kwargs).arguments
    self.landbridge_prefix_list_description = (asked.get("prefix_list_id") or {}).get("Description")


def description(original: Any, self: Any) -> str | None:
    """The description of a rule whose source is a group or a prefix list, too; moto knows ranges only.

    AWS: "SecurityGroupRule" (Amazon EC2 API reference)
    """
    described: str | None = original(self)
    return described or self.source_group.get("Description") or self.landbridge_prefix_list_description
