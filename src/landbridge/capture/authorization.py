"""Who may call a method, from the OpenAPI document that GetExport gives for a stage.

AWS: "x-amazon-apigateway-authtype property"
"""

from collections.abc import Mapping
from dataclasses import dataclass

from landbridge.capture.reading import Answer
from landbridge.model.authorizers import DEFAULT_RESULT_TTL_S, Authorizer
from landbridge.model.identifiers import Arn

EXTENSION = "x-amazon-apigateway-"
AUTHORIZATION_TYPES = {
    "awssigv4": "AWS_IAM",
    "cognito_user_pools": "COGNITO_USER_POOLS",
}
"""By ``x-amazon-apigateway-authtype``; every other one is a Lambda authorizer."""
Authorizers = Mapping[str, Authorizer]


@dataclass(frozen=True, slots=True)
class MethodAuthorization:
    """What a method asks of its callers."""

    type: str
    api_key_required: bool
    authorizer: Authorizer | None
    scopes: tuple[str, ...]


def read_authorization(operation: Answer, document: Answer, authorizers: Authorizers) -> MethodAuthorization:
    """The authorization type, the authorizer with the scopes it wants, and whether a key is required.

    AWS: "x-amazon-apigateway-authtype property"
    """
    schemes = _security_schemes(document)
    kind, key_required = operation.get(EXTENSION + "auth", {}).get("type", "NONE").upper(), False
    authorizer, scopes = None, ()
    for requirement in operation.get("security", ()):
        for name, wanted in requirement.items():
            found = _scheme_type(name, schemes.get(name, {}))
            key_required |= found == "API_KEY"
            if found != "API_KEY":
                kind, authorizer, scopes = found, authorizers.get(name), tuple(wanted)
    return MethodAuthorization(kind, key_required, authorizer, scopes)


def read_authorizers(document: Answer, ids: Mapping[str, str]) -> Authorizers:
    """The authorizers of an exported document by name; `ids` are not part of an export.

    AWS: "x-amazon-apigateway-authorizer object"
    """
    return {
        name: _authorizer(name, scheme, ids.get(name, ""))
        for name, scheme in _security_schemes(document).items()
        if EXTENSION + "authorizer" in scheme
    }


def has_authorizers(document: Answer) -> bool:
    """Whether the document describes any authorizer."""
    return any(EXTENSION + "authorizer" in scheme for scheme in _security_schemes(document).values())


def _authorizer(name: str, scheme: Answer, identifier: str) -> Authorizer:
    described = scheme[EXTENSION + "authorizer"]
    kind = str(described.get("type", "token")).upper()
    sources = str(described.get("identitySource") or "")
    if not sources and kind != "REQUEST":
        sources = f"method.request.header.{scheme.get('name', 'Authorization')}"
    ttl = described.get("authorizerResultTtlInSeconds")
    return Authorizer(
        name=name,
        type=kind,
        id=identifier,
        uri=described.get("authorizerUri", ""),
        credentials=described.get("authorizerCredentials", ""),
        identity_sources=tuple(source.strip() for source in sources.split(",") if source.strip()),
        identity_validation_expression=described.get("identityValidationExpression", ""),
        result_ttl_s=DEFAULT_RESULT_TTL_S if ttl is None else int(ttl),
        provider_arns=tuple(map(Arn, described.get("providerARNs", ()))),
    )


def _security_schemes(document: Answer) -> Answer:
    schemes: Answer = document.get("components", {}).get("securitySchemes", {})
    return schemes


def _scheme_type(name: str, scheme: Answer) -> str:
    kind = scheme.get(EXTENSION + "authtype", "").lower()
    if not kind and (name == "api_key" or scheme.get("name", "").lower() == "x-api-key"):
        return "API_KEY"
    return AUTHORIZATION_TYPES.get(kind, "CUSTOM")
