"""Network Load Balancers: names, hosted zones, attributes, listeners, and load balancers as targets."""

from typing import Any

from moto.elbv2.exceptions import ELBClientError

FALLBACK_ZONE = "Z26RNL4JYFTOTI"
ZONES = {
    "af-south-1": "Z203XCE67M25HM",
    "ap-east-1": "Z12Y7K3UBGUAD1",
    "ap-northeast-1": "Z31USIVHYNEOWT",
    "ap-northeast-2": "ZIBE1TIR4HY56",
    "ap-northeast-3": "Z1GWIQ4HH19I5X",
    "ap-south-1": "ZVDDRBQ08TROA",
    "ap-southeast-1": "ZKVM4W9LS7TM",
    "ap-southeast-2": "ZCT6FZBF4DROD",
    "ca-central-1": "Z2EPGBW3API2WT",
    "eu-central-1": "Z3F0SRJ5LGBH90",
    "eu-north-1": "Z1UDT6IFJ4EJM",
    "eu-south-1": "Z23146JA1KNAFP",
    "eu-west-1": "Z2IFOLAFXWLO4F",
    "eu-west-2": "ZD4D7Y8KGAS4G",
    "eu-west-3": "Z1CMS0P5QUZ6D5",
    "me-south-1": "Z3QSRYVP46NYYV",
    "sa-east-1": "ZTK26PT1VY4CU",
    "us-east-1": "Z26RNL4JYFTOTI",
    "us-east-2": "ZLMOA37VPKANP",
    "us-west-1": "Z24FKFUX50B4VW",
    "us-west-2": "Z18D5FSROUN65G",
}
"""Hosted zones of ``elb.REGION.amazonaws.com``. AWS: "Elastic Load Balancing endpoints and quotas"."""

ATTRIBUTES = {
    "access_logs.s3.enabled": "false",
    "dns_record.client_routing_policy": "any_availability_zone",
    "ipv6.deny_all_igw_traffic": "false",
    "load_balancing.cross_zone.enabled": "false",
    "secondary_ips.auto_assigned.per_subnet": "0",
    "zonal_shift.config.enabled": "false",
}
"""AWS: "Edit attributes for your Network Load Balancer"."""
ENFORCED = "enforce_security_group_inbound_rules_on_private_link_traffic"
"""What moto's answers take the member of a load balancer from."""
PROTOCOLS = {
    "TCP": ("TCP",),
    "TLS": ("TCP", "TLS"),
    "UDP": ("UDP", "TCP_UDP"),
    "TCP_UDP": ("TCP_UDP",),
}
"""What each listener protocol can forward to. AWS: "Listeners for your Network Load Balancers"."""


def settle_network_load_balancer(backend: Any, balancer: Any) -> None:
    """Gives it AWS's ARN, name, hosted zone and attributes, and no security groups that nobody asked for.

    Moto names every load balancer as if it were an application's.

    AWS: "What is a Network Load Balancer?"
    """
    before, region = balancer.arn, backend.region_name
    balancer.arn = before.replace(":loadbalancer/app/", ":loadbalancer/net/")
    backend.load_balancers[balancer.arn] = backend.load_balancers.pop(before)
    tags = backend.tagging_service.list_tags_for_resource(before)["Tags"]
    backend.tagging_service.delete_all_tags_for_resource(before)
    backend.tagging_service.tag_resource(balancer.arn, tags)
    number = balancer.arn.rpartition("/")[2]
    balancer.dns_name = f"{balancer.name}-{number}.elb.{region}.amazonaws.com"
    balancer.canonical_hosted_zone_id = ZONES.get(region, FALLBACK_ZONE)
    balancer.attrs |= ATTRIBUTES
    balancer.security_groups = balancer.security_groups or []
    if balancer.security_groups:
        setattr(balancer, ENFORCED, "on")


def check_security_groups(balancer: Any, group_ids: list[str]) -> None:
    """One that was made without security groups cannot get any later, and one with keeps at least one.

    AWS: "Update the security groups for your Network Load Balancer"
    """
    if balancer.type == "network" and bool(balancer.security_groups) != bool(group_ids):
        had = "without" if not balancer.security_groups else "with"
        raise ELBClientError(
            "InvalidConfigurationRequest",
            f"The load balancer '{balancer.arn}' was created {had} security groups: this cannot be changed",
        )


def enforce_on_private_link(balancer: Any, asked: str | None) -> dict[str, str]:
    """Whether inbound rules count for AWS PrivateLink, as asked for: part of the answer.

    AWS: "SetSecurityGroups" (Elastic Load Balancing API reference)
    """
    if balancer.type != "network":
        return {}
    if asked:
        setattr(balancer, ENFORCED, asked)
    return {"EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic": getattr(balancer, ENFORCED, "on")}


def check_network_listener(backend: Any, protocol: str, actions: list[dict[str, Any]]) -> None:
    """It forwards to groups of a fitting protocol and does nothing else; moto refuses other protocols.

    AWS: "CreateListener" (Elastic Load Balancing API reference)
    """
    for action in actions:
        if action.get("Type") != "forward":
            raise ELBClientError(
                "InvalidLoadBalancerAction",
                f"Actions of type '{action.get('Type')}' are not supported on Network Load Balancers",
            )
        named = [action, *(action.get("ForwardConfig", {}).get("TargetGroups") or [])]
        for group in filter(None, (backend.target_groups.get(each.get("TargetGroupArn")) for each in named)):
            _check_fit(protocol, group)


def check_load_balancer_targets(backend: Any, group: Any, targets: list[dict[str, Any]]) -> None:
    """One Application Load Balancer in the group's VPC, with a listener on the group's port.

    AWS: "Use Application Load Balancers as targets of a Network Load Balancer"
    """
    ids = {target["Id"] for target in targets} | {each["Id"] for each in group.targets.values()}
    if len(ids) > 1:
        raise ELBClientError("TooManyTargets", f"Target group '{group.arn}' can have one target only")
    for target in targets:
        balancer = backend.load_balancers.get(target["Id"])
        if balancer is None or balancer.type != "application" or balancer.vpc_id != group.vpc_id:
            raise ELBClientError(
                "InvalidTarget", f"'{target['Id']}' is no Application Load Balancer in VPC '{group.vpc_id}'"
            )
        ports = {int(listener.port) for listener in balancer.listeners.values()}
        if int(target.get("Port", group.port)) != int(group.port) or int(group.port) not in ports:
            raise ELBClientError(
                "InvalidTarget",
                f"The load balancer '{target['Id']}' has no listener on the target group's port {group.port}",
            )


def _check_fit(protocol: str, group: Any) -> None:
    if group.protocol not in PROTOCOLS.get(protocol, (group.protocol,)):
        raise ELBClientError(
            "IncompatibleProtocols",
            f"The protocol '{group.protocol}' of target group '{group.arn}' is not compatible with the "
            f"listener protocol '{protocol}'",
        )
