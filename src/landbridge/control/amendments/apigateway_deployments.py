"""Deployments as immutable snapshots, the stages that serve them, and their export."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import yaml
from moto.apigateway.exceptions import BadRequestException, StageStillActive
from moto.apigateway.models import APIGatewayBackend, RestAPI, Stage
from moto.apigateway.responses import APIGatewayResponse

from landbridge.control.amendments.amend import amend
from landbridge.control.amendments.apigateway_export import Document, as_served, snapshot
from landbridge.control.amendments.apigateway_export_swagger import as_swagger
from landbridge.control.amendments.apigateway_stages import active_deployments

EXPORT_TYPES: Mapping[str, Callable[[Document], Document]] = {"oas30": dict, "swagger": as_swagger}
"""By the type that is asked for: what makes it of OpenAPI 3.0."""
DEPLOYMENT = "x-landbridge-deployment"
"""Asks for an export of another deployment than the stage's; what it is of is told under this name."""


def install() -> None:
    """Amends moto's deployments and stages."""
    amend(APIGatewayBackend, "create_deployment", create_deployment)
    amend(RestAPI, "delete_deployment", delete_deployment)
    amend(APIGatewayResponse, "create_stage", create_stage)
    amend(APIGatewayResponse, "get_export", get_export)
    amend(Stage, "to_json", stage)


def create_deployment(
    original: Any,
    self: Any,
    function_id: str,
    name: str,
    description: str = "",
    stage_variables: Any = None,
) -> Any:
    """A snapshot of the API as it is now, refused when a private API has no policy.

    moto keeps no snapshot, so that a stage would serve changes that nobody deployed; and it throws away the
    settings of a stage that is deployed to again.
    AWS: "Deploy REST APIs in API Gateway"; "Create a private API"
    """
    api = self.get_rest_api(function_id)
    if "PRIVATE" in api.endpoint_configuration.get("types", []) and not api.policy:
        raise BadRequestException("Private REST API doesn't have a resource policy attached to it")
    before = api.stages.get(name) if name else None
    deployment = original(self, function_id, name, description, stage_variables)
    if before is not None:
        before.deployment_id = deployment.id
        before.variables = stage_variables or before.variables
        api.stages[name] = before
    deployment.landbridge_snapshot = json.dumps(snapshot(api))
    return deployment


def delete_deployment(original: Any, self: Any, deployment_id: str) -> Any:
    """Refused while any stage or its canary serves it; moto looks only at the stage it was created with.

    AWS: "DeleteDeployment" (Amazon API Gateway API reference)
    """
    if deployment_id in active_deployments(self):
        raise StageStillActive()
    deployment = self.deployments.get(deployment_id)
    if deployment is not None:
        # The stage of this name, if there is one, serves another deployment by now.
        deployment.stage_name = None
    return original(self, deployment_id)


def create_stage(original: Any, self: Any) -> Any:
    """A stage of a deployment that exists, with its canary and certificate settings.

    AWS: "CreateStage" (Amazon API Gateway API reference)
    """
    api = self.backend.get_rest_api(self.path.split("/")[2])
    if self._get_param("deploymentId") not in api.deployments:
        raise BadRequestException("Deployment id does not exist")
    status, headers, body = original(self)
    created = api.stages[json.loads(body)["stageName"]]
    for parameter in ("canarySettings", "clientCertificateId", "documentationVersion"):
        if self._get_param(parameter):
            created.__dict__[f"landbridge_{parameter}"] = self._get_param(parameter)
    return status, headers, json.dumps(created.to_json())


def stage(original: Any, self: Any) -> dict[str, Any]:
    """The stage with what moto does not keep.

    AWS: "Stage" (Amazon API Gateway API reference)
    """
    kept = {
        name.removeprefix("landbridge_"): value
        for name, value in self.__dict__.items()
        if name.startswith("landbridge_")
    }
    return {**original(self), **kept}


def get_export(original: Any, self: Any) -> Any:
    """The deployed snapshot of a stage as OpenAPI 3.0.1 or Swagger 2.0, JSON or YAML.

    moto answers the live API, without integrations.
    AWS: "Export a REST API from API Gateway"
    """
    *_, api_id, _, stage_name, _, export_type = self.path.split("/")
    if export_type not in EXPORT_TYPES:
        raise BadRequestException(f"No API exporter for type '{export_type}'")
    api = self.backend.get_rest_api(api_id)
    served = self.backend.get_stage(api_id, stage_name)
    asked = self.querystring.get("extensions", [""])[0]
    deployment_id = self.querystring.get(DEPLOYMENT, [served.deployment_id])[0]
    document = as_served(json.loads(api.get_deployment(deployment_id).landbridge_snapshot), api, served)
    if DEPLOYMENT in self.querystring:
        document[DEPLOYMENT] = deployment_id
    exported = _with_extensions(EXPORT_TYPES[export_type](document), asked)
    form = "yaml" if "yaml" in (self.headers.get("Accept") or "") else "json"
    filename = f"{api.name}-{stage_name}-{export_type}{'-' + asked if asked else ''}.{form}"
    headers = {
        "Content-Type": f"application/{form}",
        "Content-Disposition": f'attachment; filename="{filename}"',
    }
    text = yaml.safe_dump(exported, sort_keys=False) if form == "yaml" else json.dumps(exported)
    return 200, headers, text


def _with_extensions(document: Any, asked: str) -> Any:
    """The document without the extensions that were not asked for.

    AWS: "GetExport" (Amazon API Gateway API reference)
    """
    kinds = {kind.strip() for kind in asked.split(",")}
    if "apigateway" in kinds:
        return document
    kept = {"x-amazon-apigateway-any-method"}
    if "integrations" in kinds:
        kept.add("x-amazon-apigateway-integration")
    if "authorizers" in kinds:
        kept |= {"x-amazon-apigateway-authorizer", "x-amazon-apigateway-authtype"}
    return _without(document, kept)


def _without(value: Any, kept: set[str]) -> Any:
    if isinstance(value, dict):
        return {
            name: _without(inner, kept)
            for name, inner in value.items()
            if not name.startswith("x-amazon-apigateway-") or name in kept
        }
    return [_without(inner, kept) for inner in value] if isinstance(value, list) else value
