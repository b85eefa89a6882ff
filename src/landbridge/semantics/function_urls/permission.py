"""May a request to a function URL invoke the function: both of two actions have to be allowed.

AWS: "Control access to Lambda function URLs"
"""

from collections.abc import Iterable

from landbridge.model.exchange import HttpRequest
from landbridge.model.functions import Function, FunctionUrl
from landbridge.semantics.functions.permission import INVOKE, function_reference
from landbridge.semantics.iam.evaluation import Attached, compile_policy, conclude
from landbridge.semantics.iam.request import ANONYMOUS, AuthorizationRequest, with_principal_keys
from landbridge.semantics.iam.signers import Signer, evaluate_signer
from landbridge.semantics.world import World
from landbridge.trace.codes import LambdaErrorType
from landbridge.trace.decision import Decision, Hop, Hops, Step, denied

INVOKE_URL = "lambda:InvokeFunctionUrl"
CODE = LambdaErrorType.ACCESS_DENIED


def anonymous_hops(
    world: World, url: FunctionUrl, function: Function, request: HttpRequest, address: str, epoch_ms: int
) -> Hops:
    """What the resource-based policy decides about somebody unknown, up to the first denial.

    AWS: "Control access to Lambda function URLs"
    """

    def decide() -> Hops:
        return _until_denied(
            _hop(function, Step.FUNCTION_POLICY, _anonymous(world, function, question))
            for question in _questions(url, function, request, address, epoch_ms)
        )

    if function.policy is not None and world.once(compile_policy, function.policy).reads:
        return decide()
    return world.remember(("function URL policy", url.host, address), decide)


def signer_hops(
    world: World,
    url: FunctionUrl,
    function: Function,
    signer: Signer,
    request: HttpRequest,
    address: str,
    epoch_ms: int,
) -> Hops:
    """What the signer's policies and the resource-based policy decide together, up to the first denial.

    AWS: "Control access to Lambda function URLs"
    """
    policy = _attached(world, function)
    return _until_denied(
        _hop(function, Step.AUTHORIZATION, _signed(world, signer, policy, question))
        for question in _questions(url, function, request, address, epoch_ms)
    )


Questions = tuple[AuthorizationRequest, AuthorizationRequest]


def _questions(
    url: FunctionUrl, function: Function, request: HttpRequest, address: str, epoch_ms: int
) -> Questions:
    """The two actions, each with the condition key of its own.

    AWS: "Actions, resources, and condition keys for AWS services"
    """
    context = {
        "aws:sourceip": (address,),
        "aws:securetransport": ("true",),
        "aws:useragent": _values(request.header("user-agent")),
        "aws:referer": _values(request.header("referer")),
    }
    by_type = {**context, "lambda:functionurlauthtype": (url.auth_type,)}
    by_url = {**context, "lambda:invokedviafunctionurl": ("true",)}
    return (
        AuthorizationRequest(ANONYMOUS, INVOKE_URL, function.arn, by_type, epoch_ms),
        AuthorizationRequest(ANONYMOUS, INVOKE, function.arn, by_url, epoch_ms),
    )


def _values(header: str | None) -> tuple[str, ...]:
    return () if header is None else (header,)


def _anonymous(world: World, function: Function, question: AuthorizationRequest) -> Decision:
    policy = _attached(world, function)
    if policy is None:
        facts = (("function policy", "none"), ("Action", question.action))
        return denied(CODE, function_reference(function), *facts, remedy=_remedy(function, question))
    return conclude((policy,), with_principal_keys(question), CODE)


def _signed(
    world: World, signer: Signer, policy: Attached | None, question: AuthorizationRequest
) -> Decision:
    asked = AuthorizationRequest(
        signer.principal,
        question.action,
        question.resource,
        {**question.context, **signer.keys},
        question.epoch_ms,
    )
    return evaluate_signer(world, signer, policy, asked, CODE).decision


def _attached(world: World, function: Function) -> Attached | None:
    if function.policy is None or not function.policy.statements:
        return None
    compiled = world.once(compile_policy, function.policy)
    return Attached(compiled, function_reference(function).type, function.qualified_name)


def _remedy(function: Function, question: AuthorizationRequest) -> str:
    option = (
        "--function-url-auth-type NONE" if question.action == INVOKE_URL else "--invoked-via-function-url"
    )
    return (
        f"Add a permission (lambda add-permission) on {function.qualified_name} for principal * with action "
        f"{question.action} and {option}; a function URL needs both {INVOKE_URL} and {INVOKE}"
    )


def _hop(function: Function, step: Step, decision: Decision) -> Hop:
    return Hop(function_reference(function), step, decision)


def _until_denied(hops: Iterable[Hop]) -> Hops:
    taken: list[Hop] = []
    for hop in hops:
        taken.append(hop)
        if not hop.decision.allowed:
            break
    return tuple(taken)
