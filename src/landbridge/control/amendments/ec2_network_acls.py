"""Network ACLs: ports only where they count, and the last rule of each."""

from typing import Any

from moto.ec2.models.network_acls import NetworkAcl, NetworkAclEntry
from moto.ec2.models.subnets import SubnetBackend
from moto.ec2.models.vpcs import VPCBackend

from landbridge.control.amendments.amend import amend, amend_property

PROTOCOLS_WITH_PORTS = frozenset({"6", "17"})
LAST_RULE = 32767


def install() -> None:
    """Amends moto's network ACLs."""
    amend(NetworkAcl, "__init__", new_network_acl)
    amend_property(NetworkAclEntry, "port_range", port_range)
    amend(SubnetBackend, "delete_subnet", delete_subnet)
    amend(VPCBackend, "delete_vpc", delete_vpc)


def new_network_acl(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
    """A custom ACL ends with a rule that denies; moto gives one to the default ACL only.

    AWS: "Default network ACL for a VPC" (Amazon VPC user guide)
    """
    original(self, *args, **kwargs)
    if not self.default:
        self.network_acl_entries += [_denies_the_rest(self, egress) for egress in (True, False)]


def port_range(original: Any, self: Any) -> dict[str, Any] | None:
    """The ports of a rule for TCP or UDP; of any other protocol all ports are meant, whatever was sent.

    AWS: "CreateNetworkAclEntry" (Amazon EC2 API reference)
    """
    asked: dict[str, Any] | None = original(self)
    return asked if str(self.protocol) in PROTOCOLS_WITH_PORTS else None


def delete_subnet(original: Any, self: Any, subnet_id: str) -> Any:
    """A subnet is gone with its association; moto's ACL keeps it and cannot be deleted.

    AWS: "DeleteSubnet" (Amazon EC2 API reference)
    """
    deleted = original(self, subnet_id)
    for network_acl in self.network_acls.values():
        for identifier, association in list(network_acl._associations.items()):
            if association.subnet_id == subnet_id:
                del network_acl._associations[identifier]
    return deleted


def delete_vpc(original: Any, self: Any, vpc_id: str) -> Any:
    """A VPC is gone with its default network ACL.

    AWS: "DeleteVpc" (Amazon EC2 API reference)
    """
    deleted = original(self, vpc_id)
    for network_acl in list(self.network_acls.values()):
        if network_acl.vpc_id == vpc_id and network_acl.default:
            del self.network_acls[network_acl.id]
    return deleted


def _denies_the_rest(network_acl: Any, egress: bool) -> NetworkAclEntry:
    return NetworkAclEntry(
        network_acl.ec2_backend,
        network_acl_id=network_acl.id,
        rule_number=LAST_RULE,
        protocol="-1",
        rule_action="deny",
        egress=egress,
        cidr_block="0.0.0.0/0",
        icmp_code=None,
        icmp_type=None,
        port_range_from=None,
        port_range_to=None,
        ipv6_cidr_block=None,
    )
