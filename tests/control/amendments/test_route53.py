from tests.control.worlds import REGION, two_subnets

from landbridge.control.aws_api import AwsApi


def test_a_zone_with_a_vpc_is_private(api: AwsApi) -> None:
    vpc = {"VPCRegion": REGION, "VPCId": two_subnets(api).vpc_id}
    route53 = api.client("route53")
    made = route53.create_hosted_zone(Name="corp.example", CallerReference="1", VPC=vpc)
    zone = route53.get_hosted_zone(Id=made["HostedZone"]["Id"])
    assert zone["HostedZone"]["Config"]["PrivateZone"] is True
    assert zone["VPCs"] == [vpc]
    assert "DelegationSet" not in zone


def test_a_zone_without_a_vpc_is_public(api: AwsApi) -> None:
    made = api.client("route53").create_hosted_zone(Name="corp.example", CallerReference="1")
    assert made["HostedZone"]["Config"]["PrivateZone"] is False


def test_moto_still_lacks_private_zones_by_their_vpc(api: AwsApi) -> None:
    from moto.route53.responses import Route53

    from landbridge.control.amendments.amend import original_of

    response = Route53.__new__(Route53)
    response.automated_parameter_parsing = True
    response.params = {"VPC": {"VPCId": "vpc-1"}}
    response.uri_match = {}
    assert original_of(Route53, "_get_bool_param")(response, "HostedZoneConfig.PrivateZone", False) is False
