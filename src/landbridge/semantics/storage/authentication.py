"""Who sends S3 a request: anyone, or the principal whose signature it has, in a header or a presigned URL.

AWS: "Authenticating Requests (AWS Signature Version 4)"
"""

import re
from dataclasses import dataclass

from landbridge.model.exchange import HttpRequest, HttpResponse, Moment
from landbridge.semantics.iam.signatures.canonical_request import CONTENT_SHA256, payload_hash
from landbridge.semantics.iam.signatures.explanation import explain
from landbridge.semantics.iam.signatures.parts import (
    ALGORITHMS,
    Carrier,
    SignatureParts,
    is_signed,
    read_signature,
)
from landbridge.semantics.iam.signatures.verification import S3, Refused, verify
from landbridge.semantics.iam.signers import Signer, find_signer, verified
from landbridge.semantics.needs import Steps
from landbridge.semantics.storage.s3_errors import error_response
from landbridge.semantics.storage.signature_errors import Elements, signature_error
from landbridge.semantics.world import World
from landbridge.trace.codes import S3ErrorCode
from landbridge.trace.decision import Decision, Hop, ResourceRef, Step, Verdict, denied, not_modelled

VERSION_2 = frozenset({"signature", "awsaccesskeyid"})
"""Parameters of a URL presigned with Signature Version 2, in lower case."""
STREAMING = "STREAMING-"
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Signed:
    """A request whose signature is right."""

    signer: Signer
    parts: SignatureParts
    hop: Hop


@dataclass(frozen=True, slots=True)
class Rejected:
    """A request with credentials that are not taken."""

    response: HttpResponse
    hop: Hop


def authenticate(
    world: World,
    request: HttpRequest,
    query: tuple[tuple[str, str], ...],
    moment: Moment,
    component: ResourceRef,
) -> Steps[Signed | Rejected | None]:
    """Who signed the request; None for nobody, whom S3 takes for anonymous.

    AWS: "Authenticating Requests (AWS Signature Version 4)"
    """
    authorization = request.header("authorization")
    signed = is_signed(request)
    refusal = _refuse_mechanism(request, authorization, query, moment, component, signed)
    if refusal is not None or not signed:
        return refusal
    parts = read_signature(request)
    assert parts is not None
    result = yield from verify(request, parts, S3, world.topology.region, moment)
    if isinstance(result, Refused):
        return _refuse(world, request, result, moment, component)
    refusal = _refuse_payload(request, result.parts, moment, component)
    if refusal is not None:
        return refusal
    signer = find_signer(world, result.key)
    return Signed(signer, result.parts, Hop(component, Step.SIGNATURE, verified(signer, component)))


def _refuse_mechanism(
    request: HttpRequest,
    authorization: str | None,
    query: tuple[tuple[str, str], ...],
    moment: Moment,
    component: ResourceRef,
    signed: bool,
) -> Rejected | None:
    """Other schemes, Signature Version 2, and two mechanisms at once.

    AWS: "Authenticating Requests: Using the Authorization Header"
    """
    by_header = authorization is not None and authorization.startswith(ALGORITHMS)
    in_query = {name.lower() for name, _ in query}
    if (authorization or "").startswith("AWS ") or (not signed and in_query & VERSION_2):
        message = (
            "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
        )
        decision = denied(
            S3ErrorCode.INVALID_REQUEST,
            component,
            ("signature version", "2"),
            remedy="Sign with Signature Version 4: no region takes version 2 for new buckets",
        )
        return _rejected(S3ErrorCode.INVALID_REQUEST, message, (), moment, component, decision)
    if authorization is None or (by_header and "x-amz-algorithm" not in in_query):
        return None
    message = ""
    if "x-amz-algorithm" in in_query:
        message = (
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query "
            "string parameter or the Authorization header should be specified"
        )
    decision = denied(
        S3ErrorCode.INVALID_ARGUMENT,
        component,
        ("Authorization", authorization.partition(" ")[0]),
        remedy="Do not send S3 an Authorization header other than a signature: "
        "leave it out of requests for static files and of presigned URLs",
    )
    elements = (("ArgumentName", "Authorization"), ("ArgumentValue", authorization))
    return _rejected(S3ErrorCode.INVALID_ARGUMENT, message, elements, moment, component, decision)


def _refuse(
    world: World, request: HttpRequest, refused: Refused, moment: Moment, component: ResourceRef
) -> Rejected:
    error = signature_error(refused, world.topology.region, moment)
    decision = explain(world, request, refused, S3, moment, error.code, component)
    if decision.verdict is Verdict.NOT_MODELLED:
        return _unmodelled(decision, moment, component)
    return _rejected(error.code, error.message, error.elements, moment, component, decision)


def _refuse_payload(
    request: HttpRequest, parts: SignatureParts, moment: Moment, component: ResourceRef
) -> Rejected | None:
    """The body has to be what its hash says; a header signature without the hash is not taken.

    AWS: "Signature calculation for the authorization header" (Amazon S3)
    """
    said = request.header(CONTENT_SHA256)
    if said is None:
        if parts.carrier is Carrier.QUERY:
            return None
        message = f"Missing required header for this request: {CONTENT_SHA256}"
        decision = denied(
            S3ErrorCode.INVALID_REQUEST,
            component,
            (CONTENT_SHA256, "absent"),
            remedy=f"Send and sign {CONTENT_SHA256}: the hash of the body, or UNSIGNED-PAYLOAD",
        )
        return _rejected(S3ErrorCode.INVALID_REQUEST, message, (), moment, component, decision)
    if said.startswith(STREAMING):
        return _unmodelled(
            not_modelled("payloads signed in chunks (aws-chunked)", component), moment, component
        )
    computed = payload_hash(request.body)
    if said == computed or not _HASH.fullmatch(said):
        return None
    elements = (("ClientComputedContentSHA256", said), ("S3ComputedContentSHA256", computed))
    decision = denied(
        S3ErrorCode.X_AMZ_CONTENT_SHA256_MISMATCH,
        component,
        ("hash signed", said),
        ("hash of the body", computed),
        remedy="Send the body that was signed",
    )
    return _rejected(S3ErrorCode.X_AMZ_CONTENT_SHA256_MISMATCH, "", elements, moment, component, decision)


def _rejected(
    code: S3ErrorCode,
    message: str,
    elements: Elements,
    moment: Moment,
    component: ResourceRef,
    decision: Decision,
) -> Rejected:
    return Rejected(
        error_response(code, moment, *elements, message=message), Hop(component, Step.SIGNATURE, decision)
    )


def _unmodelled(decision: Decision, moment: Moment, component: ResourceRef) -> Rejected:
    response = error_response(S3ErrorCode.NOT_IMPLEMENTED, moment)
    return Rejected(response, Hop(component, Step.SIGNATURE, decision))
