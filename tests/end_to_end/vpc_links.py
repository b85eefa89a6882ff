"""A Network Load Balancer before an office's server, and a VPC link of each version, by stock boto3."""

from dataclasses import dataclass
from typing import Any

from tests.end_to_end.stack_process import StackProcess

OFFICE_SERVER = "192.168.3.7"
PORT = 8080


@dataclass(frozen=True)
class VpcLinks:
    """What integrations name."""

    first: str
    second: str
    network_arn: str
    application_arn: str

    def through_first(self) -> dict[str, str]:
        return {"connectionType": "VPC_LINK", "connectionId": self.first}

    def through_second(self, arn: str) -> dict[str, str]:
        return {"connectionType": "VPC_LINK", "connectionId": self.second, "integrationTarget": arn}


def make_links(stack: StackProcess) -> VpcLinks:
    """The links, and a group for the second that the app's load balancer admits."""
    elb, ec2 = stack.client("elbv2"), stack.client("ec2")
    (application,) = elb.describe_load_balancers()["LoadBalancers"]
    subnets = [zone["SubnetId"] for zone in application["AvailabilityZones"]]
    vpc_id = application["VpcId"]
    group = ec2.create_security_group(GroupName="link", Description="link", VpcId=vpc_id)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=application["SecurityGroups"][0],
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 443,
                "ToPort": 443,
                "UserIdGroupPairs": [{"GroupId": group}],
            }
        ],
    )
    network_arn = network_load_balancer(elb, vpc_id, subnets)
    first = stack.client("apigateway").create_vpc_link(name="to-the-vpc", targetArns=[network_arn])
    assert first["status"] == "AVAILABLE"
    second = stack.client("apigatewayv2").create_vpc_link(
        Name="own", SubnetIds=subnets, SecurityGroupIds=[group]
    )
    return VpcLinks(first["id"], second["VpcLinkId"], network_arn, application["LoadBalancerArn"])


def network_load_balancer(elb: Any, vpc_id: str, subnets: list[str]) -> str:
    target_group = elb.create_target_group(
        Name="office", TargetType="ip", Protocol="TCP", Port=PORT, VpcId=vpc_id
    )["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(
        TargetGroupArn=target_group,
        Targets=[{"Id": OFFICE_SERVER, "Port": PORT, "AvailabilityZone": "all"}],
    )
    balancer = elb.create_load_balancer(Name="office", Type="network", Scheme="internal", Subnets=subnets)
    arn = str(balancer["LoadBalancers"][0]["LoadBalancerArn"])
    elb.create_listener(
        LoadBalancerArn=arn,
        Protocol="TCP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": target_group}],
    )
    return arn
