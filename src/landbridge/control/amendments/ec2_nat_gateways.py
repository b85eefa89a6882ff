"""NAT gateways: an address of their subnet, where moto takes one from anywhere."""

from typing import Any

from moto.ec2.models import nat_gateways

from landbridge.control.amendments.amend import add, amend


def install() -> None:
    """Amends moto's NAT gateways."""
    add(nat_gateways, "random_private_ip", no_address)
    amend(nat_gateways.NatGateway, "__init__", new_nat_gateway)


def no_address() -> None:
    """None, so that the gateway's network interface takes a free address of its subnet."""


def new_nat_gateway(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
    """A gateway with the private address of its network interface, which says whose it is.

    AWS: "NAT gateways"
    """
    original(self, *args, **kwargs)
    self.private_ip = self._eni.private_ip_address
    self._eni.description = f"Interface for NAT Gateway {self.id}"
    self._eni.interface_type = "nat_gateway"
    self._eni.requester_managed = True
