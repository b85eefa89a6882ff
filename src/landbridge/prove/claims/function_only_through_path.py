"""Nobody invokes the app's functions but its own API or load balancer."""

from collections.abc import Iterator

from landbridge.model.exchange import HttpRequest
from landbridge.model.functions import Function, FunctionUrl, qualified
from landbridge.model.load_balancing import ForwardAction
from landbridge.model.policy import PolicyDocument
from landbridge.prove.case import Case
from landbridge.prove.policy.app_policies import OVER_THE_INTERNET, Keys
from landbridge.prove.policy.open_roles import by_open_roles
from landbridge.prove.policy.openings import circumstances, openings, who
from landbridge.prove.policy.own_principals import app_roles, own_principals
from landbridge.prove.policy.policies import Granted, Question
from landbridge.prove.policy.principals import services, strangers
from landbridge.prove.policy.values import KNOWN_KEYS, STRANGE_ACCOUNT, STRANGE_ADDRESS, Free
from landbridge.prove.sent import sent
from landbridge.prove.verdict import Claim, Finding, Witness, broken, unknown
from landbridge.semantics.function_urls.permission import INVOKE_URL
from landbridge.semantics.functions.permission import INVOKE, function_reference
from landbridge.semantics.iam.request import ANONYMOUS, Principal, PrincipalType, service
from landbridge.trace.decision import ResourceRef

CLAIM = Claim(
    "function-only-through-path",
    "The app's functions are invoked only through this path",
    (
        "Viewing resource-based IAM policies in Lambda",
        "Granting Lambda function access to AWS services",
        "Control access to Lambda function URLs",
    ),
)
GATEWAY, BALANCER = "apigateway.amazonaws.com", "elasticloadbalancing.amazonaws.com"
ANY_ACTION = Free("lambda:?*", without=(INVOKE_URL.lower(),), prefer=(INVOKE,))
NOT_BY_URL: Keys = {
    "lambda:functionurlauthtype": (),
    "lambda:invokedviafunctionurl": (),
    "aws:securetransport": ("true",),
}


def judge(case: Case) -> Iterator[Finding]:
    """Whoever else may invoke them, by whatever version, alias or function URL.

    AWS: "Viewing resource-based IAM policies in Lambda"
    """
    for arn in case.app.function_arns:
        function = case.topology.functions.by_arn.get(arn)
        if function is None:
            yield unknown(
                f"{arn} is not a function of this account and region",
                ResourceRef("AWS::Lambda::Function", arn),
            )
            continue
        for invoked in _qualifiers(case, function):
            yield from _by_policy(case, invoked)
        for url in function.urls:
            yield from _by_url(case, function, url)
        yield from by_open_roles(case, function.policy, ANY_ACTION, function.arn, function.name)


def _qualifiers(case: Case, function: Function) -> Iterator[Function]:
    """The function, its versions and its aliases: each has a policy of its own.

    AWS: "Manage Lambda function versions"
    """
    by_arn = case.topology.functions.by_invoked_arn
    yield function
    for name in (*(each.version for each in function.versions), *(each.name for each in function.aliases)):
        named = by_arn.get(qualified(function.arn, name))
        if named is not None:
            yield named


def _by_policy(case: Case, function: Function) -> Iterator[Finding]:
    if function.policy is None:
        return
    reference = function_reference(function)
    for granted in openings(function.policy, _questions(case, function, function.policy), reference):
        if isinstance(granted, Finding):
            yield granted
        else:
            yield _finding(case, function, function.policy, granted)


def _questions(case: Case, function: Function, policy: PolicyDocument) -> Iterator[Question]:
    """Everybody but the app's own API, load balancer and roles."""
    account = case.topology.account_id
    yield Question(_signers(case, policy), ANY_ACTION, function.arn, NOT_BY_URL)
    anywhere: Keys = {
        **NOT_BY_URL,
        "aws:sourcearn": _strange_arns(case),
        "aws:sourceaccount": KNOWN_KEYS["aws:sourceaccount"].but(account),
    }
    yield Question(services(policy), ANY_ACTION, function.arn, anywhere)
    for each in sorted({GATEWAY, BALANCER, *map(str, services(policy))}):
        yield _by_own_service(case, function, each)
    own = own_principals(case, policy, app_roles(case))
    yield Question(own, ANY_ACTION, function.arn, NOT_BY_URL, by_name_only=True)


def _strange_arns(case: Case) -> Free:
    topology = case.topology
    example = f"arn:aws:execute-api:{topology.region}:{STRANGE_ACCOUNT}:a1b2c3d4e5/prod/GET/"
    return Free("arn:?*", (f"arn:*:*:*:{topology.account_id}:*",), (example,))


def _by_own_service(case: Case, function: Function, name: str) -> Question:
    """The service acting for something of this account that is no part of the app.

    AWS: "Granting Lambda function access to AWS services"
    """
    account = case.topology.account_id
    expected = tuple(_expected_sources(case, function, name))
    keys: Keys = {
        **NOT_BY_URL,
        "aws:sourceaccount": (account,),
        "aws:sourcearn": Free(
            f"arn:*:*:*:{account}:*",
            expected,
            _other_sources(case, name),
            may_be_absent=name not in (GATEWAY, BALANCER),
        ),
    }
    return Question((service(name),), ANY_ACTION, function.arn, keys)


