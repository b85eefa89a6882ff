"""A custom runtime in a few lines, whose functions stream what the event tells them to."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from tests.serve.functions.fleets import pack

METADATA = '{"statusCode": 201, "headers": {"Content-Type": "text/plain"}, "cookies": ["a=1", "b=2"]}'
DELIMITER = "\0" * 8
_BOOTSTRAP = """
import base64, http.client, json, os, socket

host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
prefix = "/2018-06-01/runtime/invocation/"

def next_event():
    polling = http.client.HTTPConnection(host, int(port))
    polling.request("GET", prefix + "next")
    answer = polling.getresponse()
    return answer.headers["Lambda-Runtime-Aws-Request-Id"], json.loads(answer.read())

def chunk(data):
    return b"%x\\r\\n%s\\r\\n" % (len(data), data)

def perform(step, answering):
    for name, value in step.items():
        if name == "write":
            answering.sendall(chunk(value.encode("latin-1")))
        elif name == "fill":
            answering.sendall(chunk(bytes(value)))
        elif name == "wait":
            open(value).close()
        elif name == "print":
            print(value, flush=True)
        elif name == "exit":
            os._exit(value)

while True:
    request_id, event = next_event()
    plan = event if "steps" in event else json.loads(event["body"])
    answering = socket.create_connection((host, int(port)))
    head = f"POST {prefix}{request_id}/response HTTP/1.1\\r\\nHost: {host}\\r\\n"
    mode = "Lambda-Runtime-Function-Response-Mode: streaming\\r\\n" if plan.get("streams", True) else ""
    answering.sendall((head + mode + "Transfer-Encoding: chunked\\r\\n\\r\\n").encode())
    for step in plan["steps"]:
        perform(step, answering)
    if plan.get("breaks_off"):
        answering.close()
        continue
    trailers = ""
    if "error" in plan:
        body = base64.b64encode(json.dumps({"errorMessage": plan["error"], "errorType": "Late"}).encode())
        trailers = "Lambda-Runtime-Function-Error-Type: Late\\r\\n"
        trailers += f"Lambda-Runtime-Function-Error-Body: {body.decode()}\\r\\n"
    answering.sendall(f"0\\r\\n{trailers}\\r\\n".encode())
    answering.recv(65536)
    answering.close()
"""


def streaming_package() -> bytes:
    """A deployment package for ``provided.al2023``."""
    return pack(bootstrap=f"#!{sys.executable}{_BOOTSTRAP}")


def told(*steps: dict[str, Any], **plan: Any) -> bytes:
    """An event that tells the function these steps."""
    return json.dumps({"steps": steps, **plan}).encode()


def gate(path: Path) -> Path:
    """What a function waits for until it is opened."""
    os.mkfifo(path)
    return path


def open_gate(path: Path) -> None:
    """Lets the function that waits, or is about to, go on."""
    with path.open("w"):
        pass
