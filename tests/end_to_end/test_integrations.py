"""Every kind of integration through the whole private path: real servers, other AWS services, functions."""

import http.server
import json
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from tests.end_to_end.conftest import EXAMPLE
from tests.end_to_end.stack_process import Curled, StackProcess, running, stopped_hop
from tests.end_to_end.vpc_links import OFFICE_SERVER, PORT, VpcLinks, make_links

pytestmark = pytest.mark.needs("curl")

STATEMENT = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}
OPEN = json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT]})
ACCOUNT = "123456789012"


class Partner(http.server.BaseHTTPRequestHandler):
    """A server of a partner: it tells what it was sent."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if self.path.startswith("/v1/slow"):
            self.server.waiting.wait(10)  # type: ignore[attr-defined]
            self.close_connection = True
            return
        said = json.dumps({"path": self.path, "headers": dict(self.headers), "body": body}).encode()
        self.send_response(404 if self.path.startswith("/v1/missing") else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@dataclass
class Integrations:
    """An API with a method for each kind of integration, on the orders example's path."""

    stack: StackProcess

    def url(self, path: str) -> str:
        return f"{self.stack.running.url}/kinds{path}"

    def curl(self, path: str, *options: str) -> Curled:
        return self.stack.curl(self.url(path), *options)

    def uri(self, rest: str) -> str:
        return f"arn:aws:apigateway:{self.stack.running.region}:{rest}"


@pytest.fixture(scope="module")
def partner() -> Iterator[http.server.ThreadingHTTPServer]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Partner)
    server.waiting = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.waiting.set()  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def api(
    tmp_path_factory: pytest.TempPathFactory, partner: http.server.ThreadingHTTPServer
) -> Iterator[Integrations]:
    folder = tmp_path_factory.mktemp("kinds") / "orders"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".landbridge", "__pycache__"))
    port = partner.server_port
    servers = f'"partner.example:80" = "127.0.0.1:{port}"\n"{OFFICE_SERVER}:{PORT}" = "127.0.0.1:{port}"\n'
    with (folder / "landbridge.toml").open("a") as declaration:
        declaration.write(f"\n[local.servers]\n{servers}")
    with running(folder, tmp_path_factory.mktemp("runtime")) as stack:
        yield build(Integrations(stack))


def build(api: Integrations) -> Integrations:
    stack = api.stack
    role = make_role(stack)
    stack.client("sqs").create_queue(QueueName="orders")
    table(stack)
    gateway = stack.client("apigateway")
    service = f"com.amazonaws.{stack.running.region}.execute-api"
    filters = [{"Name": "service-name", "Values": [service]}]
    (endpoint,) = stack.client("ec2").describe_vpc_endpoints(Filters=filters)["VpcEndpoints"]
    endpoint_id = endpoint["VpcEndpointId"]
    stack.client("ec2").modify_vpc_endpoint(VpcEndpointId=endpoint_id, PolicyDocument=OPEN)
    api_id = gateway.create_rest_api(
        name="kinds",
        endpointConfiguration={"types": ["PRIVATE"], "vpcEndpointIds": [endpoint_id]},
        policy=OPEN,
    )["id"]
    links = make_links(stack)
    function = stack.client("lambda").list_functions()["Functions"][0]["FunctionArn"]
    root = gateway.get_resources(restApiId=api_id)["items"][0]["id"]
    permit(stack, function, api_id)
    for path, integration in kinds(api, role, links, function).items():
        put(gateway, api_id, root, path, integration)
    gateway.create_deployment(restApiId=api_id, stageName="live")
    domain = stack.running.url.removeprefix("https://")
    gateway.create_base_path_mapping(domainName=domain, basePath="kinds", restApiId=api_id, stage="live")
    # Through a VPC link V2 the stage comes first: this one makes it the app's own path.
    gateway.create_deployment(restApiId=api_id, stageName="api")
    gateway.create_base_path_mapping(domainName=domain, basePath="again", restApiId=api_id, stage="api")
    return api


