"""Versions, aliases and function URLs on a running stack, made by boto3 and called by curl."""

import json
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from tests.control.worlds import archive
from tests.end_to_end.conftest import EXAMPLE
from tests.end_to_end.stack_process import Curled, StackProcess, running, stopped_hop

pytestmark = pytest.mark.needs("curl")

TELL = """
import json
def answer(event, context):
    told = {"release": RELEASE, "version": context.function_version, "arn": context.invoked_function_arn}
    if event.get("version") == "2.0":
        told["by"] = event["requestContext"]["http"]["method"]
        return told
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(told)}
"""
BOTH: tuple[dict[str, Any], ...] = (
    {"Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE"},
    {"Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": True},
)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackProcess]:
    """The orders example and a function ``told``: two versions, newer code, and an alias."""
    folder = tmp_path_factory.mktemp("urls") / "orders"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".landbridge", "__pycache__"))
    with running(folder, tmp_path_factory.mktemp("runtime")) as stack:
        client = stack.client("lambda")
        role = client.list_functions()["Functions"][0]["Role"]
        client.create_function(
            FunctionName="told",
            Runtime="python3.11",
            Handler="app.answer",
            Role=role,
            Code={"ZipFile": archive(TELL.replace("RELEASE", "1"))},
            Publish=True,
        )
        for release in ("2", "3"):
            code = archive(TELL.replace("RELEASE", release))
            client.update_function_code(FunctionName="told", ZipFile=code, Publish=release == "2")
        client.create_alias(FunctionName="told", Name="live", FunctionVersion="1")
        yield stack


def _arn(stack: StackProcess, qualifier: str = "") -> str:
    arn = stack.client("lambda").get_function(FunctionName="told")["Configuration"]["FunctionArn"]
    return f"{arn}:{qualifier}" if qualifier else str(arn)


def _told(curled: Curled) -> dict[str, Any]:
    assert curled.status == 200, curled
    told: dict[str, Any] = json.loads(curled.body)
    return told


@pytest.mark.parametrize(("qualifier", "release"), [("1", 1), ("2", 2), ("$LATEST", 3), ("live", 1)])
def test_a_version_runs_the_code_that_was_published(
    stack: StackProcess, qualifier: str, release: int
) -> None:
    answer = stack.client("lambda").invoke(FunctionName="told", Qualifier=qualifier, Payload=b"{}")
    version = {"live": "1"}.get(qualifier, qualifier)
    assert answer["ExecutedVersion"] == version
    told = json.loads(json.loads(answer["Payload"].read())["body"])
    assert told == {"release": release, "version": version, "arn": _arn(stack, qualifier)}


def test_the_url_of_an_alias_is_open_to_the_internet_by_two_statements_of_its_own_policy(
    stack: StackProcess,
) -> None:
    client = stack.client("lambda")
    url = client.create_function_url_config(FunctionName="told", Qualifier="live", AuthType="NONE")[
        "FunctionUrl"
    ]
    for number, permission in enumerate(BOTH):
        assert stack.curl(url, vantage="internet").status == 403
        client.add_permission(
            FunctionName="told", Qualifier="live", StatementId=f"url-{number}", Principal="*", **permission
        )
    told = _told(stack.curl(f"{url}orders?page=2", "--request", "PUT", vantage="internet"))
    assert told == {"release": 1, "version": "1", "arn": _arn(stack, "live"), "by": "PUT"}
    client.remove_permission(FunctionName="told", Qualifier="live", StatementId="url-1")
    refused = stack.curl(url, vantage="internet")
    assert refused.status == 403
    assert refused.headers["x-amzn-errortype"] == "AccessDeniedException"
    assert json.loads(refused.body)["Message"].startswith("Forbidden. For troubleshooting Function URL")
    hop = stopped_hop(stack.trace(url, "--from", "internet"))
    assert (hop["step"], hop["code"]) == ("function policy", "AccessDeniedException")
    client.delete_function_url_config(FunctionName="told", Qualifier="live")
    assert stack.curl(url, vantage="internet").status == 404


