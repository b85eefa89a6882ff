"""Interface VPC endpoints: their network interfaces, security groups, names, and changes to these."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.vpcs import VPCBackend, VPCEndPoint
from moto.ec2.responses.vpcs import VPCs
from moto.ec2.utils import add_tag_specification
from moto.moto_api._internal import mock_random

from landbridge.control.amendments.amend import add, amend

INBOUND_ONLY = "PrivateDnsOnlyForInboundResolverEndpoint"
FALLBACK_ZONE = "Z7HUB22UULQXV"
ZONES = {
    "ap-northeast-1": "Z2E726K9Y6RL4W",
    "ap-south-1": "Z2KVTB3ZLFM7JR",
    "ap-southeast-1": "Z18LLCSTV4NVNL",
    "ap-southeast-2": "ZDK2GCRPAFKGO",
    "ca-central-1": "ZRCXCF510Y6P9",
    "eu-central-1": "Z273ZU8SZ5RJPC",
    "eu-west-1": "Z38GZ743OKFT7T",
    "eu-west-2": "Z7K1066E3PUKB",
    "eu-west-3": "Z1DWHTMFP0WECP",
    "us-east-1": "Z7HUB22UULQXV",
    "us-east-2": "ZC8PG0KIFKBRI",
    "us-west-1": "Z12I86A8N7VCZO",
    "us-west-2": "Z1YSA3EXCYUU9Z",
}
"""Hosted zones of ``REGION.vpce.amazonaws.com``."""


def install() -> None:
    """Amends moto's VPC endpoints."""
    amend(VPCs, "create_vpc_endpoint", create_vpc_endpoint)
    amend(VPCs, "modify_vpc_endpoint", modify_vpc_endpoint)
    amend(VPCBackend, "delete_vpc_endpoints", delete_vpc_endpoints)
    add(VPCEndPoint, "ip_address_type", "ipv4")


def create_vpc_endpoint(original: Any, self: Any) -> ActionResult:
    """An interface endpoint with one network interface per subnet, in it, with the endpoint's groups.

    moto gives the interfaces random addresses outside the subnet, the default group and no description.
    AWS: "Access an AWS service using an interface VPC endpoint"
    """
    if (self._get_param("VpcEndpointType") or "Gateway").lower() != "interface":
        result: ActionResult = original(self)
        return result
    backend = self.ec2_backend
    vpc_id = self._get_param("VpcId")
    vpc = backend.get_vpc(vpc_id)
    fixed = _fixed_addresses(self)
    subnet_ids = list(dict.fromkeys([*self._get_param("SubnetIds", []), *fixed]))
    _check_zones(backend, subnet_ids)
    service_name = self._get_param("ServiceName")
    private_dns = self._get_bool_param("PrivateDnsEnabled", if_none=not service_name.endswith(".s3"))
    dns_options = _dns_options(self, service_name, private_dns)
    if private_dns:
        _check_private_dns(backend, vpc, service_name)
        _check_inbound_only(backend, vpc_id, service_name, dns_options)
    endpoint = backend.create_vpc_endpoint(
        vpc_id=vpc_id,
        service_name=service_name,
        endpoint_type="Interface",
        policy_document=self._get_param("PolicyDocument"),
        route_table_ids=[],
        subnet_ids=[],
        client_token=self._get_param("ClientToken"),
        security_group_ids=_groups(backend, vpc, self._get_param("SecurityGroupIds", [])),
        tags=add_tag_specification(self._get_param("TagSpecifications", [])),
        private_dns_enabled=private_dns,
    )
    endpoint.subnet_ids = subnet_ids
    endpoint.dns_options = dns_options
    endpoint.landbridge_label = f"{endpoint.id}-{mock_random.get_random_hex(8)}"
    _settle(backend, endpoint, fixed)
    return ActionResult({"VpcEndpoint": endpoint})


