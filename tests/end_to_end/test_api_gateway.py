"""What API Gateway does beside routing, through the whole private path: office, load balancer, endpoint."""

import gzip
import io
import json
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from tests.end_to_end.conftest import EXAMPLE
from tests.end_to_end.stack_process import Curled, StackProcess, running, stopped_hop

pytestmark = pytest.mark.needs("curl")

STATEMENT = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}
OPEN = json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT]})
"""As the policy of an API and of an endpoint."""


@dataclass(frozen=True)
class PrivatePath:
    """The orders example, on whose domain name other APIs get base paths of their own."""

    stack: StackProcess
    endpoint_id: str

    @property
    def gateway(self) -> Any:
        """A boto3 client of API Gateway."""
        return self.stack.client("apigateway")

    def url(self, path: str) -> str:
        """A URL of the app's domain name."""
        return f"{self.stack.running.url}{path}"

    def curl(self, path: str, *options: str) -> Curled:
        """From the office."""
        return self.stack.curl(self.url(path), *options)

    def mock_api(self, base_path: str, **method: Any) -> str:
        """The id of a private API with one MOCK method at its root, deployed as ``live``, at a base path."""
        gateway = self.gateway
        api_id: str = gateway.create_rest_api(
            name=base_path,
            endpointConfiguration={"types": ["PRIVATE"], "vpcEndpointIds": [self.endpoint_id]},
            policy=OPEN,
        )["id"]
        root = gateway.get_resources(restApiId=api_id)["items"][0]["id"]
        place = {"restApiId": api_id, "resourceId": root, "httpMethod": "GET"}
        gateway.put_method(**place, **{"authorizationType": "NONE", **method})
        gateway.put_integration(
            **place, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'}
        )
        gateway.put_method_response(**place, statusCode="200")
        gateway.put_integration_response(
            **place,
            statusCode="200",
            responseTemplates={"application/json": '"$context.identity.apiKeyId"'},
        )
        gateway.create_deployment(restApiId=api_id, stageName="live")
        gateway.create_base_path_mapping(
            domainName=self.stack.running.url.removeprefix("https://"),
            basePath=base_path,
            restApiId=api_id,
            stage="live",
        )
        return api_id


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivatePath]:
    folder = tmp_path_factory.mktemp("gateway") / "orders"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".landbridge", "__pycache__"))
    with running(folder, tmp_path_factory.mktemp("runtime")) as stack:
        ec2, service = stack.client("ec2"), f"com.amazonaws.{stack.running.region}.execute-api"
        (endpoint,) = ec2.describe_vpc_endpoints(Filters=[{"Name": "service-name", "Values": [service]}])[
            "VpcEndpoints"
        ]
        ec2.modify_vpc_endpoint(VpcEndpointId=endpoint["VpcEndpointId"], PolicyDocument=OPEN)
        yield PrivatePath(stack, endpoint["VpcEndpointId"])


def test_a_usage_plan_lets_its_keys_in_until_the_quota_is_used_up(path: PrivatePath) -> None:
    gateway, api_id = path.gateway, path.mock_api("metered", apiKeyRequired=True)
    without = path.curl("/metered")
    assert (without.status, without.body) == (403, '{"message":"Forbidden"}')
    assert without.headers["x-amzn-errortype"] == "ForbiddenException"
    key = gateway.create_api_key(name="alice", enabled=True)
    header = ("--header", f"x-api-key: {key['value']}")
    assert path.curl("/metered", *header).status == 403, "no usage plan yet"
    plan_id = gateway.create_usage_plan(
        name="gold",
        apiStages=[{"apiId": api_id, "stage": "live"}],
        quota={"limit": 2, "period": "MONTH"},
    )["id"]
    gateway.create_usage_plan_key(usagePlanId=plan_id, keyId=key["id"], keyType="API_KEY")
    answers = [path.curl("/metered", *header) for _ in range(3)]
    assert [(each.status, each.body) for each in answers] == [
        (200, f'"{key["id"]}"'),
        (200, f'"{key["id"]}"'),
        (429, '{"message":"Limit Exceeded"}'),
    ]
    assert answers[2].headers["x-amzn-errortype"] == "LimitExceededException"
    today = datetime.now(UTC).date().isoformat()
    usage = gateway.get_usage(usagePlanId=plan_id, startDate=today, endDate=today)
    assert usage["items"] == {key["id"]: [[2, 0]]}
    more = [{"op": "replace", "path": "/remaining", "value": "1"}]
    gateway.update_usage(usagePlanId=plan_id, keyId=key["id"], patchOperations=more)
    assert [path.curl("/metered", *header).status for _ in range(2)] == [200, 429]
    hop = stopped_hop(path.stack.trace(path.url("/metered"), *header))
    assert (hop["step"], hop["code"]) == ("throttling", "QUOTA_EXCEEDED")