def test_a_url_for_iam_takes_a_signature_for_lambda(stack: StackProcess) -> None:
    url = stack.client("lambda").create_function_url_config(FunctionName="told", AuthType="AWS_IAM")[
        "FunctionUrl"
    ]
    assert stack.curl(url, vantage="internet").status == 403
    key = stack.client("iam").create_access_key(UserName=_user(stack))["AccessKey"]
    credentials = f"{key['AccessKeyId']}:{key['SecretAccessKey']}"

    def signed(service: str) -> Curled:
        scope = f"aws:amz:{stack.running.region}:{service}"
        return stack.curl(url, "--aws-sigv4", scope, "--user", credentials, vantage="internet")

    assert _told(signed("lambda"))["release"] == 3
    assert "Credential should be scoped to correct service: 'lambda'" in signed("execute-api").body
    stack.client("lambda").delete_function_url_config(FunctionName="told")


def _user(stack: StackProcess) -> str:
    iam = stack.client("iam")
    iam.create_user(UserName="caller")
    actions = ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"]
    statement = {"Effect": "Allow", "Action": actions, "Resource": _arn(stack)}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="caller", PolicyName="call", PolicyDocument=document)
    return "caller"


def test_a_stage_variable_chooses_the_alias_that_a_method_invokes(stack: StackProcess) -> None:
    def call() -> Curled:
        return stack.curl(f"{stack.running.url}/told")

    client = stack.client("lambda")
    api_id = _deploy_method(stack, "${stageVariables.alias}")
    source = f"arn:aws:execute-api:{stack.running.region}:123456789012:{api_id}/*/GET/told"
    permission = {"Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"}
    client.add_permission(FunctionName="told", StatementId="api", SourceArn=source, **permission)
    assert call().status == 500
    hop = stopped_hop(stack.trace(f"{stack.running.url}/told"))
    assert hop["code"] == "AccessDeniedException"
    assert "the permission on told itself does not count for told:live" in hop["remedy"]
    client.add_permission(
        FunctionName="told", Qualifier="live", StatementId="api", SourceArn=source, **permission
    )
    assert _told(call()) == {"release": 1, "version": "1", "arn": _arn(stack, "live")}
    client.update_alias(
        FunctionName="told",
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 1.0}},
    )
    assert _told(call())["version"] == "2"


def _deploy_method(stack: StackProcess, qualifier: str) -> str:
    """``GET /told`` of the example's API, whose stage variable ``alias`` is ``live``."""
    gateway = stack.client("apigateway")
    api_id = str(gateway.get_rest_apis()["items"][0]["id"])
    root = next(
        each["id"] for each in gateway.get_resources(restApiId=api_id)["items"] if each["path"] == "/"
    )
    resource = gateway.create_resource(restApiId=api_id, parentId=root, pathPart="told")["id"]
    method: dict[str, Any] = {"restApiId": api_id, "resourceId": resource, "httpMethod": "GET"}
    gateway.put_method(**method, authorizationType="NONE")
    function = f"{_arn(stack)}:{qualifier}"
    path = (
        f"arn:aws:apigateway:{stack.running.region}:lambda:path/2015-03-31/functions/{function}/invocations"
    )
    gateway.put_integration(**method, type="AWS_PROXY", integrationHttpMethod="POST", uri=path)
    stage = gateway.get_stages(restApiId=api_id)["item"][0]["stageName"]
    gateway.create_deployment(restApiId=api_id, stageName=stage, variables={"alias": "live"})
    return api_id


def test_a_load_balancer_sends_requests_to_an_alias(stack: StackProcess) -> None:
    balancing, client = stack.client("elbv2"), stack.client("lambda")
    group = balancing.create_target_group(Name="told-live", TargetType="lambda")["TargetGroups"][0][
        "TargetGroupArn"
    ]
    client.add_permission(
        FunctionName="told",
        Qualifier="live",
        StatementId="alb",
        Action="lambda:InvokeFunction",
        Principal="elasticloadbalancing.amazonaws.com",
        SourceArn=group,
    )
    balancing.register_targets(TargetGroupArn=group, Targets=[{"Id": _arn(stack, "live")}])
    _forward(balancing, "/told-by-alb", group)
    url = stack.running.url.partition("://")[2].partition("/")[0]
    told = _told(stack.curl(f"https://{url}/told-by-alb"))
    assert told["arn"] == _arn(stack, "live")


def _forward(balancing: Any, path: str, group: str) -> None:
    balancer = balancing.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    listeners = balancing.describe_listeners(LoadBalancerArn=balancer)["Listeners"]
    listener = next(each["ListenerArn"] for each in listeners if each["Protocol"] == "HTTPS")
    condition = {"Field": "path-pattern", "Values": [path]}
    action = {"Type": "forward", "TargetGroupArn": group}
    balancing.create_rule(ListenerArn=listener, Priority=7, Conditions=[condition], Actions=[action])
