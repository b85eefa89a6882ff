"""REST APIs as they are configured and as their stages serve them, and custom domain names."""

import json
from collections.abc import Mapping
from types import MappingProxyType

from landbridge.capture.api_gateway_usage import method_throttles, read_usage
from landbridge.capture.authorization import has_authorizers
from landbridge.capture.custom_domains import read_access_associations, read_domain_names
from landbridge.capture.open_api import parse_export
from landbridge.capture.reading import Answer, Missing, Reader, parsed_policy
from landbridge.capture.stage_settings import read_log_role, read_stage_settings
from landbridge.capture.vpc_links import read_vpc_links
from landbridge.model.api_gateway import (
    ApiGateway,
    Canary,
    Deployment,
    RestApi,
    Stage,
)
from landbridge.model.api_gateway_usage import Usage
from landbridge.model.identifiers import Arn, RestApiId, VpcEndpointId
from landbridge.trace.decision import ResourceRef

PAGE_SIZE = 500
UNREAD_DEPLOYMENT = "a deployment that could not be read"
UNREAD_CANARY = "a canary whose deployment could not be read"
DEPLOYMENT = "x-landbridge-deployment"
"""In an export of the local API: the id of the deployment that it is of."""
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
    known |= {
        (api.id, stage.canary.deployment.id): stage.canary.deployment
        for api in previous.rest_apis
        for stage in api.stages
        if stage.canary is not None
    }
    for api in reader.items("apigatewayv2", "get_apis", "Items"):
        reader.notice(ResourceRef("AWS::ApiGatewayV2::Api", api["ApiId"]), f"{api['ProtocolType']} APIs")
    apis = reader.items("apigateway", "get_rest_apis", "items", order_by="id", limit=PAGE_SIZE)
    rest_apis = tuple(_rest_api(reader, api, known) for api in apis)
    logs = any(stage.settings.writes_logs for api in rest_apis for stage in api.stages)
    return ApiGateway(
        rest_apis=rest_apis,
        domain_names=read_domain_names(reader),
        access_associations=read_access_associations(reader),
        vpc_links=read_vpc_links(reader, rest_apis),
        usage=read_usage(reader) if apis else Usage(),
        log_role_arn=read_log_role(reader) if logs else Arn(""),
    )


def _rest_api(reader: Reader, answer: Answer, known: Deployments) -> RestApi:
    about = ResourceRef("AWS::ApiGateway::RestApi", answer["id"])
    endpoint = answer.get("endpointConfiguration", {})
    _notice_api(reader, about, answer)
    stages = reader.items("apigateway", "get_stages", "item", about, order_by="stageName", restApiId=about.id)
    resources = _Resources(reader, about)
    return RestApi(
        id=RestApiId(about.id),
        name=answer.get("name", ""),
        endpoint_type=_endpoint_type(endpoint),
        vpc_endpoint_ids=tuple(map(VpcEndpointId, sorted(endpoint.get("vpcEndpointIds", ())))),
        policy=parsed_policy(answer.get("policy")),
        stages=tuple(_stage(reader, resources, stage, known) for stage in stages),
        disable_execute_api_endpoint=bool(answer.get("disableExecuteApiEndpoint")),
        endpoint_access_mode=answer.get("endpointAccessMode", ""),
        security_policy=answer.get("securityPolicy", ""),
    )


def _endpoint_type(configuration: Answer) -> str:
    return str((configuration.get("types") or ["EDGE"])[0])


def _notice_api(reader: Reader, api: ResourceRef, answer: Answer) -> None:
    if _endpoint_type(answer.get("endpointConfiguration", {})) == "EDGE":
        reader.notice(api, "edge-optimized APIs")
    endpoint = answer.get("endpointConfiguration", {})
    if endpoint.get("ipAddressType") == "dualstack" and _endpoint_type(endpoint) != "PRIVATE":
        reader.notice(api, "IPv6")