def test_throttling_of_a_stage_counts_at_once(path: PrivatePath) -> None:
    gateway, api_id = path.gateway, path.mock_api("throttled")
    assert [path.curl("/throttled").status for _ in range(3)] == [200, 200, 200]

    def throttle(rate: str, burst: str) -> None:
        settings = (("rateLimit", rate), ("burstLimit", burst))
        operations = [
            {"op": "replace", "path": f"/*/*/throttling/{name}", "value": value} for name, value in settings
        ]
        gateway.update_stage(restApiId=api_id, stageName="live", patchOperations=operations)

    throttle("0.001", "2")
    answers = [path.curl("/throttled") for _ in range(3)]
    assert [each.status for each in answers] == [200, 200, 429]
    assert answers[2].body == '{"message":"Too Many Requests"}'
    assert answers[2].headers["x-amzn-errortype"] == "TooManyRequestsException"
    hop = stopped_hop(path.stack.trace(path.url("/throttled")))
    assert (hop["step"], hop["code"]) == ("throttling", "THROTTLED")
    throttle("-1", "-1")
    assert path.curl("/throttled").status == 200


def test_a_stage_writes_access_and_execution_logs_in_the_account_s_role(path: PrivatePath) -> None:
    gateway, api_id = path.gateway, path.mock_api("logged")
    iam, logs = path.stack.client("iam"), path.stack.client("logs")
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "apigateway.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    role = iam.create_role(
        RoleName="gateway-logs",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]["Arn"]
    pushing = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    iam.attach_role_policy(RoleName="gateway-logs", PolicyArn=pushing)
    gateway.update_account(patchOperations=[{"op": "replace", "path": "/cloudwatchRoleArn", "value": role}])
    logs.create_log_group(logGroupName="access")
    (group,) = logs.describe_log_groups(logGroupNamePrefix="access")["logGroups"]
    settings = {
        "/accessLogSettings/destinationArn": group["arn"].removesuffix(":*"),
        "/accessLogSettings/format": "$context.requestId $context.status $context.identity.vpceId",
        "/*/*/logging/loglevel": "INFO",
        "/*/*/logging/dataTrace": "true",
    }
    operations = [{"op": "replace", "path": name, "value": value} for name, value in settings.items()]
    gateway.update_stage(restApiId=api_id, stageName="live", patchOperations=operations)
    request_id = path.curl("/logged").headers["x-amzn-requestid"]
    entry = f"{request_id} 200 {path.endpoint_id}"
    shown = landbridge_logs(path, "--access", "--execution").splitlines()
    assert [line.split(" ", 1)[1] for line in shown if " access " in line] == [f"access {entry}"]
    assert any(line.endswith(f"({request_id}) Method completed with status: 200") for line in shown)
    execution = f"API-Gateway-Execution-Logs_{api_id}/live"
    kept = [event["message"] for name in ("access", execution) for event in events(logs, name)]
    assert entry in kept
    assert f"({request_id}) Method request path: {{}}" in kept


