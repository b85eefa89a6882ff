"""Which requests fit the protocol version of a target group.

AWS: "Target groups for your Application Load Balancers"
"""

from landbridge.model.exchange import HttpRequest
from landbridge.model.load_balancing import TargetGroup
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Hop, ResourceRef, Step, denied

MISMATCH = 464


def refuse_protocol(group: TargetGroup, request: HttpRequest) -> Hop | None:
    """Why the load balancer answers 464: the request cannot be passed on in the group's protocol version.

    AWS: "Troubleshoot your Application Load Balancers"
    """
    wanted = _wanted(group.protocol_version, request)
    if not wanted:
        return None
    reference = ResourceRef("AWS::ElasticLoadBalancingV2::TargetGroup", group.name, group.arn)
    decision = denied(
        LocalCode.PROTOCOL_VERSION_MISMATCH,
        reference,
        ("protocol version", group.protocol_version),
        ("request", f"{request.method}, HTTP/{request.version}"),
        remedy=wanted,
    )
    return Hop(reference, Step.TARGET, decision)


def _wanted(protocol_version: str, request: HttpRequest) -> str:
    """What would have to be otherwise; empty when the request fits."""
    if protocol_version in ("HTTP2", "GRPC") and request.version != "2":
        return f"Send HTTP/2, or forward to a target group whose protocol version is not {protocol_version}"
    if protocol_version == "GRPC" and request.method != "POST":
        return "Send a POST request: gRPC knows no other"
    if protocol_version not in ("HTTP2", "GRPC") and request.version == "2" and _is_grpc(request):
        return "Forward gRPC requests to a target group with protocol version GRPC"
    return ""


def _is_grpc(request: HttpRequest) -> bool:
    return request.method == "POST" and (request.header("content-type") or "").startswith("application/grpc")
