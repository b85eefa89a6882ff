"""One request of the AWS API answered by moto: from service and request to status, headers, body."""

import json
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any
from xml.sax.saxutils import escape

from botocore.exceptions import ClientError, UnknownServiceError
from werkzeug.exceptions import HTTPException

from landbridge.control import amendments
from landbridge.control.lean_imports import import_leanly
from landbridge.control.session import isolated_session, without_collections

import_leanly()

from moto import backend_index  # noqa: E402
from moto.core.request import Request  # noqa: E402
from moto.core.routing import get_service_router  # noqa: E402
from moto.core.utils import utcnow  # noqa: E402

__all__ = [
    "Answer",
    "OutsideTheLock",
    "Request",
    "answer",
    "backends_of",
    "client_name",
    "is_in_use",
    "not_implemented",
    "operation_of",
    "prepare",
    "refused",
    "service_of",
    "utcnow",
]
Route = tuple[re.Pattern[str], Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the AWS API answers."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class OutsideTheLock(Exception):  # noqa: N818
    """Raised by an amendment whose answer takes time: `work` makes it after the lock has been let go."""

    def __init__(self, work: Callable[[], Answer]) -> None:
        super().__init__()
        self.work = work


@cache
def backends_of(service: str) -> Any:
    """Moto's backends of a service, by account and region; amended, imported at the first call."""
    with without_collections():
        amendments.install(service)
        return import_module("moto.backends").get_backend(service)


@cache
def service_of(host: str) -> str | None:
    """Moto's name of the service that AWS serves at a host such as ``ec2.eu-central-1.amazonaws.com``."""
    url = f"https://{host}/"
    found = (name for name, pattern in backend_index.backend_url_patterns if pattern.match(url))
    name = next(found, None)
    return "lambda" if name == "awslambda" else name


@cache
def client_name(service: str) -> str:
    """boto3's name of a service that moto names without hyphens: ``cognitoidp`` is ``cognito-idp``."""
    names = isolated_session().get_available_services()
    return next((name for name in names if name.replace("-", "") == service), service)


def answer(service: str, operation: str, request: Request) -> Answer:
    """Moto's answer to a request that is addressed to AWS's own host name."""
    if not _has(service):
        return not_implemented(service, operation)
    url = request.raw_url.partition("?")[0]
    handler = next((handle for path, handle in _routes(service) if path.match(url)), None)
    try:
        if handler is None:
            raise NotImplementedError(f"{operation} has no route")
        return _as_answer(handler(request, request.raw_url, request.headers))
    except NotImplementedError as error:
        return not_implemented(service, operation, str(error))
    except HTTPException as error:
        return Answer(error.code or 500, dict(error.get_headers()), _as_bytes(error.get_body()))
    except ClientError as error:
        return Answer(400, {}, error.response["Error"]["Message"].encode())


def is_in_use(service: str) -> bool:
    """Whether there can be anything of a service, by boto3's name: moto's part for it is imported then."""
    name = "awslambda" if service == "lambda" else service.replace("-", "")
    return f"moto.{name}.models" in sys.modules


def prepare(service: str) -> None:
    """The service's part of moto is imported and amended, which else happens at its first call."""
    _routes(service)


def operation_of(service: str, request: Request) -> str:
    """AWS's name of the operation that a request asks for; its method and path if nobody knows."""
    target: str = request.headers.get("X-Amz-Target", "")
    if target:
        return target.rpartition(".")[2]
    if request.values.get("Action"):
        return str(request.values["Action"])
    try:
        operation, _ = get_service_router(client_name(service)).match(request)
    except (UnknownServiceError, HTTPException, NotImplementedError):
        return f"{request.method} {request.path}"
    return str(operation.name)


def not_implemented(service: str, operation: str, reason: str = "") -> Answer:
    """HTTP 501 that names the operation: AWS's clients do not try it again, as they would a 500."""
    message = f"{service}:{operation} is not implemented by the local AWS API"
    if reason and operation not in reason and "action has not been implemented" not in reason:
        message = f"{message}: {reason}"
    return refused(service, 501, "NotImplemented", message)


def refused(service: str, status: int, code: str, message: str) -> Answer:
    """An error in the form in which the service's clients read one."""
    if service not in XML_SERVICES:
        body = json.dumps({"__type": code, "message": message})
        return Answer(status, {"content-type": "application/json", "x-amzn-errortype": code}, body.encode())
    error = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    if service == "ec2":
        error = f"<Response><Errors>{error}</Errors><RequestID>landbridge</RequestID></Response>"
    elif service != "s3":
        error = f"<ErrorResponse>{error}<RequestId>landbridge</RequestId></ErrorResponse>"
    return Answer(status, {"content-type": "text/xml"}, error.encode())


XML_SERVICES = frozenset(
    {
        *("autoscaling", "cloudformation", "cloudfront", "cloudwatch", "ec2", "elasticache", "elb", "elbv2"),
        "elasticbeanstalk",
        *("iam", "neptune", "rds", "redshift", "route53", "s3", "s3control", "sdb", "ses", "sns", "sts"),
    }
)
"""Services whose errors are XML."""


@cache
def _has(service: str) -> bool:
    """Whether moto has a part for the service."""
    return service in ("elbv2", "lambda") or any(
        name == service for name, _ in backend_index.backend_url_patterns
    )


@cache
def _routes(service: str) -> tuple[Route, ...]:
    backend = backends_of(service).backend
    # The URLs depend on the backend's class alone; making a backend would make a default VPC with it.
    urls = backend.__new__(backend).urls
    return tuple((re.compile(url), handler) for url, handler in urls.items())


def _as_answer(result: Any) -> Answer:
    status, headers, body = result if isinstance(result, tuple) and len(result) == 3 else (200, {}, result)
    texts = {str(name): str(value) for name, value in headers.items() if name != "status"}
    return Answer(int(status), texts, _as_bytes(body))


def _as_bytes(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    if body is None:
        return b""
    return body.encode() if isinstance(body, str) else b"".join(map(_as_bytes, body))
