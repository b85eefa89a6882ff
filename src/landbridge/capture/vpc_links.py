"""VPC links of REST APIs, with the network load balancers behind them."""

from landbridge.capture.reading import Reader
from landbridge.model.api_gateway import RestApi, VpcLink
from landbridge.model.identifiers import Arn

PAGE_SIZE = 500


def read_vpc_links(reader: Reader, apis: tuple[RestApi, ...]) -> tuple[VpcLink, ...]:
    """Every VPC link of the first kind; none are read where no deployed integration goes through one.

    AWS: "Set up API Gateway private integrations using VPC links V1 (legacy)"
    """
    if not any(map(_has_private_integrations, apis)):
        return ()
    links = reader.items("apigateway", "get_vpc_links", "items", order_by="id", limit=PAGE_SIZE)
    return tuple(
        VpcLink(link["id"], link.get("name", ""), link["status"], tuple(map(Arn, link.get("targetArns", ()))))
        for link in links
    )


def _has_private_integrations(api: RestApi) -> bool:
    return any(
        method.integration is not None and method.integration.vpc_link_id
        for stage in api.stages
        for resource in stage.deployment.resources
        for method in resource.methods
    )
