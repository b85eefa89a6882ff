import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import ACCOUNT, REGION, addresses, two_subnets

from landbridge.control.amendments.amend import original_of
from landbridge.control.aws_api import AwsApi
from landbridge.control.dispatch import backends_of


def _interface(api: AwsApi, subnet_id: str, **asked: str) -> str:
    answer = api.client("ec2").create_network_interface(SubnetId=subnet_id, **asked)
    return str(answer["NetworkInterface"]["NetworkInterfaceId"])


def test_addresses_are_given_in_order_after_the_four_that_aws_reserves(api: AwsApi) -> None:
    subnet_id = two_subnets(api).subnet_ids[0]
    interfaces = [_interface(api, subnet_id) for _ in range(3)]
    assert addresses(api, *interfaces) == ["10.20.1.4", "10.20.1.5", "10.20.1.6"]


def test_the_last_address_is_reserved_so_a_subnet_of_sixteen_holds_eleven(api: AwsApi) -> None:
    subnet_id = two_subnets(api).subnet_ids[0]
    interfaces = [_interface(api, subnet_id) for _ in range(11)]
    assert addresses(api, interfaces[-1]) == ["10.20.1.14"]
    with pytest.raises(ClientError, match="InsufficientFreeAddressesInSubnet"):
        _interface(api, subnet_id)


def test_an_address_is_free_again_after_its_interface_is_deleted(api: AwsApi) -> None:
    subnet_id = two_subnets(api).subnet_ids[0]
    first, _ = _interface(api, subnet_id), _interface(api, subnet_id)
    api.client("ec2").delete_network_interface(NetworkInterfaceId=first)
    assert addresses(api, _interface(api, subnet_id)) == ["10.20.1.4"]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("10.20.2.9", "InvalidParameterValue"),
        ("10.20.1.3", "InvalidParameterValue"),
        ("10.20.1.15", "InvalidParameterValue"),
        ("10.20.1.4", "InvalidIPAddress.InUse"),
    ],
)
def test_an_address_asked_for_must_be_in_the_subnet_and_free(api: AwsApi, address: str, code: str) -> None:
    subnet_id = two_subnets(api).subnet_ids[0]
    _interface(api, subnet_id)
    with pytest.raises(ClientError, match=code):
        _interface(api, subnet_id, PrivateIpAddress=address)


def test_images_are_there_when_they_are_asked_for(api: AwsApi) -> None:
    assert api.client("ec2").describe_images(Owners=["amazon"])["Images"]


def test_moto_still_lacks_an_order_of_addresses(api: AwsApi) -> None:
    subnet_id = two_subnets(api).subnet_ids[0]
    from moto.ec2.models.elastic_network_interfaces import NetworkInterfaceBackend

    backend = backends_of("ec2")[ACCOUNT][REGION]
    stock = original_of(NetworkInterfaceBackend, "create_network_interface")
    made = [stock(backend, backend.get_subnet(subnet_id), None).private_ip_address for _ in range(6)]
    assert made != [f"10.20.1.{number}" for number in range(4, 10)]
