"""The app from the corporate network: the page, its assets, the API, and what they look like on the wire."""

import json

import pytest
from tests.end_to_end.stack_process import StackProcess

pytestmark = pytest.mark.needs("curl")


def test_the_page_comes_from_the_bucket(orders: StackProcess) -> None:
    answer = orders.curl(f"{orders.running.url}/")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<!doctype html>" in answer.body.lower()
    assert answer.headers["x-amz-apigw-id"]
    assert answer.headers["etag"]


def test_an_unknown_path_without_a_suffix_gets_the_index_document(orders: StackProcess) -> None:
    index = orders.curl(f"{orders.running.url}/")
    deep = orders.curl(f"{orders.running.url}/orders/42")
    assert deep.status == 200
    assert deep.body == index.body


def test_a_missing_asset_is_not_found(orders: StackProcess) -> None:
    answer = orders.curl(f"{orders.running.url}/assets/gone.js")
    assert answer.status == 404
    assert "<Code>NoSuchKey</Code>" in answer.body


@pytest.mark.parametrize(
    ("asset", "content_type"),
    [
        ("assets/app.js", "text/javascript; charset=utf-8"),
        ("assets/app.css", "text/css; charset=utf-8"),
        ("favicon.svg", "image/svg+xml"),
    ],
)
def test_an_asset_has_its_content_type_and_its_bytes(
    orders: StackProcess, asset: str, content_type: str
) -> None:
    answer = orders.curl(f"{orders.running.url}/{asset}")
    assert answer.status == 200
    assert answer.headers["content-type"] == content_type
    assert answer.body == (orders.folder / "frontend" / asset).read_text()


def test_an_order_that_was_posted_can_be_read_back(orders: StackProcess) -> None:
    url = f"{orders.running.url}/api/orders"
    order = json.dumps({"customer": "Ada", "item": "bridge", "quantity": 2})
    posted = orders.curl(url, "--json", order)
    assert posted.status == 201, posted.body
    created = json.loads(posted.body)
    read = orders.curl(f"{url}/{created['id']}")
    assert json.loads(read.body) == created
    assert read.headers["content-type"].startswith("application/json")


def test_a_good_answer_carries_api_gateways_headers(orders: StackProcess) -> None:
    answer = orders.curl(f"{orders.running.url}/api/orders", "--http1.1")
    assert answer.status == 200
    assert set(answer.headers) >= {"date", "content-length", "x-amzn-requestid", "x-amz-apigw-id"}
    assert answer.headers["x-amzn-trace-id"].startswith("Root=1-")
    assert answer.headers["connection"] == "keep-alive"


def test_an_unknown_method_is_a_missing_authentication_token(orders: StackProcess) -> None:
    answer = orders.curl(f"{orders.running.url}/assets/app.js", "--request", "DELETE")
    assert (answer.status, answer.body) == (403, '{"message":"Missing Authentication Token"}')


def test_the_trace_names_every_hop_of_the_path(orders: StackProcess) -> None:
    traced = orders.trace(f"{orders.running.url}/api/orders")
    assert traced["outcome"] == "delivered"
    assert traced["status"] == 200
    assert {hop["verdict"] for hop in traced["hops"]} == {"allowed"}
    steps = [hop["step"] for hop in traced["hops"]]
    wanted = [
        "resolve name",
        "corporate link",
        "security group ingress",
        "return route",
        "listener",
        "TLS handshake",
        "listener rule",
        "target",
        "security group egress",
        "which API",
        "base path mapping",
        "endpoint policy",
        "resource and method",
        "resource policy",
        "function policy",
        "invoke",
    ]
    places = [steps.index(step) for step in wanted]
    assert places == sorted(places), steps


def test_the_functions_log_is_in_cloudwatch_logs(orders: StackProcess) -> None:
    answer = orders.curl(f"{orders.running.url}/api/orders")
    assert answer.status == 200
    logs = orders.client("logs")
    group = logs.describe_log_groups()["logGroups"][0]["logGroupName"]

    def messages() -> list[str]:
        return [event["message"] for event in logs.filter_log_events(logGroupName=group)["events"]]

    assert orders.eventually(lambda: any(text.startswith("REPORT RequestId: ") for text in messages()))
    assert any(text.startswith("START RequestId: ") for text in messages())


def test_new_code_on_disk_answers_soon(orders: StackProcess) -> None:
    path = orders.folder / "backend" / "app.py"
    code = path.read_text()
    url = f"{orders.running.url}/api/health"
    before = orders.curl(url).body
    path.write_text(code.replace('"ok"', '"better"'))
    try:
        assert path.read_text() != code
        assert orders.eventually(lambda: orders.curl(url).body != before)
        assert "better" in orders.curl(url).body
    finally:
        path.write_text(code)
    assert orders.eventually(lambda: orders.curl(url).body == before)


def test_an_object_put_by_boto3_is_served_by_the_next_request(orders: StackProcess) -> None:
    s3 = orders.client("s3")
    bucket = s3.list_buckets()["Buckets"][0]["Name"]
    s3.put_object(Bucket=bucket, Key="note.txt", Body=b"by boto3", ContentType="text/plain")
    assert orders.curl(f"{orders.running.url}/note.txt").body == "by boto3"
    s3.delete_object(Bucket=bucket, Key="note.txt")
    assert orders.curl(f"{orders.running.url}/note.txt").status == 404
