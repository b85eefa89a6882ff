"""AWS Client VPN, which moto lacks: endpoints, target networks, routes, authorization rules."""

from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses.vpn_connections import VPNConnections
from moto.moto_api._internal import mock_random

from landbridge.control.amendments.amend import add

Answer = dict[str, Any]
ID_CHARACTERS = "0123456789abcdef"
DEFAULT_PORT = 443
DEFAULT_TIMEOUT_HOURS = 24
KEPT = ("Description", "DnsServers", "ClientCidrBlock", "ServerCertificateArn", "SelfServicePortal")


@dataclass(slots=True)
class ClientVpn:
    """One endpoint and what belongs to it, as the API answers it."""

    endpoint: Answer
    networks: dict[str, Answer] = field(default_factory=dict)
    routes: dict[tuple[str, str], Answer] = field(default_factory=dict)
    rules: dict[tuple[str, str], Answer] = field(default_factory=dict)


def install() -> None:
    """Gives moto's EC2 the operations of Client VPN."""
    for operation in (
        *(create_client_vpn_endpoint, describe_client_vpn_endpoints, modify_client_vpn_endpoint),
        *(delete_client_vpn_endpoint, associate_client_vpn_target_network),
        *(describe_client_vpn_target_networks, disassociate_client_vpn_target_network),
        *(apply_security_groups_to_client_vpn_target_network, create_client_vpn_route),
        *(describe_client_vpn_routes, delete_client_vpn_route, authorize_client_vpn_ingress),
        *(describe_client_vpn_authorization_rules, revoke_client_vpn_ingress),
    ):
        add(VPNConnections, operation.__name__, operation)


def create_client_vpn_endpoint(self: Any) -> ActionResult:
    """An endpoint that waits for its first target network.

    AWS: "CreateClientVpnEndpoint" (Amazon EC2 API reference)
    """
    identifier = _identifier("cvpn-endpoint")
    region = self.ec2_backend.region_name
    endpoint = {
        "ClientVpnEndpointId": identifier,
        "Status": {"Code": "pending-associate"},
        "CreationTime": utcnow().strftime("%Y-%m-%dT%H:%M:%S"),
        "DnsName": f"*.{identifier}.prod.clientvpn.{region}.amazonaws.com",
        "VpnProtocol": "openvpn",
        "TransportProtocol": self._get_param("TransportProtocol") or "udp",
        "VpnPort": int(self._get_param("VpnPort") or DEFAULT_PORT),
        "SplitTunnel": _is_true(self._get_param("SplitTunnel")),
        "AuthenticationOptions": [
            _authentication(each) for each in self._get_param("AuthenticationOptions", [])
        ],
        "ConnectionLogOptions": self._get_param("ConnectionLogOptions") or {"Enabled": False},
        "SecurityGroupIds": self._get_param("SecurityGroupIds", []),
        "SessionTimeoutHours": int(self._get_param("SessionTimeoutHours") or DEFAULT_TIMEOUT_HOURS),
        **{name: self._get_param(name) for name in (*KEPT, "VpcId") if self._get_param(name)},
    }
    kept(self.ec2_backend)[identifier] = ClientVpn(endpoint)
    tags = self._parse_tag_specification().get("client-vpn-endpoint", {})
    self.ec2_backend.create_tags([identifier], tags)
    told = {name: endpoint[name] for name in ("ClientVpnEndpointId", "Status", "DnsName")}
    return ActionResult(told)


def describe_client_vpn_endpoints(self: Any) -> ActionResult:
    """AWS: "DescribeClientVpnEndpoints" (Amazon EC2 API reference)."""
    asked = self._get_param("ClientVpnEndpointIds", [])
    found = [_found(self, each) for each in asked] if asked else list(kept(self.ec2_backend).values())
    endpoints = [{**each.endpoint, "Tags": _tags(self, each)} for each in found]
    return ActionResult({"ClientVpnEndpoints": endpoints})


def modify_client_vpn_endpoint(self: Any) -> ActionResult:
    """AWS: "ModifyClientVpnEndpoint" (Amazon EC2 API reference)."""
    endpoint = _named(self).endpoint
    for name in ("Description", "SecurityGroupIds", "VpcId", "ServerCertificateArn"):
        if self._get_param(name):
            endpoint[name] = self._get_param(name)
    if self._get_param("SplitTunnel") is not None:
        endpoint["SplitTunnel"] = _is_true(self._get_param("SplitTunnel"))
    servers = self._get_param("DnsServers")
    if servers:
        endpoint["DnsServers"] = (
            servers.get("CustomDnsServers", []) if _is_true(servers.get("Enabled")) else []
        )
    return ActionResult({"Return": True})