def modify_vpc_endpoint(original: Any, self: Any) -> Any:
    """Network interfaces and names follow the subnets and groups that were added or removed.

    AWS: "ModifyVpcEndpoint" (Amazon EC2 API reference)
    """
    backend = self.ec2_backend
    endpoint = backend.describe_vpc_endpoints([self._get_param("VpcEndpointId")])[0]
    if (endpoint.vpc_endpoint_type or "").lower() != "interface":
        return _modify_gateway(original, self, endpoint)
    fixed = _fixed_addresses(self)
    added = [*self._get_param("AddSubnetIds", []), *fixed]
    kept = [s for s in endpoint.subnet_ids if s not in self._get_param("RemoveSubnetIds", [])]
    _check_zones(backend, list(dict.fromkeys([*kept, *added])))
    private_dns = self._get_bool_param("PrivateDnsEnabled")
    if private_dns and not endpoint.private_dns_enabled:
        _check_private_dns(backend, backend.get_vpc(endpoint.vpc_id), endpoint.service_name)
    wanted = bool(private_dns if private_dns is not None else endpoint.private_dns_enabled)
    dns_options = _dns_options(self, endpoint.service_name, wanted, endpoint.dns_options)
    if wanted:
        _check_inbound_only(backend, endpoint.vpc_id, endpoint.service_name, dns_options)
    result = original(self)
    endpoint.dns_options = dns_options
    endpoint.subnet_ids = list(dict.fromkeys([*endpoint.subnet_ids, *fixed]))
    if private_dns is not None:
        endpoint.private_dns_enabled = private_dns
    if self._get_bool_param("ResetPolicy"):
        endpoint.policy_document = json.dumps(VPCEndPoint.DEFAULT_POLICY)
    _settle(backend, endpoint, fixed)
    return result


def _modify_gateway(original: Any, request: Any, endpoint: Any) -> Any:
    """Routes of a gateway endpoint follow the tables that were added or removed; moto leaves them.

    AWS: "Gateway endpoints for Amazon S3"
    """
    backend, before = request.ec2_backend, set(endpoint.route_table_ids)
    result = original(request)
    after, prefix_list = set(endpoint.route_table_ids), endpoint.destination_prefix_list_id
    for table_id in sorted(after - before) if prefix_list else ():
        backend.create_route(table_id, None, gateway_id=endpoint.id, destination_prefix_list_id=prefix_list)
    for table_id in sorted(before - after) if prefix_list else ():
        backend.delete_route(table_id, None, destination_prefix_list_id=prefix_list)
    return result


