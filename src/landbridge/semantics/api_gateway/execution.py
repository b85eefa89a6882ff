"""One request through API Gateway, top to bottom in AWS's order.

AWS: "How API Gateway resource policies affect authorization workflow"
"""

from dataclasses import dataclass, replace
from uuid import UUID

from landbridge.model.api_gateway import Method, Stage
from landbridge.model.exchange import Moment
from landbridge.semantics.api_gateway.authorization.admission import Admitted, Barred
from landbridge.semantics.api_gateway.authorization.authorize import authorize
from landbridge.semantics.api_gateway.canary import choose_release
from landbridge.semantics.api_gateway.compression import packed
from landbridge.semantics.api_gateway.gateway_responses import (
    GatewayError,
    gateway_response,
    incomplete_signature,
    missing_authentication_token,
)
from landbridge.semantics.api_gateway.integration import integrate
from landbridge.semantics.api_gateway.limits import oversized, unpack
from landbridge.semantics.api_gateway.method_cache import cached
from landbridge.semantics.api_gateway.refusal import configuration_error, refuse
from landbridge.semantics.api_gateway.request import (
    ApiRequest,
    Executed,
    MethodRequest,
    method_reference,
    stage_reference,
)
from landbridge.semantics.api_gateway.routing import Match, Unmatched, compile_resources, match
from landbridge.semantics.api_gateway.signature_shape import incomplete_reason, is_signature
from landbridge.semantics.api_gateway.stage_logs import write_logs
from landbridge.semantics.api_gateway.usage.usage_check import check_usage
from landbridge.semantics.api_gateway.validation.request_validation import validate
from landbridge.semantics.api_gateway.watching import is_watched, watched, watched_admission
from landbridge.semantics.needs import Steps
from landbridge.semantics.world import World
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import (
    Hop,
    ResourceRef,
    Step,
    allowed,
    denied,
    not_modelled,
)

__all__ = ["ApiRequest", "Executed", "execute"]


def execute(world: World, call: ApiRequest, moment: Moment) -> Steps[Executed]:
    """The response to the request and every step that led to it; yields what must be done outside.

    AWS: "How API Gateway resource policies affect authorization workflow"
    """
    moment = with_client_request_id(call, moment)
    if call.stage.canary is not None:
        world, call = choose_release(world, call, moment)
    if not world.once(is_watched, call.stage.settings):
        return (yield from _answer(world, call, moment))
    executed = yield from _answer(world, call, moment)
    yield from write_logs(world, call, moment, executed)
    return executed


def _answer(world: World, call: ApiRequest, moment: Moment) -> Steps[Executed]:
    """Step by step, from the first that can refuse the request to the integration."""
    too_large = oversized(world, call, moment)
    if too_large is not None:
        return too_large
    found = _find(world, call)
    if isinstance(found, Unmatched):
        return _unmatched(world, call, moment, found)
    request = MethodRequest(world, call, found.match, moment)
    if found.unmodelled is not None:
        return refuse(request, (found.hop,), found.unmodelled, configuration_error())
    admission = yield from watched_admission(request, authorize(request))
    if isinstance(admission, Admitted):
        admission = yield from check_usage(admission)
    if isinstance(admission, Barred):
        return refuse(admission.request, (found.hop, *admission.hops), admission.hop, admission.error)
    plain = unpack(admission.request, (found.hop, *admission.hops))
    if isinstance(plain, Executed):
        return plain
    valid = validate(plain, (found.hop, *admission.hops))
    if isinstance(valid, Executed):
        return valid
    executed = yield from watched(plain, cached(plain, valid, integrate))
    return packed(call, executed)


@dataclass(frozen=True, slots=True)
class _Found:
    """The method that a request means, and what is known of it whoever asks."""

    match: Match
    hop: Hop
    unmodelled: Hop | None
    """Why no request to it can be served."""


def with_client_request_id(call: ApiRequest, moment: Moment) -> Moment:
    """A client may choose the request id; what is no UUID is replaced by a text that says so.

    AWS: "Variables for access logging for API Gateway"
    """
    chosen = call.request.header("x-amzn-requestid")
    if chosen is None:
        return moment
    try:
        return replace(moment, request_id=str(UUID(chosen)))
    except ValueError:
        return replace(moment, request_id="UUID_REPLACED_INVALID_REQUEST_ID")


def _find(world: World, call: ApiRequest) -> _Found | Unmatched:
    """The method, looked for once for each path."""
    http_method, path = call.http_method, call.resource_path
    return world.remember(
        ("method", call.api.id, call.stage.name, http_method, path),
        lambda: _match(world, call, http_method),
        len(http_method) + len(path),
    )


def _match(world: World, call: ApiRequest, http_method: str) -> _Found | Unmatched:
    found = match(world.once(compile_resources, call.stage.deployment), http_method, call.resource_path)
    if isinstance(found, Unmatched):
        return found
    reference, stage = method_reference(found), stage_reference(world, call)
    matched = allowed(reference, ("resource", found.resource.path))
    what = _unmodelled(call.stage, found.method)
    return _Found(
        found,
        Hop(stage, Step.RESOURCE_AND_METHOD, matched),
        Hop(stage, Step.AUTHORIZATION, not_modelled(what, reference)) if what else None,
    )


def _unmodelled(stage: Stage, method: Method) -> str:
    """What the stage or the method asks for that nobody here can decide; empty for nothing."""
    return ", ".join([*stage.unsupported, *method.unsupported])


def _unmatched(world: World, call: ApiRequest, moment: Moment, found: Unmatched) -> Executed:
    """403, as for an unsigned request to a method that wants a signature.

    A bearer token on such a request is read as a signature, and fails as one.
    AWS: "How do I troubleshoot HTTP 403 errors from API Gateway?"
    """
    error = _unmatched_error(call)
    component = stage_reference(world, call)
    cited = ResourceRef("AWS::ApiGateway::Resource", found.resource.path) if found.resource else component
    facts = [("method", call.http_method), ("path", call.resource_path), ("answer", error.message)]
    decision = denied(LocalCode.RESOURCE_NOT_MATCHED, cited, *facts, remedy=_unmatched_remedy(call, found))
    response = gateway_response(world, call, None, moment, error)
    hops = (Hop(component, Step.RESOURCE_AND_METHOD, decision),)
    return Executed(response, hops, error.type, error.message)


def _unmatched_error(call: ApiRequest) -> GatewayError:
    authorization = call.request.header("authorization")
    if authorization is None or is_signature(authorization):
        return missing_authentication_token()
    reason = incomplete_reason(call.request, authorization)
    return incomplete_signature(reason) if reason else missing_authentication_token()


def _unmatched_remedy(call: ApiRequest, found: Unmatched) -> str:
    deploy = f"and deploy stage {call.stage.name} again; only what is deployed counts"
    first = call.resource_path.strip("/").partition("/")[0]
    if found.resource is not None:
        return f"Resource {found.resource.path} has no method {call.http_method}: add it, or ANY, {deploy}"
    if first == call.stage.name:
        return (
            f"Leave /{first} out of the path: the base path mapping of {call.domain_name} already names the "
            "stage"
        )
    return f"No deployed resource has the path {call.resource_path}: add it, or a {{proxy+}}, {deploy}"