def _expected_sources(case: Case, function: Function, name: str) -> Iterator[str]:
    """ARNs, as patterns, of what the service may invoke the function for."""
    topology = case.topology
    if name == GATEWAY:
        for api in case.app.rest_apis:
            yield f"arn:*:execute-api:{topology.region}:{topology.account_id}:{api.id}/*"
    if name == BALANCER:
        yield from _target_groups(case)


def _other_sources(case: Case, name: str) -> tuple[str, ...]:
    place = f"{case.topology.region}:{case.topology.account_id}"
    if name == GATEWAY:
        return (f"arn:aws:execute-api:{place}:another000/prod/GET/",)
    return (f"arn:aws:{name.partition('.')[0]}:{place}:another",)


def _target_groups(case: Case) -> Iterator[str]:
    """Of the app's load balancers, by ARN."""
    for balancer in case.app.load_balancers:
        for listener in balancer.listeners:
            for rule in listener.rules:
                for action in rule.actions:
                    if isinstance(action, ForwardAction):
                        yield from (arn for arn, _ in action.target_groups)


def _finding(case: Case, function: Function, policy: PolicyDocument, granted: Granted) -> Finding:
    """AWS: "The confused deputy problem"."""
    caller, action = granted.request.principal, granted.request.action
    what = f"{who(caller)} may {action} on {function.qualified_name}{circumstances(policy, granted)}"
    if (
        caller.type is PrincipalType.SERVICE
        and granted.value("aws:sourceaccount") != case.topology.account_id
    ):
        what += ", for whichever account it acts"
    return broken(what, granted.decision.cited, _remedy(case, function, granted.statement))


def _remedy(case: Case, function: Function, statement: str) -> str:
    remove = f"lambda remove-permission --function-name {function.name} --statement-id {statement}"
    remove += f" --qualifier {function.qualifier}" if function.qualifier else ""
    return f"Remove {statement} ({remove}), or let it say {_meant(case)}"


def _meant(case: Case) -> str:
    """What a permission for the app's own path says."""
    place = f"{case.topology.region}:{case.topology.account_id}"
    for api in case.app.rest_apis:
        source = f"arn:aws:execute-api:{place}:{api.id}/*"
        return f'Principal {{"Service": "{GATEWAY}"}} and "ArnLike": {{"AWS:SourceArn": "{source}"}}'
    for arn in _target_groups(case):
        return f'Principal {{"Service": "{BALANCER}"}} and "ArnLike": {{"AWS:SourceArn": "{arn}"}}'
    return "a Principal of the app"


def _by_url(case: Case, function: Function, url: FunctionUrl) -> Iterator[Finding]:
    """Both actions have to be allowed to somebody, and function URLs are on the internet.

    AWS: "Control access to Lambda function URLs"
    """
    invoked = case.topology.functions.by_invoked_arn.get(qualified(function.arn, url.qualifier))
    if invoked is None or invoked.policy is None:
        return
    for granted in openings(invoked.policy, _url_questions(case, url, invoked), function_reference(invoked)):
        if isinstance(granted, Finding):
            yield granted
        else:
            yield from _by_url_of(case, invoked, url, granted)


def _url_questions(case: Case, url: FunctionUrl, invoked: Function) -> Iterator[Question]:
    assert invoked.policy is not None
    callers = (ANONYMOUS,) if url.auth_type == "NONE" else _signers(case, invoked.policy)
    by_type = {**_BY_URL, "lambda:functionurlauthtype": (url.auth_type,)}
    yield Question(callers, INVOKE_URL, invoked.arn, by_type)


def _signers(case: Case, policy: PolicyDocument) -> tuple[Principal, ...]:
    return tuple(each for each in strangers(policy, case.topology.account_id) if each != ANONYMOUS)


_BY_URL: Keys = {**OVER_THE_INTERNET, "aws:securetransport": ("true",)}


def _by_url_of(case: Case, function: Function, url: FunctionUrl, granted: Granted) -> Iterator[Finding]:
    """Whether whoever may invoke the URL may also invoke the function by it."""
    assert function.policy is not None
    caller = granted.request.principal
    question = Question(
        (caller,), INVOKE, function.arn, {**_BY_URL, "lambda:invokedviafunctionurl": ("true",)}
    )
    for also in openings(function.policy, (question,), function_reference(function)):
        if isinstance(also, Finding):
            yield also
            continue
        yield broken(
            f"{who(caller)} invokes {function.qualified_name} by its function URL {url.host}",
            granted.decision.cited,
            f"Delete the function URL (lambda delete-function-url-config --function-name {function.name}"
            + (f" --qualifier {url.qualifier}" if url.qualifier else "")
            + f"), and {granted.statement} with it",
            _witness(case, function, url, granted) if caller == ANONYMOUS else None,
        )
        return


def _witness(case: Case, function: Function, url: FunctionUrl, granted: Granted) -> Witness:
    address = granted.value("aws:sourceip")
    vantage = address if address and address != STRANGE_ADDRESS else "internet"
    request = HttpRequest("GET", "/", (("host", url.host),))
    return sent(case, Witness(vantage, "https", url.host, 443, request, url.host, reaches=function.arn))
