"""Which custom domain name a Host means at an endpoint or at the public front.

AWS: "Custom domain names for private APIs in API Gateway"
"""

from landbridge.model.api_gateway import DomainName
from landbridge.model.network import VpcEndpoint
from landbridge.semantics.endpoint.address import Naming, domain_reference
from landbridge.semantics.world import World
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Decision, ResourceRef, denied, not_modelled


def find_domain(world: World, naming: Naming) -> DomainName | Decision | None:
    """The custom domain name; why it does not answer here; None when the Host is none.

    A private one that the endpoint is associated with comes first, then a public one.
    """
    gateway = world.topology.api_gateway
    public = gateway.public_domain_by_name
    domain = public.get(naming.host) or public.get("*." + naming.host.partition(".")[2])
    private = gateway.private_domain_by_name.get(naming.host)
    if naming.endpoint is None:
        return _only_private(private) if domain is None and private is not None else domain
    associated = _associated(world, naming.endpoint, naming.host)
    if associated is not None:
        return associated
    if domain is not None:
        return _through_endpoint(world, naming.endpoint, domain)
    return None if private is None else _not_associated(naming.endpoint, private)


def _associated(world: World, endpoint: VpcEndpoint, host: str) -> DomainName | Decision | None:
    """The private custom domain name of this name that the endpoint is associated with."""
    gateway = world.topology.api_gateway
    associations = gateway.associations_by_endpoint.get(endpoint.id, ())
    named = [each for each in associations if each.domain_name.lower() == host]
    if not named:
        return None
    cited = ResourceRef("AWS::ApiGateway::DomainNameAccessAssociation", named[0].arn, named[0].arn)
    if len(named) > 1:
        return not_modelled("two private custom domain names of one name at one endpoint", cited)
    domain = gateway.private_domain_by_arn.get(named[0].domain_name_arn)
    return domain or not_modelled("private custom domain names of other accounts", cited)


def _through_endpoint(world: World, endpoint: VpcEndpoint, domain: DomainName) -> DomainName | Decision:
    """An endpoint that is associated with private custom domain names does not serve public ones.

    AWS: "Custom domain names for private APIs in API Gateway"
    """
    associations = world.topology.api_gateway.associations_by_endpoint.get(endpoint.id, ())
    if not associations:
        return domain
    return denied(
        LocalCode.ENDPOINT_SERVES_PRIVATE_DOMAIN_NAMES,
        domain_reference(domain),
        ("endpoint type", domain.endpoint_type),
        ("associated with", ", ".join(each.domain_name for each in associations)),
        ("answer", '403 {"message":"Forbidden"}'),
        remedy=f"{endpoint.id} has a domain name access association, so {domain.name} needs another VPC "
        "endpoint: one for public custom domain names, one for private ones",
    )


def _not_associated(endpoint: VpcEndpoint, domain: DomainName) -> Decision:
    """AWS: "Tasks of API providers and API consumers for custom domain names for private APIs"."""
    return denied(
        LocalCode.DOMAIN_NAME_NOT_ASSOCIATED,
        domain_reference(domain),
        ("endpoint", endpoint.id),
        ("answer", '403 {"message":"Forbidden"}'),
        remedy=f"Create a domain name access association between {endpoint.id} and {domain.arn}",
    )


def _only_private(domain: DomainName) -> Decision:
    return denied(
        LocalCode.PRIVATE_API_FROM_OUTSIDE,
        domain_reference(domain),
        ("endpoint type", "PRIVATE"),
        remedy="A private custom domain name answers only through a VPC endpoint that it is associated with",
    )
