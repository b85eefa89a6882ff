"""An API from an OpenAPI document: by the real Terraform, and as stock tools see what GetExport gives."""

import importlib.util
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.end_to_end.conftest import EXAMPLE
from tests.end_to_end.stack_process import StackProcess, running
from tests.end_to_end.terraform_program import terraform

pytestmark = [pytest.mark.needs("curl"), pytest.mark.timeout(150)]

CONFIGURATION = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region = "%(region)s"
}

data "aws_vpc_endpoint" "execute_api" {
  service_name = "com.amazonaws.%(region)s.execute-api"
}

resource "aws_api_gateway_rest_api" "this" {
  name = "described"
  body = file("${path.module}/api.json")

  endpoint_configuration {
    types            = ["PRIVATE"]
    vpc_endpoint_ids = [data.aws_vpc_endpoint.execute_api.id]
  }
}

resource "aws_api_gateway_deployment" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  triggers    = { redeployment = sha1(aws_api_gateway_rest_api.this.body) }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "this" {
  rest_api_id   = aws_api_gateway_rest_api.this.id
  deployment_id = aws_api_gateway_deployment.this.id
  stage_name    = "live"
}

resource "aws_api_gateway_base_path_mapping" "this" {
  api_id      = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this.stage_name
  domain_name = "%(domain)s"
  base_path   = "described"
}
"""
STATEMENT = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "execute-api:Invoke",
    "Resource": "execute-api:/*",
}


def saying(greeting: str) -> str:
    """A document with one MOCK method that answers with the greeting, and a customised 403."""
    integration = {
        "type": "mock",
        "requestTemplates": {"application/json": '{"statusCode": 200}'},
        "responses": {"default": {"statusCode": "200", "responseTemplates": {"application/json": greeting}}},
    }
    return json.dumps(
        {
            "openapi": "3.0.1",
            "info": {"title": "a title of its own", "version": "1"},
            "paths": {
                "/greetings/{name}": {
                    "get": {
                        "parameters": [
                            {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}
                        ],
                        "responses": {"200": {"description": "a greeting"}},
                        "x-amazon-apigateway-integration": integration,
                    }
                }
            },
            "x-amazon-apigateway-policy": {"Version": "2012-10-17", "Statement": [STATEMENT]},
            "x-amazon-apigateway-gateway-responses": {
                "MISSING_AUTHENTICATION_TOKEN": {
                    "statusCode": 404,
                    "responseTemplates": {"application/json": '{"message":"nothing here"}'},
                }
            },
        }
    )


@dataclass(frozen=True)
class Configured:
    """A Terraform configuration on the stack's AWS API."""

    folder: Path
    stack: StackProcess

    def run(self, *words: str) -> int:
        """A command; 0, or 2 where ``plan`` has something to change."""
        options = ("-input=false", "-no-color")
        ended = terraform(self.folder, *words, *options, endpoint_url=self.stack.running.aws_endpoint_url)
        assert ended.returncode in {0, 2}, ended.stdout + ended.stderr
        return ended.returncode

    def describe(self, document: str) -> None:
        """The API's ``body``."""
        (self.folder / "api.json").write_text(document)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackProcess]:
    """The orders example with an endpoint that lets other APIs through too."""
    folder = tmp_path_factory.mktemp("described") / "orders"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".landbridge", "__pycache__"))
    with running(folder, tmp_path_factory.mktemp("runtime")) as stack:
        ec2, service = stack.client("ec2"), f"com.amazonaws.{stack.running.region}.execute-api"
        (endpoint,) = ec2.describe_vpc_endpoints(Filters=[{"Name": "service-name", "Values": [service]}])[
            "VpcEndpoints"
        ]
        opened = {"Version": "2012-10-17", "Statement": [{**STATEMENT, "Resource": "*"}]}
        ec2.modify_vpc_endpoint(VpcEndpointId=endpoint["VpcEndpointId"], PolicyDocument=json.dumps(opened))
        yield stack


@pytest.fixture
def configured(office: StackProcess, tmp_path: Path) -> Iterator[Configured]:
    domain = office.running.url.removeprefix("https://")
    (tmp_path / "main.tf").write_text(CONFIGURATION % {"region": office.running.region, "domain": domain})
    made = Configured(tmp_path, office)
    yield made
    made.run("destroy", "-auto-approve")
    apis = office.client("apigateway").get_rest_apis()["items"]
    assert "described" not in {api["name"] for api in apis}