def _dns_options(
    request: Any, service_name: str, private_dns: bool, before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The options; S3's private DNS is for inbound Resolver endpoints only unless that is turned off.

    AWS: "AWS PrivateLink for Amazon S3"
    """
    options = {"DnsRecordIpType": "ipv4", **(before or {}), **(request._get_param("DnsOptions") or {})}
    if not service_name.endswith(".s3"):
        return options
    only = options.get(INBOUND_ONLY)
    options[INBOUND_ONLY] = private_dns if only in (None, "") else private_dns and _is_true(only)
    return options


def _check_inbound_only(backend: Any, vpc_id: str, service_name: str, dns_options: Mapping[str, Any]) -> None:
    """AWS: "AWS PrivateLink for Amazon S3"."""
    gateways = [
        other
        for other in backend.vpc_end_points.values()
        if (other.vpc_id, other.service_name) == (vpc_id, service_name)
        and (other.vpc_endpoint_type or "").lower() == "gateway"
    ]
    if dns_options.get(INBOUND_ONLY) and not gateways:
        raise EC2ClientError(
            "InvalidParameter",
            f"To set {INBOUND_ONLY} to true, the VPC {vpc_id} must have a Gateway endpoint for the service.",
        )


def delete_vpc_endpoints(original: Any, self: Any, vpce_ids: list[str] | None = None) -> None:
    """The endpoint and its interfaces are gone; moto keeps the endpoint, in the state ``deleted``.

    AWS: "Delete an interface endpoint"
    """
    for endpoint_id in vpce_ids or []:
        endpoint = self.vpc_end_points.get(endpoint_id)
        for interface_id in list(endpoint.network_interface_ids) if endpoint else []:
            if interface_id in self.enis:
                self.delete_network_interface(interface_id)
    original(self, vpce_ids)
    for endpoint_id in vpce_ids or []:
        self.vpc_end_points.pop(endpoint_id, None)


def _settle(backend: Any, endpoint: Any, fixed: Mapping[str, str]) -> None:
    """Interfaces, groups and names are what the endpoint's subnets and groups ask for."""
    have = {backend.enis[i].subnet.id: i for i in endpoint.network_interface_ids if i in backend.enis}
    for subnet_id in [s for s in have if s not in endpoint.subnet_ids]:
        backend.delete_network_interface(have.pop(subnet_id))
    for subnet_id in endpoint.subnet_ids:
        if subnet_id not in have:
            have[subnet_id] = _new_interface(backend, endpoint, subnet_id, fixed.get(subnet_id)).id
    endpoint.network_interface_ids = [have[subnet_id] for subnet_id in endpoint.subnet_ids]
    groups = [backend.get_security_group_from_id(group) for group in endpoint.security_group_ids]
    for interface_id in endpoint.network_interface_ids:
        backend.enis[interface_id]._group_set = groups
    endpoint.dns_entries = list(_dns_entries(backend, endpoint))


def _new_interface(backend: Any, endpoint: Any, subnet_id: str, address: str | None) -> Any:
    interface = backend.create_network_interface(
        backend.get_subnet(subnet_id),
        address,
        group_ids=list(endpoint.security_group_ids),
        description=f"VPC Endpoint Interface {endpoint.id}",
    )
    interface.interface_type = "vpc_endpoint"
    interface.requester_managed = True
    interface.requester_id = "amazon-aws"
    interface.status = "in-use"
    return interface


def _dns_entries(backend: Any, endpoint: Any) -> Iterable[dict[str, str]]:
    """Regional, zonal and, when enabled, private names.

    AWS: "Access an AWS service using an interface VPC endpoint"
    """
    service = _service(endpoint.service_name)
    region = backend.region_name
    suffix = f"{service}.{region}.vpce.amazonaws.com"
    prefix = "*." if service == "s3" else ""
    zone = ZONES.get(region, FALLBACK_ZONE)
    yield {"DnsName": f"{prefix}{endpoint.landbridge_label}.{suffix}", "HostedZoneId": zone}
    for subnet_id in endpoint.subnet_ids:
        zone_name = backend.get_subnet(subnet_id).availability_zone
        yield {"DnsName": f"{prefix}{endpoint.landbridge_label}-{zone_name}.{suffix}", "HostedZoneId": zone}
    if endpoint.private_dns_enabled:
        hidden = f"Z{endpoint.id[-13:].upper()}"
        for name in private_names(service, region):
            yield {"DnsName": name, "HostedZoneId": hidden}


def private_names(service: str, region: str) -> tuple[str, ...]:
    """The names that an endpoint answers for in its VPC when private DNS is on."""
    name = f"{service}.{region}.amazonaws.com"
    if service == "s3":
        kinds = ("s3", "s3-accesspoint", "s3-control")
        names = [f"{kind}.{region}.amazonaws.com" for kind in kinds]
        return tuple(each for base in names for each in (base, f"*.{base}"))
    return (name, f"*.{name}") if service == "execute-api" else (name,)


def _service(service_name: str) -> str:
    return service_name.split(".", 3)[-1]


def _fixed_addresses(request: Any) -> dict[str, str]:
    configurations = request._get_param("SubnetConfigurations", []) or []
    return {each["SubnetId"]: each["Ipv4"] for each in configurations if each.get("Ipv4")}


def _groups(backend: Any, vpc: Any, group_ids: list[str]) -> list[str]:
    if not group_ids:
        return [backend.get_default_security_group(vpc.id).id]
    for group_id in group_ids:
        if not backend.get_security_group_from_id(group_id):
            raise EC2ClientError("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")
    return list(group_ids)


def _check_zones(backend: Any, subnet_ids: Iterable[str]) -> None:
    """AWS: "Access an AWS service using an interface VPC endpoint"."""
    zones: set[str] = set()
    for subnet_id in subnet_ids:
        zone = backend.get_subnet(subnet_id).availability_zone
        if zone in zones:
            raise EC2ClientError(
                "DuplicateSubnetsInSameZone",
                f"Found another VPC endpoint subnet in the availability zone of {subnet_id}. VPC endpoint"
                " subnets should be in different availability zones supported by the VPC endpoint service.",
            )
        zones.add(zone)


def _check_private_dns(backend: Any, vpc: Any, service_name: str) -> None:
    """AWS: "Manage DNS names for VPC endpoint services"."""
    if not (_is_true(vpc.enable_dns_support) and _is_true(vpc.enable_dns_hostnames)):
        raise EC2ClientError(
            "InvalidParameter",
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to"
            f" true for {vpc.id}",
        )
    for other in backend.vpc_end_points.values():
        if (other.vpc_endpoint_type or "").lower() != "interface":
            continue
        if other.vpc_id == vpc.id and other.service_name == service_name and other.private_dns_enabled:
            name = f"{_service(service_name)}.{backend.region_name}.amazonaws.com"
            raise EC2ClientError(
                "InvalidParameter",
                "private-dns-enabled cannot be set because there is already a conflicting DNS domain for"
                f" {name} in the VPC {vpc.id}",
            )


def _is_true(value: object) -> bool:
    return str(value).lower() == "true"
