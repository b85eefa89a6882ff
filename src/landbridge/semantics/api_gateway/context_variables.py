"""``$context``: what mapping templates, parameter mappings and gateway responses can say about a request.

AWS: "Variables for access logging for API Gateway"
"""

from collections.abc import Mapping

from landbridge.model.exchange import Moment
from landbridge.semantics.api_gateway.request import NOBODY, ApiRequest, Authorization
from landbridge.semantics.api_gateway.routing import Match
from landbridge.semantics.dates import request_time
from landbridge.semantics.iam.signers import Signer
from landbridge.semantics.world import World

Variables = dict[str, object]


def context_variables(
    world: World,
    call: ApiRequest,
    moment: Moment,
    match: Match | None,
    authorization: Authorization = NOBODY,
) -> Variables:
    """The variables as nested maps; `match` is None while no resource is known."""
    identity: Variables = {
        "sourceIp": call.source_address,
        "userAgent": call.request.header("user-agent") or "",
    }
    if call.signer is not None:
        identity |= signer_identity(call.signer)
    if authorization.api_key is not None:
        identity |= {"apiKey": authorization.api_key.value, "apiKeyId": authorization.api_key.id}
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
    if call.stage.canary is not None:
        variables["isCanaryRequest"] = "true" if call.is_canary else "false"
    if authorization.authorizer:
        variables["authorizer"] = dict(authorization.authorizer)
    if match is not None:
        variables |= {"resourceId": match.resource.id, "resourcePath": match.resource.path}
    return variables


def signer_identity(signer: Signer) -> dict[str, str]:
    """``$context.identity`` of whoever signed the request, for methods with the authorization type AWS_IAM.

    AWS: "Variables for access logging for API Gateway"
    """
    return {
        "accessKey": signer.access_key_id,
        "accountId": signer.principal.account,
        "caller": signer.user_id,
        "user": signer.user_id,
        "userArn": signer.principal.arn,
    }


def look_up(variables: Mapping[str, object], dotted: str) -> str | None:
    """The text of a variable by its dotted name, ``identity.sourceIp``; None when there is none."""
    value: object = variables
    for name in dotted.split("."):
        if not isinstance(value, Mapping) or name not in value:
            return None
        value = value[name]
    return None if value is None or isinstance(value, Mapping) else str(value)
