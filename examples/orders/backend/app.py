"""The orders API: a Lambda function behind API Gateway or an Application Load Balancer, its state in DynamoDB."""

import base64
import json
import os
import re
from datetime import UTC, datetime

import boto3

LARGEST_QUANTITY = int(os.environ.get("LARGEST_QUANTITY", "999"))
STATUSES = ("placed", "shipped", "delivered")
COUNTER = "counter"  # the key of the one item that is no order: it counts them

table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])


class Problem(Exception):
    """What the client did wrong, with the status that says so."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status
        self.message = message


def handler(event, context):
    """Answer one request, from API Gateway's proxy integration or a load balancer's target group."""
    try:
        status, body, headers = route(event["httpMethod"], event["path"].rstrip("/"), event)
    except Problem as problem:
        status, body, headers = problem.status, {"error": problem.message}, {}
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json", "Cache-Control": "no-store", **headers},
        "body": "" if body is None else json.dumps(body),
    }


def route(method, path, event):
    """Call the function for that method and path."""
    allowed = []
    for route_method, pattern, answer in ROUTES:
        match = re.fullmatch(pattern, path)
        if match and route_method == method:
            return answer(event, *match.groups())
        if match:
            allowed.append(route_method)
    if allowed:
        raise Problem(405, f"{method} is not possible here, {' and '.join(allowed)} are")
    raise Problem(404, f"there is nothing at {path}")


def health(event):
    """Whether the table answers."""
    table.load()
    return 200, {"status": "ok", "table": table.table_status}, {}


def list_orders(event):
    """All orders, the newest first."""
    pages = [table.scan()]
    while "LastEvaluatedKey" in pages[-1]:
        pages.append(table.scan(ExclusiveStartKey=pages[-1]["LastEvaluatedKey"]))
    orders = [order(item) for page in pages for item in page["Items"] if item["id"] != COUNTER]
    return 200, {"orders": sorted(orders, key=lambda found: -int(found["id"]))}, {}


def create_order(event):
    """A new order under the next number."""
    fields = order_fields(json_body(event))
    new = {"id": next_id(), **fields, "status": STATUSES[0], "created": now()}
    table.put_item(Item=new, ConditionExpression="attribute_not_exists(id)")
    return 201, new, {"Location": f"/api/orders/{new['id']}"}


def get_order(event, order_id):
    """One order."""
    item = table.get_item(Key={"id": order_id}, ConsistentRead=True).get("Item")
    if item is None:
        raise Problem(404, f"there is no order {order_id}")
    return 200, order(item), {}


def set_status(event, order_id):
    """The order with another status."""
    status = json_body(event).get("status")
    if status not in STATUSES:
        raise Problem(400, f"status must be one of {', '.join(STATUSES)}")
    try:
        changed = table.update_item(
            Key={"id": order_id},
            UpdateExpression="SET #status = :status",
            ConditionExpression="attribute_exists(id)",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":status": status},
            ReturnValues="ALL_NEW",
        )
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        raise Problem(404, f"there is no order {order_id}") from None
    return 200, order(changed["Attributes"]), {}


def delete_order(event, order_id):
    """Nothing, and the order is gone."""
    if "Attributes" not in table.delete_item(Key={"id": order_id}, ReturnValues="ALL_OLD"):
        raise Problem(404, f"there is no order {order_id}")
    return 204, None, {}


ROUTES = (
    ("GET", r"/api/health", health),
    ("GET", r"/api/orders", list_orders),
    ("POST", r"/api/orders", create_order),
    ("GET", r"/api/orders/(\d+)", get_order),
    ("PUT", r"/api/orders/(\d+)", set_status),
    ("DELETE", r"/api/orders/(\d+)", delete_order),
)


def json_body(event):
    """The request's JSON object; API Gateway sends the body in base64, as every media type is binary to it.

    A load balancer does so only where the media type is no text.
    """
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body)
    try:
        value = json.loads(body)
    except ValueError:
        raise Problem(400, "the body is not JSON") from None
    if not isinstance(value, dict):
        raise Problem(400, "the body is not a JSON object")
    return value


def order_fields(value):
    """Customer, item and quantity, checked."""
    fields = {name: value.get(name) for name in ("customer", "item", "quantity")}
    for name in ("customer", "item"):
        if not isinstance(fields[name], str) or not 0 < len(fields[name].strip()) <= 80:
            raise Problem(400, f"{name} must be a text of 1 to 80 characters")
        fields[name] = fields[name].strip()
    quantity = fields["quantity"]
    if type(quantity) is not int or not 0 < quantity <= LARGEST_QUANTITY:
        raise Problem(400, f"quantity must be a whole number from 1 to {LARGEST_QUANTITY}")
    return fields


def next_id():
    """The next number: DynamoDB adds atomically, so no two orders get the same."""
    counted = table.update_item(
        Key={"id": COUNTER},
        UpdateExpression="ADD #last :one",
        ExpressionAttributeNames={"#last": "last"},
        ExpressionAttributeValues={":one": 1},
        ReturnValues="UPDATED_NEW",
    )
    return str(int(counted["Attributes"]["last"]))


def order(item):
    """An item of the table as JSON can say it: its numbers are Decimals."""
    return {**item, "quantity": int(item["quantity"])}


def now():
    """The time as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")
