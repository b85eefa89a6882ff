"""Custom domain names of API Gateway, public and private, with their mappings and access associations."""

from landbridge.capture.reading import Answer, Missing, Reader, parsed_policy, policy_of_unknown_effect
from landbridge.model.api_gateway import BasePathMapping, DomainName, DomainNameAccessAssociation
from landbridge.model.identifiers import Arn, RestApiId, VpcEndpointId
from landbridge.model.policy import PolicyDocument
from landbridge.trace.decision import ResourceRef

PAGE_SIZE = 500
NO_BASE_PATH = "(none)"
BY_MAPPINGS = "BASE_PATH_MAPPING_ONLY"
BY_RULES = "ROUTING_RULE_ONLY"
UNREAD_MAPPINGS = "base path mappings that could not be read"


def read_domain_names(reader: Reader) -> tuple[DomainName, ...]:
    """Every custom domain name of the region.

    AWS: "Custom domain names for private APIs in API Gateway"
    """
    domains = reader.items("apigateway", "get_domain_names", "items", order_by="domainName", limit=PAGE_SIZE)
    return tuple(_domain_name(reader, domain) for domain in domains)


def read_access_associations(reader: Reader) -> tuple[DomainNameAccessAssociation, ...]:
    """Through which VPC endpoints which private custom domain names may be called.

    AWS: "Tasks of API providers and API consumers for custom domain names for private APIs"
    """
    associations = []
    key = "domainNameAccessAssociationArn"
    for answer in reader.items(
        "apigateway", "get_domain_name_access_associations", "items", order_by=key, limit=PAGE_SIZE
    ):
        if answer["domainNameArn"].split(":")[4] != reader.account_id:
            about = ResourceRef("AWS::ApiGateway::DomainNameAccessAssociation", answer[key], answer[key])
            reader.notice(about, "private custom domain names of other accounts")
        associations.append(
            DomainNameAccessAssociation(
                arn=Arn(answer[key]),
                domain_name_arn=Arn(answer["domainNameArn"]),
                vpc_endpoint_id=VpcEndpointId(answer["accessAssociationSource"]),
            )
        )
    return tuple(associations)


def _domain_name(reader: Reader, answer: Answer) -> DomainName:
    endpoint_type = _endpoint_type(answer)
    private = endpoint_type == "PRIVATE"
    about = ResourceRef("AWS::ApiGateway::DomainName" + ("V2" if private else ""), answer["domainName"])
    mappings = _mappings(reader, about, answer, endpoint_type)
    unsupported = _features(reader, about, answer, endpoint_type)
    if mappings is None:
        unsupported = (*unsupported, UNREAD_MAPPINGS)
    certificate = answer.get("regionalCertificateArn") or answer.get("certificateArn")
    return DomainName(
        name=answer["domainName"],
        endpoint_type=endpoint_type,
        security_policy=answer.get("securityPolicy", "TLS_1_2"),
        certificate_arn=Arn(certificate) if certificate else None,
        mappings=() if answer.get("routingMode") == BY_RULES else mappings or (),
        unsupported=unsupported,
        id=answer.get("domainNameId", ""),
        arn=Arn(answer.get("domainNameArn", "")),
        policy=_policy(reader, about, answer) if private else None,
        endpoint_access_mode=answer.get("endpointAccessMode", ""),
    )


def _endpoint_type(answer: Answer) -> str:
    """One that is being migrated has two, and its REGIONAL one counts here.

    AWS: "Migrate a custom domain name to a different API endpoint type in API Gateway"
    """
    types = answer.get("endpointConfiguration", {}).get("types") or ["EDGE"]
    return "REGIONAL" if "REGIONAL" in types else str(types[0])


def _policy(reader: Reader, about: ResourceRef, listed: Answer) -> PolicyDocument | None:
    """The resource policy; the management policy is about other accounts.

    AWS: "Tasks of API providers and API consumers for custom domain names for private APIs"
    """
    answer = reader.answer(
        "apigateway",
        "get_domain_name",
        about,
        domainName=listed["domainName"],
        domainNameId=listed["domainNameId"],
    )
    if isinstance(answer, Missing):
        return policy_of_unknown_effect("a policy that could not be read")
    return parsed_policy(answer.get("policy"))


def _features(reader: Reader, domain: ResourceRef, answer: Answer, endpoint_type: str) -> tuple[str, ...]:
    features = {
        "edge-optimized custom domain names": endpoint_type == "EDGE",
        "mutual TLS": bool(answer.get("mutualTlsAuthentication", {}).get("truststoreUri")),
        "routing rules": _has_routing_rules(reader, domain, answer),
    }
    in_use = tuple(feature for feature, used in features.items() if used)
    for feature in in_use:
        reader.notice(domain, feature)
    dualstack = answer.get("endpointConfiguration", {}).get("ipAddressType") == "dualstack"
    if dualstack and endpoint_type != "PRIVATE":
        reader.notice(domain, "IPv6")
    return in_use


def _has_routing_rules(reader: Reader, domain: ResourceRef, answer: Answer) -> bool:
    """Whether rules take part; a mode that would let them is as good as mappings where there are none.

    AWS: "Set the routing mode for your custom domain name"
    """
    if answer.get("routingMode", BY_MAPPINGS) == BY_MAPPINGS:
        return False
    pages = reader.pages(
        "apigatewayv2", "list_routing_rules", domain, DomainName=answer["domainName"], **_id(answer, "D")
    )
    return pages is Missing.DENIED or (
        not isinstance(pages, Missing) and any(page.get("RoutingRules") for page in pages)
    )


def _mappings(
    reader: Reader, domain: ResourceRef, answer: Answer, endpoint_type: str
) -> tuple[BasePathMapping, ...] | None:
    """Base path mappings by base path, those on several levels too; None where they could not be read."""
    pages = reader.pages(
        "apigateway",
        "get_base_path_mappings",
        domain,
        domainName=domain.id,
        limit=PAGE_SIZE,
        **_id(answer, "d"),
    )
    with_levels = _with_levels(reader, domain) if endpoint_type == "REGIONAL" else {}
    if pages is Missing.DENIED or with_levels is None:
        return None
    items = [] if isinstance(pages, Missing) else [item for page in pages for item in page.get("items", ())]
    mappings = with_levels | {item["basePath"]: _mapping(item) for item in items}
    return tuple(sorted(mappings.values(), key=lambda mapping: mapping.base_path))


def _mapping(item: Answer) -> BasePathMapping:
    return BasePathMapping(
        base_path="" if item["basePath"] == NO_BASE_PATH else item["basePath"],
        rest_api_id=RestApiId(item["restApiId"]),
        stage=item.get("stage", ""),
    )


def _with_levels(reader: Reader, domain: ResourceRef) -> dict[str, BasePathMapping] | None:
    """Mappings on several levels are made by the second version of the API only.

    AWS: "Use API mappings to connect API stages to a custom domain name for REST APIs"
    """
    pages = reader.pages("apigatewayv2", "get_api_mappings", domain, DomainName=domain.id)
    if isinstance(pages, Missing):
        return None if pages is Missing.DENIED else {}
    return {
        key: BasePathMapping(key, RestApiId(item["ApiId"]), item["Stage"])
        for page in pages
        for item in page.get("Items", ())
        if "/" in (key := item.get("ApiMappingKey", ""))
    }


def _id(answer: Answer, initial: str) -> dict[str, str]:
    """The id of a private domain name as a parameter of both versions of the API."""
    identifier = answer.get("domainNameId")
    return {f"{initial}omainNameId": identifier} if identifier else {}
