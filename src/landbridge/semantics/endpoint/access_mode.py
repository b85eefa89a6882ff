"""The endpoint access mode of APIs and custom domain names: what STRICT refuses.

AWS: "Security policies for REST APIs in API Gateway"
"""

from landbridge.model.api_gateway import DomainName, RestApi
from landbridge.semantics.endpoint.address import Naming, domain_reference
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Facts, Hop, ResourceRef, Step, denied

STRICT = "STRICT"
BY_DEFAULT_NAME = "the API's own host name"


def refuse_domain(domain: DomainName, naming: Naming) -> Hop | None:
    """Why a strict custom domain name refuses the request: wrong type of endpoint, or SNI other than Host.

    AWS: "Security policies for REST APIs in API Gateway"
    """
    if domain.endpoint_access_mode != STRICT:
        return None
    reference = domain_reference(domain)
    arrived_at = "PRIVATE" if naming.endpoint is not None else "REGIONAL"
    if domain.endpoint_type != arrived_at:
        remedy = (
            f"{domain.name} is {domain.endpoint_type} and strict, so it does not answer through a "
            f"{arrived_at} endpoint: set its endpoint access mode to BASIC, or use a custom domain name of "
            f"type {arrived_at}"
        )
        facts = (("endpoint type", domain.endpoint_type), ("arrived at", arrived_at))
        return _refusal(reference, facts, remedy)
    return _refuse_server_name(reference, domain.name, naming)


def refuse_api(api: RestApi, naming: Naming, named_by: str) -> Hop | None:
    """Why a strict API refuses the request: only its own host name and custom domain names will do.

    AWS: "Invoke a private API"
    """
    if api.endpoint_access_mode != STRICT:
        return None
    reference = ResourceRef("AWS::ApiGateway::RestApi", api.id)
    if named_by != BY_DEFAULT_NAME:
        remedy = (
            f"{api.id} is strict: call it by its private DNS name or a custom domain name, "
            "or set its endpoint access mode to BASIC"
        )
        return _refusal(reference, (("named by", named_by),), remedy)
    return _refuse_server_name(reference, api.id, naming)


def refuse_mapped_api(api: RestApi, naming: Naming) -> Hop | None:
    """The same for an API that a custom domain name leads to."""
    return refuse_api(api, naming, BY_DEFAULT_NAME)


def _refuse_server_name(reference: ResourceRef, name: str, naming: Naming) -> Hop | None:
    if naming.server_name == naming.host:
        return None
    sent = (
        f"the TLS handshake named {naming.server_name}"
        if naming.server_name
        else "the TLS handshake named no server, as a load balancer's never does"
    )
    remedy = f"{name} is strict and {sent}: connect with the Host as server name, or set BASIC"
    facts = (("Host", naming.host), ("server name", naming.server_name or "none sent"))
    return _refusal(reference, facts, remedy)


def _refusal(reference: ResourceRef, facts: Facts, remedy: str) -> Hop:
    mode = ("endpoint access mode", STRICT)
    decision = denied(LocalCode.STRICT_ENDPOINT_ACCESS, reference, mode, *facts, remedy=remedy)
    return Hop(reference, Step.ENDPOINT_ACCESS_MODE, decision)
