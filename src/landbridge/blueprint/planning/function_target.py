"""Design ``lambda``: the function as a target of the load balancer, for the backend's route."""

from landbridge.blueprint.calls import ApiCall, Plan, Ref, Value
from landbridge.blueprint.declaration import Declaration
from landbridge.blueprint.naming import function_name, tag_list
from landbridge.blueprint.planning.function import FUNCTION_ARN
from landbridge.blueprint.planning.rules import BACKEND_PRIORITY, host_is, path_is, rule

BACKEND_TARGET_GROUP_ARN = Ref("backend-target-group", "TargetGroups[0].TargetGroupArn")


def plan(declaration: Declaration) -> Plan:
    """Target group, permission to invoke, the function as its target.

    The permission comes first: Elastic Load Balancing refuses to register a function that it may not invoke.

    AWS: "Use Lambda functions as targets of an Application Load Balancer"
    """
    name = f"{declaration.name}-backend"
    return (
        ApiCall(
            "backend-target-group",
            "elbv2",
            "create_target_group",
            {"Name": name, "TargetType": "lambda", "Tags": tag_list(declaration, name)},
        ),
        ApiCall(
            "backend-permission",
            "lambda",
            "add_permission",
            {
                "FunctionName": function_name(declaration),
                "StatementId": "load-balancer",
                "Action": "lambda:InvokeFunction",
                "Principal": "elasticloadbalancing.amazonaws.com",
                "SourceArn": BACKEND_TARGET_GROUP_ARN,
            },
        ),
        ApiCall(
            "backend-targets",
            "elbv2",
            "register_targets",
            {"TargetGroupArn": BACKEND_TARGET_GROUP_ARN, "Targets": [{"Id": FUNCTION_ARN}]},
        ),
    )


def plan_rule(declaration: Declaration) -> Plan:
    """The route and everything below it goes to the function."""
    route = declaration.backend.route
    conditions = (host_is(declaration.domain), path_is(route, f"{route}/*"))
    forward: Value = {"Type": "forward", "TargetGroupArn": BACKEND_TARGET_GROUP_ARN}
    return (rule("backend-rule", BACKEND_PRIORITY, conditions, forward),)
