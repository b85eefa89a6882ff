from ipaddress import ip_address, ip_network

import pytest
from moto.ec2.models import nat_gateways
from tests.control.worlds import two_subnets

from landbridge.control.amendments.amend import original_of
from landbridge.control.aws_api import AwsApi


@pytest.mark.parametrize("connectivity", ["public", "private"])
def test_a_nat_gateway_has_an_address_of_its_subnet(api: AwsApi, connectivity: str) -> None:
    ec2 = api.client("ec2")
    subnet_id = two_subnets(api).subnet_ids[0]
    asked = {"SubnetId": subnet_id, "ConnectivityType": connectivity}
    if connectivity == "public":
        asked["AllocationId"] = ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway_id = ec2.create_nat_gateway(**asked)["NatGateway"]["NatGatewayId"]
    (gateway,) = ec2.describe_nat_gateways(NatGatewayIds=[gateway_id])["NatGateways"]
    (address,) = gateway["NatGatewayAddresses"]
    assert ip_address(address["PrivateIp"]) in ip_network("10.20.1.0/28")
    (interface,) = ec2.describe_network_interfaces(NetworkInterfaceIds=[address["NetworkInterfaceId"]])[
        "NetworkInterfaces"
    ]
    assert interface["Description"] == f"Interface for NAT Gateway {gateway_id}"
    assert interface["InterfaceType"] == "nat_gateway"
    assert ("PublicIp" in interface.get("Association", {})) == (connectivity == "public")


def test_moto_still_takes_an_address_from_anywhere(api: AwsApi) -> None:
    drawn = {original_of(nat_gateways, "random_private_ip")() for _ in range(8)}
    assert any(ip_address(address) not in ip_network("10.20.1.0/28") for address in drawn)
