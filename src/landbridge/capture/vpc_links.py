"""VPC links of REST APIs: V1 with its Network Load Balancer, V2 with its subnets and security groups."""

from landbridge.capture.reading import Reader
from landbridge.model.api_gateway import Integration, RestApi, VpcLink
from landbridge.model.identifiers import Arn, SecurityGroupId, SubnetId

PAGE_SIZE = 500


def read_vpc_links(reader: Reader, apis: tuple[RestApi, ...]) -> tuple[VpcLink, ...]:
    """Every VPC link of the versions that deployed integrations go through.

    AWS: "Private integrations for REST APIs in API Gateway"
    """
    private = [each for api in apis for each in _integrations(api) if each.vpc_link_id]
    first = _read_first(reader) if any(not each.integration_target for each in private) else ()
    second = _read_second(reader) if any(each.integration_target for each in private) else ()
    return (*first, *second)


def _read_first(reader: Reader) -> tuple[VpcLink, ...]:
    """AWS: "Private integration using VPC links V1 (legacy)"."""
    links = reader.items("apigateway", "get_vpc_links", "items", order_by="id", limit=PAGE_SIZE)
    return tuple(
        VpcLink(link["id"], link.get("name", ""), link["status"], tuple(map(Arn, link.get("targetArns", ()))))
        for link in links
    )


def _read_second(reader: Reader) -> tuple[VpcLink, ...]:
    """AWS: "Set up VPC links V2 in API Gateway"."""
    links = reader.items("apigatewayv2", "get_vpc_links", "Items", order_by="VpcLinkId")
    return tuple(
        VpcLink(
            id=link["VpcLinkId"],
            name=link["Name"],
            status=link["VpcLinkStatus"],
            version="V2",
            subnet_ids=tuple(map(SubnetId, sorted(link["SubnetIds"]))),
            security_group_ids=tuple(map(SecurityGroupId, sorted(link["SecurityGroupIds"]))),
        )
        for link in links
    )


def _integrations(api: RestApi) -> list[Integration]:
    """Those of every deployment that is served, canaries' too."""
    stages = api.stages
    deployments = [stage.deployment for stage in stages]
    deployments += [stage.canary.deployment for stage in stages if stage.canary is not None]
    return [
        method.integration
        for deployment in deployments
        for resource in deployment.resources
        for method in resource.methods
        if method.integration is not None
    ]
