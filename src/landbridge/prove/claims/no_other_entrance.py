"""No service beside the app's own path leads requests or connections of others to it."""

from collections.abc import Iterator

from landbridge.model.other_entrances import OtherEntrance
from landbridge.prove.case import Case
from landbridge.prove.let_through import let_through
from landbridge.prove.parts import Parts
from landbridge.prove.verdict import Claim, Finding, broken, unknown
from landbridge.trace.decision import ResourceRef

CLAIM = Claim(
    "no-other-entrance",
    "Nothing else in the account leads traffic to the app",
    (
        "Configure an endpoint service",
        "Restrict access with VPC origins",
        "What is AWS Global Accelerator?",
        "What is Amazon VPC Lattice?",
        "Choose between REST APIs and HTTP APIs",
        "Configuring IAM policies for using access points",
        "Verified Access endpoints",
    ),
)
KINDS = {
    "AWS::ApiGatewayV2::Api": (
        "the HTTP or WebSocket API",
        "Delete its integration with {place}, or all of it (apigatewayv2 delete-api --api-id {id})",
    ),
    "AWS::AppSync::GraphQLApi": (
        "the GraphQL API",
        "Delete its data sources with {place}, or all of it (appsync delete-graphql-api --api-id {id})",
    ),
    "AWS::CloudFront::Distribution": (
        "the CloudFront distribution",
        "Take the origin {place} out of it, or disable it (cloudfront update-distribution --id {id})",
    ),
    "AWS::CloudFront::VpcOrigin": (
        "the CloudFront VPC origin",
        "Delete it (cloudfront delete-vpc-origin --id {id} --if-match with its ETag)",
    ),
    "AWS::EC2::VPCEndpointService": (
        "the endpoint service",
        "Delete it (ec2 delete-vpc-endpoint-service-configurations --service-ids {id}), or give it a load "
        "balancer that does not lead here",
    ),
    "AWS::EC2::VerifiedAccessEndpoint": (
        "the Verified Access endpoint",
        "Delete it (ec2 delete-verified-access-endpoint --verified-access-endpoint-id {id})",
    ),
    "AWS::GlobalAccelerator::Accelerator": (
        "the accelerator",
        "Remove the endpoint {place} from its endpoint group (globalaccelerator remove-endpoints), or "
        "disable it (globalaccelerator update-accelerator --accelerator-arn {arn} --no-enabled "
        "--region us-west-2)",
    ),
    "AWS::GlobalAccelerator::CrossAccountAttachment": (
        "the cross-account attachment",
        "Delete it (globalaccelerator delete-cross-account-attachment --attachment-arn {arn})",
    ),
    "AWS::S3::AccessPoint": (
        "the access point",
        "Delete it (s3control delete-access-point --account-id {account} --name {id})",
    ),
    "AWS::VpcLattice::ResourceConfiguration": (
        "the VPC Lattice resource configuration",
        "Delete it (vpc-lattice delete-resource-configuration --resource-configuration-identifier {arn})",
    ),
    "AWS::VpcLattice::TargetGroup": (
        "the VPC Lattice target group",
        "Take the target out of it (vpc-lattice deregister-targets --target-group-identifier {arn} "
        "--targets id={place})",
    ),
}
"""By type of resource: what to call it, and what to do about it."""
NOT_MODELLED_TARGETS = ("arn:", "cagw-", "lgw-")
"""Beginnings of targets of routes: core networks of Cloud WAN, carrier gateways, local gateways."""


def judge(case: Case) -> Iterator[Finding]:
    """Whatever leads to a part of the app; it breaks the claim only where it is certain that anybody gets in.

    AWS: "Configure an endpoint service"; "Restrict access with VPC origins"
    """
    parts = Parts(case.topology, case.app)
    for entrance in case.topology.other_entrances:
        for place in entrance.leads_to:
            part = parts.met_by(place)
            if part:
                yield _finding(case, parts, entrance, place, part)
    yield from _other_networks(case, parts)


def _finding(case: Case, parts: Parts, entrance: OtherEntrance, place: str, part: str) -> Finding:
    kind, remedy = KINDS[entrance.type]
    remedy = remedy.format(id=entrance.id, arn=entrance.arn, place=place, account=case.topology.account_id)
    name = f"{kind} {entrance.id}"
    cited = ResourceRef(entrance.type, entrance.id, entrance.arn)
    by = let_through(case, parts, entrance, place, part) if entrance.public else None
    if by is not None:
        what = f"{name} is open to {entrance.open_to} and leads to {part}, where {by.id} lets it in"
        return broken(what, cited, remedy)
    what = f"{name} is open to {entrance.open_to} and may lead to {part}: whom it lets in is not modelled"
    return unknown(what, cited, remedy)


def _other_networks(case: Case, parts: Parts) -> Iterator[Finding]:
    """Routes from the app's subnets to networks of which nothing is known, from which answers would pass.

    AWS: "Example routing options"
    """
    tables = case.topology.network.route_table_by_subnet
    found = [tables[each.subnet_id] for each in parts.interfaces if each.subnet_id in tables]
    for table in dict.fromkeys(found):
        for route in table.routes:
            if route.target.startswith(NOT_MODELLED_TARGETS) and route.state == "active":
                what = f"Nobody can tell who comes through {route.target}, which {table.id} has a route to"
                yield unknown(
                    f"{what} for {route.destination}",
                    ResourceRef("AWS::EC2::RouteTable", table.id),
                    f"Delete the route (ec2 delete-route --route-table-id {table.id} "
                    f"--destination-cidr-block {route.destination}), if nobody is meant to come by it",
                )
