"""May a service invoke a function: the function's resource-based policy.

AWS: "Viewing resource-based IAM policies in Lambda"
"""

from dataclasses import replace

from landbridge.model.functions import Function
from landbridge.semantics.iam.evaluation import compile_policy, evaluate
from landbridge.semantics.iam.request import AuthorizationRequest, service
from landbridge.semantics.world import World
from landbridge.trace.codes import LambdaErrorType
from landbridge.trace.decision import Decision, Hop, ResourceRef, Step, Verdict, denied

INVOKE = "lambda:InvokeFunction"


def function_reference(function: Function) -> ResourceRef:
    """The function as a component of the path."""
    return ResourceRef("AWS::Lambda::Function", function.name, function.arn)


def function_policy_hop(
    world: World, function: Function, service_name: str, source_arn: str, remedy: str
) -> Hop:
    """Whether the service may invoke the function for `source_arn`; decided once for each topology.

    `remedy` says what to add when the policy does not allow it; the policy's conditions see
    ``aws:SourceArn`` and ``aws:SourceAccount`` only, so nothing of a single request can change the answer.
    AWS: "Granting Lambda function access to AWS services"
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
    if function.policy is None or not function.policy.statements:
        return denied(
            LambdaErrorType.ACCESS_DENIED,
            reference,
            ("function policy", "none"),
            ("aws:SourceArn", source_arn),
            remedy=remedy,
        )
    question = AuthorizationRequest(
        service(service_name),
        INVOKE,
        function.arn,
        {"aws:sourcearn": (source_arn,), "aws:sourceaccount": (world.topology.account_id,)},
    )
    decision = evaluate(
        world.once(compile_policy, function.policy),
        question,
        reference.type,
        function.name,
        LambdaErrorType.ACCESS_DENIED,
    )
    if decision.verdict is not Verdict.IMPLICIT_DENY:
        return decision
    return replace(decision, remedy=remedy)
