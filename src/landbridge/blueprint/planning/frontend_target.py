"""Design ``lambda``: the bucket as a target of the load balancer, through an S3 interface endpoint.

S3 finds the bucket by the Host, which a transform sets. It has no index document and no error document: what
a website would do, the load balancer's rules do.

AWS: "AWS PrivateLink for Amazon S3", "Transforms for listener rules"
"""

import re

from landbridge.blueprint.calls import ApiCall, Plan, Ref, Text, Value
from landbridge.blueprint.declaration import Declaration, Frontend
from landbridge.blueprint.naming import bucket_name
from landbridge.blueprint.packaging import FrontendFile
from landbridge.blueprint.planning.fallback import keys_without_suffix
from landbridge.blueprint.planning.load_balancing import (
    LISTENER_ARN,
    TARGET_GROUP_ARN,
    plan_endpoint_targets,
)
from landbridge.blueprint.planning.rules import (
    FILES_PRIORITY,
    FRONTEND_PRIORITY,
    host_is,
    method_is,
    path_matches,
    rewrite_host,
    rewrite_url,
    rule,
)
from landbridge.errors import UnsupportedError

HEALTHY = "200,307,405"
"""S3 redirects ``GET /`` without a bucket to its product page."""
ROOT = r"^/(\?.*)?$"
LOOKS_LIKE_A_PAGE = r"^/([^?]*/)?[^./?]*(\?.*)?$"
"""The last segment of the path has no dot."""
LONGEST_EXPRESSION = 128
"""AWS: "Condition types for listener rules" """


def plan(declaration: Declaration) -> Plan:
    """The endpoint's network interfaces as targets."""
    return plan_endpoint_targets(declaration, "frontend", HEALTHY)


def plan_rules(declaration: Declaration, files: tuple[FrontendFile, ...]) -> Plan:
    """Files without a suffix as they are, then everything else, pages of the app among it."""
    return (
        *_files_rule(declaration, files, LISTENER_ARN, TARGET_GROUP_ARN),
        rule(
            "frontend-rule",
            FRONTEND_PRIORITY,
            (host_is(declaration.domain), method_is("GET", "HEAD")),
            _forward(TARGET_GROUP_ARN),
            (rewrite_host(_bucket_host(declaration)), _index(declaration.frontend)),
        ),
    )


def plan_rules_update(
    declaration: Declaration, before: tuple[FrontendFile, ...], after: tuple[FrontendFile, ...]
) -> Plan:
    """The calls that tell the load balancer which files have no suffix now; none when these are the same."""
    if not declaration.frontend.fallback or keys_without_suffix(before) == keys_without_suffix(after):
        return ()
    balancer, listener = Ref("balancers", "LoadBalancers[0].LoadBalancerArn"), _first("listeners", "Listener")
    removed = ApiCall(
        "files-rule-removed",
        "elbv2",
        "delete_rule",
        {"RuleArn": Ref("rules", f"Rules[?Priority=='{FILES_PRIORITY}'].RuleArn | [0]")},
    )
    return (
        ApiCall("balancers", "elbv2", "describe_load_balancers", {"Names": [declaration.name]}),
        ApiCall("listeners", "elbv2", "describe_listeners", {"LoadBalancerArn": balancer}),
        ApiCall("rules", "elbv2", "describe_rules", {"ListenerArn": listener}),
        ApiCall("groups", "elbv2", "describe_target_groups", {"Names": [f"{declaration.name}-frontend"]}),
        *((removed,) if keys_without_suffix(before) else ()),
        *_files_rule(declaration, after, listener, _first("groups", "TargetGroup")),
    )


def _first(call: str, kind: str) -> Ref:
    return Ref(call, f"{kind}s[0].{kind}Arn")


def _files_rule(
    declaration: Declaration, files: tuple[FrontendFile, ...], listener_arn: Ref, target_group_arn: Ref
) -> Plan:
    """The rule that keeps files without a suffix from being taken for pages; none where there are none."""
    keys = keys_without_suffix(files) if declaration.frontend.fallback else ()
    if not keys:
        return ()
    expression = f"^/({'|'.join(map(re.escape, keys))})$"
    if len(expression) > LONGEST_EXPRESSION:
        raise UnsupportedError(
            f"the files without a suffix are more than one listener rule can name: {', '.join(keys)}",
            'give them suffixes, or use design = "gateway"',
        )
    conditions = (host_is(declaration.domain), method_is("GET", "HEAD"), path_matches(expression))
    transforms = (rewrite_host(_bucket_host(declaration)),)
    forward = _forward(target_group_arn)
    return (rule("files-rule", FILES_PRIORITY, conditions, forward, transforms, listener_arn),)


def _bucket_host(declaration: Declaration) -> Text:
    return Text((*bucket_name(declaration).parts, f".s3.{declaration.region}.amazonaws.com"))


def _index(frontend: Frontend) -> Value:
    return rewrite_url(LOOKS_LIKE_A_PAGE if frontend.fallback else ROOT, f"/{frontend.index}")


def _forward(target_group_arn: Ref) -> Value:
    return {"Type": "forward", "TargetGroupArn": target_group_arn}
