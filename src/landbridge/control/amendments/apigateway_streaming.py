"""Which integrations may stream their response: checked before anything is put or changed.

AWS: "Stream the integration response for your proxy integrations in API Gateway"
"""

import re
from collections.abc import Callable
from typing import Any

from moto.apigateway.exceptions import BadRequestException

BUFFERED, STREAM = "BUFFERED", "STREAM"
PROXIES = frozenset({"AWS_PROXY", "HTTP_PROXY"})
LONGEST_STREAM_MS = 900_000
_STREAMING_URI = re.compile(r".*:lambda:path/2021-11-15/functions/.+/response-streaming-invocations")
_URI = re.compile(r".*:lambda:path/2015-03-31/functions/.+/invocations")


def check_transfer_mode(asked: Callable[[str], Any]) -> None:
    """Refuses a response transfer mode that the integration's type, URI or timeout does not go with.

    AWS: "Set up a Lambda proxy integration with payload response streaming in API Gateway"
    """
    mode = asked("responseTransferMode") or BUFFERED
    if mode not in (BUFFERED, STREAM):
        raise BadRequestException("Invalid ResponseTransferMode. Valid values are BUFFERED and STREAM.")
    kind, uri = asked("type"), asked("uri") or ""
    if mode == STREAM:
        _check_stream(kind, asked("timeoutInMillis"))
    called = "Invoke" if mode == STREAM else "InvokeWithResponseStream"
    if kind == "AWS_PROXY" and (_URI if mode == STREAM else _STREAMING_URI).fullmatch(uri):
        raise BadRequestException(
            f"Invalid ResponseTransferMode. Cannot use ResponseTransferMode {mode} for Lambda functions "
            f"invoked by {called} for AWS_PROXY integrations."
        )


def _check_stream(kind: str | None, timeout_ms: Any) -> None:
    if kind not in PROXIES:
        raise BadRequestException(
            "Invalid ResponseTransferMode. ResponseTransferMode STREAM is only supported for HTTP_PROXY and "
            "AWS_PROXY integrations."
        )
    if timeout_ms and not 50 <= int(timeout_ms) <= LONGEST_STREAM_MS:
        raise BadRequestException(f"Timeout should be between 50 ms and {LONGEST_STREAM_MS} ms")