@pytest.mark.needs("terraform")
def test_terraform_describes_an_api_by_its_body(configured: Configured) -> None:
    stack, url = configured.stack, f"{configured.stack.running.url}/described"
    configured.describe(saying('"hello"'))
    configured.run("init")
    configured.run("apply", "-auto-approve")
    assert configured.run("plan", "-detailed-exitcode") == 0
    answer = stack.curl(f"{url}/greetings/ada")
    assert (answer.status, answer.body) == (200, '"hello"'), answer
    missing = stack.curl(f"{url}/nowhere")
    assert (missing.status, missing.body) == (404, '{"message":"nothing here"}')
    configured.describe(saying('"good morning"'))
    configured.run("apply", "-auto-approve")
    assert stack.curl(f"{url}/greetings/ada").body == '"good morning"'
    assert configured.run("plan", "-detailed-exitcode") == 0


POWERTOOLS = """
from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, CORSConfig, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.logging import correlation_paths

log = Logger(service="pets")
cors = CORSConfig(allow_origin="https://pets.example")
app = APIGatewayRestResolver(cors=cors, strip_prefixes=["/powertools"])
PETS = {"1": {"name": "Rex"}}


@app.get("/pets")
def pets():
    wanted = app.current_event.get_query_string_value("name", "")
    return {"pets": [pet for pet in PETS.values() if not wanted or pet["name"] == wanted]}


@app.get("/pets/<number>")
def pet(number):
    if number not in PETS:
        raise NotFoundError(f"no pet {number}")
    return PETS[number]


@app.post("/pets")
def add():
    made = app.current_event.json_body
    return Response(201, "application/json", {"name": made["name"]}, {"Location": ["/pets/2"]})


@log.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event, context):
    log.info("asked", extra={"memory": context.memory_limit_in_mb})
    return app.resolve(event, context)
"""
MANGUM = """
import json

from mangum import Mangum


async def app(scope, receive, send):
    body = (await receive()).get("body", b"")
    seen = {
        "method": scope["method"],
        "path": scope["path"],
        "query": scope["query_string"].decode(),
        "host": dict(scope["headers"])[b"host"].decode(),
        "body": body.decode(),
        "stage": scope["aws.event"]["requestContext"]["stage"],
        "function": scope["aws.context"].function_name,
    }
    headers = [(b"content-type", b"application/json"), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]
    await send({"type": "http.response.start", "status": 202, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(seen).encode()})


handler = Mangum(app, lifespan="off", api_gateway_base_path="/mangum")
"""


def function_of(stack: StackProcess, name: str, source: str, *packages: str) -> str:
    """The ARN of a function that API Gateway may invoke, in whose archive the packages are."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("app.py", source)
        for package in packages:
            found = importlib.util.find_spec(package)
            assert found is not None
            assert found.origin is not None
            root = Path(found.origin)
            files = root.parent.rglob("*.py") if root.name == "__init__.py" else [root]
            for path in files:
                base = root.parent.parent if root.name == "__init__.py" else root.parent
                zipped.write(path, path.relative_to(base).as_posix())
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = stack.client("iam").create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )["Role"]["Arn"]
    functions = stack.client("lambda")
    made: str = functions.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=role,
        Handler="app.handler",
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": {"POWERTOOLS_TRACE_DISABLED": "true"}},
    )["FunctionArn"]
    functions.add_permission(
        FunctionName=name,
        StatementId="gateway",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )
    return made


def imported(stack: StackProcess, base_path: str, document: dict[str, Any]) -> str:
    """The id of a private API of the document, deployed as ``live``, at a base path of the app's name."""
    gateway, policy = stack.client("apigateway"), {"Version": "2012-10-17", "Statement": [STATEMENT]}
    described = {
        "openapi": "3.0.1",
        "info": {"title": base_path, "version": "1"},
        "x-amazon-apigateway-policy": policy,
        **document,
    }
    answer = gateway.import_rest_api(
        body=json.dumps(described).encode(),
        failOnWarnings=True,
        parameters={"endpointConfigurationTypes": "PRIVATE"},
    )
    gateway.create_deployment(restApiId=answer["id"], stageName="live")
    gateway.create_base_path_mapping(
        domainName=stack.running.url.removeprefix("https://"),
        basePath=base_path,
        restApiId=answer["id"],
        stage="live",
    )
    return str(answer["id"])


def proxy_to(stack: StackProcess, function_arn: str) -> dict[str, Any]:
    """The extension for a Lambda proxy integration."""
    service = f"arn:aws:apigateway:{stack.running.region}:lambda:path/2015-03-31/functions"
    uri = f"{service}/{function_arn}/invocations"
    return {"x-amazon-apigateway-integration": {"type": "aws_proxy", "httpMethod": "POST", "uri": uri}}


