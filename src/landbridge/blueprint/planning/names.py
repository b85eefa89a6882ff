"""The app's name: a private hosted zone, and the Resolver endpoint the corporate DNS servers ask."""

from landbridge.blueprint.calls import ApiCall, Plan, Ref, Text, Value
from landbridge.blueprint.declaration import Declaration
from landbridge.blueprint.naming import tag_list
from landbridge.blueprint.planning.network import VPC_ID, subnet_ids
from landbridge.blueprint.planning.security_groups import RESOLVER_GROUP_ID


def plan(declaration: Declaration) -> Plan:
    """Zone, alias record, inbound endpoint.

    The zone is named exactly as the app, with the alias at its apex. A zone for the parent domain would make
    the VPC's Resolver answer NXDOMAIN for every other name of the company in it: where a private zone
    matches, there is no falling back to public DNS.

    AWS: "Considerations when working with a private hosted zone"
    """
    return (
        ApiCall(
            "hosted-zone",
            "route53",
            "create_hosted_zone",
            {
                "Name": declaration.domain,
                "VPC": {"VPCRegion": declaration.region, "VPCId": VPC_ID},
                "HostedZoneConfig": {"Comment": f"app {declaration.name}", "PrivateZone": True},
                "CallerReference": Text((f"{declaration.name}-", VPC_ID)),
            },
        ),
        ApiCall(
            "alias",
            "route53",
            "change_resource_record_sets",
            {
                "HostedZoneId": Ref("hosted-zone", "HostedZone.Id"),
                "ChangeBatch": {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": _alias(declaration)}]},
            },
        ),
        _create_resolver_endpoint(declaration),
    )


def _alias(declaration: Declaration) -> Value:
    """A record that follows the addresses of the load balancer, with healthy targets, or of the endpoint.

    AWS: "Choosing between alias and non-alias records"
    """
    return {
        "Name": declaration.domain,
        "Type": "A",
        "AliasTarget": {**_target(declaration), "EvaluateTargetHealth": True},
    }


def _target(declaration: Declaration) -> dict[str, Value]:
    if declaration.design.has_load_balancer:
        return {
            "HostedZoneId": Ref("load-balancer", "LoadBalancers[0].CanonicalHostedZoneId"),
            "DNSName": Ref("load-balancer", "LoadBalancers[0].DNSName"),
        }
    return {
        "HostedZoneId": Ref("endpoint", "VpcEndpoint.DnsEntries[0].HostedZoneId"),
        "DNSName": Ref("endpoint", "VpcEndpoint.DnsEntries[0].DnsName"),
    }


def _create_resolver_endpoint(declaration: Declaration) -> ApiCall:
    return ApiCall(
        "resolver-endpoint",
        "route53resolver",
        "create_resolver_endpoint",
        {
            "CreatorRequestId": Text((f"{declaration.name}-", VPC_ID)),
            "Name": declaration.name,
            "Direction": "INBOUND",
            "SecurityGroupIds": [RESOLVER_GROUP_ID],
            "IpAddresses": [{"SubnetId": subnet_id} for subnet_id in subnet_ids(declaration)],
            "Tags": tag_list(declaration, declaration.name),
        },
    )
