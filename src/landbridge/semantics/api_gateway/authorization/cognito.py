"""``COGNITO_USER_POOLS``: the token of a user pool, and then the resource policy by itself.

AWS: "Control access to REST APIs using Amazon Cognito user pools as an authorizer"
"""

from dataclasses import replace

from landbridge.model.authorizers import Authorizer
from landbridge.model.identifiers import Arn
from landbridge.semantics.api_gateway.authorization.admission import (
    Admission,
    Barred,
    authorization_hop,
    authorizer_reference,
)
from landbridge.semantics.api_gateway.authorization.authorizer_function import CONFIGURATION
from landbridge.semantics.api_gateway.authorization.identity_sources import (
    Missing,
    identity_values,
    is_valid,
)
from landbridge.semantics.api_gateway.authorization.resource_policy import admit_by_resource_policy
from landbridge.semantics.api_gateway.authorization.user_pool_token import (
    EXPIRED,
    UnverifiedToken,
    fault_of,
    read_token,
    written_claims,
)
from landbridge.semantics.api_gateway.gateway_responses import authorizer_failed, unauthorized
from landbridge.semantics.api_gateway.refusal import configuration_error, failed
from landbridge.semantics.api_gateway.request import Authorization, MethodRequest
from landbridge.semantics.needs import ReadUserPoolKeys, Steps, UserPoolKeys
from landbridge.trace.codes import GatewayResponseType, LocalCode
from landbridge.trace.decision import allowed, denied, not_modelled


def authorize_token(request: MethodRequest) -> Steps[Admission]:
    """Whether the token is good for the method, and then whether the resource policy allows.

    AWS: "How API Gateway resource policies affect authorization workflow"
    """
    authorizer = request.match.method.authorizer
    if authorizer is None or not authorizer.provider_arns:
        return _without_pool(request, "the authorizer names no user pool")
    identity = identity_values(request, authorizer)
    if isinstance(identity, Missing):
        return _bar(request, f"{identity.source} is missing")
    token = read_token(identity[0])
    if token is None:
        return _bar(request, "no JSON Web Token")
    pool = next((arn for arn in authorizer.provider_arns if token.issuer == _issuer(arn)), None)
    if pool is None:
        pools = ", ".join(authorizer.provider_arns)
        return _bar(request, f"iss {token.issuer!r} is none of the authorizer's user pools: {pools}")
    return (yield from _verify(request, authorizer, token, pool))


def _verify(
    request: MethodRequest, authorizer: Authorizer, token: UnverifiedToken, pool: Arn
) -> Steps[Admission]:
    topology = request.world.topology
    if pool.split(":")[3:5] != [topology.region, topology.account_id]:
        what = "user pools of another account or region"
        hop = authorization_hop(request, not_modelled(what, authorizer_reference(request)))
        return Barred(request, (), hop, configuration_error())
    keys = yield ReadUserPoolKeys(_pool_id(pool))
    if not isinstance(keys, UserPoolKeys) or not keys.document:
        return _without_pool(request, f"there is no user pool {pool}")
    fault = fault_of(token, keys.document, request.moment.epoch_ms)
    if fault:
        return _bar(request, fault, EXPIRED if fault == EXPIRED else "Unauthorized")
    fault = _misfit(request, authorizer, token)
    if fault:
        return _bar(request, fault)
    facts = (("iss", token.issuer), ("token_use", str(token.claims.get("token_use"))))
    decision = allowed(authorizer_reference(request), *facts, code=LocalCode.AUTHENTICATED)
    known = replace(request, authorization=Authorization({"claims": written_claims(token.claims)}))
    return admit_by_resource_policy(known, (authorization_hop(request, decision),))


def _misfit(request: MethodRequest, authorizer: Authorizer, token: UnverifiedToken) -> str:
    """Why a good token is not one for this method; empty for one that is.

    With scopes on the method an access token that has one of them, without scopes an identity token.
    AWS: "Integrate a REST API with an Amazon Cognito user pool"
    """
    scopes, token_use = request.match.method.authorization_scopes, token.claims.get("token_use")
    wanted = "access" if scopes else "id"
    if token_use != wanted:
        return f"token_use {token_use!r}; a method with{'' if scopes else 'out'} scopes wants {wanted!r}"
    if scopes and token.scopes.isdisjoint(scopes):
        return f"scope {' '.join(sorted(token.scopes))!r} has none of {' '.join(scopes)}"
    if not scopes and not is_valid(authorizer, str(token.claims.get("aud", ""))):
        return f"aud {token.claims.get('aud')!r} does not fit {authorizer.identity_validation_expression}"
    return ""


def _issuer(pool: Arn) -> str:
    return f"https://cognito-idp.{pool.split(':')[3]}.amazonaws.com/{_pool_id(pool)}"


def _pool_id(pool: Arn) -> str:
    return pool.rpartition("/")[2]


def _bar(request: MethodRequest, reason: str, message: str = "Unauthorized") -> Barred:
    """401, as AWS words it.

    AWS: "Integrate a REST API with an Amazon Cognito user pool"
    """
    decision = denied(
        GatewayResponseType.UNAUTHORIZED,
        authorizer_reference(request),
        ("reason", reason),
        remedy="Send a token of the authorizer's user pool that is valid now: the identity token, or for a "
        "method with scopes the access token that has one of them",
    )
    return Barred(request, (), authorization_hop(request, decision), unauthorized(message))


def _without_pool(request: MethodRequest, reason: str) -> Barred:
    decision = failed(
        CONFIGURATION,
        authorizer_reference(request),
        f"Execution failed due to configuration error: {reason}",
        "Name a user pool that exists in the authorizer's provider ARNs, then deploy stage "
        f"{request.call.stage.name} again",
        ("reason", reason),
    )
    return Barred(request, (), authorization_hop(request, decision), authorizer_failed(CONFIGURATION))
