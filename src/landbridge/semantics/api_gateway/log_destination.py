"""Whether API Gateway may write to a log group: in the account's role for logs, or not at all.

AWS: "Set up CloudWatch logging for REST APIs in API Gateway"
"""

from landbridge.semantics.api_gateway.integration_role import INTEGRATION_SERVICE, SESSION_NAME
from landbridge.semantics.iam.combination import compile_role, evaluate_identity, may_assume
from landbridge.semantics.iam.evaluation import compile_trust_policy
from landbridge.semantics.iam.request import AuthorizationRequest, role_session
from landbridge.semantics.world import World
from landbridge.trace.codes import LambdaErrorType, LocalCode
from landbridge.trace.decision import Decision, ResourceRef, denied

ACTIONS = ("logs:CreateLogStream", "logs:PutLogEvents")


def may_log(world: World, group: str) -> Decision:
    """Whether the account's role for logs may be assumed and may write to the group; decided once.

    AWS: "Set up CloudWatch logging for REST APIs in API Gateway"
    """
    return world.remember(("may log", group), lambda: _decide(world, group))


def _decide(world: World, group: str) -> Decision:
    topology = world.topology
    arn = topology.api_gateway.log_role_arn
    reference = ResourceRef("AWS::IAM::Role", arn.rpartition("/")[2] or "none", arn)
    role = topology.identity.by_arn.get(arn)
    if role is None:
        remedy = (
            "Set cloudwatchRoleArn in the account settings of API Gateway to a role that "
            f"{INTEGRATION_SERVICE} may assume, with AmazonAPIGatewayPushToCloudWatchLogs"
        )
        facts = ("cloudwatchRoleArn", arn or "none")
        return denied(LocalCode.ROLE_NOT_ASSUMABLE, reference, facts, remedy=remedy)
    decision = may_assume(world.once(compile_trust_policy, role.trust_policy), role.arn, INTEGRATION_SERVICE)
    resource = f"arn:aws:logs:{topology.region}:{topology.account_id}:log-group:{group}:log-stream:*"
    for action in ACTIONS:
        if not decision.allowed:
            break
        question = AuthorizationRequest(role_session(role.arn, SESSION_NAME), action, resource)
        decision = evaluate_identity(
            world.once(compile_role, role), None, question, LambdaErrorType.ACCESS_DENIED
        )
    return decision
