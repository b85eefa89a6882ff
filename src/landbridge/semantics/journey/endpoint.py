"""A request at an execute-api endpoint or at API Gateway's public front: which API and stage is meant."""

from dataclasses import dataclass

from landbridge.model.api_gateway import Stage
from landbridge.model.network import VpcEndpoint
from landbridge.semantics.api_gateway.execution import execute
from landbridge.semantics.api_gateway.gateway_responses import forbidden, front_line_response
from landbridge.semantics.api_gateway.request import ApiRequest
from landbridge.semantics.endpoint.addressing import Address, find_address
from landbridge.semantics.endpoint.endpoint_policy import (
    has_default_policy,
    judge_by_endpoint_policy,
    looks_at_more,
)
from landbridge.semantics.journey.arrival import Answered, Arrival
from landbridge.semantics.needs import Steps
from landbridge.semantics.world import World
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Hop, Hops, ResourceRef, Step, denied


def at_endpoint(world: World, endpoint: VpcEndpoint | None, arrival: Arrival) -> Steps[Answered]:
    """The response of the API that a request names; `endpoint` is None at the public front."""
    passage = _passage(world, endpoint, arrival)
    if isinstance(passage, Answered):
        return passage
    address, client = passage.address, arrival.client
    call = ApiRequest(
        api=address.api,
        stage=passage.stage,
        request=arrival.request,
        resource_path=address.resource_path,
        event_path=address.event_path,
        context_path=address.context_path,
        domain_name=address.domain_name,
        source_address=client.address,
        vpc_id=endpoint.vpc_id if endpoint is not None else None,
        vpc_endpoint_id=endpoint.id if endpoint is not None else None,
        default_endpoint_policy=endpoint is None or has_default_policy(world, endpoint),
        tls_version=client.tls_version,
        cipher_suite=client.tls_cipher,
    )
    executed = yield from execute(world, call, arrival.moment)
    return Answered(executed.response, passage.hops + executed.hops)


@dataclass(frozen=True, slots=True)
class _Passage:
    """The stage that a request reaches, and the hops that led there."""

    address: Address
    stage: Stage
    hops: Hops


def _passage(world: World, endpoint: VpcEndpoint | None, arrival: Arrival) -> _Passage | Answered:
    """Found once for requests that are alike; a refusal is worded anew, as it carries the request's ids."""
    request = arrival.request
    if endpoint is not None and looks_at_more(world, endpoint, request):
        return _enter(world, endpoint, arrival)
    method, path = request.method, request.path
    host, api_id = request.header("host") or "", request.header("x-apigw-api-id")

    def find() -> _Passage | None:
        passage = _enter(world, endpoint, arrival)
        return passage if isinstance(passage, _Passage) else None

    endpoint_id = endpoint.id if endpoint is not None else None
    key = ("passage", endpoint_id, host, api_id, method, path, arrival.client.address)
    passage = world.remember(key, find, len(host) + len(api_id or "") + len(method) + len(path))
    return passage if passage is not None else _enter(world, endpoint, arrival)


def _enter(world: World, endpoint: VpcEndpoint | None, arrival: Arrival) -> _Passage | Answered:
    """Which API and stage are meant, and whether the endpoint's policy lets the request in."""
    request, moment, through_endpoint = arrival.request, arrival.moment, endpoint is not None
    addressed = find_address(world, request, endpoint)
    address, hops = addressed.address, addressed.hops
    if address is None:
        return Answered(front_line_response(forbidden(), moment, through_endpoint, request.method), hops)
    if endpoint is not None:
        policy_hop, denial = judge_by_endpoint_policy(
            world, endpoint, address, arrival.client.address, request, moment
        )
        hops = (*hops, policy_hop)
        if denial is not None:
            return Answered(denial, hops)
    stage = _stage(address)
    if stage is None:
        response = front_line_response(forbidden(), moment, through_endpoint, request.method)
        return Answered(response, (*hops, _no_stage(address)))
    return _Passage(address, stage, hops)


def _stage(address: Address) -> Stage | None:
    for stage in address.api.stages:
        if stage.name == address.stage_name:
            return stage
    return None


def _no_stage(address: Address) -> Hop:
    stages = ", ".join(stage.name for stage in address.api.stages) or "none"
    decision = denied(
        LocalCode.STAGE_NOT_FOUND,
        None,
        ("stage", address.stage_name),
        ("deployed stages", stages),
        ("answer", '403 {"message":"Forbidden"}'),
        remedy=f"Deploy the API to a stage named {address.stage_name!r}, or name one of: {stages}",
    )
    return Hop(ResourceRef("AWS::ApiGateway::RestApi", address.api.id), Step.STAGE, decision)