def events(logs: Any, group: str) -> list[Any]:
    found: list[Any] = logs.filter_log_events(logGroupName=group)["events"]
    return found


def landbridge_logs(path: PrivatePath, *options: str) -> str:
    """``landbridge logs``."""
    command = [sys.executable, "-m", "landbridge", "logs", *options]
    return subprocess.run(
        command, env=path.stack.environment(), capture_output=True, text=True, check=True, timeout=60
    ).stdout


def test_the_log_of_a_function_is_shown_by_its_name(path: PrivatePath) -> None:
    assert path.curl("/api/orders").status == 200
    name = function_name(path)
    assert f" /aws/lambda/{name} START RequestId: " in landbridge_logs(path, "--function", name)
    with pytest.raises(subprocess.CalledProcessError, match="exit status 2"):
        landbridge_logs(path, "--function", "gone")


def function_name(path: PrivatePath) -> str:
    """The name of the app's function."""
    (function,) = path.stack.client("lambda").list_functions()["Functions"]
    name: str = function["FunctionName"]
    return name


def test_logs_that_are_followed_go_on_with_what_comes(path: PrivatePath) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "landbridge", "logs", "--follow", "--function", function_name(path)],
        env={**path.stack.environment(), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    ) as following:
        assert following.stdout is not None
        seen = len(landbridge_logs(path, "--function", function_name(path)).splitlines())
        path.curl("/api/orders")
        lines = [following.stdout.readline() for _ in range(seen + 1)]
        assert all(" /aws/lambda/" in line for line in lines)
        following.send_signal(signal.SIGINT)
        assert following.wait(20) == 0


def test_a_dry_run_ends_at_the_function_and_runs_nothing(path: PrivatePath) -> None:
    before = landbridge_logs(path, "--function", function_name(path)).count("START")
    trace = path.stack.trace(path.url("/api/orders"), "--dry-run")
    assert (trace["outcome"], trace["status"]) == ("rehearsed", None)
    steps = [hop["step"] for hop in trace["hops"]]
    assert steps[-2:] == ["function policy", "dry run"]
    assert trace["hops"][-1]["component"]["type"] == "AWS::Lambda::Function"
    assert landbridge_logs(path, "--function", function_name(path)).count("START") == before


def test_a_canary_answers_its_share_and_is_promoted(path: PrivatePath) -> None:
    gateway, api_id = path.gateway, path.mock_api("released")
    root = gateway.get_resources(restApiId=api_id)["items"][0]["id"]
    place = {"restApiId": api_id, "resourceId": root, "httpMethod": "GET"}
    gateway.put_integration_response(
        **place,
        statusCode="200",
        responseTemplates={"application/json": '"$stageVariables.colour $context.isCanaryRequest"'},
    )
    canary = {"percentTraffic": 100.0, "stageVariableOverrides": {"colour": "green"}}
    deployment = gateway.create_deployment(restApiId=api_id, stageName="live", canarySettings=canary)["id"]
    assert path.curl("/released").body == '"green true"'
    operations = [
        {"op": "copy", "from": "/canarySettings/deploymentId", "path": "/deploymentId"},
        {"op": "copy", "from": "/canarySettings/stageVariableOverrides", "path": "/variables"},
        {"op": "remove", "path": "/canarySettings"},
    ]
    stage = gateway.update_stage(restApiId=api_id, stageName="live", patchOperations=operations)
    assert stage["deploymentId"] == deployment
    assert path.curl("/released").body == '"green $context.isCanaryRequest"'


GUARD = """
calls = 0

def handler(event, context):
    global calls
    calls += 1
    token = event["authorizationToken"]
    if token == "nobody":
        raise Exception("Unauthorized")
    if token == "broken":
        return {"principalId": "ada"}
    effect = "Allow" if token.startswith("allow") else "Deny"
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": event["methodArn"]}
    return {
        "principalId": "ada",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"calls": calls},
    }
"""


