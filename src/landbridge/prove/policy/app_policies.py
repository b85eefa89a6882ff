"""Every policy that an app's path meets, with whoever can come at all and what the path itself has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from landbridge.model.api_gateway import RestApi
from landbridge.model.functions import Function, qualified, unqualified
from landbridge.model.network import VpcEndpoint
from landbridge.model.policy import PolicyDocument
from landbridge.prove.case import Case
from landbridge.prove.deployments import Served, methods_of, served_by
from landbridge.prove.policy.own_principals import app_roles, own_principals
from landbridge.prove.policy.policies import Question, who_may
from landbridge.prove.policy.principals import services, strangers
from landbridge.prove.policy.values import ANY_ENDPOINT, ANY_VPC, KNOWN_KEYS, Free, Values
from landbridge.semantics.api_gateway.authorization.resource_policy import in_full
from landbridge.semantics.endpoint.caller import domain_arn
from landbridge.semantics.functions.permission import function_reference
from landbridge.semantics.iam.request import ANONYMOUS, Principal
from landbridge.semantics.iam.statements import PolicyKind
from landbridge.semantics.storage.permission import bucket_reference
from landbridge.semantics.storage.public_policy import shutting_out
from landbridge.trace.decision import ResourceRef

Keys = Mapping[str, Values | Free]
PRESENT = Free(may_be_absent=False)
THROUGH_AN_ENDPOINT: Keys = {
    "aws:securetransport": PRESENT,
    "aws:sourceip": (),
    "aws:sourcevpce": ANY_ENDPOINT.but(present=True),
    "aws:sourcevpc": ANY_VPC.but(present=True),
    "aws:vpcsourceip": PRESENT,
}
"""AWS: "AWS condition keys that can be used in API Gateway resource policies"."""
OVER_THE_INTERNET: Keys = {
    "aws:securetransport": PRESENT,
    "aws:sourceip": KNOWN_KEYS["aws:sourceip"].but(present=True),
    "aws:sourcevpce": (),
    "aws:sourcevpc": (),
    "aws:vpcsourceip": (),
}
ALWAYS = frozenset(
    {
        *("aws:securetransport", "aws:currenttime", "aws:epochtime", "aws:requestedregion"),
        *("aws:principaltype", "aws:principalisawsservice", "aws:viaawsservice", "aws:resourceaccount"),
        *("aws:referer", "aws:useragent"),
    }
)
"""Keys that any request has or, the last two, that any client can send."""
BY_ENDPOINT = ALWAYS | {"aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip"}
OF_SIGNERS = frozenset({"aws:principalarn", "aws:principalaccount", "aws:userid"})
BY_SERVICE = ALWAYS | {"aws:sourcearn", "aws:sourceaccount", "aws:principalservicename"}


@dataclass(frozen=True, slots=True)
class AppPolicy:
    """A policy of the app and the requests that it can be asked about."""

    document: PolicyDocument
    owner: ResourceRef
    service: str
    """The prefix of its service's own condition keys."""
    everybody: tuple[Question, ...]
    """Whoever can come, from wherever that is possible at all."""
    present: frozenset[str]
    """Condition keys that requests on the app's own path have."""
    outsiders: tuple[Question, ...] = ()
    """Whoever must not get in by it, where another claim says so."""
    kind: PolicyKind = PolicyKind.RESOURCE_BASED


def app_policies(case: Case) -> Iterator[AppPolicy]:
    """Those of the app's private APIs, domain names, endpoints, functions, buckets and roles.

    Raises UnsupportedError where nobody can tell whom one of them means.
    """
    for api in case.app.rest_apis:
        if api.endpoint_type == "PRIVATE":
            yield from _of_api(case, api)
    yield from _of_domains(case)
    for endpoint in case.app.endpoints:
        if endpoint.policy is not None:
            yield _of_endpoint(case, endpoint, endpoint.policy)
    yield from _of_functions(case)
    yield from _of_buckets(case)
    yield from _of_roles(case)


def is_open(policy: AppPolicy) -> bool:
    """Whether it lets in somebody whom another claim wants kept out, so that this claim tells."""
    questions = policy.outsiders
    return any(True for each in questions for _ in who_may(policy.document, each, policy.owner, policy.kind))


def _of_api(case: Case, api: RestApi) -> Iterator[AppPolicy]:
    """Each stage's own, in which short resources are written out."""
    for served in served_by(api):
        policy = served.deployment.policy
        if policy is not None:
            arn = f"arn:aws:execute-api:{case.topology.region}:{case.topology.account_id}:{api.id}/"
            document = in_full(policy, arn)
            signed = _is_signed(served)
            callers = _callers(case, document) if signed else (ANONYMOUS,)
            question = Question(callers, Free("execute-api:?*"), Free(f"{arn}?*"), THROUGH_AN_ENDPOINT)
            present = BY_ENDPOINT | {"execute-api:viadomainarn"} | (OF_SIGNERS if signed else frozenset())
            owner = ResourceRef("AWS::ApiGateway::RestApi", api.id)
            outside = replace(question, keys=_by_other_endpoints(case))
            yield AppPolicy(document, owner, "execute-api", (question,), present, (outside,))


