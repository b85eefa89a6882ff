"""What Lambda answers when it does not run a function, or finds nothing in it to run."""

import json

from landbridge.semantics.functions.errors import MAXIMUM_REQUEST_BYTES
from landbridge.semantics.needs import InvokeRefused


def throttled() -> InvokeRefused:
    """Reserved concurrency is used up, or zero.

    AWS: "Configuring reserved concurrency for a function"
    """
    return InvokeRefused("TooManyRequestsException", "Rate Exceeded.")


def function_not_found(function_arn: str) -> InvokeRefused:
    """There is no such function.

    AWS: "Invoke" (AWS Lambda API reference)
    """
    return InvokeRefused("ResourceNotFoundException", f"Function not found: {function_arn}")


def out_of_service(function_name: str) -> InvokeRefused:
    """Lambda itself fails, on purpose: the error of an outage.

    AWS: "Invoke" (AWS Lambda API reference)
    """
    return InvokeRefused("ServiceException", f"Function {function_name} is down (injected fault)")


def request_too_large(size_bytes: int) -> InvokeRefused:
    """The event is larger than Lambda takes.

    AWS: "Lambda quotas"
    """
    return InvokeRefused(
        "RequestEntityTooLargeException",
        f"{size_bytes} byte payload is too large for the RequestResponse invocation type "
        f"(limit {MAXIMUM_REQUEST_BYTES} bytes)",
    )


def package_not_unzipped() -> InvokeRefused:
    """The deployment package is no zip file.

    AWS: "Invoke" (AWS Lambda API reference)
    """
    return InvokeRefused("InvalidZipFileException", "Lambda could not unzip the deployment package.")


def bootstrap_missing(request_id: str) -> bytes:
    """The error payload of a ``provided`` runtime whose code has no executable ``bootstrap``.

    AWS: "Building a custom runtime for AWS Lambda"
    """
    message = "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"
    error = {
        "errorType": "Runtime.InvalidEntrypoint",
        "errorMessage": f"RequestId: {request_id} Error: {message}",
    }
    return json.dumps(error, separators=(",", ":")).encode()
