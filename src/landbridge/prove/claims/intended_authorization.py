"""Every method asks its callers for as much as its neighbours do, in every stage."""

from collections.abc import Iterator
from dataclasses import dataclass

from landbridge.model.api_gateway import Method, RestApi
from landbridge.prove.case import Case
from landbridge.prove.deployments import Served, methods_of, served_by
from landbridge.prove.verdict import Claim, Finding, broken, unknown
from landbridge.trace.decision import ResourceRef

CLAIM = Claim(
    "intended-authorization",
    "Every method has the authorization that its API's other methods and stages have",
    (
        "Control and manage access to REST APIs in API Gateway",
        "Set up an API Gateway canary release deployment",
    ),
)
NONE = "NONE"
COGNITO = "COGNITO_USER_POOLS"


@dataclass(frozen=True, slots=True)
class ServedMethod:
    """A method of a deployment that answers requests."""

    key: str
    """``GET /orders/{id}``."""
    method: Method
    served: Served

    @property
    def reference(self) -> ResourceRef:
        """How it is cited."""
        return ResourceRef("AWS::ApiGateway::Method", f"{self.served.reference.id} {self.key}")


def judge(case: Case) -> Iterator[Finding]:
    """Methods that are open beside others that are not, or that are weaker in one stage than in another.

    AWS: "Control and manage access to REST APIs in API Gateway"
    """
    for api in case.app.rest_apis:
        served = list(served_by(api))
        for each in served:
            yield from _beside_others(api, each)
        yield from _between_stages(served)
        yield from _unattached(api)


def _beside_others(api: RestApi, served: Served) -> Iterator[Finding]:
    methods = [ServedMethod(key, method, served) for key, method in methods_of(served.deployment).items()]
    for each in methods:
        yield from _not_understood(each)
    guarded = next((each for each in methods if each.method.authorization_type != NONE), None)
    for each in methods if guarded is not None else ():
        if guarded is not None and _is_open(each.method):
            wanted = _described(guarded.method)
            yield broken(
                f"{each.key} in {served.name} of {api.name} answers everybody who reaches the API, while "
                f"{guarded.key} wants {wanted}",
                each.reference,
                f"Give {each.key} {wanted} and deploy to stage {served.stage.name}",
            )


def _is_open(method: Method) -> bool:
    """Whether a backend answers anybody: a preflight request never has credentials, a mock tells nothing."""
    mocked = method.integration is None or method.integration.type == "MOCK"
    return method.authorization_type == NONE and method.http_method != "OPTIONS" and not mocked


def _not_understood(each: ServedMethod) -> Iterator[Finding]:
    for feature in each.method.unsupported:
        if "authoriz" in feature:
            yield unknown(f"{each.key} in {each.served.name} uses {feature}", each.reference)
    if each.method.authorization_type in ("CUSTOM", COGNITO) and each.method.authorizer is None:
        what = f"the authorizer of {each.key} in {each.served.name} could not be read"
        yield unknown(what, each.reference, "Attach an authorizer that exists, and deploy")


def _between_stages(served: list[Served]) -> Iterator[Finding]:
    by_key: dict[str, list[ServedMethod]] = {}
    for each in served:
        for key, method in methods_of(each.deployment).items():
            by_key.setdefault(key, []).append(ServedMethod(key, method, each))
    for same in by_key.values():
        for method_there in same:
            yield from _against(method_there, same)


def _against(each: ServedMethod, same: list[ServedMethod]) -> Iterator[Finding]:
    """The one that is the furthest from the others, once."""
    stronger = next((other for other in same if _is_weaker(each.method, other.method)), None)
    if stronger is not None:
        yield broken(
            f"{each.key} wants {_described(each.method)} in {each.served.name}, and "
            f"{_described(stronger.method)} in {stronger.served.name}",
            each.reference,
            f"Deploy to {each.served.name} what gives {each.key} {_described(stronger.method)}",
        )
        return
    other = next((other for other in same if _is_of_other_kind(each.method, other.method)), None)
    if other is not None and each is same[0]:
        yield unknown(
            f"{each.key} wants {_described(each.method)} in {each.served.name} and "
            f"{_described(other.method)} in {other.served.name}: which admits more callers is not decided",
            each.reference,
            "Deploy the same authorization to both",
        )


def _is_weaker(one: Method, other: Method) -> bool:
    """Whether `one` lets callers in whom `other` turns away, as far as their settings tell.

    Any of a method's scopes will do, so that more of them admit more; none at all admits every user.

    AWS: "Control access to REST APIs using Amazon Cognito user pools as an authorizer"
    """
    if NONE in (one.authorization_type, other.authorization_type):
        return one.authorization_type != other.authorization_type and _is_open(one)
    if one.authorization_type != COGNITO or other.authorization_type != COGNITO:
        return False
    if other.authorization_scopes and not one.authorization_scopes:
        return True
    if other.authorization_scopes and set(one.authorization_scopes) - set(other.authorization_scopes):
        return True
    return bool(_pools(one) - _pools(other))


def _is_of_other_kind(one: Method, other: Method) -> bool:
    """Whether two methods ask for things that cannot be compared."""
    if NONE in (one.authorization_type, other.authorization_type):
        return False
    if one.authorization_type != other.authorization_type:
        return True
    return one.authorization_type == "CUSTOM" and _called(one) != _called(other)


def _unattached(api: RestApi) -> Iterator[Finding]:
    """An authorizer that no method has, where every method is open: it was meant for them."""
    configured = api.configured
    if configured is None or not configured.unattached_authorizers:
        return
    methods = methods_of(configured)
    if any(method.authorization_type != NONE for method in methods.values()):
        return
    for key in (key for key, method in methods.items() if _is_open(method)):
        name = configured.unattached_authorizers[0]
        yield broken(
            f"authorizer {name} of {api.name} is attached to no method, and {key} answers everybody who "
            "reaches the API",
            ResourceRef("AWS::ApiGateway::Authorizer", f"{api.id}/{name}"),
            f"Give {key} the authorizer {name} and deploy, or delete the authorizer",
        )
        return


def _described(method: Method) -> str:
    if method.authorization_type == NONE:
        return "no authorization"
    name = f" by {method.authorizer.name}" if method.authorizer is not None else ""
    scopes = f" with scope {' or '.join(method.authorization_scopes)}" if method.authorization_scopes else ""
    return f"{method.authorization_type}{name}{scopes}"


def _pools(method: Method) -> set[str]:
    return set(method.authorizer.provider_arns) if method.authorizer is not None else set()


def _called(method: Method) -> tuple[str, tuple[str, ...]]:
    if method.authorizer is None:
        return "", ()
    return method.authorizer.uri, method.authorizer.identity_sources
