"""The configurations by which a listener rule authenticates users or tokens: what AWS refuses about them."""

from typing import Any

from moto.elbv2.exceptions import InvalidLoadBalancerActionException

from landbridge.semantics.load_balancing.authentication.provider_calls import is_endpoint

LONGEST_SESSION_S = 604_800
MOST_EXTRA_PARAMETERS = 10
MOST_CLAIMS = 10
MOST_VALUES = 10
LONGEST_VALUE = 256
FORMATS = frozenset(("single-string", "string-array", "space-separated-values"))
ALWAYS_VALIDATED = frozenset(("exp", "iss", "nbf", "iat"))
BEHAVIORS = frozenset(("authenticate", "allow", "deny"))


def check_oidc(configuration: dict[str, Any], has_secret: bool) -> None:
    """Endpoints by HTTPS, a client with its secret, a session within the limits.

    Plain HTTP is taken on loopback, for providers in tests.

    AWS: "AuthenticateOidcActionConfig" (Elastic Load Balancing API reference)
    """
    for name in ("Issuer", "AuthorizationEndpoint", "TokenEndpoint", "UserInfoEndpoint"):
        if not is_endpoint(configuration.get(name, "")):
            raise _invalid(f"The {name} must be a full URL, including the HTTPS protocol and the domain")
    if not configuration.get("ClientId"):
        raise _invalid("A ClientId must be specified")
    uses_existing = has_secret and configuration.get("UseExistingClientSecret")
    if not configuration.get("ClientSecret") and not uses_existing:
        raise _invalid("A ClientSecret must be specified")
    if not 1 <= int(configuration.get("SessionTimeout", LONGEST_SESSION_S)) <= LONGEST_SESSION_S:
        raise _invalid(f"The SessionTimeout must be between 1 and {LONGEST_SESSION_S} seconds")
    if len(configuration.get("AuthenticationRequestExtraParams") or {}) > MOST_EXTRA_PARAMETERS:
        raise _invalid(f"At most {MOST_EXTRA_PARAMETERS} AuthenticationRequestExtraParams can be specified")
    if configuration.get("OnUnauthenticatedRequest", "authenticate") not in BEHAVIORS:
        raise _invalid(f"OnUnauthenticatedRequest must be one of {', '.join(sorted(BEHAVIORS))}")


def check_jwt(configuration: dict[str, Any]) -> None:
    """A JWKS endpoint by HTTPS, an issuer, additional claims within the limits.

    AWS: "JwtValidationActionConfig" (Elastic Load Balancing API reference)
    """
    endpoint, issuer = configuration.get("JwksEndpoint", ""), configuration.get("Issuer", "")
    if not is_endpoint(endpoint) or len(endpoint) > LONGEST_VALUE:
        raise _invalid("The JwksEndpoint must be a full URL, including the HTTPS protocol, domain and path")
    if not 1 <= len(issuer) <= LONGEST_VALUE:
        raise _invalid(f"The Issuer must have 1 to {LONGEST_VALUE} characters")
    claims = configuration.get("AdditionalClaims") or []
    if len(claims) > MOST_CLAIMS:
        raise _invalid(f"At most {MOST_CLAIMS} AdditionalClaims can be specified")
    for claim in claims:
        _check_claim(claim)


def _check_claim(claim: dict[str, Any]) -> None:
    """AWS: "JwtValidationActionAdditionalClaim" (Elastic Load Balancing API reference)."""
    name, values = claim.get("Name", ""), claim.get("Values") or []
    if not name or name in ALWAYS_VALIDATED:
        raise _invalid(f"The additional claim '{name}' cannot be specified")
    if claim.get("Format") not in FORMATS:
        raise _invalid(f"The Format of claim '{name}' must be one of {', '.join(sorted(FORMATS))}")
    if not 1 <= len(values) <= MOST_VALUES or any(not 1 <= len(value) <= LONGEST_VALUE for value in values):
        raise _invalid(
            f"Claim '{name}' must have 1 to {MOST_VALUES} values of at most {LONGEST_VALUE} characters"
        )
    if claim["Format"] == "space-separated-values" and any(" " in value for value in values):
        raise _invalid(f"The values of claim '{name}' cannot include spaces")


def _invalid(message: str) -> InvalidLoadBalancerActionException:
    return InvalidLoadBalancerActionException(message)
