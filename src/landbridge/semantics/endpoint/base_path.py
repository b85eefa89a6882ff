"""From a custom domain name to an API and its stage: base path mappings on one level and on several.

AWS: "Use API mappings to connect API stages to a custom domain name for REST APIs"
"""

from landbridge.model.api_gateway import BasePathMapping, DomainName
from landbridge.semantics.endpoint.access_mode import refuse_domain, refuse_mapped_api
from landbridge.semantics.endpoint.address import (
    Address,
    Addressed,
    Naming,
    Split,
    addressing_hop,
    domain_reference,
    nowhere,
)
from landbridge.semantics.endpoint.admission import may_arrive, unknown_api
from landbridge.semantics.world import World
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Decision, Hop, ResourceRef, Step, allowed, denied, not_modelled


def split_by_domain(world: World, naming: Naming, domain: DomainName) -> Split:
    """What the domain name leads to, given the path.

    AWS: "Use API mappings to connect API stages to a custom domain name for REST APIs"
    """
    reference = domain_reference(domain)
    edge = ("edge-optimized custom domain names",) if domain.endpoint_type == "EDGE" else ()
    unsupported = (*edge, *(each for each in domain.unsupported if each not in edge))
    if unsupported:
        return nowhere(addressing_hop(world, naming, not_modelled(", ".join(unsupported), reference)))
    named = addressing_hop(world, naming, allowed(reference, ("named by", f"Host: {naming.host}")))
    refused = refuse_domain(domain, naming) or _refuse_levels(domain, naming)
    if refused is not None:
        return nowhere(named, refused)
    leads = {
        mapping.base_path: _lead(world, naming, domain, mapping, named)
        for mapping in sorted(domain.mappings, key=lambda mapping: len(mapping.base_path), reverse=True)
    }
    choose = _longest_prefix if domain.has_levels else _first_segment

    def split(path: str) -> Addressed:
        base_path = choose(leads, path.lstrip("/"))
        if base_path is None:
            return Addressed(None, (named, _not_mapped(reference, domain, path)))
        return leads[base_path](path)

    return split


def _refuse_levels(domain: DomainName, naming: Naming) -> Hop | None:
    """Mappings on several levels do not work on this path, says AWS's sample of it; private names have none.

    AWS: "Custom domain names for private APIs in API Gateway"
    """
    if naming.endpoint is None or not domain.has_levels:
        return None
    levels = ", ".join(mapping.base_path for mapping in domain.mappings if "/" in mapping.base_path)
    reference = domain_reference(domain)
    decision = denied(
        LocalCode.MULTI_LEVEL_MAPPING_THROUGH_ENDPOINT,
        reference,
        ("base paths of several levels", levels),
        remedy="Mappings on several levels do not work through a VPC endpoint: use base paths of one segment",
    )
    return Hop(reference, Step.BASE_PATH_MAPPING, decision)


def _first_segment(leads: dict[str, Split], path: str) -> str | None:
    """The mapping of the first segment, or the one that takes every path."""
    first = path.partition("/")[0]
    return next((base_path for base_path in (first, "") if base_path in leads), None)


def _longest_prefix(leads: dict[str, Split], path: str) -> str | None:
    """The longest base path that the text of the path begins with: ``ordersandmore`` goes to ``orders``.

    AWS: "Use API mappings to connect API stages to a custom domain name for REST APIs"
    """
    return next((base_path for base_path in leads if path.startswith(base_path)), None)


def _lead(world: World, naming: Naming, domain: DomainName, mapping: BasePathMapping, named: Hop) -> Split:
    """A mapping without a stage leaves it to the path to name one, below the base path."""
    reference = domain_reference(domain)
    api = world.topology.api_gateway.rest_api_by_id.get(mapping.rest_api_id)
    by = f"base path mapping of {domain.name}"
    decision = unknown_api(naming, mapping.rest_api_id, by) if api is None else may_arrive(api, naming, by)
    if not decision.allowed or api is None:
        return nowhere(named, Hop(reference, Step.BASE_PATH_MAPPING, decision))
    refused = refuse_mapped_api(api, naming)
    if refused is not None:
        return nowhere(named, refused)
    hops = (named, Hop(reference, Step.BASE_PATH_MAPPING, _mapped(domain, mapping)))
    private_domain = domain if domain.is_private else None

    def split(path: str) -> Addressed:
        below = "/" + path.lstrip("/")[len(mapping.base_path) :].lstrip("/") if mapping.base_path else path
        stage_name = mapping.stage
        if not stage_name:
            stage_name, _, rest = below.lstrip("/").partition("/")
            below = f"/{rest}"
        names = (naming.host, private_domain, domain.has_levels)
        return Addressed(Address(api, stage_name, below, path, path, *names), hops)

    return split


def _mapped(domain: DomainName, mapping: BasePathMapping) -> Decision:
    cited = ResourceRef("AWS::ApiGateway::BasePathMapping", f"{domain.name}/{mapping.base_path or '(none)'}")
    return allowed(cited, ("API", mapping.rest_api_id), ("stage", mapping.stage))


def _not_mapped(reference: ResourceRef, domain: DomainName, path: str) -> Hop:
    first_segment = path.lstrip("/").partition("/")[0]
    mapped = ", ".join(mapping.base_path for mapping in domain.mappings) or "none"
    decision = denied(
        LocalCode.BASE_PATH_NOT_MAPPED,
        reference,
        ("first path segment", first_segment or "(empty)"),
        ("mapped base paths", mapped),
        ("answer", '403 {"message":"Forbidden"}'),
        remedy=f"Create a base path mapping of {domain.name} to the API and its stage, with an empty base "
        "path to take every path",
    )
    return Hop(reference, Step.BASE_PATH_MAPPING, decision)
