"""The cache of a stage: answers of integrations kept for a while, by method and the parameters chosen for it.

AWS: "Cache settings for REST APIs in API Gateway"
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from landbridge.model.api_gateway import Stage
from landbridge.model.api_gateway_stages import MethodSettings, StageSettings, UnauthorizedCacheControl
from landbridge.model.api_gateway_usage import ANY_PATH
from landbridge.model.exchange import HttpResponse, Moment
from landbridge.semantics.api_gateway.authorization.resource_policy import (
    attached_resource_policy,
    method_arn,
    resource_policy_question,
)
from landbridge.semantics.api_gateway.gateway_responses import GatewayError, access_denied
from landbridge.semantics.api_gateway.refusal import refuse
from landbridge.semantics.api_gateway.request import (
    Executed,
    MethodRequest,
    method_reference,
    stage_reference,
)
from landbridge.semantics.api_gateway.request_parameters import (
    decoded_path_parameters,
    inbound_header,
    last_values,
    query_parameters,
)
from landbridge.semantics.api_gateway.stage_settings import method_settings
from landbridge.semantics.dates import http_date
from landbridge.semantics.iam.evaluation import evaluate
from landbridge.semantics.iam.signers import evaluate_signer
from landbridge.semantics.needs import Keep, Recall, Recalled, Steps
from landbridge.trace.codes import GatewayResponseType
from landbridge.trace.decision import Decision, Hop, Hops, Step, allowed, denied

METHOD_CACHE = "method cache"
INVALIDATE = "execute-api:InvalidateCache"
INVOKE = "execute-api:Invoke"
LARGEST_BYTES = 1_048_576
"""AWS: "Amazon API Gateway quotas" """
WARNING = ("Warning", "199 Cache-control headers were ignored because the caller was unauthorized.")
_CODE = GatewayResponseType.ACCESS_DENIED
Integrate = Callable[[MethodRequest, Hops], Steps[Executed]]


def has_cache(settings: StageSettings) -> bool:
    """Whether any answer of a stage may come from its cache; compile once with ``world.once``."""
    return settings.cache_cluster and any(each.caching for each in settings.methods)


def cached(request: MethodRequest, hops: Hops, integrate: Integrate) -> Steps[Executed]:
    """What is kept for a request like this, or else the integration's answer, which is kept then.

    AWS: "Cache settings for REST APIs in API Gateway"
    """
    settings = request.call.stage.settings
    if not request.world.once(has_cache, settings):
        return integrate(request, hops)
    own = method_settings(request.world, settings, request.match)
    return _look_up(request, hops, integrate, own) if _is_cached(own, request) else integrate(request, hops)


@dataclass(frozen=True, slots=True)
class _Control:
    """What became of a client's wish for a fresh answer."""

    refreshes: bool = False
    warns: bool = False
    refused: Decision | None = None


def _is_cached(own: MethodSettings, request: MethodRequest) -> bool:
    """Settings of all methods turn caching on for GET only; what is streamed is not cached.

    AWS: "Cache settings for REST APIs in API Gateway"
    """
    integration = request.match.method.integration
    if integration is None or integration.streams or not own.caching or not own.cache_ttl_s:
        return False
    return own.path != ANY_PATH or request.match.http_method == "GET"


def _look_up(
    request: MethodRequest, hops: Hops, integrate: Integrate, own: MethodSettings
) -> Steps[Executed]:
    control = _cache_control(request, own)
    if control.refused is not None:
        hop = Hop(stage_reference(request.world, request.call), Step.METHOD_CACHE, control.refused)
        return refuse(request, hops, hop, _not_authorized(request))
    key, now_ms = _key(request), request.moment.epoch_ms
    if not control.refreshes:
        recalled = yield Recall(key, now_ms)
        assert isinstance(recalled, Recalled)
        if isinstance(recalled.value, HttpResponse):
            response = _renewed(recalled.value, request.moment)
            return _warned(Executed(response, (*hops, _hop(request, "hit")), request=request), control)
    result = "refreshed" if control.refreshes else "miss"
    executed = yield from integrate(request, (*hops, _hop(request, result)))
    if executed.error_type is None and len(executed.response.body) <= LARGEST_BYTES:
        yield Keep(key, executed.response, now_ms + own.cache_ttl_s * 1000)
    return _warned(executed, control)