def guard(path: PrivatePath, api_id: str) -> str:
    """The id of a TOKEN authorizer whose function the API may invoke."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as code:
        code.writestr("guard.py", GUARD)
    functions = path.stack.client("lambda")
    function = functions.create_function(
        FunctionName="guard",
        Runtime="python3.11",
        Handler="guard.handler",
        Role=functions.list_functions()["Functions"][0]["Role"],
        Code={"ZipFile": archive.getvalue()},
    )["FunctionArn"]
    region, account = function.split(":")[3:5]
    authorizer_id: str = path.gateway.create_authorizer(
        restApiId=api_id,
        name="guard",
        type="TOKEN",
        authorizerUri=f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{function}/invocations",
        identitySource="method.request.header.Auth",
        identityValidationExpression="[a-z0-9]+",
    )["id"]
    functions.add_permission(
        FunctionName="guard",
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:{region}:{account}:{api_id}/authorizers/{authorizer_id}",
    )
    return authorizer_id


def authorize(path: PrivatePath, api_id: str, authorizer: dict[str, Any], template: str) -> None:
    """The API's one method is authorized so from now on, and answers by the template."""
    gateway = path.gateway
    root = gateway.get_resources(restApiId=api_id)["items"][0]["id"]
    place = {"restApiId": api_id, "resourceId": root, "httpMethod": "GET"}
    gateway.delete_method(**place)
    gateway.put_method(**place, **authorizer)
    gateway.put_integration(
        **place, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'}
    )
    gateway.put_method_response(**place, statusCode="200")
    gateway.put_integration_response(
        **place, statusCode="200", responseTemplates={"application/json": template}
    )
    gateway.create_deployment(restApiId=api_id, stageName="live")


def test_a_lambda_authorizer_lets_in_whom_its_function_allows(path: PrivatePath) -> None:
    api_id = path.mock_api("guarded")
    authorizer = {"authorizationType": "CUSTOM", "authorizerId": guard(path, api_id)}
    context = "$context.authorizer.principalId $context.authorizer.calls"
    authorize(path, api_id, authorizer, context)

    def call(token: str) -> tuple[int, str, str]:
        curled = path.curl("/guarded", "--header", f"Auth: {token}")
        return curled.status, curled.body, curled.headers.get("x-amzn-errortype", "")

    unauthorized = (401, '{"message":"Unauthorized"}', "UnauthorizedException")
    assert path.curl("/guarded").body == unauthorized[1]
    assert call("not-valid") == unauthorized
    assert call("allow") == (200, "ada 1", "")
    assert call("allow") == (200, "ada 1", ""), "kept"
    assert call("allow2") == (200, "ada 2", "")
    assert call("nobody") == unauthorized
    assert call("broken") == (500, '{"message":null}', "AuthorizerConfigurationException")
    denied = call("deny")
    assert (denied[0], denied[2]) == (403, "AccessDeniedException")
    assert denied[1].endswith(' with an explicit deny in an identity-based policy"}')
    path.gateway.flush_stage_authorizers_cache(restApiId=api_id, stageName="live")
    assert call("allow")[1] == "ada 6"
    hop = stopped_hop(path.stack.trace(path.url("/guarded"), "--header", "Auth: broken"))
    assert (hop["step"], hop["code"]) == ("authorization", "AUTHORIZER_CONFIGURATION_ERROR")
    assert "policyDocument is missing" in hop["remedy"]
    statement_id = {"FunctionName": "guard", "StatementId": "api"}
    path.stack.client("lambda").remove_permission(**statement_id)
    assert call("allow3") == (500, '{"message":null}', "AuthorizerConfigurationException")


