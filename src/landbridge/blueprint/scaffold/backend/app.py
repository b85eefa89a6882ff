"""The backend of @name@: one Lambda function behind API Gateway or an Application Load Balancer."""

import json
import os
from urllib.parse import unquote_plus


def handler(event, context):
    """Answer one request, from API Gateway's proxy integration or a load balancer's target group."""
    if event["path"] == "/api/hello":
        name = query(event).get("name", "you")
        return answer(200, {"message": f"{os.environ['GREETING']}, {name}."})
    return answer(404, {"error": f"there is nothing at {event['path']}"})


def answer(status, body):
    """A response with a JSON body."""
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(body),
    }


def query(event):
    """The query, decoded: API Gateway has done it already, a load balancer passes it on as it came."""
    parameters = event.get("queryStringParameters") or {}
    if "elb" not in event["requestContext"]:
        return parameters
    return {unquote_plus(key): unquote_plus(value) for key, value in parameters.items()}
