"""What an imported document says of an API as a whole: its settings, models, authorizers, validators."""

import hashlib
import json
from typing import Any

from landbridge.control.amendments.apigateway import saved_policy
from landbridge.control.amendments.apigateway_export import SCHEMAS, SECURITY
from landbridge.control.amendments.apigateway_import_document import (
    EXTENSION,
    JSON,
    Document,
    endpoint_configuration,
)
from landbridge.control.amendments.apigateway_import_target import Target

MODELS = "https://apigateway.amazonaws.com/restapis/{}/models/"
DEFAULT_TTL_S = 300
HEADER_SOURCE = "method.request.header."


def clear(api: Any) -> None:
    """Nothing is left of an API that a definition could give it, but the ids of what it will give again.

    AWS: "PutRestApi" (Amazon API Gateway API reference)
    """
    for resource in api.resources.values():
        resource.resource_methods = {}
    api.models, api.gateway_responses = {}, {}
    api.policy, api.description, api.binaryMediaTypes = None, None, []
    api.api_key_source, api.minimum_compression_size = "HEADER", None
    api.disableExecuteApiEndpoint = False
    api.endpoint_configuration.pop("vpcEndpointIds", None)


def drop_others(target: Target, paths: set[str]) -> None:
    """Resources, authorizers and validators that a definition does not have are gone.

    AWS: "PutRestApi" (Amazon API Gateway API reference)
    """
    api = target.api
    gone = [id_ for id_, resource in api.resources.items() if resource.get_path() not in paths | {"/"}]
    for id_ in gone:
        del api.resources[id_]
    for parts, names in (
        (api.authorizers, {name for name, _ in _authorizer_schemes(target)}),
        (api.request_validators, set(target.document.get(EXTENSION + "request-validators") or ())),
    ):
        for id_ in [id_ for id_, part in parts.items() if part.name not in names]:
            del parts[id_]


def put_parts(target: Target) -> None:
    """The API has everything of the document that is not part of a path."""
    _put_information(target)
    _put_settings(target)
    for name, schema in target.component("schemas").items():
        put_model(target, name, schema)
    for name, scheme in _authorizer_schemes(target):
        _put_authorizer(target, name, scheme)
    _warn_of_schemes(target)
    for name, validator in (target.document.get(EXTENSION + "request-validators") or {}).items():
        _put_validator(target.api, name, validator)
    for kind, response in (target.document.get(EXTENSION + "gateway-responses") or {}).items():
        status = response.get("statusCode")
        target.api.put_gateway_response(
            response_type=kind,
            status_code=None if status is None else str(status),
            response_parameters=response.get("responseParameters") or {},
            response_templates=response.get("responseTemplates") or {},
        )


def put_model(target: Target, name: str, schema: Any) -> None:
    """A model of the API, whose references to other models are their addresses.

    AWS: "Data models for REST APIs"
    """
    if not (name.isascii() and name.isalnum()):
        target.errors.append(f"Unable to create model for '{name}': Model name must be alphanumeric: {name}")
        return
    addressed = json.dumps(_with_addresses(schema, MODELS.format(target.api.id)), indent=2)
    target.api.add_model(name=name, description=None, schema=addressed, content_type=JSON)


def model_of(target: Target, media: Any) -> str | None:
    """The name of the model for a media type; one without a name is made for a schema that has none.

    AWS: "Data models for REST APIs"
    """
    schema = media.get("schema") if isinstance(media, dict) else None
    if not isinstance(schema, dict) or not schema:
        return None
    reference = schema.get("$ref")
    if isinstance(reference, str):
        name = reference.rpartition("/")[2]
        if name in target.api.models:
            return name
        target.warnings.append(f"Reference to model '{name}' not found. Ignoring.")
        return None
    digest = hashlib.sha256(json.dumps(schema, sort_keys=True).encode()).hexdigest()
    put_model(target, f"MODEL{digest[:6]}", schema)
    return f"MODEL{digest[:6]}"


