"""``$context``: what mapping templates, parameter mappings and gateway responses can say about a request.

AWS: "Variables for access logging for API Gateway"
"""

from collections.abc import Mapping

from landbridge.model.exchange import Moment
from landbridge.semantics.api_gateway.request import ApiRequest
from landbridge.semantics.api_gateway.routing import Match
from landbridge.semantics.dates import request_time
from landbridge.semantics.world import World

Variables = dict[str, object]


def context_variables(world: World, call: ApiRequest, moment: Moment, match: Match | None) -> Variables:
    """The variables as nested maps; `match` is None while no resource is known."""
    identity: Variables = {
        "sourceIp": call.source_address,
        "userAgent": call.request.header("user-agent") or "",
    }
    if call.through_endpoint:
        identity |= {"vpcId": call.vpc_id, "vpceId": call.vpc_endpoint_id}
    variables: Variables = {
        "accountId": world.topology.account_id,
        "apiId": str(call.api.id),
        "deploymentId": call.stage.deployment.id,
        "domainName": call.domain_name,
        "domainPrefix": call.domain_name.partition(".")[0],
        "extendedRequestId": moment.extended_request_id,
        "httpMethod": call.http_method,
        "identity": identity,
        "path": call.context_path,
        "protocol": f"HTTP/{call.request.version}",
        "requestId": moment.request_id,
        "requestTime": request_time(moment.epoch_ms),
        "requestTimeEpoch": moment.epoch_ms,
        "stage": call.stage.name,
    }
    if match is not None:
        variables |= {"resourceId": match.resource.id, "resourcePath": match.resource.path}
    return variables


def look_up(variables: Mapping[str, object], dotted: str) -> str | None:
    """The text of a variable by its dotted name, ``identity.sourceIp``; None when there is none."""
    value: object = variables
    for name in dotted.split("."):
        if not isinstance(value, Mapping) or name not in value:
            return None
        value = value[name]
    return None if value is None or isinstance(value, Mapping) else str(value)
