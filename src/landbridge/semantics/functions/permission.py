"""May a service invoke a function: the function's resource-based policy.

AWS: "Viewing resource-based IAM policies in Lambda"
"""

from dataclasses import replace

from landbridge.model.functions import Function, unqualified
from landbridge.semantics.iam.evaluation import compile_policy, evaluate
from landbridge.semantics.iam.request import AuthorizationRequest, service
from landbridge.semantics.world import World
from landbridge.trace.codes import LambdaErrorType
from landbridge.trace.decision import Decision, Hop, ResourceRef, Step, Verdict, denied

INVOKE = "lambda:InvokeFunction"


def function_reference(function: Function) -> ResourceRef:
    """The function, version or alias as a component of the path."""
    if not function.qualifier:
        return ResourceRef("AWS::Lambda::Function", function.name, function.arn)
    kind = "Version" if function.qualifier.isdigit() else "Alias"
    return ResourceRef(f"AWS::Lambda::{kind}", function.qualified_name, function.arn)


def function_policy_hop(
    world: World, function: Function, service_name: str, source_arn: str, remedy: str
) -> Hop:
    """Whether the service may invoke the function for `source_arn`; decided once for each topology.

    A version or alias has a policy of its own, and the function's does not count for it. `remedy` says what
    to add when the policy does not allow it; the policy's conditions see ``aws:SourceArn`` and
    ``aws:SourceAccount`` only, so nothing of a single request can change the answer.
    AWS: "Granting Lambda function access to AWS services"; "Manage Lambda function versions"
    """
    return world.remember(
        ("function policy", function.arn, service_name, source_arn),
        lambda: Hop(
            function_reference(function),
            Step.FUNCTION_POLICY,
            _decide(world, function, service_name, source_arn, remedy),
        ),
    )


def _decide(world: World, function: Function, service_name: str, source_arn: str, remedy: str) -> Decision:
    reference = function_reference(function)
    question = AuthorizationRequest(
        service(service_name),
        INVOKE,
        function.arn,
        {"aws:sourcearn": (source_arn,), "aws:sourceaccount": (world.topology.account_id,)},
    )
    if function.qualifier:
        remedy += _why_not_the_functions(world, function, question)
    if function.policy is None or not function.policy.statements:
        return denied(
            LambdaErrorType.ACCESS_DENIED,
            reference,
            ("function policy", "none"),
            ("aws:SourceArn", source_arn),
            remedy=remedy,
        )
    decision = evaluate(
        world.once(compile_policy, function.policy),
        question,
        reference.type,
        function.qualified_name,
        LambdaErrorType.ACCESS_DENIED,
    )
    if decision.verdict is not Verdict.IMPLICIT_DENY:
        return decision
    return replace(decision, remedy=remedy)


def _why_not_the_functions(world: World, invoked: Function, question: AuthorizationRequest) -> str:
    """That the policy of the function itself would allow, where it does: it is not the one that is asked.

    AWS: "Manage Lambda function versions"
    """
    function = world.topology.functions.by_arn[unqualified(invoked.arn)]
    if function.policy is None:
        return ""
    asked = replace(question, resource=function.arn)
    policy = world.once(compile_policy, function.policy)
    decision = evaluate(policy, asked, "AWS::Lambda::Function", function.name, LambdaErrorType.ACCESS_DENIED)
    if not decision.allowed:
        return ""
    return f"; the permission on {function.name} itself does not count for {invoked.qualified_name}"