def delete_client_vpn_endpoint(self: Any) -> ActionResult:
    """An endpoint with target networks is not deleted.

    AWS: "DeleteClientVpnEndpoint" (Amazon EC2 API reference)
    """
    client_vpn = _named(self)
    if client_vpn.networks:
        raise EC2ClientError(
            "InvalidClientVpnEndpointId.InUse", "The endpoint has associated target networks"
        )
    del kept(self.ec2_backend)[client_vpn.endpoint["ClientVpnEndpointId"]]
    return ActionResult({"Status": {"Code": "deleting"}})


def associate_client_vpn_target_network(self: Any) -> ActionResult:
    """A subnet in which clients arrive, with a route to its VPC; a zone has one at most.

    AWS: "AssociateClientVpnTargetNetwork" (Amazon EC2 API reference)
    """
    client_vpn = _named(self)
    subnet = self.ec2_backend.get_subnet(self._get_param("SubnetId"))
    _refuse_second_of_zone(self, client_vpn, subnet)
    vpc = self.ec2_backend.get_vpc(subnet.vpc_id)
    default = [each.id for each in self.ec2_backend.groups[vpc.id].values() if each.name == "default"]
    association = _identifier("cvpn-assoc")
    client_vpn.networks[association] = {
        "AssociationId": association,
        "VpcId": vpc.id,
        "TargetNetworkId": subnet.id,
        "ClientVpnEndpointId": client_vpn.endpoint["ClientVpnEndpointId"],
        "Status": {"Code": "associated"},
        "SecurityGroups": client_vpn.endpoint["SecurityGroupIds"] or default,
    }
    client_vpn.endpoint |= {"Status": {"Code": "available"}, "VpcId": vpc.id}
    _add_route(client_vpn, vpc.cidr_block, subnet.id, origin="associate")
    return ActionResult({"AssociationId": association, "Status": {"Code": "associating"}})


def describe_client_vpn_target_networks(self: Any) -> ActionResult:
    """AWS: "DescribeClientVpnTargetNetworks" (Amazon EC2 API reference)."""
    asked = self._get_param("AssociationIds", [])
    found = [each for name, each in _named(self).networks.items() if not asked or name in asked]
    return ActionResult({"ClientVpnTargetNetworks": found})


def disassociate_client_vpn_target_network(self: Any) -> ActionResult:
    """The subnet's routes go with it; without any the endpoint waits again.

    AWS: "DisassociateClientVpnTargetNetwork" (Amazon EC2 API reference)
    """
    client_vpn, association = _named(self), self._get_param("AssociationId")
    if association not in client_vpn.networks:
        raise EC2ClientError(
            "InvalidClientVpnAssociationId.NotFound", f"Association {association} does not exist"
        )
    subnet_id = client_vpn.networks.pop(association)["TargetNetworkId"]
    client_vpn.routes = {key: route for key, route in client_vpn.routes.items() if key[1] != subnet_id}
    if not client_vpn.networks:
        client_vpn.endpoint["Status"] = {"Code": "pending-associate"}
    return ActionResult({"AssociationId": association, "Status": {"Code": "disassociating"}})


def apply_security_groups_to_client_vpn_target_network(self: Any) -> ActionResult:
    """AWS: "ApplySecurityGroupsToClientVpnTargetNetwork" (Amazon EC2 API reference)."""
    client_vpn, groups = _named(self), self._get_param("SecurityGroupIds", [])
    client_vpn.endpoint["SecurityGroupIds"] = groups
    for network in client_vpn.networks.values():
        network["SecurityGroups"] = groups
    return ActionResult({"SecurityGroupIds": groups})


def create_client_vpn_route(self: Any) -> ActionResult:
    """A route into an associated subnet.

    AWS: "CreateClientVpnRoute" (Amazon EC2 API reference)
    """
    client_vpn, subnet_id = _named(self), self._get_param("TargetVpcSubnetId")
    if subnet_id not in {network["TargetNetworkId"] for network in client_vpn.networks.values()}:
        raise EC2ClientError(
            "InvalidClientVpnAssociationId.NotFound",
            f"Subnet {subnet_id} is not associated with the endpoint",
        )
    _add_route(client_vpn, self._get_param("DestinationCidrBlock"), subnet_id, origin="add-route")
    return ActionResult({"Status": {"Code": "creating"}})


def describe_client_vpn_routes(self: Any) -> ActionResult:
    """AWS: "DescribeClientVpnRoutes" (Amazon EC2 API reference)."""
    return ActionResult({"Routes": list(_named(self).routes.values())})


def delete_client_vpn_route(self: Any) -> ActionResult:
    """AWS: "DeleteClientVpnRoute" (Amazon EC2 API reference)."""
    key = self._get_param("DestinationCidrBlock"), self._get_param("TargetVpcSubnetId")
    if _named(self).routes.pop(key, None) is None:
        raise EC2ClientError("InvalidClientVpnRouteNotFound", f"There is no route for {key[0]} into {key[1]}")
    return ActionResult({"Status": {"Code": "deleting"}})


