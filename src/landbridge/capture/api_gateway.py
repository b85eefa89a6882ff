"""REST APIs as they are configured and as their stages serve them, and custom domain names."""

import json

from landbridge.capture.open_api import parse_export
from landbridge.capture.reading import Answer, Missing, Reader, parsed_policy
from landbridge.model.api_gateway import (
    ApiGateway,
    BasePathMapping,
    Deployment,
    DomainName,
    Method,
    RestApi,
    Stage,
)
from landbridge.model.identifiers import Arn, RestApiId, VpcEndpointId
from landbridge.trace.decision import ResourceRef

PAGE_SIZE = 500
UNMODELLED_INTEGRATIONS = frozenset({"HTTP", "HTTP_PROXY"})
NO_BASE_PATH = "(none)"
UNREAD_DEPLOYMENT = "a deployment that could not be read"
UNLIMITED = -1
"""The rate of a method that is not throttled."""
UNREAD_MAPPINGS = "base path mappings that could not be read"
Deployments = dict[tuple[str, str], Deployment]


def read_api_gateway(reader: Reader, previous: ApiGateway) -> ApiGateway:
    """Every REST API and custom domain name of the region.

    A deployment never changes, so one that `previous` has is not exported again.

    AWS: "Deploy REST APIs in API Gateway"
    """
    known: Deployments = {
        (api.id, stage.deployment.id): stage.deployment
        for api in previous.rest_apis
        for stage in api.stages
        if UNREAD_DEPLOYMENT not in stage.unsupported
    }
    for api in reader.items("apigatewayv2", "get_apis", "Items"):
        reader.notice(ResourceRef("AWS::ApiGatewayV2::Api", api["ApiId"]), f"{api['ProtocolType']} APIs")
    apis = reader.items("apigateway", "get_rest_apis", "items", order_by="id", limit=PAGE_SIZE)
    domains = reader.items("apigateway", "get_domain_names", "items", order_by="domainName", limit=PAGE_SIZE)
    return ApiGateway(
        rest_apis=tuple(_rest_api(reader, api, known) for api in apis),
        domain_names=tuple(_domain_name(reader, domain) for domain in domains),
    )


def _rest_api(reader: Reader, answer: Answer, known: Deployments) -> RestApi:
    about = ResourceRef("AWS::ApiGateway::RestApi", answer["id"])
    endpoint = answer.get("endpointConfiguration", {})
    unsupported = _api_features(reader, about, answer)
    stages = reader.items("apigateway", "get_stages", "item", about, order_by="stageName", restApiId=about.id)
    resources = _Resources(reader, about)
    return RestApi(
        id=RestApiId(about.id),
        name=answer.get("name", ""),
        endpoint_type=_endpoint_type(endpoint),
        vpc_endpoint_ids=tuple(map(VpcEndpointId, sorted(endpoint.get("vpcEndpointIds", ())))),
        policy=parsed_policy(answer.get("policy")),
        stages=tuple(_stage(reader, resources, stage, known, unsupported) for stage in stages),
        disable_execute_api_endpoint=bool(answer.get("disableExecuteApiEndpoint")),
    )


def _endpoint_type(configuration: Answer) -> str:
    return str((configuration.get("types") or ["EDGE"])[0])


def _api_features(reader: Reader, api: ResourceRef, answer: Answer) -> tuple[str, ...]:
    """Notices; and what leaves every answer of the API unknown."""
    if _endpoint_type(answer.get("endpointConfiguration", {})) == "EDGE":
        reader.notice(api, "edge-optimized APIs")
    if answer.get("minimumCompressionSize") is not None:
        reader.notice(api, "compression of responses")
    if answer.get("endpointAccessMode") == "STRICT":
        reader.notice(api, "strict endpoint access mode")
        return ("strict endpoint access mode",)
    return ()


class _Resources:
    """The ids of an API's resources by path, read when a deployment is met that is not known yet."""

    def __init__(self, reader: Reader, api: ResourceRef) -> None:
        self.api = api
        self._reader = reader
        self._ids: dict[str, str] | None = None

    def ids(self) -> dict[str, str]:
        if self._ids is None:
            answers = self._reader.items(
                "apigateway", "get_resources", "items", self.api, restApiId=self.api.id, limit=PAGE_SIZE
            )
            self._ids = {resource["path"]: resource["id"] for resource in answers}
        return self._ids


def _stage(
    reader: Reader, resources: _Resources, answer: Answer, known: Deployments, inherited: tuple[str, ...]
) -> Stage:
    name, api_id = answer["stageName"], resources.api.id
    about = ResourceRef("AWS::ApiGateway::Stage", f"{api_id}/{name}")
    key = api_id, answer.get("deploymentId", "")
    deployment = known.get(key) or _exported(reader, resources, about, answer)
    unsupported = _stage_features(reader, about, answer)
    if deployment is None:
        unsupported = (*unsupported, UNREAD_DEPLOYMENT)
    else:
        known[key] = deployment
        _notice_methods(reader, about, deployment)
    return Stage(
        name=name,
        deployment=deployment or Deployment(key[1], ()),
        variables=tuple(sorted(answer.get("variables", {}).items())),
        unsupported=(*inherited, *unsupported),
    )


