"""The backend of @name@: one Lambda function behind API Gateway."""

import json
import os


def handler(event, context):
    """Answer one request of API Gateway's proxy integration."""
    if event["path"] == "/api/hello":
        name = (event.get("queryStringParameters") or {}).get("name", "you")
        return answer(200, {"message": f"{os.environ['GREETING']}, {name}."})
    return answer(404, {"error": f"there is nothing at {event['path']}"})


def answer(status, body):
    """A response with a JSON body."""
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(body),
    }
