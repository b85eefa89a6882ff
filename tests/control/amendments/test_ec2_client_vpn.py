from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import two_subnets

from landbridge.control.aws_api import AwsApi

CERTIFICATE = "arn:aws:acm:eu-central-1:123456789012:certificate/1"


def endpoint(api: AwsApi) -> str:
    made = api.client("ec2").create_client_vpn_endpoint(
        ClientCidrBlock="10.200.0.0/22",
        ServerCertificateArn=CERTIFICATE,
        AuthenticationOptions=[
            {
                "Type": "certificate-authentication",
                "MutualAuthentication": {"ClientRootCertificateChainArn": CERTIFICATE},
            }
        ],
        ConnectionLogOptions={"Enabled": False},
        DnsServers=["10.20.0.2"],
        TagSpecifications=[
            {"ResourceType": "client-vpn-endpoint", "Tags": [{"Key": "Name", "Value": "laptops"}]}
        ],
    )
    assert made["Status"]["Code"] == "pending-associate"
    return str(made["ClientVpnEndpointId"])


def described(api: AwsApi) -> dict[str, Any]:
    (found,) = api.client("ec2").describe_client_vpn_endpoints()["ClientVpnEndpoints"]
    return dict(found)


def test_an_endpoint_is_available_with_its_first_target_network_and_has_a_route_to_its_vpc(
    api: AwsApi,
) -> None:
    ec2, world, identifier = api.client("ec2"), two_subnets(api), endpoint(api)
    asked = {"ClientVpnEndpointId": identifier}
    made = ec2.associate_client_vpn_target_network(SubnetId=world.subnet_ids[0], **asked)
    found = described(api)
    assert (found["Status"]["Code"], found["VpcId"]) == ("available", world.vpc_id)
    assert (found["DnsServers"], found["Tags"]) == (["10.20.0.2"], [{"Key": "Name", "Value": "laptops"}])
    mutual = found["AuthenticationOptions"][0]["MutualAuthentication"]
    assert mutual == {"ClientRootCertificateChain": CERTIFICATE}
    (route,) = ec2.describe_client_vpn_routes(**asked)["Routes"]
    assert (route["DestinationCidr"], route["TargetSubnet"]) == ("10.20.0.0/16", world.subnet_ids[0])
    with pytest.raises(ClientError, match="Duplicate"):
        ec2.associate_client_vpn_target_network(SubnetId=world.subnet_ids[0], **asked)
    with pytest.raises(ClientError, match="InUse"):
        ec2.delete_client_vpn_endpoint(**asked)
    ec2.disassociate_client_vpn_target_network(AssociationId=made["AssociationId"], **asked)
    assert described(api)["Status"]["Code"] == "pending-associate"
    assert ec2.describe_client_vpn_routes(**asked)["Routes"] == []
    ec2.delete_client_vpn_endpoint(**asked)
    assert ec2.describe_client_vpn_endpoints()["ClientVpnEndpoints"] == []


def test_routes_and_authorization_rules_come_and_go(api: AwsApi) -> None:
    ec2, world, identifier = api.client("ec2"), two_subnets(api), endpoint(api)
    asked = {"ClientVpnEndpointId": identifier}
    route = {"DestinationCidrBlock": "0.0.0.0/0", "TargetVpcSubnetId": world.subnet_ids[0]}
    with pytest.raises(ClientError, match="not associated"):
        ec2.create_client_vpn_route(**route, **asked)
    ec2.associate_client_vpn_target_network(SubnetId=world.subnet_ids[0], **asked)
    ec2.create_client_vpn_route(**route, **asked)
    assert len(ec2.describe_client_vpn_routes(**asked)["Routes"]) == 2
    ec2.delete_client_vpn_route(**route, **asked)
    assert len(ec2.describe_client_vpn_routes(**asked)["Routes"]) == 1
    ec2.authorize_client_vpn_ingress(TargetNetworkCidr="10.20.0.0/16", AuthorizeAllGroups=True, **asked)
    ec2.authorize_client_vpn_ingress(TargetNetworkCidr="10.30.0.0/16", AccessGroupId="S-1", **asked)
    rules = ec2.describe_client_vpn_authorization_rules(**asked)["AuthorizationRules"]
    assert [(rule["AccessAll"], rule["GroupId"]) for rule in rules] == [(True, ""), (False, "S-1")]
    ec2.revoke_client_vpn_ingress(TargetNetworkCidr="10.20.0.0/16", RevokeAllGroups=True, **asked)
    assert len(ec2.describe_client_vpn_authorization_rules(**asked)["AuthorizationRules"]) == 1


def test_security_groups_and_settings_are_changed(api: AwsApi) -> None:
    ec2, world, identifier = api.client("ec2"), two_subnets(api), endpoint(api)
    asked = {"ClientVpnEndpointId": identifier}
    ec2.associate_client_vpn_target_network(SubnetId=world.subnet_ids[0], **asked)
    ec2.apply_security_groups_to_client_vpn_target_network(
        VpcId=world.vpc_id, SecurityGroupIds=[world.group_id], **asked
    )
    (network,) = ec2.describe_client_vpn_target_networks(**asked)["ClientVpnTargetNetworks"]
    assert network["SecurityGroups"] == [world.group_id]
    ec2.modify_client_vpn_endpoint(SplitTunnel=True, DnsServers={"Enabled": False}, **asked)
    assert described(api)["SplitTunnel"] is True
    assert described(api).get("DnsServers", []) == []


def test_an_endpoint_that_is_not_there_is_told(api: AwsApi) -> None:
    with pytest.raises(ClientError, match=r"InvalidClientVpnEndpointId\.NotFound"):
        api.client("ec2").describe_client_vpn_routes(ClientVpnEndpointId="cvpn-endpoint-0")