def kinds(api: Integrations, role: str, links: VpcLinks, function: str) -> dict[str, dict[str, Any]]:
    """Integrations by path."""
    proxied = {
        "integrationHttpMethod": "ANY",
        "requestParameters": {"integration.request.path.proxy": "method.request.path.proxy"},
        "timeoutInMillis": 1000,
    }
    template = '{"stage": "$context.stage", "all": $input.json(\'$\')}'
    form = {"integration.request.header.Content-Type": "'application/x-www-form-urlencoded'"}
    invoke = api.uri(f"lambda:path/2015-03-31/functions/{function}/invocations")
    return {
        "proxy/{proxy+}": {"type": "HTTP_PROXY", "uri": "http://partner.example/v1/{proxy}", **proxied},
        "mapped/{proxy+}": {
            "type": "HTTP",
            "uri": "http://partner.example/v1/{proxy}",
            **proxied,
            "requestTemplates": {"application/json": template},
        },
        "gone/{proxy+}": {
            "type": "HTTP_PROXY",
            "uri": f"http://127.0.0.1:{closed_port()}/{{proxy}}",
            **proxied,
        },
        "unknown/{proxy+}": {"type": "HTTP_PROXY", "uri": "http://other.example/{proxy}", **proxied},
        "link/{proxy+}": {
            "type": "HTTP_PROXY",
            "uri": "http://nlb.example/v1/{proxy}",
            **proxied,
            **links.through_first(),
        },
        "no-listener/{proxy+}": {
            "type": "HTTP_PROXY",
            "uri": "http://nlb.example:8443/{proxy}",
            **proxied,
            **links.through_first(),
        },
        "link-v2/{proxy+}": {
            "type": "HTTP_PROXY",
            "uri": "http://nlb.example/v1/{proxy}",
            **proxied,
            **links.through_second(links.network_arn),
        },
        "load-balancer/{proxy+}": {
            "type": "HTTP_PROXY",
            "uri": f"{api.stack.running.url}/{{proxy}}",
            **proxied,
            "timeoutInMillis": 10_000,
            "tlsConfig": {"insecureSkipVerification": True},  # the certificate is the company's own
            **links.through_second(links.application_arn),
        },
        "queue/{proxy+}": {
            "type": "AWS",
            "uri": api.uri(f"sqs:path/{ACCOUNT}/orders"),
            "credentials": role,
            "integrationHttpMethod": "POST",
            "requestParameters": form,
            "requestTemplates": {
                "application/json": "Action=SendMessage&MessageBody=$util.urlEncode($input.body)"
            },
        },
        "table/{proxy+}": {
            "type": "AWS",
            "uri": api.uri("dynamodb:action/PutItem"),
            "credentials": role,
            "integrationHttpMethod": "POST",
            "requestTemplates": {
                "application/json": '{"TableName": "orders", "Item": {"id": {"S": $input.json(\'$.id\')}}}'
            },
        },
        "forbidden/{proxy+}": {
            "type": "AWS",
            "uri": api.uri("dynamodb:action/DeleteTable"),
            "credentials": role,
            "integrationHttpMethod": "POST",
            "requestTemplates": {"application/json": '{"TableName": "orders"}'},
        },
        "later/{proxy+}": {
            "type": "AWS",
            "uri": invoke,
            "integrationHttpMethod": "POST",
            "requestParameters": {"integration.request.header.X-Amz-Invocation-Type": "'Event'"},
            "requestTemplates": {"application/json": "{}"},
        },
    }


def closed_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
    return port