def _exported(reader: Reader, resources: _Resources, stage: ResourceRef, answer: Answer) -> Deployment | None:
    export = reader.answer(
        "apigateway",
        "get_export",
        stage,
        restApiId=resources.api.id,
        stageName=answer["stageName"],
        exportType="oas30",
        parameters={"extensions": "apigateway"},
        accepts="application/json",
    )
    if isinstance(export, Missing):
        return None
    return parse_export(answer.get("deploymentId", ""), json.loads(export["body"].read()), resources.ids())


def _stage_features(reader: Reader, stage: ResourceRef, answer: Answer) -> tuple[str, ...]:
    """Features that change what the stage answers; each is noticed too."""
    features = {
        "canary deployments": bool(answer.get("canarySettings")),
        "stage caches": bool(answer.get("cacheClusterEnabled")),
        "web ACLs": bool(answer.get("webAclArn")),
    }
    in_use = tuple(feature for feature, used in features.items() if used)
    for feature in in_use:
        reader.notice(stage, feature)
    method_settings = answer.get("methodSettings", {}).values()
    if any(settings.get("throttlingRateLimit", UNLIMITED) >= 0 for settings in method_settings):
        reader.notice(stage, "throttling")
    return in_use


def _notice_methods(reader: Reader, stage: ResourceRef, deployment: Deployment) -> None:
    for resource in deployment.resources:
        for method in resource.methods:
            identifier = f"{stage.id} {method.http_method} {resource.path}"
            for feature in _method_features(method):
                reader.notice(ResourceRef("AWS::ApiGateway::Method", identifier), feature)


def _method_features(method: Method) -> list[str]:
    """What is not modelled of a method; some of it the method tells by itself."""
    features = list(method.unsupported)
    if method.authorization_type != "NONE":
        features.append(f"the authorization type {method.authorization_type}")
    if method.api_key_required:
        features.append("API keys")
    if method.integration and method.integration.type in UNMODELLED_INTEGRATIONS:
        features.append(f"{method.integration.type} integrations")
    return features


def _domain_name(reader: Reader, answer: Answer) -> DomainName:
    about = ResourceRef("AWS::ApiGateway::DomainName", answer["domainName"])
    endpoint_type = _endpoint_type(answer.get("endpointConfiguration", {}))
    mappings = _mappings(reader, about, answer)
    unsupported = _domain_features(reader, about, answer, endpoint_type)
    if mappings is None:
        unsupported = (*unsupported, UNREAD_MAPPINGS)
    certificate = answer.get("regionalCertificateArn") or answer.get("certificateArn")
    return DomainName(
        name=answer["domainName"],
        endpoint_type=endpoint_type,
        security_policy=answer.get("securityPolicy", "TLS_1_2"),
        certificate_arn=Arn(certificate) if certificate else None,
        mappings=mappings or (),
        unsupported=unsupported,
    )


def _domain_features(
    reader: Reader, domain: ResourceRef, answer: Answer, endpoint_type: str
) -> tuple[str, ...]:
    features = {
        "private custom domain names": endpoint_type == "PRIVATE",
        "edge-optimized custom domain names": endpoint_type == "EDGE",
        "mutual TLS": bool(answer.get("mutualTlsAuthentication", {}).get("truststoreUri")),
        "routing rules": answer.get("routingMode", "BASE_PATH_MAPPING_ONLY") != "BASE_PATH_MAPPING_ONLY",
        "strict endpoint access mode": answer.get("endpointAccessMode") == "STRICT",
    }
    in_use = tuple(feature for feature, used in features.items() if used)
    for feature in in_use:
        reader.notice(domain, feature)
    return in_use


def _mappings(reader: Reader, domain: ResourceRef, answer: Answer) -> tuple[BasePathMapping, ...] | None:
    parameters = {"domainNameId": answer["domainNameId"]} if answer.get("domainNameId") else {}
    pages = reader.pages(
        "apigateway",
        "get_base_path_mappings",
        domain,
        domainName=domain.id,
        limit=PAGE_SIZE,
        **parameters,
    )
    if pages is Missing.DENIED:
        return None
    items = [] if isinstance(pages, Missing) else [item for page in pages for item in page.get("items", ())]
    mappings = (
        BasePathMapping(
            base_path="" if item["basePath"] == NO_BASE_PATH else item["basePath"],
            rest_api_id=RestApiId(item["restApiId"]),
            stage=item.get("stage", ""),
        )
        for item in items
    )
    return tuple(sorted(mappings, key=lambda mapping: mapping.base_path))