def _cache_control(request: MethodRequest, own: MethodSettings) -> _Control:
    """Whether a client may have a fresh answer, if it wants one.

    AWS: "Cache settings for REST APIs in API Gateway"
    """
    header = request.call.request.header("cache-control") or ""
    if "max-age=0" not in header.replace(" ", "").lower().split(","):
        return _Control()
    if not own.cache_control_needs_authorization:
        return _Control(refreshes=True)
    decision = _may_invalidate(request)
    if decision.allowed:
        return _Control(refreshes=True)
    if own.unauthorized_cache_control is UnauthorizedCacheControl.FAIL_WITH_403:
        return _Control(refused=decision)
    warns = own.unauthorized_cache_control is UnauthorizedCacheControl.SUCCEED_WITH_RESPONSE_HEADER
    return _Control(warns=warns)


def _may_invalidate(request: MethodRequest) -> Decision:
    """The policies of whoever signed and of the API decide as about an invocation, of another action."""
    attached = attached_resource_policy(request)
    question = replace(resource_policy_question(request), action=INVALIDATE)
    signer = request.call.signer
    if signer is not None:
        context = {**question.context, **signer.keys}
        asked = replace(question, principal=signer.principal, context=context)
        return evaluate_signer(request.world, signer, attached, asked, _CODE).decision
    if attached is None:
        remedy = f"Let the API's resource policy, or the policies of whoever signs, allow {INVALIDATE}"
        return denied(_CODE, method_reference(request.match), ("action", INVALIDATE), remedy=remedy)
    return evaluate(attached.policy, question, attached.cited_type, attached.cited_id, _CODE)


def _not_authorized(request: MethodRequest) -> GatewayError:
    error = access_denied(method_arn(request), "")
    body = error.body.replace(INVOKE.encode(), INVALIDATE.encode())
    return replace(error, message=error.message.replace(INVOKE, INVALIDATE), body=body)


def _key(request: MethodRequest) -> tuple[object, ...]:
    """Parameters that are not chosen as cache keys do not tell requests apart, path parameters included.

    AWS: "Cache settings for REST APIs in API Gateway"
    """
    call, integration = request.call, request.integration
    namespace = integration.cache_namespace or request.match.resource.id
    values = tuple(_value(request, name) for name in integration.cache_key_parameters)
    release = _release(call.stage, is_canary=call.is_canary)
    return METHOD_CACHE, call.api.id, call.stage.name, release, namespace, request.match.http_method, values


def _release(stage: Stage, *, is_canary: bool) -> str:
    """A canary has a cache of its own unless it uses the stage's."""
    return (
        "canary" if is_canary and stage.canary is not None and not stage.canary.use_stage_cache else "stage"
    )


def _value(request: MethodRequest, parameter: str) -> str | None:
    """The value of ``method.request.querystring.q``, or of what ``integration.request.…`` is mapped from."""
    source = dict(request.integration.request_parameters).get(parameter, parameter)
    _, _, place, name = (*source.split(".", 3), "", "", "")[:4]
    match place:
        case "path":
            return decoded_path_parameters(request).get(name)
        case "querystring":
            return last_values(query_parameters(request.call.request.query)).get(name)
        case "header":
            return inbound_header(request.call, name.lower())
        case _:
            return source


def _renewed(response: HttpResponse, moment: Moment) -> HttpResponse:
    """The kept answer with this request's own ids and date."""
    own = {
        "date": http_date(moment.epoch_ms),
        "x-amzn-requestid": moment.request_id,
        "x-amz-apigw-id": moment.extended_request_id,
        "x-amzn-trace-id": f"Root={moment.trace_id}",
    }
    headers = tuple((name, own.get(name.lower(), value)) for name, value in response.headers)
    return replace(response, headers=headers)


def _warned(executed: Executed, control: _Control) -> Executed:
    if not control.warns:
        return executed
    response = executed.response
    return replace(executed, response=replace(response, headers=(*response.headers, WARNING)))


def _hop(request: MethodRequest, result: str) -> Hop:
    decision = allowed(method_reference(request.match), ("cache", result))
    return Hop(stage_reference(request.world, request.call), Step.METHOD_CACHE, decision)