def test_a_mangum_app_runs_unchanged(office: StackProcess) -> None:
    function_arn = function_of(office, "asgi", MANGUM, "mangum", "typing_extensions")
    anything = {
        "responses": {"200": {"description": "whatever the app says"}},
        **proxy_to(office, function_arn),
    }
    proxy = {"x-amazon-apigateway-any-method": anything}
    imported(office, "mangum", {"paths": {"/{proxy+}": proxy}})
    answer = office.curl(f"{office.running.url}/mangum/a%20b?x=1&x=2&y=%C3%A9", "--data", "hello")
    assert answer.status == 202, answer
    assert json.loads(answer.body) == {
        "method": "POST",
        "path": "/a b",
        "query": "x=1&x=2&y=%C3%A9",
        "host": office.running.url.removeprefix("https://"),
        "body": "hello",
        "stage": "live",
        "function": "asgi",
    }


STRING = {"schema": {"type": "string"}}
PET = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "minLength": 1}}}
JSON_PET = {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}
CHECKS = (
    "not_a_server_error",
    "negative_data_rejection",
    "positive_data_acceptance",
    "response_schema_conformance",
)
ANSWERED = {"200": {"description": "pets"}, "404": {"description": "none"}}


def pets(integration: dict[str, Any]) -> dict[str, Any]:
    """A document with validated parameters and bodies, all of whose methods go to one function."""
    return {
        "paths": {
            "/pets": {
                "get": {
                    "operationId": "listPets",
                    "parameters": [{"name": "name", "in": "query", **STRING}],
                    "responses": ANSWERED,
                    **integration,
                },
                "post": {
                    "operationId": "addPet",
                    "requestBody": {"content": JSON_PET, "required": True},
                    "responses": {"201": {"description": "added", "content": JSON_PET}},
                    **integration,
                },
            },
            "/pets/{number}": {
                "get": {
                    "operationId": "getPet",
                    "parameters": [{"name": "number", "in": "path", "required": True, **STRING}],
                    "responses": ANSWERED,
                    **integration,
                },
            },
        },
        "components": {"schemas": {"Pet": PET}},
        "x-amazon-apigateway-request-validators": {
            "all": {"validateRequestBody": True, "validateRequestParameters": True}
        },
        "x-amazon-apigateway-request-validator": "all",
    }


@pytest.fixture(scope="module")
def powertools(office: StackProcess) -> str:
    """The id of an API whose function is an app of Powertools for AWS Lambda."""
    packages = ("aws_lambda_powertools", "jmespath", "typing_extensions")
    function_arn = function_of(office, "powertools", POWERTOOLS, *packages)
    return imported(office, "powertools", pets(proxy_to(office, function_arn)))


def test_an_app_of_powertools_runs_unchanged(office: StackProcess, powertools: str) -> None:
    url = f"{office.running.url}/powertools/pets"
    answer = office.curl(f"{url}?name=Rex", "--header", "Origin: https://pets.example")
    assert (answer.status, json.loads(answer.body)) == (200, {"pets": [{"name": "Rex"}]}), answer
    assert answer.headers["access-control-allow-origin"] == "https://pets.example"
    missing = office.curl(f"{url}/2")
    assert (missing.status, json.loads(missing.body)["message"]) == (404, "no pet 2"), missing
    json_body = ("--header", "Content-Type: application/json", "--data")
    added = office.curl(url, *json_body, '{"name": "Max"}')
    assert (added.status, added.headers["location"]) == (201, "/pets/2"), added
    refused = office.curl(url, *json_body, '{"name": ""}')
    assert (refused.status, refused.body) == (400, '{"message": "Invalid request body"}'), refused
    assert '"service":"pets"' in office.log.replace(" ", "")


def test_requests_made_from_the_export_are_taken_or_refused_as_it_says(
    office: StackProcess, powertools: str, tmp_path: Path
) -> None:
    export = office.client("apigateway").get_export(
        restApiId=powertools, stageName="live", exportType="oas30", accepts="application/json"
    )
    (tmp_path / "api.json").write_bytes(export["body"].read())
    ended = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "run", "api.json", "--no-color",
         "--url", f"{office.running.url}/powertools", "--proxy", office.running.vantages["corporate"],
         "--tls-verify", office.running.ca, "--phases", "coverage,fuzzing", "--max-examples", "10",
         "--checks", ",".join(CHECKS),
         "--generation-deterministic"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    found = re.search(r"(\d+) generated, (\d+) passed", ended.stdout)
    assert found is not None, ended.stdout
    assert int(found[1]) == int(found[2]) > 50
