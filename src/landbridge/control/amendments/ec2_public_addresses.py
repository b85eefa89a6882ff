"""Public addresses: free ones of a block reserved for documentation; moto draws lots, and loopback's too."""

from ipaddress import ip_network
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.elastic_ip_addresses import ElasticAddress
from moto.ec2.models.elastic_network_interfaces import NetworkInterface

from landbridge.control.amendments.amend import add, amend

BLOCK = ip_network("203.0.113.0/24")
FIRST, AFTER_LAST = 32, 255
"""Those below stand for clients on the internet and for customer gateways."""


def install() -> None:
    """Amends moto's Elastic IP addresses and public addresses of instances."""
    amend(ElasticAddress, "__init__", new_elastic_address)
    add(NetworkInterface, "check_auto_public_ip", assign_public_address)


def new_elastic_address(
    original: Any, self: Any, ec2_backend: Any, domain: str, address: str | None = None, tags: Any = None
) -> None:
    """An Elastic IP address, the next free one unless one is asked for.

    AWS: "AllocateAddress" (Amazon EC2 API reference)
    """
    original(self, ec2_backend, domain, address or next_public_address(ec2_backend), tags)


def assign_public_address(self: Any) -> None:
    """A public address for an instance's interface, where the launch or the subnet asks for one.

    AWS: "Amazon EC2 instance IP addressing"
    """
    if str(self.public_ip_auto_assign).lower() == "true":
        self.public_ip = next_public_address(self.ec2_backend)


def give_public_address(backend: Any, interface: Any, allocation_id: str | None) -> None:
    """The Elastic IP address that was chosen for the interface, or one that AWS picks.

    AWS: "SubnetMapping" (Elastic Load Balancing API reference)
    """
    if allocation_id:
        backend.associate_address(eni=interface, allocation_id=allocation_id)
    elif interface.public_ip is None:
        interface.public_ip = next_public_address(backend)


def take_elastic_address_back(backend: Any, interface: Any) -> None:
    """The interface's Elastic IP address is free for another one.

    AWS: "DisassociateAddress" (Amazon EC2 API reference)
    """
    for address in backend.addresses:
        if address.eni is interface:
            backend.disassociate_address(address=address.public_ip)


def next_public_address(backend: Any) -> str:
    """The lowest address that nobody has."""
    taken = {each.public_ip for each in (*backend.addresses, *backend.enis.values())}
    for number in range(FIRST, AFTER_LAST):
        if str(BLOCK[number]) not in taken:
            return str(BLOCK[number])
    raise EC2ClientError("AddressLimitExceeded", "The maximum number of addresses has been reached.")