def test_a_user_pool_s_tokens_get_in_as_the_method_wants_them(path: PrivatePath) -> None:
    idp = path.stack.client("cognito-idp")
    pool = idp.create_user_pool(PoolName="users")["UserPool"]
    client_id = idp.create_user_pool_client(
        UserPoolId=pool["Id"], ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    user = {"UserPoolId": pool["Id"], "Username": "ada"}
    idp.admin_create_user(**user, UserAttributes=[{"Name": "email", "Value": "ada@corp.example"}])
    idp.admin_set_user_password(**user, Password="Secret.123", Permanent=True)
    tokens = idp.initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": "Secret.123"},
    )["AuthenticationResult"]
    api_id = path.mock_api("members")
    authorizer_id = path.gateway.create_authorizer(
        restApiId=api_id,
        name="users",
        type="COGNITO_USER_POOLS",
        providerARNs=[pool["Arn"]],
        identitySource="method.request.header.Authorization",
    )["id"]
    authorizer = {"authorizationType": "COGNITO_USER_POOLS", "authorizerId": authorizer_id}

    def call(token: str) -> tuple[int, str]:
        curled = path.curl("/members", "--header", f"Authorization: Bearer {token}")
        return curled.status, curled.body

    authorize(path, api_id, authorizer, "$context.authorizer.claims.email")
    unauthorized = (401, '{"message":"Unauthorized"}')
    assert call(tokens["IdToken"]) == (200, "ada@corp.example")
    assert call(tokens["AccessToken"]) == unauthorized
    assert call(tokens["IdToken"][:-6] + "AAAAAA") == unauthorized
    scope = "aws.cognito.signin.user.admin"
    scoped = {**authorizer, "authorizationScopes": [scope]}
    authorize(path, api_id, scoped, "$context.authorizer.claims.scope")
    assert call(tokens["AccessToken"]) == (200, scope)
    assert call(tokens["IdToken"]) == unauthorized
    authorize(path, api_id, {**authorizer, "authorizationScopes": ["orders/read"]}, "never")
    assert call(tokens["AccessToken"]) == unauthorized
    bearer = ("--header", f"Authorization: Bearer {tokens['AccessToken']}")
    hop = stopped_hop(path.stack.trace(path.url("/members"), *bearer))
    assert hop["facts"]["reason"] == f"scope '{scope}' has none of orders/read"


ORDER = {
    "$schema": "http://json-schema.org/draft-04/schema#",
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}},
}


def put_validated_method(gateway: Any, api_id: str) -> None:
    """POST, whose query string and body have to be right, and who says what is wrong."""
    base = f"https://apigateway.amazonaws.com/restapis/{api_id}/models"
    orders = {"type": "array", "items": {"$ref": f"{base}/Order"}}
    for name, schema in (("Order", ORDER), ("Orders", orders)):
        gateway.create_model(
            restApiId=api_id, name=name, contentType="application/json", schema=json.dumps(schema)
        )
    validator = gateway.create_request_validator(
        restApiId=api_id, name="all", validateRequestBody=True, validateRequestParameters=True
    )
    root = gateway.get_resources(restApiId=api_id)["items"][0]["id"]
    place = {"restApiId": api_id, "resourceId": root, "httpMethod": "POST"}
    gateway.put_method(
        **place,
        authorizationType="NONE",
        requestValidatorId=validator["id"],
        requestParameters={"method.request.querystring.shop": True, "method.request.querystring.x": False},
        requestModels={"application/json": "Orders"},
    )
    gateway.put_integration(
        **place, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'}
    )
    gateway.put_integration_response(**place, statusCode="200")
    gateway.put_gateway_response(
        restApiId=api_id,
        responseType="BAD_REQUEST_BODY",
        statusCode="422",
        responseTemplates={"application/json": '{"why": "$context.error.validationErrorString"}'},
        responseParameters={"gatewayresponse.header.X-Shop": "method.request.querystring.shop"},
    )


