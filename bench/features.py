"""What API Gateway's features cost: each beside a method with nothing but the same function behind it."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from bench.bare_runtime import RUNTIME
from bench.row import Row
from bench.servers import App
from bench.wrk import Asked, load
from landbridge.serve.running import RunningStack

BASE_PATH, STAGE = "features", "live"
JSON, CONTENT_TYPE = "application/json", "Content-Type"
PLAIN = "plain"
USER, PASSWORD = "ada", "Secret.123"
PLENTY = 10_000_000
STATEMENT = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}
OPEN = json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT]})
AUTHORIZER = """
def handler(event, context):
    statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": event["methodArn"]}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": "ada", "policyDocument": policy, "context": {"team": "orders"}}
"""
REQUEST_TEMPLATE = """#set($query = $input.params().querystring)
{
  "path": "$context.resourcePath",
  "method": "$context.httpMethod",
  "source": "$context.identity.sourceIp",
  "query": {
#foreach($name in $query.keySet())
    "$name": "$util.escapeJavaScript($query.get($name))"#if($foreach.hasNext),#end
#end
  },
  "body": $input.json('$')
}"""
RESPONSE_TEMPLATE = """#set($answer = $input.path('$'))
{"said": "$answer.body", "type": "$answer.headers.get('Content-Type')", "request": "$context.requestId"}"""
ORDER = {
    "$schema": "http://json-schema.org/draft-04/schema#",
    "type": "object",
    "required": ["customer", "items"],
    "properties": {
        "customer": {"type": "string", "minLength": 1},
        "items": {
            "type": "array",
            "items": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}},
        },
    },
}
BODY = json.dumps({"customer": "Ada", "items": [{"id": number} for number in range(10)]})


@dataclass(frozen=True, slots=True)
class Feature:
    """A method that has the feature, and a request that it answers with 200."""

    what: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""

    @property
    def without(self) -> "Feature":
        """The same request to the plain method, without what lets it in."""
        _, mark, query = self.path.partition("?")
        kept = {name: value for name, value in self.headers.items() if name == CONTENT_TYPE}
        return replace(self, path=f"{PLAIN}{mark}{query}", headers=kept)


def features(served: App, seconds: int) -> Iterator[Row]:
    """Two rows for each: p50 and throughput; the peer is the same request to the plain method."""
    account = _Account(served.running)
    for feature in account.deployed():
        with_it, without = account.asked(served.url, feature), account.asked(served.url, feature.without)
        for warmed in (without, with_it):
            load(warmed, 16, 1)
        for connections in (1, 16):
            peer, ours = load(without, connections, seconds), load(with_it, connections, seconds)
            if connections == 1:
                yield Row(f"{feature.what}: p50", ours.p50_us, peer.p50_us, "us", "-")
            else:
                figures = ours.requests_per_second, peer.requests_per_second
                yield Row(f"{feature.what}: throughput", *figures, "req/s", "-")


class _Account:
    """One private API for all of it, on the app's domain name."""

    def __init__(self, running: RunningStack) -> None:
        self._running = running
        self._gateway, self._lambda = self._client("apigateway"), self._client("lambda")
        (function,) = self._lambda.list_functions()["Functions"]
        self._function, self._role = function["FunctionArn"], function["Role"]
        self._api_id = self._make_api()
        self._root = self._gateway.get_resources(restApiId=self._api_id)["items"][0]["id"]

    def asked(self, url: str, feature: Feature) -> Asked:
        """The feature's request, through the door."""
        headers = {"Host": self._host, **feature.headers}
        return Asked(f"{url}/{BASE_PATH}/{feature.path}", headers, feature.body)

    def deployed(self) -> tuple[Feature, ...]:
        """Every feature, ready to be asked for."""
        self._permit(self._function, "*")
        self._put_proxy(PLAIN, "ANY")
        made = (
            self._mock(),
            self._templates(),
            self._lambda_authorizer("cached", 300),
            self._lambda_authorizer("uncached", 0),
            self._user_pool(),
            self._signature(),
            self._validation(),
            (kept := self._kept()),
            (metered := self._metered()),
        )
        self._gateway.create_deployment(restApiId=self._api_id, stageName=STAGE)
        self._keep(kept)
        self._meter(metered)
        self._gateway.create_base_path_mapping(
            domainName=self._host, basePath=BASE_PATH, restApiId=self._api_id, stage=STAGE
        )
        return made

    @property
    def _host(self) -> str:
        return str(urlsplit(self._running.url).hostname)

    def _client(self, service: str) -> Any:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        where = {"endpoint_url": self._running.aws_endpoint_url, "region_name": self._running.region}
        return boto3.client(service, **where, **keys)

    def _make_api(self) -> str:
        ec2, service = self._client("ec2"), f"com.amazonaws.{self._running.region}.execute-api"
        found = ec2.describe_vpc_endpoints(Filters=[{"Name": "service-name", "Values": [service]}])
        endpoint_id = found["VpcEndpoints"][0]["VpcEndpointId"]
        ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, PolicyDocument=OPEN)
        private = {"types": ["PRIVATE"], "vpcEndpointIds": [endpoint_id]}
        made = self._gateway.create_rest_api(name=BASE_PATH, endpointConfiguration=private, policy=OPEN)
        return str(made["id"])

    def _permit(self, function: str, within_the_api: str) -> None:
        region, account = function.split(":")[3:5]
        self._lambda.add_permission(
            FunctionName=function,
            StatementId=BASE_PATH,
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:aws:execute-api:{region}:{account}:{self._api_id}/{within_the_api}",
        )

    def _put_method(self, path: str, http_method: str = "GET", **settings: Any) -> dict[str, str]:
        """Where the method's integration goes."""
        made = self._gateway.create_resource(restApiId=self._api_id, parentId=self._root, pathPart=path)
        place = {"restApiId": self._api_id, "resourceId": made["id"], "httpMethod": http_method}
        self._gateway.put_method(**place, **{"authorizationType": "NONE", **settings})
        return place

    def _put_proxy(self, path: str, http_method: str = "GET", **settings: Any) -> None:
        """A method with the app's function behind it, and nothing but these settings."""
        place = self._put_method(path, http_method, **settings)
        uri = _invocation(self._function)
        self._gateway.put_integration(**place, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)

    def _put_response(self, place: dict[str, str], template: str) -> None:
        self._gateway.put_method_response(**place, statusCode="200")
        self._gateway.put_integration_response(**place, statusCode="200", responseTemplates={JSON: template})

    def _mock(self) -> Feature:
        place = self._put_method("mock")
        self._gateway.put_integration(**place, type="MOCK", requestTemplates={JSON: '{"statusCode": 200}'})
        self._put_response(place, '{"ok": true}')
        return Feature("MOCK integration", "mock")

    def _templates(self) -> Feature:
        place, templates = self._put_method("templates"), {JSON: REQUEST_TEMPLATE}
        uri = _invocation(self._function)
        self._gateway.put_integration(
            **place, type="AWS", integrationHttpMethod="POST", uri=uri, requestTemplates=templates
        )
        self._put_response(place, RESPONSE_TEMPLATE)
        return Feature("mapping templates for request and response", "templates?shop=7&day=monday")

    def _lambda_authorizer(self, what: str, kept_for_s: int) -> Feature:
        function = self._lambda.create_function(
            FunctionName=what,
            Runtime=RUNTIME,
            Handler="authorizer.handler",
            Role=self._role,
            Code={"ZipFile": _archive()},
        )["FunctionArn"]
        authorizer_id = self._gateway.create_authorizer(
            restApiId=self._api_id,
            name=what,
            type="TOKEN",
            authorizerUri=_invocation(function),
            identitySource="method.request.header.Auth",
            authorizerResultTtlInSeconds=kept_for_s,
        )["id"]
        self._permit(function, f"authorizers/{authorizer_id}")
        self._put_proxy(what, authorizationType="CUSTOM", authorizerId=authorizer_id)
        return Feature(f"Lambda authorizer, {what}", what, {"Auth": USER})

    def _user_pool(self) -> Feature:
        idp = self._client("cognito-idp")
        pool = idp.create_user_pool(PoolName=BASE_PATH)["UserPool"]
        authorizer_id = self._gateway.create_authorizer(
            restApiId=self._api_id,
            name="users",
            type="COGNITO_USER_POOLS",
            providerARNs=[pool["Arn"]],
            identitySource="method.request.header.Authorization",
        )["id"]
        self._put_proxy("users", authorizationType="COGNITO_USER_POOLS", authorizerId=authorizer_id)
        return Feature("Cognito user pool", "users", {"Authorization": _id_token(idp, pool["Id"])})

    def _signature(self) -> Feature:
        self._put_proxy("signed", authorizationType="AWS_IAM")
        iam = self._client("iam")
        iam.create_user(UserName=USER)
        key = iam.create_access_key(UserName=USER)["AccessKey"]
        request = AWSRequest("GET", f"https://{self._host}/{BASE_PATH}/signed")
        credentials = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
        SigV4Auth(credentials, "execute-api", self._running.region).add_auth(request)
        return Feature("AWS_IAM", "signed", dict(request.headers.items()))

    def _validation(self) -> Feature:
        self._gateway.create_model(
            restApiId=self._api_id, name="Order", contentType=JSON, schema=json.dumps(ORDER)
        )
        validator = self._gateway.create_request_validator(
            restApiId=self._api_id, name="all", validateRequestBody=True, validateRequestParameters=True
        )
        self._put_proxy(
            "validated",
            "POST",
            requestValidatorId=validator["id"],
            requestParameters={"method.request.querystring.shop": True},
            requestModels={JSON: "Order"},
        )
        return Feature("request validation", "validated?shop=7", {CONTENT_TYPE: JSON}, BODY)

    def _kept(self) -> Feature:
        self._put_proxy("kept")
        return Feature("method cache, hit", "kept")

    def _keep(self, feature: Feature) -> None:
        settings = {
            "/cacheClusterEnabled": "true",
            "/cacheClusterSize": "0.5",
            f"/~1{feature.path}/GET/caching/enabled": "true",
        }
        operations = [{"op": "replace", "path": path, "value": value} for path, value in settings.items()]
        self._gateway.update_stage(restApiId=self._api_id, stageName=STAGE, patchOperations=operations)

    def _metered(self) -> Feature:
        self._put_proxy("metered", apiKeyRequired=True)
        key = self._gateway.create_api_key(name=USER, enabled=True)
        return Feature("API key with a usage plan", "metered", {"x-api-key": key["value"]})

    def _meter(self, feature: Feature) -> None:
        plan_id = self._gateway.create_usage_plan(
            name=BASE_PATH,
            apiStages=[{"apiId": self._api_id, "stage": STAGE}],
            throttle={"rateLimit": float(PLENTY), "burstLimit": PLENTY},
            quota={"limit": PLENTY, "period": "MONTH"},
        )["id"]
        (key,) = self._gateway.get_api_keys(nameQuery=USER)["items"]
        self._gateway.create_usage_plan_key(usagePlanId=plan_id, keyId=key["id"], keyType="API_KEY")


def _invocation(function: str) -> str:
    region = function.split(":")[3]
    return f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{function}/invocations"


def _archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as code:
        code.writestr("authorizer.py", AUTHORIZER)
    return buffer.getvalue()


def _id_token(idp: Any, pool_id: str) -> str:
    client_id = idp.create_user_pool_client(
        UserPoolId=pool_id, ClientName=BASE_PATH, ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    user = {"UserPoolId": pool_id, "Username": USER}
    idp.admin_create_user(**user, UserAttributes=[{"Name": "email", "Value": "ada@corp.example"}])
    idp.admin_set_user_password(**user, Password=PASSWORD, Permanent=True)
    parameters = {"USERNAME": USER, "PASSWORD": PASSWORD}
    answer = idp.initiate_auth(ClientId=client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
    return str(answer["AuthenticationResult"]["IdToken"])