def make_role(stack: StackProcess) -> str:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "apigateway.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    role = stack.client("iam").create_role(
        RoleName="integrations",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]
    statement = {"Effect": "Allow", "Action": ["sqs:SendMessage", "dynamodb:PutItem"], "Resource": "*"}
    stack.client("iam").put_role_policy(
        RoleName="integrations",
        PolicyName="own",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    return str(role["Arn"])


def table(stack: StackProcess) -> None:
    stack.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def permit(stack: StackProcess, function: str, api_id: str) -> None:
    stack.client("lambda").add_permission(
        FunctionName=function,
        StatementId="kinds",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:{stack.running.region}:{ACCOUNT}:{api_id}/*/*/*",
    )


def put(gateway: Any, api_id: str, root: str, path: str, integration: dict[str, Any]) -> None:
    name, rest = path.split("/")
    parent = gateway.create_resource(restApiId=api_id, parentId=root, pathPart=name)["id"]
    resource = gateway.create_resource(restApiId=api_id, parentId=parent, pathPart=rest)["id"]
    place = {"restApiId": api_id, "resourceId": resource, "httpMethod": "ANY"}
    parameters = {"method.request.path.proxy": True}
    gateway.put_method(**place, authorizationType="NONE", requestParameters=parameters)
    gateway.put_integration(**place, **integration)
    if integration["type"] != "HTTP_PROXY":
        for status, pattern in (("200", ""), ("403", r"40[03]")):
            gateway.put_method_response(**place, statusCode=status)
            chosen = {"selectionPattern": pattern} if pattern else {}
            gateway.put_integration_response(**place, statusCode=status, **chosen)


JSON = ("--header", "Content-Type: application/json", "--data", '{"id": "7"}')


def test_a_real_server_gets_the_request_as_it_is(api: Integrations) -> None:
    answer = api.curl("/proxy/a%20b/c?q=1", *JSON)
    assert answer.status == 200
    said = json.loads(answer.body)
    assert (said["path"], said["body"]) == ("/v1/a%20b/c?q=1", '{"id": "7"}')
    headers = {name.lower(): value for name, value in said["headers"].items()}
    assert headers["host"] == "partner.example"
    assert headers["x-forwarded-for"].startswith("192.168.0.10, ")
    assert headers["x-amzn-apigateway-api-id"]
    assert answer.headers["x-amzn-remapped-server"].startswith("BaseHTTP")
    assert api.curl("/proxy/missing").status == 404


def test_a_real_server_gets_what_the_template_makes(api: Integrations) -> None:
    answer = api.curl("/mapped/x", *JSON)
    said = json.loads(answer.body)
    assert json.loads(said["body"]) == {"stage": "live", "all": {"id": "7"}}
    headers = {name.lower(): value for name, value in said["headers"].items()}
    assert headers["user-agent"] == f"AmazonAPIGateway_{headers['x-amzn-apigateway-api-id']}"
    assert api.curl("/mapped/missing").status == 200


@pytest.mark.parametrize(
    ("path", "status", "body", "code"),
    [
        ("/proxy/slow", 504, '{"message": "Endpoint request timed out"}', "INTEGRATION_TIMEOUT"),
        ("/gone/x", 504, '{"message": "Network error communicating with endpoint"}', "INTEGRATION_FAILURE"),
        ("/unknown/x", 500, '{"message": "Internal server error"}', "landbridge.NotModelled"),
    ],
)
def test_a_server_that_does_not_answer(
    api: Integrations, path: str, status: int, body: str, code: str
) -> None:
    answer = api.curl(path)
    assert (answer.status, answer.body) == (status, body)
    assert stopped_hop(api.stack.trace(api.url(path)))["code"] == code


@pytest.mark.parametrize(("path", "received"), [("/link/x", "/v1/x"), ("/link-v2/x", "/live/v1/x")])
def test_a_vpc_link_leads_through_the_load_balancer_to_the_server_behind_it(
    api: Integrations, path: str, received: str
) -> None:
    said = json.loads(api.curl(path).body)
    assert (said["headers"]["Host"], said["path"]) == ("nlb.example", received)
    hops = api.stack.trace(api.url(path))["hops"]
    way = [hop["step"] for hop in hops][-12:]
    assert way.index("integration request") < way.index("listener") < way.index("target")
    assert way[-1] == "backend"


def test_a_vpc_link_v2_leads_to_a_load_balancer_that_speaks_tls_and_on_to_another_api(
    api: Integrations,
) -> None:
    url = f"{api.stack.running.url}/again/load-balancer/orders"
    answer = api.stack.curl(url)
    assert (answer.status, answer.body) == (200, api.stack.curl(f"{api.stack.running.url}/api/orders").body)
    steps = [hop["step"] for hop in api.stack.trace(url)["hops"]]
    assert (steps.count("resource and method"), steps.count("invoke")) == (2, 1)


def test_a_port_without_a_listener_is_an_internal_error(api: Integrations) -> None:
    answer = api.curl("/no-listener/x")
    assert (answer.status, answer.body) == (500, '{"message": "Internal server error"}')
    assert stopped_hop(api.stack.trace(api.url("/no-listener/x")))["step"] == "listener"


def test_a_message_is_sent_to_a_queue(api: Integrations) -> None:
    answer = api.curl("/queue/x", *JSON)
    assert answer.status == 200
    sent = json.loads(answer.body)["SendMessageResponse"]["SendMessageResult"]
    sqs = api.stack.client("sqs")
    (message,) = sqs.receive_message(QueueUrl=sqs.get_queue_url(QueueName="orders")["QueueUrl"])["Messages"]
    assert (message["MessageId"], message["Body"]) == (sent["MessageId"], '{"id": "7"}')


def test_an_item_is_put_and_what_the_role_may_not_do_is_refused(api: Integrations) -> None:
    answer = api.curl("/table/x", *JSON)
    assert (answer.status, answer.body) == (200, "{}")
    found = api.stack.client("dynamodb").get_item(TableName="orders", Key={"id": {"S": "7"}})
    assert found["Item"] == {"id": {"S": "7"}}
    refused = api.curl("/forbidden/x", *JSON)
    assert refused.status == 403
    assert "is not authorized to perform: dynamodb:DeleteTable" in refused.body
    assert "orders" in api.stack.client("dynamodb").list_tables()["TableNames"]


def test_a_function_is_invoked_without_waiting_for_it(api: Integrations) -> None:
    answer = api.curl("/later/x", *JSON)
    assert (answer.status, answer.body) == (200, "")
    hops = api.stack.trace(api.url("/later/x"))["hops"]
    facts = {name: value for hop in hops if hop["step"] == "invoke" for name, value in hop["facts"].items()}
    assert facts["invocation type"] == "Event"
