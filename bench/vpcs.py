"""One VPC of a made-up account: what its parts are called and where they are."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from landbridge.model.identifiers import NetworkInterfaceId, SecurityGroupId, SubnetId, VpcEndpointId, VpcId


@dataclass(frozen=True, slots=True)
class Place:
    """One VPC and what is in it."""

    number: int

    @property
    def vpc_id(self) -> VpcId:
        return VpcId(f"vpc-{self.number:017x}")

    @property
    def cidr(self) -> IPv4Network:
        return IPv4Network(((10 << 24) + (self.number << 16), 16))

    @property
    def endpoint_id(self) -> VpcEndpointId:
        return VpcEndpointId(f"vpce-{self.number:017x}")

    @property
    def domain(self) -> str:
        return f"app{self.number}.corp.example"

    @property
    def balancer_path(self) -> str:
        return f"app/app{self.number}/{self.number:016x}"

    def subnet_id(self, zone: int) -> SubnetId:
        return SubnetId(f"subnet-{self.number:016x}{zone}")

    def subnet_cidr(self, zone: int) -> IPv4Network:
        return IPv4Network((int(self.cidr.network_address) + (zone << 8), 24))

    def group_id(self, name: str) -> SecurityGroupId:
        return SecurityGroupId(f"sg-{name}{self.number:04x}")

    def address(self, zone: int, host: int) -> IPv4Address:
        return self.subnet_cidr(zone).network_address + host

    def interface_id(self, name: str, zone: int) -> NetworkInterfaceId:
        return NetworkInterfaceId(f"eni-{name}{self.number:04x}{zone}")
