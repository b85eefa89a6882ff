"""By the method's authorization type: the resource policy, and whatever else has to admit the caller.

AWS: "How API Gateway resource policies affect authorization workflow"
"""

from landbridge.semantics.api_gateway.authorization.admission import (
    Admission,
    Admitted,
    Barred,
    authorization_hop,
)
from landbridge.semantics.api_gateway.authorization.aws_iam import authorize_signer
from landbridge.semantics.api_gateway.authorization.cognito import authorize_token
from landbridge.semantics.api_gateway.authorization.lambda_authorizer import ask_authorizer
from landbridge.semantics.api_gateway.authorization.resource_policy import (
    admit_by_resource_policy,
    attached_resource_policy,
    bar_without_policy,
    method_arn,
)
from landbridge.semantics.api_gateway.gateway_responses import request_line_or_headers_too_long
from landbridge.semantics.api_gateway.refusal import configuration_error
from landbridge.semantics.api_gateway.request import MethodRequest, method_reference
from landbridge.semantics.needs import Steps
from landbridge.trace.codes import GatewayResponseType
from landbridge.trace.decision import denied, not_modelled

LONGEST_METHOD_ARN = 1600
"""Bytes, where authorization is enabled."""
SHORT_PATH = 1300
"""A path of so many characters fits, whatever else is in the ARN."""


def authorize(request: MethodRequest) -> Steps[Admission]:
    """Whether the request may go on, by everything that has a say.

    Without an authorization type the policy has to allow. A signer or a Lambda authorizer's policy is judged
    together with it; a user pool's token comes first, and then the policy has to allow by itself.
    AWS: "How API Gateway resource policies affect authorization workflow"
    """
    authorization_type = request.match.method.authorization_type
    too_long = _too_long(request)
    if too_long is not None:
        return too_long
    match authorization_type:
        case "NONE":
            return admit_by_resource_policy(request, ())
        case "AWS_IAM":
            return (yield from _admit_signer(request))
        case "CUSTOM":
            return (yield from ask_authorizer(request))
        case "COGNITO_USER_POOLS":
            return (yield from authorize_token(request))
        case _:
            what = f"the authorization type {authorization_type}"
            hop = authorization_hop(request, not_modelled(what, method_reference(request.match)))
            return Barred(request, (), hop, configuration_error())


def _admit_signer(request: MethodRequest) -> Steps[Admission]:
    no_policy = bar_without_policy(request)
    if no_policy is not None:
        return no_policy
    found = yield from authorize_signer(request, attached_resource_policy(request))
    if found.error is None:
        return Admitted(found.request, found.hops)
    return Barred(found.request, found.hops[:-1], found.hops[-1], found.error)


def _too_long(request: MethodRequest) -> Barred | None:
    """414 where the method's ARN is too long for policies, as path parameters can make it.

    A resource policy has it judged, too, and so all private APIs.
    AWS: "Output from an API Gateway Lambda authorizer"; "Amazon API Gateway quotas"
    """
    if len(request.call.resource_path) <= SHORT_PATH:
        return None
    if request.match.method.authorization_type == "NONE" and request.call.stage.deployment.policy is None:
        return None
    size = len(method_arn(request).encode())
    if size <= LONGEST_METHOD_ARN:
        return None
    decision = denied(
        GatewayResponseType.REQUEST_TOO_LARGE,
        method_reference(request.match),
        ("method ARN", f"{size} bytes"),
        ("limit", f"{LONGEST_METHOD_ARN} bytes"),
        remedy="Send what is long in a header or the body: the path is part of the ARN that policies see",
    )
    error = request_line_or_headers_too_long(414, "Request URI too long")
    return Barred(request, (), authorization_hop(request, decision), error)
