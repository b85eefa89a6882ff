"""The VPC with a subnet in each zone, one route table, and the interface endpoint of API Gateway or S3."""

from landbridge.blueprint.calls import ApiCall, Json, Plan, Ref, Value
from landbridge.blueprint.declaration import Declaration, Design, Zone
from landbridge.blueprint.naming import tag_specification
from landbridge.blueprint.planning.identity import bucket_arn, object_arns

VPC_ID = Ref("vpc", "Vpc.VpcId")
ROUTE_TABLE_ID = Ref("route-table", "RouteTable.RouteTableId")
ENDPOINT_ID = Ref("endpoint", "VpcEndpoint.VpcEndpointId")
ENDPOINT_TARGETS = Ref("endpoint-interfaces", "NetworkInterfaces[].{Id: PrivateIpAddress, Port: `443`}")
"""The addresses of the endpoint's network interfaces, as targets of a target group."""


def subnet_ids(declaration: Declaration) -> tuple[Ref, ...]:
    """The subnets, one for each zone."""
    return tuple(_subnet_id(zone) for zone in declaration.zones)


def plan(declaration: Declaration) -> Plan:
    """VPC, subnets, route table.

    AWS: "DNS attributes for your VPC", "Configure route tables"
    """
    return (
        ApiCall(
            "vpc",
            "ec2",
            "create_vpc",
            {
                "CidrBlock": str(declaration.vpc),
                "TagSpecifications": tag_specification(declaration, "vpc", declaration.name),
            },
        ),
        _turn_on("vpc-dns-support", "EnableDnsSupport"),
        _turn_on("vpc-dns-hostnames", "EnableDnsHostnames"),
        *(_create_subnet(declaration, zone) for zone in declaration.zones),
        ApiCall(
            "route-table",
            "ec2",
            "create_route_table",
            {
                "VpcId": VPC_ID,
                "TagSpecifications": tag_specification(declaration, "route-table", declaration.name),
            },
        ),
        *(
            ApiCall(
                f"route-table-{zone.name}",
                "ec2",
                "associate_route_table",
                {"RouteTableId": ROUTE_TABLE_ID, "SubnetId": _subnet_id(zone)},
            )
            for zone in declaration.zones
        ),
    )


def plan_endpoint(declaration: Declaration) -> Plan:
    """The interface endpoint, behind a load balancer or not, and its network interfaces.

    Private DNS is off: it would capture the names of every other API or bucket of the Region within the VPC,
    and the app is reached by its own domain.

    AWS: "Private REST APIs in API Gateway", "AWS PrivateLink for Amazon S3"
    """
    parameters: dict[str, Value] = {
        "VpcEndpointType": "Interface",
        "VpcId": VPC_ID,
        **_service(declaration),
        "SubnetIds": subnet_ids(declaration),
        "SecurityGroupIds": [Ref("endpoint-group", "GroupId")],
        "PrivateDnsEnabled": False,
        "TagSpecifications": tag_specification(declaration, "vpc-endpoint", f"{declaration.name}-endpoint"),
    }
    return (
        ApiCall("endpoint", "ec2", "create_vpc_endpoint", parameters),
        ApiCall(
            "endpoint-interfaces",
            "ec2",
            "describe_network_interfaces",
            {"NetworkInterfaceIds": Ref("endpoint", "VpcEndpoint.NetworkInterfaceIds")},
        ),
    )


def _service(declaration: Declaration) -> dict[str, Value]:
    """The endpoint's service; its policy too, where what it admits is known before it exists."""
    service = f"com.amazonaws.{declaration.region}."
    match declaration.design:
        case Design.GATEWAY | Design.DOMAIN:
            return {"ServiceName": f"{service}execute-api"}
        case Design.LAMBDA:
            return {"ServiceName": f"{service}s3", "PolicyDocument": _only_the_frontend(declaration)}


def _only_the_frontend(declaration: Declaration) -> Json:
    """The S3 endpoint's policy: reading this bucket and nothing else.

    AWS: "Control access to VPC endpoints using endpoint policies"
    """
    statement: Value = {
        "Sid": "OnlyTheFrontend",
        "Effect": "Allow",
        "Principal": "*",
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": [bucket_arn(declaration), object_arns(declaration)],
    }
    return Json({"Version": "2012-10-17", "Statement": [statement]})


def _turn_on(name: str, attribute: str) -> ApiCall:
    """One of the two attributes without which a private hosted zone is not answered."""
    return ApiCall(name, "ec2", "modify_vpc_attribute", {"VpcId": VPC_ID, attribute: {"Value": True}})


def _create_subnet(declaration: Declaration, zone: Zone) -> ApiCall:
    return ApiCall(
        f"subnet-{zone.name}",
        "ec2",
        "create_subnet",
        {
            "VpcId": VPC_ID,
            "CidrBlock": str(zone.subnet),
            "AvailabilityZone": zone.name,
            "TagSpecifications": tag_specification(declaration, "subnet", f"{declaration.name}-{zone.name}"),
        },
    )


def _subnet_id(zone: Zone) -> Ref:
    return Ref(f"subnet-{zone.name}", "Subnet.SubnetId")
