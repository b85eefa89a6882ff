from typing import Any

from tests.control.worlds import addresses, two_subnets

from landbridge.control.aws_api import AwsApi


def _endpoint(api: AwsApi, direction: str = "INBOUND", **asked: Any) -> dict[str, Any]:
    network = two_subnets(api)
    answer: dict[str, Any] = api.client("route53resolver").create_resolver_endpoint(
        CreatorRequestId="1",
        Name="corporate",
        Direction=direction,
        SecurityGroupIds=[network.group_id],
        IpAddresses=[{"SubnetId": subnet_id} for subnet_id in network.subnet_ids],
        **asked,
    )["ResolverEndpoint"]
    return answer


def test_an_endpoint_keeps_its_protocols_and_type(api: AwsApi) -> None:
    endpoint = _endpoint(api, Protocols=["Do53", "DoH"], ResolverEndpointType="IPV4")
    client = api.client("route53resolver")
    client.update_resolver_endpoint(ResolverEndpointId=endpoint["Id"], Name="renamed")
    (found,) = client.list_resolver_endpoints()["ResolverEndpoints"]
    assert (found["Name"], found["Protocols"], found["ResolverEndpointType"]) == (
        "renamed",
        ["Do53", "DoH"],
        "IPV4",
    )


def test_the_addresses_of_an_endpoint_are_those_of_its_interfaces(api: AwsApi) -> None:
    endpoint = _endpoint(api)
    answer = api.client("route53resolver").list_resolver_endpoint_ip_addresses(
        ResolverEndpointId=endpoint["Id"]
    )
    told = sorted(each["Ip"] for each in answer["IpAddresses"])
    interfaces = api.client("ec2").describe_network_interfaces()["NetworkInterfaces"]
    assert told == sorted(addresses(api, *(each["NetworkInterfaceId"] for each in interfaces)))
    assert all(address.startswith(("10.20.1.", "10.20.2.")) for address in told)


def test_a_rule_can_be_updated(api: AwsApi) -> None:
    endpoint = _endpoint(api, "OUTBOUND")
    client = api.client("route53resolver")
    rule = client.create_resolver_rule(
        CreatorRequestId="2",
        RuleType="FORWARD",
        DomainName="corp.example",
        TargetIps=[{"Ip": "10.10.0.2", "Port": 53}],
        ResolverEndpointId=endpoint["Id"],
    )["ResolverRule"]
    client.update_resolver_rule(
        ResolverRuleId=rule["Id"], Config={"Name": "corporate", "TargetIps": [{"Ip": "10.10.0.3"}]}
    )
    found = client.get_resolver_rule(ResolverRuleId=rule["Id"])["ResolverRule"]
    assert found["Name"] == "corporate"
    assert [(target["Ip"], target["Port"]) for target in found["TargetIps"]] == [("10.10.0.3", 53)]


def test_moto_still_lacks_the_update_of_rules() -> None:
    from moto.route53resolver.responses import Route53ResolverResponse

    from landbridge.control.amendments.amend import replaces

    assert not replaces(Route53ResolverResponse, "update_resolver_rule")
