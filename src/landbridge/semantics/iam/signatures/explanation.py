"""Why a signature is not taken, with what to change: the same for every service, whatever it answers."""

from landbridge.model.exchange import HttpRequest, Moment
from landbridge.semantics.iam.signatures.canonical_request import CanonicalRequest
from landbridge.semantics.iam.signatures.differences import find_differences, remedy_for
from landbridge.semantics.iam.signatures.parts import ECDSA_ALGORITHM, TIMESTAMP, SignatureParts
from landbridge.semantics.iam.signatures.verification import (
    Failure,
    Refused,
    SigningService,
    arrived_at,
)
from landbridge.semantics.world import World
from landbridge.trace.codes import Code
from landbridge.trace.decision import Decision, Facts, ResourceRef, denied, not_modelled

SIGV4A = "Signature Version 4A (AWS4-ECDSA-P256-SHA256)"
_REMEDIES = {
    Failure.UNSUPPORTED_ALGORITHM: "Sign with AWS4-HMAC-SHA256",
    Failure.EXPIRED: "Set the client's clock, or sign each request when it is sent",
    Failure.NOT_YET_CURRENT: "Set the client's clock",
    Failure.URL_EXPIRED: "Presign the URL again, or for longer",
    Failure.HOST_NOT_SIGNED: "Sign the Host header",
    Failure.UNKNOWN_KEY: "Sign with a key of the local AWS API: `aws iam create-access-key`, "
    "`aws sts assume-role`, or the credentials that `landbridge env` prints",
    Failure.INACTIVE_KEY: "Make the access key active, or sign with another",
    Failure.WRONG_TOKEN: "Send the session token that came with the key in X-Amz-Security-Token, "
    "and none with the long-term key of a user",
    Failure.SESSION_EXPIRED: "Assume the role again",
}


def explain(
    world: World,
    request: HttpRequest,
    refused: Refused,
    service: SigningService,
    moment: Moment,
    code: Code,
    cited: ResourceRef,
) -> Decision:
    """The denial with what was signed, what arrived and what to change; secrets and tokens are left out.

    AWS: "Troubleshoot Signature Version 4 signing for AWS API requests"
    """
    parts = refused.parts
    if refused.failure is Failure.UNSUPPORTED_ALGORITHM and parts and parts.algorithm == ECDSA_ALGORITHM:
        return not_modelled(SIGV4A, cited)
    facts = (("signature", refused.failure.value), *_facts(refused, moment))
    if refused.computed is None:
        return denied(code, cited, *facts, remedy=_remedy(world, refused, service))
    differences = find_differences(world, request, refused, service)
    found = tuple(
        pair
        for each in differences
        for pair in ((f"{each.part} signed", each.signed), (f"{each.part} arrived", each.arrived))
    )
    canonical = refused.computed.canonical
    shown = (("canonical request", without_token(canonical)), ("string to sign", refused.computed.to_sign))
    on_one_line = ((name, text.replace("\n", "\\n")) for name, text in shown)
    return denied(code, cited, *facts, *found, *on_one_line, remedy=remedy_for(differences, canonical))


def without_token(canonical: CanonicalRequest) -> str:
    """The canonical request for a reader, its session token cut short."""
    shown = [
        (name, f"{value[:8]}…" if name == "x-amz-security-token" else value)
        for name, value in canonical.headers
    ]
    lines = (f"{name}:{value}" for name, value in shown)
    names = ";".join(name for name, _ in shown)
    query = "&".join(
        pair if not pair.startswith("X-Amz-Security-Token=") else "X-Amz-Security-Token=…"
        for pair in canonical.query.split("&")
    )
    return "\n".join((canonical.method, canonical.uri, query, *lines, "", names, canonical.payload_hash))


def _facts(refused: Refused, moment: Moment) -> Facts:
    malformed, parts = refused.malformed, refused.parts
    if malformed is not None:
        detail = ", ".join(malformed.missing) or malformed.found.partition(" ")[0]
        return (("in", malformed.carrier.value), ("fault", malformed.fault.value), ("part", detail))
    if parts is None:
        return ()
    owner = (("owner", refused.key.owner_arn),) if refused.key is not None else ()
    return (
        ("in", parts.carrier.value),
        ("access key", parts.credential.access_key_id),
        *owner,
        ("scope", parts.credential.scope),
        ("signed at", parts.timestamp),
        ("arrived at", arrived_at(moment).strftime(TIMESTAMP)),
        ("signed headers", ";".join(parts.signed_headers)),
    )


def _remedy(world: World, refused: Refused, service: SigningService) -> str:
    malformed, parts = refused.malformed, refused.parts
    if malformed is not None or parts is None:
        return "Send a whole signature, as the AWS SDKs and `curl --aws-sigv4` make it, or none"
    if refused.failure is Failure.SCOPE:
        return _scope_remedy(world, refused.wrong, parts, service)
    if refused.failure is Failure.HEADERS_NOT_SIGNED:
        return f"Sign {', '.join(refused.wrong)} too, or leave them out"
    return _REMEDIES[refused.failure]


def _scope_remedy(
    world: World, wrong: tuple[str, ...], parts: SignatureParts, service: SigningService
) -> str:
    right = f"{parts.timestamp[:8]}/{world.topology.region}/{service.name}/aws4_request"
    return f"Sign for the scope {right}; of {parts.credential.scope} the {' and '.join(wrong)} is wrong"
