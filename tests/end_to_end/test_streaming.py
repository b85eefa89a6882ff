"""Responses that stream through the whole private path, from a custom runtime and from a real server."""

import contextlib
import http.client
import http.server
import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.end_to_end.stack_process import StackProcess, stopped_hop
from tests.serve.functions.streaming import DELIMITER, METADATA, gate, open_gate, streaming_package, told

pytestmark = pytest.mark.needs("curl")

ACCOUNT = "123456789012"
STATEMENT = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}
OPEN = json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT]})
BEGINNING = {"write": METADATA + DELIMITER + "one "}


class Partner(http.server.BaseHTTPRequestHandler):
    """A server that ends its answer when it is told to."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"4\r\none \r\n")
        self.server.gate.wait(10)  # type: ignore[attr-defined]
        self.wfile.write(b"3\r\ntwo\r\n0\r\n\r\n")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def partner() -> Iterator[http.server.ThreadingHTTPServer]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Partner)
    server.gate = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.gate.set()  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Streams:
    """An API on the orders example's path, whose methods stream."""

    stack: StackProcess

    def url(self, path: str) -> str:
        return f"{self.stack.running.url}/streams/{path}"

    @contextlib.contextmanager
    def asked(self, path: str, body: bytes) -> Iterator[http.client.HTTPResponse]:
        """The response as soon as its headers are there."""
        proxy, domain = urlsplit(self.stack.running.vantages["corporate"]), urlsplit(self.url(path))
        context = ssl.create_default_context(cafile=self.stack.running.ca)
        with contextlib.closing(
            http.client.HTTPSConnection(str(proxy.hostname), proxy.port, context=context, timeout=30)
        ) as connection:
            connection.set_tunnel(str(domain.hostname), 443)
            connection.request("POST", domain.path, body)
            with connection.getresponse() as response:
                yield response


@pytest.fixture(scope="module")
def streams(orders: StackProcess, partner: http.server.ThreadingHTTPServer) -> Iterator[Streams]:
    """The orders example with one more API, which is gone at the end."""
    ec2, gateway = orders.client("ec2"), orders.client("apigateway")
    service = f"com.amazonaws.{orders.running.region}.execute-api"
    filters = [{"Name": "service-name", "Values": [service]}]
    (endpoint,) = ec2.describe_vpc_endpoints(Filters=filters)["VpcEndpoints"]
    endpoint_id = endpoint["VpcEndpointId"]
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, PolicyDocument=OPEN)
    api_id = gateway.create_rest_api(
        name="streams",
        endpointConfiguration={"types": ["PRIVATE"], "vpcEndpointIds": [endpoint_id]},
        policy=OPEN,
    )["id"]
    place = {"domainName": orders.running.url.removeprefix("https://"), "basePath": "streams"}
    try:
        put_methods(orders, gateway, api_id, f"http://127.0.0.1:{partner.server_port}/")
        gateway.create_deployment(restApiId=api_id, stageName="live")
        gateway.create_base_path_mapping(**place, restApiId=api_id, stage="live")
        yield Streams(orders)
    finally:
        gateway.delete_base_path_mapping(**place)
        gateway.delete_rest_api(restApiId=api_id)
        orders.client("lambda").delete_function(FunctionName="streams")
        ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, PolicyDocument=endpoint["PolicyDocument"])


def put_methods(stack: StackProcess, gateway: Any, api_id: str, server: str) -> None:
    function = make_function(stack, api_id)
    operation = f"2021-11-15/functions/{function}/response-streaming-invocations"
    uri = f"arn:aws:apigateway:{stack.running.region}:lambda:path/{operation}"
    root = gateway.get_resources(restApiId=api_id)["items"][0]["id"]
    for name, kind, target in (("function", "AWS_PROXY", uri), ("server", "HTTP_PROXY", server)):
        resource = gateway.create_resource(restApiId=api_id, parentId=root, pathPart=name)["id"]
        place = {"restApiId": api_id, "resourceId": resource, "httpMethod": "POST"}
        gateway.put_method(**place, authorizationType="NONE")
        gateway.put_integration(
            **place, type=kind, uri=target, integrationHttpMethod="POST", responseTransferMode="STREAM"
        )


def make_function(stack: StackProcess, api_id: str) -> str:
    functions = stack.client("lambda")
    made = functions.create_function(
        FunctionName="streams",
        Runtime="provided.al2023",
        Handler="bootstrap",
        Role=functions.list_functions()["Functions"][0]["Role"],
        Code={"ZipFile": streaming_package()},
        Timeout=20,
    )
    functions.add_permission(
        FunctionName="streams",
        StatementId="streams",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:{stack.running.region}:{ACCOUNT}:{api_id}/*/*/*",
    )
    return str(made["FunctionArn"])


def test_the_client_has_the_first_chunk_before_the_function_writes_the_last(
    streams: Streams, tmp_path: Path
) -> None:
    waits = gate(tmp_path / "gate")
    event = told(BEGINNING, {"wait": str(waits)}, {"write": "two"})
    with streams.asked("function", event) as response:
        assert (response.status, response.headers.get_all("Set-Cookie")) == (201, ["a=1", "b=2"])
        assert response.headers["Transfer-Encoding"] == "chunked"
        assert response.read1(100) == b"one "
        open_gate(waits)
        assert response.read() == b"two"


def test_the_client_has_the_first_chunk_before_a_server_sends_the_last(
    streams: Streams, partner: http.server.ThreadingHTTPServer
) -> None:
    with streams.asked("server", b"{}") as response:
        assert response.read1(100) == b"one "
        partner.gate.set()  # type: ignore[attr-defined]
        assert response.read() == b"two"


@pytest.mark.parametrize(("protocol", "exit_code"), [("--http1.1", 18), ("--http2", 92)])
def test_curl_sees_that_a_body_was_cut_off(streams: Streams, protocol: str, exit_code: int) -> None:
    event = told(BEGINNING, error="no more").decode()
    cut = streams.stack.curl(streams.url("function"), protocol, "--data", event)
    assert (cut.exit_code, cut.status, cut.body) == (exit_code, 201, "one ")


def test_a_body_of_more_than_ten_megabytes_comes_whole(streams: Streams) -> None:
    event = told(BEGINNING, {"fill": 12_000_000}).decode()
    whole = streams.stack.curl(streams.url("function"), "--data", event)
    assert (whole.exit_code, whole.status, len(whole.body)) == (0, 201, 12_000_004)


def test_an_answer_without_metadata_is_a_500_and_its_trace_says_what_is_missing(streams: Streams) -> None:
    event = told({"write": '{"statusCode": 200, "body": "all"}'}).decode()
    refused = streams.stack.curl(streams.url("function"), "--data", event)
    assert (refused.status, refused.body) == (500, '{"message": "Internal server error"}')
    stopped = stopped_hop(streams.stack.trace(streams.url("function"), "--data", event))
    assert stopped["code"] == "landbridge.MalformedProxyResponse"
