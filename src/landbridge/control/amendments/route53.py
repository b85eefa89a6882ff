"""Private hosted zones."""

from typing import Any

from moto.route53.responses import Route53

from landbridge.control.amendments.amend import amend


def install() -> None:
    """Amends moto's hosted zones."""
    amend(Route53, "_get_bool_param", get_bool_param)


def get_bool_param(original: Any, self: Any, param_name: str, if_none: Any = None) -> Any:
    """A zone is private when a VPC is given; moto waits for a flag that AWS's clients do not send.

    AWS: "CreateHostedZone" (Amazon Route 53 API reference)
    """
    value = original(self, param_name, if_none)
    if param_name == "HostedZoneConfig.PrivateZone":
        return bool(value or self._get_param("VPC.VPCId"))
    return value
