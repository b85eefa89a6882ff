"""A request at an execute-api endpoint or at API Gateway's public front: which API and stage is meant."""

from dataclasses import dataclass

from landbridge.model.api_gateway import Stage
from landbridge.model.exchange import HttpResponse
from landbridge.model.network import VpcEndpoint
from landbridge.semantics.api_gateway.execution import execute
from landbridge.semantics.api_gateway.gateway_responses import forbidden, front_line_response
from landbridge.semantics.api_gateway.request import ApiRequest
from landbridge.semantics.endpoint.address import Address
from landbridge.semantics.endpoint.addressing import find_address
from landbridge.semantics.endpoint.caller import Caller, domain_arn
from landbridge.semantics.endpoint.domain_policy import judge_by_domain_policy, policy_in_force
from landbridge.semantics.endpoint.endpoint_policy import (
    has_default_policy,
    judge_by_endpoint_policy,
    policy_reads_more,
)
from landbridge.semantics.iam.signatures.parts import is_signed, read_signature
from landbridge.semantics.iam.signatures.verification import EXECUTE_API, Refused, Verified, verify
from landbridge.semantics.iam.signers import find_signer
from landbridge.semantics.journey.arrival import Answered, Arrival
from landbridge.semantics.needs import Steps
from landbridge.semantics.world import World
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Hop, Hops, ResourceRef, Step, denied


def at_endpoint(world: World, endpoint: VpcEndpoint | None, arrival: Arrival) -> Steps[Answered]:
    """The response of the API that a request names; `endpoint` is None at the public front."""
    signature = None
    if endpoint is not None and is_signed(arrival.request) and _guard_at(world, endpoint).asks_who:
        signature = yield from _verify(world, arrival)
    passage = _passage(world, endpoint, arrival, signature)
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
        via_domain_arn=passage.via_domain_arn,
        lower_case_header_names=address.lower_case_header_names,
        arrival=arrival,
    )
    executed = yield from execute(world, call, arrival.moment)
    return Answered(executed.response, passage.hops + executed.hops)


@dataclass(frozen=True, slots=True)
class _Passage:
    """The stage that a request reaches, and the hops that led there."""

    address: Address
    stage: Stage
    hops: Hops
    via_domain_arn: str


def _verify(world: World, arrival: Arrival) -> Steps[Verified | Refused | None]:
    """Whose signature the request has, for the policies that are asked before an API's own.

    AWS: "Use VPC endpoint policies for private APIs in API Gateway"
    """
    parts = read_signature(arrival.request)
    if parts is None:
        return None
    return (yield from verify(arrival.request, parts, EXECUTE_API, world.topology.region, arrival.moment))


def _passage(
    world: World, endpoint: VpcEndpoint | None, arrival: Arrival, signature: Verified | Refused | None
) -> _Passage | Answered:
    """Found once for requests that are alike; a refusal is worded anew, as it carries the request's ids."""
    request, client = arrival.request, arrival.client
    if signature is not None or (endpoint is not None and _guard_at(world, endpoint).reads_more):
        return _enter(world, endpoint, arrival, signature)
    method, path = request.method, request.path
    host, api_id = request.header("host") or "", request.header("x-apigw-api-id")

    def find() -> _Passage | None:
        passage = _enter(world, endpoint, arrival)
        return passage if isinstance(passage, _Passage) else None

    endpoint_id = endpoint.id if endpoint is not None else None
    key = ("passage", endpoint_id, host, api_id, method, path, client.address, client.server_name)
    characters = len(host) + len(api_id or "") + len(method) + len(path) + len(client.server_name)
    passage = world.remember(key, find, characters)
    return passage if passage is not None else _enter(world, endpoint, arrival)


def _guard_at(world: World, endpoint: VpcEndpoint) -> "_Guard":
    return world.remember(("guard", endpoint.id), lambda: _guard(world, endpoint))


@dataclass(frozen=True, slots=True)
class _Guard:
    """What the policies look at that are asked before an API's own."""

    asks_who: bool
    """Whether it matters who signed a request."""
    reads_more: bool
    """Whether they ask for the time or for what clients say of themselves."""


def _guard(world: World, endpoint: VpcEndpoint) -> _Guard:
    domains = world.topology.api_gateway.private_domains_at(endpoint.id)
    reads_more = policy_reads_more(world, endpoint) or any(
        policy_in_force(world, domain).reads for domain in domains
    )
    return _Guard(bool(domains) or not has_default_policy(world, endpoint), reads_more)


def _enter(
    world: World,
    endpoint: VpcEndpoint | None,
    arrival: Arrival,
    signature: Verified | Refused | None = None,
) -> _Passage | Answered:
    """Which API and stage are meant, and whether the policies before the API's own let the request in."""
    request, moment = arrival.request, arrival.moment
    addressed = find_address(world, request, endpoint, arrival.client.server_name)
    address, hops = addressed.address, addressed.hops
    if address is None:
        return _forbidden(endpoint, arrival, hops)
    if endpoint is not None:
        signer = find_signer(world, signature.key) if isinstance(signature, Verified) else None
        refused = signature if isinstance(signature, Refused) else None
        caller = Caller(endpoint, arrival.client.address, request, moment, signer, refused)
        policy_hops, denial = _judge(world, address, caller)
        hops += policy_hops
        if denial is not None:
            return Answered(denial, hops)
    stage = _stage(address)
    if stage is None:
        return _forbidden(endpoint, arrival, (*hops, _no_stage(address)))
    domain = address.private_domain
    return _Passage(address, stage, hops, domain_arn(world, domain) if domain is not None else "")


def _judge(world: World, address: Address, caller: Caller) -> tuple[Hops, HttpResponse | None]:
    """The endpoint's policy, then that of the private custom domain name.

    AWS: "Custom domain names for private APIs in API Gateway"
    """
    hops, denial = judge_by_endpoint_policy(world, address, caller)
    if denial is not None or address.private_domain is None:
        return hops, denial
    hop, denial = judge_by_domain_policy(world, address.private_domain, caller)
    return (*hops, hop), denial


def _forbidden(endpoint: VpcEndpoint | None, arrival: Arrival, hops: Hops) -> Answered:
    through_endpoint = endpoint is not None
    response = front_line_response(forbidden(), arrival.moment, through_endpoint, arrival.request.method)
    return Answered(response, hops)


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
