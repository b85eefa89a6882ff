"""Identifiers that must not be mixed up, as types."""

from typing import NewType

Arn = NewType("Arn", str)
"""For example ``arn:aws:lambda:eu-central-1:123456789012:function:orders``."""
VpcId = NewType("VpcId", str)
SubnetId = NewType("SubnetId", str)
SecurityGroupId = NewType("SecurityGroupId", str)
NetworkInterfaceId = NewType("NetworkInterfaceId", str)
VpcEndpointId = NewType("VpcEndpointId", str)
VpnGatewayId = NewType("VpnGatewayId", str)
RestApiId = NewType("RestApiId", str)
