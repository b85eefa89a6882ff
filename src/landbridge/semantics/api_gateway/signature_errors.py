"""What API Gateway answers to a signature that it does not take, word for word, and why.

AWS: "How do I troubleshoot HTTP 403 errors from API Gateway?"
"""

from datetime import timedelta

from landbridge.model.exchange import HttpRequest, Moment
from landbridge.semantics.api_gateway.gateway_responses import GatewayError, signature_refused
from landbridge.semantics.api_gateway.refusal import configuration_error
from landbridge.semantics.api_gateway.signature_shape import incomplete_reason
from landbridge.semantics.iam.signatures.explanation import explain
from landbridge.semantics.iam.signatures.parts import TIMESTAMP, Carrier, Fault, Malformed, SignatureParts
from landbridge.semantics.iam.signatures.verification import (
    EXECUTE_API,
    TERMINATOR,
    Failure,
    Refused,
    SigningService,
    arrived_at,
    signed_at,
)
from landbridge.semantics.world import World
from landbridge.trace.codes import GatewayResponseType
from landbridge.trace.decision import Decision, ResourceRef, Verdict

INCOMPLETE = "IncompleteSignatureException"
INVALID = "InvalidSignatureException"
_NO_MATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
    "Access Key and signing method. Consult the service documentation for details."
)


def refuse_signature(
    world: World, request: HttpRequest, refused: Refused, moment: Moment, cited: ResourceRef
) -> tuple[GatewayError, Decision]:
    """The answer to a signature that is not taken, and the decision that explains it.

    AWS: "Troubleshoot Signature Version 4 signing for AWS API requests"
    """
    error = word_signature_error(request, refused, moment, EXECUTE_API)
    decision = explain(world, request, refused, EXECUTE_API, moment, error.type, cited)
    return (configuration_error() if decision.verdict is Verdict.NOT_MODELLED else error), decision


def word_signature_error(
    request: HttpRequest, refused: Refused, moment: Moment, service: SigningService
) -> GatewayError:
    """The answer in the words that all services share.

    AWS: "Troubleshoot Signature Version 4 signing for AWS API requests"
    """
    parts = refused.parts
    if refused.malformed is not None or parts is None:
        return signature_refused(INCOMPLETE, _malformed(request, refused.malformed))
    match refused.failure:
        case Failure.UNKNOWN_KEY | Failure.INACTIVE_KEY | Failure.WRONG_TOKEN:
            message = "The security token included in the request is invalid."
            return signature_refused("UnrecognizedClientException", message)
        case Failure.SESSION_EXPIRED:
            message = "The security token included in the request is expired"
            return signature_refused("ExpiredTokenException", message, GatewayResponseType.EXPIRED_TOKEN)
        case Failure.UNSUPPORTED_ALGORITHM:
            return signature_refused(INCOMPLETE, f"Unsupported AWS 'algorithm': '{parts.algorithm}'. ")
    return signature_refused(INVALID, _invalid(refused, parts, moment, service))


def _invalid(refused: Refused, parts: SignatureParts, moment: Moment, service: SigningService) -> str:
    match refused.failure:
        case Failure.SCOPE:
            return "".join(_scope(name, parts, service) for name in refused.wrong)
        case Failure.HOST_NOT_SIGNED:
            return "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
        case Failure.EXPIRED | Failure.URL_EXPIRED | Failure.NOT_YET_CURRENT:
            return _time(refused.failure, parts, moment, service)
    computed = refused.computed
    if computed is None:
        return _NO_MATCH
    return (
        f"{_NO_MATCH}\n\nThe Canonical String for this request should have been\n'{computed.canonical.text}'"
        f"\n\nThe String-to-Sign should have been\n'{computed.to_sign}'\n"
    )


def _scope(name: str, parts: SignatureParts, service: SigningService) -> str:
    scope = parts.credential
    return {
        "region": "Credential should be scoped to a valid region. ",
        "service": f"Credential should be scoped to correct service: '{service.name}'. ",
        "terminator": f"Credential should be scoped with a valid terminator: '{TERMINATOR}', "
        f"not '{scope.terminator}'. ",
        "date": "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        f"'{scope.date}' != '{parts.timestamp[:8]}', from '{parts.timestamp}'. ",
    }[name]


def _time(failure: Failure, parts: SignatureParts, moment: Moment, service: SigningService) -> str:
    """AWS: "Troubleshoot Signature Version 4 signing for AWS API requests"."""
    signed, now = signed_at(parts), arrived_at(moment)
    if failure is Failure.NOT_YET_CURRENT:
        limit = now + timedelta(seconds=service.skew_s)
        how = f"Signature not yet current: {signed:{TIMESTAMP}} is still later than {limit:{TIMESTAMP}}"
        return f"{how} ({now:{TIMESTAMP}} + {service.skew_s // 60} min.)"
    good_for_s = parts.expires_s if failure is Failure.URL_EXPIRED and parts.expires_s else service.skew_s
    limit = now - timedelta(seconds=good_for_s)
    how = f"Signature expired: {signed:{TIMESTAMP}} is now earlier than {limit:{TIMESTAMP}}"
    return f"{how} ({now:{TIMESTAMP}} - {good_for_s // 60} min.)"


def _malformed(request: HttpRequest, malformed: Malformed | None) -> str:
    if malformed is None:
        return ""
    if malformed.fault is Fault.BAD_CREDENTIAL:
        return (
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
            f"got '{malformed.found}'"
        )
    if malformed.fault is Fault.BAD_DATE:
        return (
            f"Date must be in ISO-8601 'basic format'. Got '{malformed.found}'. "
            "See http://en.wikipedia.org/wiki/ISO_8601"
        )
    if malformed.carrier is Carrier.HEADER:
        return incomplete_reason(request, request.header("authorization") or "")
    missing = malformed.missing or ("X-Amz-Expires",)
    return " ".join(
        f"AWS query-string parameters must include '{name}'. Re-examine the query-string parameters."
        for name in missing
    )