def test_a_request_validator_checks_what_is_required_and_the_body_by_its_model(path: PrivatePath) -> None:
    gateway, api_id = path.gateway, path.mock_api("validated")
    put_validated_method(gateway, api_id)
    assert path.curl("/validated", "--data", "[]").status == 403, "not deployed yet"
    gateway.create_deployment(restApiId=api_id, stageName="live")
    json_type = ("--header", "Content-Type: application/json", "--data")
    missing = path.curl("/validated?shop=", *json_type, "[]")
    assert (missing.status, missing.body) == (
        400,
        '{"message": "Missing required request parameters: [shop]"}',
    )
    assert missing.headers["x-amzn-errortype"] == "BadRequestException"
    wrong = path.curl("/validated?shop=7", *json_type, "[{}]")
    assert (wrong.status, wrong.headers["x-shop"]) == (422, "7")
    assert json.loads(wrong.body) == {"why": '[object has missing required properties (["name"])]'}
    assert path.curl("/validated?shop=7", *json_type, '[{"name": "a"}]').status == 200
    other_type = path.curl("/validated?shop=7", "--header", "Content-Type: text/plain", "--data", "[{}]")
    assert other_type.status == 500, "not validated, and no template for MOCK to answer by"
    hop = stopped_hop(path.stack.trace(path.url("/validated?shop=7"), "-X", "POST", "--data", "[{}]"))
    assert (hop["step"], hop["code"]) == ("request validation", "BAD_REQUEST_BODY")


def test_payloads_are_unpacked_and_packed(path: PrivatePath, tmp_path: Path) -> None:
    gateway, api_id = path.gateway, path.mock_api("packed")
    put_validated_method(gateway, api_id)
    smallest = [{"op": "replace", "path": "/minimumCompressionSize", "value": "0"}]
    gateway.update_rest_api(restApiId=api_id, patchOperations=smallest)
    assert "content-encoding" not in path.curl("/packed", "--header", "Accept-Encoding: gzip").headers
    gateway.create_deployment(restApiId=api_id, stageName="live")
    plain = path.curl("/packed")
    assert "content-encoding" not in plain.headers
    packed = path.curl("/packed", "--compressed", "--header", "Accept-Encoding: deflate, gzip")
    assert (packed.headers["content-encoding"], packed.body) == ("deflate", plain.body)
    orders = tmp_path / "orders.json.gz"
    orders.write_bytes(gzip.compress(b'[{"name": "a"}]'))
    sent = ("--data-binary", f"@{orders}", "--header", "Content-Type: application/json", "--header")
    assert path.curl("/packed?shop=7", *sent, "Content-Encoding: gzip").status == 200
    unknown = path.curl("/packed?shop=7", *sent, "Content-Encoding: br")
    assert (unknown.status, unknown.body) == (415, '{"message": "Unsupported Media Type"}')


def user_with_key(path: PrivatePath, name: str) -> tuple[str, str, str]:
    """The ARN of a new user that nothing is allowed to, and its access key."""
    iam = path.stack.client("iam")
    arn = iam.create_user(UserName=name)["User"]["Arn"]
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return arn, key["AccessKeyId"], key["SecretAccessKey"]


def by_botocore(path: PrivatePath, url: str, *key: str) -> tuple[str, ...]:
    """The options with which curl sends the headers that botocore signs for the URL."""
    request = AWSRequest("GET", url)
    SigV4Auth(Credentials(*key), "execute-api", path.stack.running.region).add_auth(request)
    return tuple(part for name, value in request.headers.items() for part in ("--header", f"{name}: {value}"))


