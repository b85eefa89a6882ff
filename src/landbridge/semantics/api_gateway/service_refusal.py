"""What an AWS service answers where its caller may not do something.

AWS: "Troubleshoot access denied error messages"
"""

import json

from landbridge.model.exchange import HttpResponse, Moment
from landbridge.semantics.api_gateway.service_permission import SERVICES, Permission
from landbridge.semantics.iam.permissions import Concluded

_CODES = {"sns": "AuthorizationError"}


def access_denied(
    service: str, principal_arn: str, permission: Permission, concluded: Concluded, moment: Moment
) -> HttpResponse:
    """400 of a service that speaks JSON; 403 of one that is called by parameters, in JSON too.

    API Gateway asks every service for JSON.
    """
    action = permission.action
    message = (
        f"User: {principal_arn} is not authorized to perform: {action} on resource: {permission.resource}"
        f"{concluded.reason(action)}"
    )
    ids = ("x-amzn-RequestId", moment.request_id)
    if SERVICES[service].target:
        error = {"__type": "com.amazon.coral.service#AccessDeniedException", "Message": message}
        headers = (ids, ("Content-Type", SERVICES[service].content_type))
        return HttpResponse(400, headers, _json(error))
    code = _CODES.get(service, "AccessDenied")
    wrapped = {
        "Error": {"Code": code, "Message": message, "Type": "Sender"},
        "RequestId": moment.request_id,
    }
    return HttpResponse(403, (ids, ("Content-Type", "application/json")), _json(wrapped))


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