def _put_information(target: Target) -> None:
    information = target.document.get("info") or {}
    target.api.name = str(information.get("title") or target.api.name)
    target.api.version = str(information.get("version") or target.api.version)
    target.api.description = information.get("description") or target.api.description


def _put_settings(target: Target) -> None:
    """AWS: "OpenAPI extensions for API Gateway"."""
    api, document = target.api, target.document
    policy = document.get(EXTENSION + "policy")
    if policy:
        api.policy = saved_policy(api, policy if isinstance(policy, str) else json.dumps(policy))
    for media_type in document.get(EXTENSION + "binary-media-types") or ():
        if media_type not in api.binaryMediaTypes:
            api.binaryMediaTypes.append(media_type)
    api.api_key_source = str(document.get(EXTENSION + "api-key-source") or api.api_key_source).upper()
    size = document.get(EXTENSION + "minimum-compression-size")
    api.minimum_compression_size = api.minimum_compression_size if size is None else int(size)
    for extension, attribute in SECURITY.items():
        api.__dict__[attribute] = document.get(EXTENSION + extension) or api.__dict__.get(attribute)
    endpoint = endpoint_configuration(document)
    if "vpcEndpointIds" in endpoint:
        api.endpoint_configuration["vpcEndpointIds"] = list(endpoint["vpcEndpointIds"])
    if "ipAddressType" in endpoint:
        api.endpoint_configuration["ipAddressType"] = endpoint["ipAddressType"]
    if "disableExecuteApiEndpoint" in endpoint:
        api.disableExecuteApiEndpoint = bool(endpoint["disableExecuteApiEndpoint"])


def _authorizer_schemes(target: Target) -> list[tuple[str, Document]]:
    schemes = target.component("securitySchemes").items()
    return [(name, scheme) for name, scheme in schemes if EXTENSION + "authorizer" in scheme]


def _put_authorizer(target: Target, name: str, scheme: Document) -> None:
    """AWS: "x-amazon-apigateway-authorizer object"."""
    described, api = scheme[EXTENSION + "authorizer"], target.api
    kind = str(described.get("type", "token")).upper()
    known = [id_ for id_, each in api.authorizers.items() if each.name == name]
    if not known:
        known = [target.backend.create_authorizer(api.id, name, kind).id]
    authorizer = api.authorizers[known[0]]
    authorizer.type = kind
    authorizer.auth_type = scheme.get(EXTENSION + "authtype")
    authorizer.authorizer_uri = described.get("authorizerUri")
    authorizer.authorizer_credentials = described.get("authorizerCredentials")
    authorizer.identity_source = described.get("identitySource")
    if kind != "REQUEST" and scheme.get("name"):
        authorizer.identity_source = HEADER_SOURCE + scheme["name"]
    authorizer.identity_validation_expression = described.get("identityValidationExpression")
    authorizer.authorizer_result_ttl = described.get("authorizerResultTtlInSeconds", DEFAULT_TTL_S)
    authorizer.provider_arns = described.get("providerARNs")


def _warn_of_schemes(target: Target) -> None:
    """AWS: "Amazon API Gateway important notes"."""
    for name, scheme in target.component("securitySchemes").items():
        kind = scheme.get("type")
        if kind != "apiKey" and EXTENSION + "authtype" not in scheme:
            target.warnings.append(f"Unsupported security definition type '{kind}' for '{name}'. Ignoring.")


def _put_validator(api: Any, name: str, described: Document) -> None:
    """AWS: "x-amazon-apigateway-request-validators object"."""
    validates = [
        bool(described.get(member)) for member in ("validateRequestBody", "validateRequestParameters")
    ]
    known = [each for each in api.request_validators.values() if each.name == name]
    if not known:
        api.create_request_validator(name, *validates)
        return
    known[0].validate_request_body, known[0].validate_request_parameters = validates


def _with_addresses(schema: Any, models: str) -> Any:
    if isinstance(schema, list):
        return [_with_addresses(each, models) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: inner.replace(SCHEMAS, models)
        if name == "$ref" and isinstance(inner, str)
        else _with_addresses(inner, models)
        for name, inner in schema.items()
    }