def test_a_signed_request_is_whoever_signed_it(path: PrivatePath) -> None:
    api_id, iam = path.mock_api("signed"), path.stack.client("iam")
    authorize(path, api_id, {"authorizationType": "AWS_IAM"}, "$context.identity.userArn")
    arn, *key = user_with_key(path, "ann")
    curl_signs = ("--aws-sigv4", f"aws:amz:{path.stack.running.region}:execute-api", "--user", ":".join(key))
    unsigned = path.curl("/signed")
    assert (unsigned.status, unsigned.body) == (403, '{"message":"Missing Authentication Token"}')
    assert path.curl("/signed?a=1&b=2", *curl_signs).body == arn
    assert path.curl("/signed", *by_botocore(path, path.url("/signed"), *key)).body == arn
    role = iam.list_roles()["Roles"][0]["Arn"]
    session = path.stack.client("sts").assume_role(RoleArn=role, RoleSessionName="shift")["Credentials"]
    of_session = (session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"])
    assert path.curl("/signed", *by_botocore(path, path.url("/signed"), *of_session)).body.endswith("/shift")
    assert path.curl("/signed", *by_botocore(path, path.url("/signed"), *of_session[:2])).status == 403
    deny = {**STATEMENT, "Effect": "Deny", "Resource": f"arn:aws:execute-api:*:*:{api_id}/*"}
    del deny["Principal"]
    document = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    iam.put_user_policy(UserName="ann", PolicyName="no", PolicyDocument=document)
    denied = path.curl("/signed", *curl_signs)
    assert f"User: {arn} is not authorized to perform: execute-api:Invoke" in denied.body
    assert denied.body.endswith(' with an explicit deny in an identity-based policy"}')
    iam.update_access_key(UserName="ann", AccessKeyId=key[0], Status="Inactive")
    inactive = path.curl("/signed", *curl_signs)
    assert (inactive.status, inactive.headers["x-amzn-errortype"]) == (403, "UnrecognizedClientException")


def test_the_trace_of_a_broken_signature_names_the_host_that_was_signed(path: PrivatePath) -> None:
    api_id = path.mock_api("broken")
    authorize(path, api_id, {"authorizationType": "AWS_IAM"}, "ok")
    _, *key = user_with_key(path, "bob")
    own = f"{api_id}.execute-api.{path.stack.running.region}.amazonaws.com"
    headers = by_botocore(path, f"https://{own}/broken", *key)
    answer = path.curl("/broken", *headers)
    assert answer.headers["x-amzn-errortype"] == "InvalidSignatureException"
    assert "The Canonical String for this request should have been" in answer.body
    hop = stopped_hop(path.stack.trace(path.url("/broken"), *headers))
    assert (hop["step"], hop["code"]) == ("signature", "INVALID_SIGNATURE")
    assert hop["remedy"].startswith(f"The Host that was signed is {own}, the endpoint saw")
    assert key[1] not in json.dumps(hop)


def test_a_stage_cache_answers_until_it_is_flushed_and_its_hits_are_counted(path: PrivatePath) -> None:
    gateway, api_id = path.gateway, path.mock_api("cached")
    settings = {"/cacheClusterEnabled": "true", "/cacheClusterSize": "0.5", "/*/*/caching/enabled": "true"}
    operations = [{"op": "replace", "path": name, "value": value} for name, value in settings.items()]
    gateway.update_stage(restApiId=api_id, stageName="live", patchOperations=operations)

    def told() -> str:
        hops = path.stack.trace(path.url("/cached"))["hops"]
        (cache,) = [hop["facts"]["cache"] for hop in hops if hop["step"] == "method cache"]
        return str(cache)

    assert [told(), told()] == ["miss", "hit"]
    gateway.flush_stage_cache(restApiId=api_id, stageName="live")
    assert told() == "miss"
    now = datetime.now(UTC)
    points = path.stack.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/ApiGateway",
        MetricName="CacheHitCount",
        Dimensions=[{"Name": "ApiName", "Value": "cached"}, {"Name": "Stage", "Value": "live"}],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(hours=1),
        Period=86_400,
        Statistics=["Sum", "SampleCount"],
    )["Datapoints"]
    assert [(point["Sum"], point["SampleCount"]) for point in points] == [(1.0, 3.0)]
