"""Every stage serves what its API is configured to: what is read in the console is what answers."""

from collections.abc import Iterator

from landbridge.model.api_gateway import RestApi
from landbridge.prove.case import Case
from landbridge.prove.deployments import Served, differences, same_policy, served_by
from landbridge.prove.verdict import Claim, Finding, broken, unknown
from landbridge.trace.decision import ResourceRef

CLAIM = Claim(
    "deployed-equals-declared",
    "Every stage serves what its API is configured to",
    ("Deploy REST APIs in API Gateway", "Set up an API Gateway canary release deployment"),
)
SHOWN = 4
"""How many differences are told of one stage."""


def judge(case: Case) -> Iterator[Finding]:
    """Stages and canaries whose deployment is another than what is configured now.

    AWS: "Deploy REST APIs in API Gateway"
    """
    for api in case.app.rest_apis:
        yield from _unread(api)
        for served in served_by(api):
            if served.deployment.resources or not _is_unread(served.stage.unsupported):
                yield from _compare(api, served)


def _unread(api: RestApi) -> Iterator[Finding]:
    for stage in api.stages:
        for feature in stage.unsupported:
            if _is_unread((feature,)):
                reference = ResourceRef("AWS::ApiGateway::Stage", f"{api.id}/{stage.name}")
                remedy = "Allow apigateway:GET on the stage and its exports, and check again"
                yield unknown(f"stage {stage.name} of {api.name} has {feature}", reference, remedy)


def _is_unread(unsupported: tuple[str, ...]) -> bool:
    return any("could not be read" in feature for feature in unsupported)


def _compare(api: RestApi, served: Served) -> Iterator[Finding]:
    if api.configured is None:
        yield from _compare_policies(api, served)
        return
    found = differences(api.configured, served.deployment)
    if found:
        yield _stale(api, served, found)


def _compare_policies(api: RestApi, served: Served) -> Iterator[Finding]:
    """The policy is all that is known of the configuration."""
    if not same_policy(api.policy, served.deployment.policy):
        yield _stale(api, served, ("the resource policy",))
        return
    yield unknown(
        f"what {api.name} is configured to could not be read, so {served.name} cannot be compared with it",
        served.reference,
        f"Allow apigateway:GET on the resources, authorizers, models, validators and gateway responses of "
        f"{api.id}",
    )


def _stale(api: RestApi, served: Served, found: tuple[str, ...]) -> Finding:
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return broken(
        f"{served.name} of {api.name} serves deployment {served.deployment.id}, which differs from the "
        f"configuration: {'; '.join(found[:SHOWN])}{more}",
        served.reference,
        _remedy(api, served),
    )


def _remedy(api: RestApi, served: Served) -> str:
    if served.is_canary:
        return (
            f"Promote the canary, or end it: aws apigateway update-stage --rest-api-id {api.id} --stage-name "
            f"{served.stage.name} --patch-operations op=remove,path=/canarySettings"
        )
    return (
        "If the configuration is what is meant, redeploy it: aws apigateway create-deployment "
        f"--rest-api-id {api.id} --stage-name {served.stage.name}"
    )