def authorize_client_vpn_ingress(self: Any) -> ActionResult:
    """AWS: "AuthorizeClientVpnIngress" (Amazon EC2 API reference)."""
    client_vpn = _named(self)
    cidr = str(ip_network(self._get_param("TargetNetworkCidr"), strict=False))
    group = self._get_param("AccessGroupId") or ""
    client_vpn.rules[cidr, group] = {
        "ClientVpnEndpointId": client_vpn.endpoint["ClientVpnEndpointId"],
        "Description": self._get_param("Description") or "",
        "GroupId": group,
        "AccessAll": _is_true(self._get_param("AuthorizeAllGroups")),
        "DestinationCidr": cidr,
        "Status": {"Code": "active"},
    }
    return ActionResult({"Status": {"Code": "authorizing"}})


def describe_client_vpn_authorization_rules(self: Any) -> ActionResult:
    """AWS: "DescribeClientVpnAuthorizationRules" (Amazon EC2 API reference)."""
    filters = self._filters_from_querystring()
    found = [
        rule
        for rule in _named(self).rules.values()
        if rule["DestinationCidr"] in filters.get("destination-cidr", [rule["DestinationCidr"]])
        and rule["GroupId"] in filters.get("group-id", [rule["GroupId"]])
    ]
    return ActionResult({"AuthorizationRules": found})


def revoke_client_vpn_ingress(self: Any) -> ActionResult:
    """AWS: "RevokeClientVpnIngress" (Amazon EC2 API reference)."""
    key = self._get_param("TargetNetworkCidr"), self._get_param("AccessGroupId") or ""
    if _named(self).rules.pop(key, None) is None:
        raise EC2ClientError("InvalidClientVpnAuthorizationRuleNotFound", f"There is no rule for {key[0]}")
    return ActionResult({"Status": {"Code": "revoking"}})


def kept(backend: Any) -> dict[str, ClientVpn]:
    """The Client VPN endpoints of one of moto's EC2 backends."""
    endpoints: dict[str, ClientVpn] = backend.__dict__.setdefault("landbridge_client_vpn", {})
    return endpoints


def _refuse_second_of_zone(self: Any, client_vpn: ClientVpn, subnet: Any) -> None:
    taken = (self.ec2_backend.get_subnet(each["TargetNetworkId"]) for each in client_vpn.networks.values())
    if subnet.availability_zone in {each.availability_zone for each in taken}:
        raise EC2ClientError(
            "InvalidClientVpnDuplicateAssociationException",
            f"The endpoint already has an association in {subnet.availability_zone}",
        )


def _add_route(client_vpn: ClientVpn, cidr: str, subnet_id: str, *, origin: str) -> None:
    client_vpn.routes[cidr, subnet_id] = {
        "ClientVpnEndpointId": client_vpn.endpoint["ClientVpnEndpointId"],
        "DestinationCidr": cidr,
        "TargetSubnet": subnet_id,
        "Type": "Nat",
        "Origin": origin,
        "Status": {"Code": "active"},
    }


def _authentication(asked: Answer) -> Answer:
    """What is asked for, as it is told: certificate ARNs have another name in the answer.

    AWS: "ClientVpnAuthentication" (Amazon EC2 API reference)
    """
    certificate = asked.get("MutualAuthentication", {}).get("ClientRootCertificateChainArn")
    told: Answer = {name: asked[name] for name in ("Type", "ActiveDirectory") if name in asked}
    if certificate:
        told["MutualAuthentication"] = {"ClientRootCertificateChain": certificate}
    federated = asked.get("FederatedAuthentication", {})
    if federated:
        provider = federated.get("SAMLProviderArn")
        told["FederatedAuthentication"] = {"SamlProviderArn": provider}
    return told


def _tags(self: Any, client_vpn: ClientVpn) -> list[dict[str, str]]:
    identifier = client_vpn.endpoint["ClientVpnEndpointId"]
    found = self.ec2_backend.describe_tags(filters={"resource-id": [identifier]})
    return [{"Key": tag["key"], "Value": tag["value"]} for tag in found]


def _named(self: Any) -> ClientVpn:
    return _found(self, self._get_param("ClientVpnEndpointId"))


def _found(self: Any, identifier: str) -> ClientVpn:
    endpoints = kept(self.ec2_backend)
    if identifier not in endpoints:
        raise EC2ClientError("InvalidClientVpnEndpointId.NotFound", f"Endpoint {identifier} does not exist")
    return endpoints[identifier]


def _identifier(prefix: str) -> str:
    return f"{prefix}-" + "".join(mock_random.choice(ID_CHARACTERS) for _ in range(17))


def _is_true(value: object) -> bool:
    return str(value).lower() == "true"
