"""VPC links: V1 fails without a Network Load Balancer, V2 has network interfaces, a link in use stays."""

import json
from collections.abc import Iterator
from typing import Any

from moto.apigateway.exceptions import BadRequestException
from moto.apigateway.models import APIGatewayBackend, VpcLink
from moto.apigateway.responses import APIGatewayResponse
from moto.apigatewayv2.models import ApiGatewayV2Backend, apigatewayv2_backends
from moto.ec2.models import ec2_backends
from moto.elbv2.models import elbv2_backends

from landbridge.control.amendments.amend import add, amend

MALFORMED = "NLB ARN is malformed."
INTEGRATION = "x-amazon-apigateway-integration"
ANY_METHOD = "x-amazon-apigateway-any-method"


def install() -> None:
    """Amends moto's VPC links of both versions."""
    amend(APIGatewayBackend, "create_vpc_link", create_vpc_link)
    amend(APIGatewayBackend, "delete_vpc_link", delete_vpc_link)
    add(APIGatewayResponse, "update_vpc_link", update_vpc_link)
    amend(VpcLink, "to_json", vpc_link)
    amend(ApiGatewayV2Backend, "create_vpc_link", create_vpc_link_v2)
    amend(ApiGatewayV2Backend, "delete_vpc_link", delete_vpc_link_v2)


def create_vpc_link(
    original: Any, self: Any, name: str, description: str, target_arns: list[str], tags: Any
) -> Any:
    """A link that has failed where its target is no Network Load Balancer of the account.

    AWS: "CreateVpcLink" (Amazon API Gateway API reference)
    """
    if len(target_arns or ()) != 1:
        raise BadRequestException("VPC link must have exactly one target ARN")
    link = original(self, name, description, target_arns, tags)
    balancers = elbv2_backends[self.account_id][self.region_name].load_balancers
    balancer = balancers.get(target_arns[0])
    if balancer is None or balancer.type != "network":
        link.status = "FAILED"
        link.landbridge_status_message = MALFORMED
    return link


def delete_vpc_link(original: Any, self: Any, vpc_link_id: str) -> None:
    """A link that deployed integrations go through is not deleted.

    AWS: "DeleteVpcLink" (Amazon API Gateway API reference)
    """
    self.get_vpc_link(vpc_link_id)
    references = sorted(_references(self, vpc_link_id))
    if references:
        raise BadRequestException(
            f"Cannot delete vpc link. Vpc link '{vpc_link_id}', is referenced in "
            f"[{', '.join(references)}] in format of [Method:Resource:Stage]."
        )
    original(self, vpc_link_id)


def update_vpc_link(self: Any) -> Any:
    """Name and description; targets cannot be changed.

    AWS: "UpdateVpcLink" (Amazon API Gateway API reference)
    """
    link = self.backend.get_vpc_link(self.path.split("/")[-1])
    for operation in self._get_param("patchOperations") or ():
        name = operation["path"].removeprefix("/")
        if operation["op"] != "replace" or name not in ("name", "description"):
            raise BadRequestException(f"Invalid patch path '{operation['path']}' specified for op")
        setattr(link, name, operation["value"])
    return 200, {"status": 200}, json.dumps(link.to_json())


def vpc_link(original: Any, self: Any) -> dict[str, Any]:
    """The link with what is wrong with it.

    AWS: "VpcLink" (Amazon API Gateway API reference)
    """
    answer: dict[str, Any] = original(self)
    message = self.__dict__.get("landbridge_status_message")
    return answer | ({"statusMessage": message} if message else {})


def create_vpc_link_v2(
    original: Any, self: Any, name: str, sg_ids: list[str], subnet_ids: list[str], tags: Any
) -> Any:
    """A link with a network interface in each of its subnets.

    AWS: "Set up VPC links V2 in API Gateway"
    """
    link = original(self, name, sg_ids or [], subnet_ids, tags)
    ec2 = _ec2(self)
    for subnet_id in subnet_ids:
        subnet = ec2.get_subnet(subnet_id)
        groups = list(sg_ids or [ec2.get_default_security_group(subnet.vpc_id).id])
        described = f"API Gateway VPC link {link.id}"
        interface = ec2.create_network_interface(subnet, None, group_ids=groups, description=described)
        interface.interface_type = "api_gateway_managed"
        interface.requester_managed = True
        interface.requester_id = "apigateway"
        interface.status = "in-use"
    return link


def delete_vpc_link_v2(original: Any, self: Any, vpc_link_id: str) -> None:
    """The network interfaces go with the link.

    AWS: "Set up VPC links V2 in API Gateway"
    """
    original(self, vpc_link_id)
    ec2 = _ec2(self)
    described = f"API Gateway VPC link {vpc_link_id}"
    for interface_id in [each.id for each in ec2.enis.values() if each.description == described]:
        ec2.delete_network_interface(interface_id)


def check_connection(backend: Any, connection_id: str | None, integration_target: str | None) -> None:
    """An integration through a VPC link V2 names its load balancer.

    AWS: "Set up a private integration"
    """
    links = apigatewayv2_backends[backend.account_id][backend.region_name].vpc_links
    if connection_id in links and not integration_target:
        raise BadRequestException("IntegrationTarget is required for VpcLinkV2")


def _references(backend: Any, vpc_link_id: str) -> Iterator[str]:
    """Deployed methods that go through a link: ``ANY:abc123:prod``."""
    for api in backend.apis.values():
        ids = {resource.get_path(): resource.id for resource in api.resources.values()}
        for stage in api.stages.values():
            document = json.loads(api.deployments[stage.deployment_id].landbridge_snapshot)
            for path, method in _methods_through(document, vpc_link_id):
                yield f"{method}:{ids.get(path, path)}:{stage.name}"


def _methods_through(document: dict[str, Any], vpc_link_id: str) -> Iterator[tuple[str, str]]:
    for path, item in document["paths"].items():
        for key, operation in item.items():
            integration = operation.get(INTEGRATION, {}) if isinstance(operation, dict) else {}
            if integration.get("connectionId") == vpc_link_id:
                yield path, "ANY" if key == ANY_METHOD else key.upper()


def _ec2(backend: Any) -> Any:
    return ec2_backends[backend.account_id][backend.region_name]
