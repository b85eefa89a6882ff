"""Addresses of network interfaces: from their subnet, free, in order; and images loaded when asked for."""

from ipaddress import ip_address, ip_network
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.amis import AmiBackend
from moto.ec2.models.elastic_network_interfaces import NetworkInterfaceBackend
from moto.ec2.models.subnets import Subnet

from landbridge.control.amendments.amend import add, amend, original_of
from landbridge.control.amendments.aside import aside

RESERVED_AT_START = 4
RESERVED_AT_END = 1


def install() -> None:
    """Amends moto's allocation of addresses."""
    amend(NetworkInterfaceBackend, "create_network_interface", create_network_interface)
    amend(NetworkInterfaceBackend, "delete_network_interface", delete_network_interface)
    add(Subnet, "get_available_subnet_ip", get_available_subnet_ip)
    add(AmiBackend, "_load_amis", lambda self: None)
    add(AmiBackend, "amis", property(_images, _set_images))


def create_network_interface(
    original: Any,
    self: Any,
    subnet: Any,
    private_ip_address: Any = None,
    private_ip_addresses: Any = None,
    *others: Any,
    **named: Any,
) -> Any:
    """A network interface with the address asked for, or the subnet's next free one; moto draws lots.

    AWS: "Subnet CIDR blocks" (Amazon VPC user guide)
    """
    owner = self.get_subnet(subnet) if isinstance(subnet, str) else subnet
    asked = private_ip_address[0] if isinstance(private_ip_address, list) else private_ip_address
    if asked:
        _check_free(self, owner, asked)
    elif not private_ip_addresses:
        asked = next_address(self, owner)
    interface = original(self, owner, asked, private_ip_addresses, *others, **named)
    owner._subnet_ips.setdefault(interface.private_ip_address, interface)
    return interface


def delete_network_interface(original: Any, self: Any, eni_id: str) -> None:
    """The address is free again.

    AWS: "DeleteNetworkInterface" (Amazon EC2 API reference)
    """
    interface = self.enis.get(eni_id)
    if interface:
        interface.subnet.del_subnet_ip(interface.private_ip_address)
    original(self, eni_id)


def get_available_subnet_ip(self: Any, instance: Any) -> str:
    """An instance's address, in the same order as every other interface's.

    AWS: "Subnet CIDR blocks" (Amazon VPC user guide)
    """
    address = next_address(self.ec2_backend, self)
    self._subnet_ips[address] = instance
    return address


def next_address(backend: Any, subnet: Any) -> str:
    """The lowest address of a subnet that nobody has; the first four and the last are AWS's own.

    AWS: "Subnet CIDR blocks" (Amazon VPC user guide)
    """
    network = ip_network(subnet.cidr_block)
    taken = _taken(backend, subnet)
    for number in range(RESERVED_AT_START, network.num_addresses - RESERVED_AT_END):
        if str(network[number]) not in taken:
            return str(network[number])
    raise EC2ClientError(
        "InsufficientFreeAddressesInSubnet",
        f"There are not enough free addresses in subnet '{subnet.id}' to satisfy the requested number of"
        " instances.",
    )


def _taken(backend: Any, subnet: Any) -> set[str]:
    of_interfaces = {
        address["PrivateIpAddress"]
        for interface in backend.enis.values()
        if interface.subnet.id == subnet.id
        for address in interface.private_ip_addresses
    }
    return of_interfaces | set(subnet._subnet_ips)


def _check_free(backend: Any, subnet: Any, address: str) -> None:
    network = ip_network(subnet.cidr_block)
    number = int(ip_address(address)) - int(network.network_address)
    if not RESERVED_AT_START <= number < network.num_addresses - RESERVED_AT_END:
        raise EC2ClientError(
            "InvalidParameterValue", f"Address {address} does not fall within the subnet's address range"
        )
    if any(
        address == taken["PrivateIpAddress"]
        for interface in backend.enis.values()
        if interface.subnet.id == subnet.id
        for taken in interface.private_ip_addresses
    ):
        raise EC2ClientError(
            "InvalidIPAddress.InUse", f"The specified IP address is already in use: {address}"
        )


def _images(self: Any) -> dict[str, Any]:
    """Moto's images, read when they are first asked for: no app on this path has an instance."""
    images: dict[str, Any] = self.__dict__["amis"]
    if not self.__dict__.get("landbridge_images_loaded"):
        self.__dict__["landbridge_images_loaded"] = True
        with aside(f"images/{self.region_name}"):
            original_of(AmiBackend, "_load_amis")(self)
    return images


def _set_images(self: Any, images: dict[str, Any]) -> None:
    self.__dict__["amis"] = images