class _Resources:
    """The ids of an API's resources and authorizers, read when a deployment is met that is not known yet."""

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

    def authorizer_ids(self) -> dict[str, str]:
        """By name; only asked for where a deployment has authorizers."""
        answers = self._reader.items(
            "apigateway", "get_authorizers", "items", self.api, restApiId=self.api.id, limit=PAGE_SIZE
        )
        return {authorizer["name"]: authorizer["id"] for authorizer in answers}


def _stage(reader: Reader, resources: _Resources, answer: Answer, known: Deployments) -> Stage:
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
    canary = _canary(reader, resources, about, answer, known)
    if canary is None and _canary_traffic(answer):
        reader.notice(about, UNREAD_CANARY)
        unsupported = (*unsupported, UNREAD_CANARY)
    return Stage(
        name=name,
        deployment=deployment or Deployment(key[1], ()),
        variables=tuple(sorted(answer.get("variables", {}).items())),
        unsupported=unsupported,
        throttles=method_throttles(answer.get("methodSettings", {})),
        settings=read_stage_settings(reader, about, answer),
        canary=canary,
    )


def _canary(
    reader: Reader, resources: _Resources, stage: ResourceRef, answer: Answer, known: Deployments
) -> Canary | None:
    """The canary of a stage; None where it has none, or where what it serves cannot be read.

    An export is of what the stage itself serves. Only the local API can be asked for another deployment.
    AWS: "Set up an API Gateway canary release deployment"
    """
    settings = answer.get("canarySettings") or {}
    key = resources.api.id, settings.get("deploymentId") or answer.get("deploymentId", "")
    if not _canary_traffic(answer):
        return None
    asked = {DEPLOYMENT: key[1]}
    deployment = known.get(key) or _exported(
        reader, resources, stage, {**answer, "deploymentId": key[1]}, asked
    )
    if deployment is None:
        return None
    known[key] = deployment
    return Canary(
        deployment=deployment,
        percent_traffic=_canary_traffic(answer),
        variables=tuple(sorted((settings.get("stageVariableOverrides") or {}).items())),
        use_stage_cache=bool(settings.get("useStageCache")),
    )


def _canary_traffic(answer: Answer) -> float:
    return float((answer.get("canarySettings") or {}).get("percentTraffic") or 0)


def _exported(
    reader: Reader,
    resources: _Resources,
    stage: ResourceRef,
    answer: Answer,
    asked: Mapping[str, str] = MappingProxyType({}),
) -> Deployment | None:
    """What a stage serves; `asked` must come back in the export."""
    export = reader.answer(
        "apigateway",
        "get_export",
        stage,
        restApiId=resources.api.id,
        stageName=answer["stageName"],
        exportType="oas30",
        parameters={"extensions": "apigateway", **asked},
        accepts="application/json",
    )
    if isinstance(export, Missing):
        return None
    document = json.loads(export["body"].read())
    if not asked.items() <= document.items():
        return None
    authorizer_ids = resources.authorizer_ids() if has_authorizers(document) else {}
    return parse_export(answer.get("deploymentId", ""), document, resources.ids(), authorizer_ids)


def _stage_features(reader: Reader, stage: ResourceRef, answer: Answer) -> tuple[str, ...]:
    """Features that change what the stage answers; each is noticed too."""
    features = {
        "web ACLs": bool(answer.get("webAclArn")),
    }
    in_use = tuple(feature for feature, used in features.items() if used)
    for feature in in_use:
        reader.notice(stage, feature)
    if answer.get("clientCertificateId"):
        reader.notice(stage, "client certificates")
    return in_use


def _notice_methods(reader: Reader, stage: ResourceRef, deployment: Deployment) -> None:
    for resource in deployment.resources:
        for method in resource.methods:
            identifier = f"{stage.id} {method.http_method} {resource.path}"
            for feature in method.unsupported:
                reader.notice(ResourceRef("AWS::ApiGateway::Method", identifier), feature)
