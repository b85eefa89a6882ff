"""The authorization type AWS_IAM: who signed the request, and whether that principal may invoke the method.

AWS: "Control access to a REST API with IAM permissions"
"""

from dataclasses import dataclass, replace

from landbridge.semantics.api_gateway.authorization.resource_policy import (
    ACTION,
    method_arn,
    policy_context,
)
from landbridge.semantics.api_gateway.gateway_responses import (
    GatewayError,
    access_denied,
    incomplete_signature,
    missing_authentication_token,
)
from landbridge.semantics.api_gateway.refusal import configuration_error
from landbridge.semantics.api_gateway.request import MethodRequest, method_reference, stage_reference
from landbridge.semantics.api_gateway.signature_errors import refuse_signature
from landbridge.semantics.api_gateway.signature_shape import incomplete_reason
from landbridge.semantics.iam.evaluation import Attached
from landbridge.semantics.iam.permissions import Concluded
from landbridge.semantics.iam.request import AuthorizationRequest
from landbridge.semantics.iam.signatures.parts import read_signature
from landbridge.semantics.iam.signatures.verification import EXECUTE_API, Verified, verify
from landbridge.semantics.iam.signers import Signer, evaluate_signer, find_signer, verified
from landbridge.semantics.needs import Steps
from landbridge.trace.codes import GatewayResponseType
from landbridge.trace.decision import Decision, Hop, Hops, Step, Verdict, denied


@dataclass(frozen=True, slots=True)
class SignerAdmission:
    """What was decided about whoever signed the request."""

    request: MethodRequest
    """The request; it knows its signer once the signature was verified."""
    hops: Hops
    error: GatewayError | None = None
    """What to answer; None for a request that goes on."""


def authorize_signer(request: MethodRequest, resource_policy: Attached | None) -> Steps[SignerAdmission]:
    """Verifies the signature, then asks the signer's policies and the API's resource policy together.

    In the account of the API either side may allow, from another account both have to.
    AWS: "How API Gateway resource policies affect authorization workflow"
    """
    call, world = request.call, request.world
    parts = read_signature(call.request)
    if parts is None:
        return _unsigned(request)
    result = yield from verify(call.request, parts, EXECUTE_API, world.topology.region, request.moment)
    if not isinstance(result, Verified):
        reference = method_reference(request.match)
        refusal, decision = refuse_signature(world, call.request, result, request.moment, reference)
        return SignerAdmission(request, (_hop(request, Step.SIGNATURE, decision),), error=refusal)
    signer = find_signer(world, result.key)
    signed = replace(request, call=replace(call, signer=signer))
    signature = _hop(signed, Step.SIGNATURE, verified(signer, method_reference(request.match)))
    concluded = _conclude(signed, signer, resource_policy)
    hops = (signature, _hop(signed, Step.AUTHORIZATION, concluded.decision))
    error = None if concluded.decision.allowed else _error(signed, signer, concluded)
    return SignerAdmission(signed, hops, error)


def _conclude(request: MethodRequest, signer: Signer, resource_policy: Attached | None) -> Concluded:
    question = AuthorizationRequest(
        signer.principal,
        ACTION,
        method_arn(request),
        {**policy_context(request.call), **signer.keys},
        request.moment.epoch_ms,
    )
    return evaluate_signer(
        request.world, signer, resource_policy, question, GatewayResponseType.ACCESS_DENIED
    )


def _error(request: MethodRequest, signer: Signer, concluded: Concluded) -> GatewayError:
    """AWS: "How do I troubleshoot HTTP 403 errors from API Gateway?"."""
    if concluded.decision.verdict is Verdict.NOT_MODELLED:
        return configuration_error()
    return access_denied(method_arn(request), concluded.reason(ACTION), signer.principal.arn)


def _unsigned(request: MethodRequest) -> SignerAdmission:
    """Any other Authorization is read as a signature, and fails as one.

    AWS: "How do I troubleshoot HTTP 403 errors from API Gateway?"
    """
    authorization = request.call.request.header("authorization")
    reason = incomplete_reason(request.call.request, authorization) if authorization is not None else ""
    error = incomplete_signature(reason) if reason else missing_authentication_token()
    scheme = (authorization or "").partition(" ")[0]
    decision = denied(
        error.type,
        method_reference(request.match),
        ("authorization type", "AWS_IAM"),
        ("Authorization", scheme or "absent"),
        ("answer", error.message),
        remedy="Sign the request with Signature Version 4 for the service execute-api, as the AWS SDKs and "
        "`curl --aws-sigv4` do",
    )
    return SignerAdmission(request, (_hop(request, Step.SIGNATURE, decision),), error=error)


def _hop(request: MethodRequest, step: Step, decision: Decision) -> Hop:
    return Hop(stage_reference(request.world, request.call), step, decision)
