"""Which gateway endpoint carries traffic from a subnet to Amazon S3."""

from ipaddress import IPv4Address

from landbridge.model.network import VpcEndpoint
from landbridge.model.topology import Topology
from landbridge.semantics.network.public_service import PUBLIC_S3
from landbridge.semantics.network.source import InVpc


def gateway_endpoint(topology: Topology, source: InVpc, destination: IPv4Address) -> VpcEndpoint | None:
    """The endpoint that the subnet's route for S3's prefix list leads to; None where there is none.

    The route is more specific than one to a gateway. Only what starts in a subnet of its VPC goes through it:
    neither the office nor another VPC can.

    AWS: "Gateway endpoints for Amazon S3"
    """
    table = topology.network.route_table_by_subnet.get(source.subnet_id)
    if table is None or destination != PUBLIC_S3.address:
        return None
    for endpoint in topology.network.vpc_endpoints:
        if table.id in endpoint.route_table_ids and _carries_s3(endpoint, source):
            return endpoint
    return None


def _carries_s3(endpoint: VpcEndpoint, source: InVpc) -> bool:
    is_gateway = endpoint.type == "Gateway" and endpoint.service_name.endswith(".s3")
    return is_gateway and endpoint.vpc_id == source.vpc_id and endpoint.state == "available"