def _by_other_endpoints(case: Case) -> Keys:
    own = (endpoint.id for endpoint in case.app.endpoints)
    return {**THROUGH_AN_ENDPOINT, "aws:sourcevpce": ANY_ENDPOINT.but(*own, present=True)}


def _is_signed(served: Served) -> bool:
    return any(method.authorization_type == "AWS_IAM" for method in methods_of(served.deployment).values())


def _of_domains(case: Case) -> Iterator[AppPolicy]:
    for domain in case.topology.api_gateway.domain_names:
        if domain.policy is not None and domain.name.lower() in case.app.domains:
            arn = domain_arn(case.world, domain)
            document = in_full(domain.policy, arn.partition("/")[0] + "/")
            question = Question((ANONYMOUS,), Free("execute-api:?*"), arn, THROUGH_AN_ENDPOINT)
            owner = ResourceRef("AWS::ApiGateway::DomainNameV2", domain.name, domain.arn)
            present = BY_ENDPOINT | {"execute-api:viadomainarn"}
            outside = replace(question, keys=_by_other_endpoints(case))
            yield AppPolicy(document, owner, "execute-api", (question,), present, (outside,))


def _of_endpoint(case: Case, endpoint: VpcEndpoint, document: PolicyDocument) -> AppPolicy:
    """Whoever signs, signs for whatever is behind it."""
    own: Keys = {
        **THROUGH_AN_ENDPOINT,
        "aws:sourcevpce": (endpoint.id,),
        "aws:sourcevpc": (endpoint.vpc_id,),
    }
    service = endpoint.service_name.rpartition(".")[2]
    question = Question(_callers(case, document), Free(f"{service}:?*"), Free(f"arn:*:{service}:?*"), own)
    owner = ResourceRef("AWS::EC2::VPCEndpoint", endpoint.id)
    return AppPolicy(document, owner, service, (question,), BY_ENDPOINT | OF_SIGNERS)


def _of_functions(case: Case) -> Iterator[AppPolicy]:
    """Each qualifier's: a function URL's callers come over the internet."""
    for function in _invocable(case):
        if function.policy is not None:
            document, action = function.policy, Free("lambda:?*")
            questions = (
                Question(_callers(case, document), action, function.arn, OVER_THE_INTERNET),
                Question(services(document), action, function.arn, {"aws:securetransport": PRESENT}),
            )
            outside = replace(questions[0], principals=strangers(document, case.topology.account_id))
            yield AppPolicy(
                document, function_reference(function), "lambda", questions, BY_SERVICE, (outside,)
            )


def _invocable(case: Case) -> Iterator[Function]:
    own = set(case.app.function_arns)
    for named, invoked in case.topology.functions.by_invoked_arn.items():
        if unqualified(named) in own and named != qualified(unqualified(named), "$LATEST"):
            yield invoked


def _of_buckets(case: Case) -> Iterator[AppPolicy]:
    for name in case.app.buckets:
        bucket = case.topology.storage.by_name.get(name)
        if bucket is not None and bucket.policy is not None:
            document, action, resource = bucket.policy, Free("s3:?*"), Free(f"arn:aws:s3:::{name}*")
            callers = _callers(case, document)
            questions = (
                Question(callers, action, resource, OVER_THE_INTERNET),
                Question(callers, action, resource, THROUGH_AN_ENDPOINT),
                Question(services(document), action, resource, OVER_THE_INTERNET),
            )
            has_endpoint = any(each.service_name.endswith(".s3") for each in case.app.endpoints)
            present = BY_ENDPOINT if has_endpoint else ALWAYS | OF_SIGNERS
            outside = () if shutting_out(bucket) else _outside_of_bucket(case, questions)
            yield AppPolicy(document, bucket_reference(name), "s3", questions, present, outside)


def _outside_of_bucket(case: Case, questions: tuple[Question, ...]) -> tuple[Question, ...]:
    internet, endpoints, _ = questions
    callers = tuple(each for each in internet.principals if each.account != case.topology.account_id)
    by_endpoint = replace(endpoints, principals=callers, keys=_by_other_endpoints(case))
    return replace(internet, principals=callers), by_endpoint


def _of_roles(case: Case) -> Iterator[AppPolicy]:
    roles = case.topology.identity.by_arn
    for arn in sorted(app_roles(case)):
        role = next((each for own, each in roles.items() if own == arn), None)
        if role is not None:
            document = role.trust_policy
            callers = (*_callers(case, document), *services(document))
            question = Question(callers, Free("sts:assumerole*"), role.arn)
            owner = ResourceRef("AWS::IAM::Role", role.name, role.arn)
            outside = replace(question, principals=strangers(document, case.topology.account_id))
            yield AppPolicy(document, owner, "sts", (question,), BY_SERVICE, (outside,), PolicyKind.TRUST)


def _callers(case: Case, document: PolicyDocument) -> tuple[Principal, ...]:
    """Strangers, and the account's own users and roles."""
    own = own_principals(case, document, frozenset())
    return (*strangers(document, case.topology.account_id), *own)
