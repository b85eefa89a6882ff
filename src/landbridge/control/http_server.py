"""The AWS API over HTTP on loopback, for Terraform, the AWS CLI and functions."""

from collections.abc import Callable, Iterable
from http.client import responses
from io import BytesIO
from threading import Thread
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from landbridge.control.addressing import Unaddressed, addressed
from landbridge.control.dispatch import Answer, Request, operation_of, refused
from landbridge.errors import HostError

POLL_S = 0.05
"""How soon ``close`` is noticed."""
FORM = "application/x-www-form-urlencoded"
Answering = Callable[[str, str, str, Request], Answer]
"""From service, operation, region and request to an answer."""


class HttpServer:
    """A threaded server in a daemon thread; it runs as long as it is not closed."""

    def __init__(self, port: int, answering: Answering) -> None:
        self._answering = answering
        try:
            self._server = make_server("127.0.0.1", port, self, threaded=True, request_handler=_QuietHandler)
        except (OSError, SystemExit) as error:
            raise HostError(
                f"port {port} of 127.0.0.1 cannot be taken for the AWS API",
                "choose another port, or 0 for any",
            ) from error
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, args=(POLL_S,), name="aws-api", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stops listening and waits until the thread has ended."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answers one request: a WSGI application."""
        body = Request(environ).get_data(cache=False)
        answered = self._answer(
            {**environ, "wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}, body
        )
        headers = {name.lower(): value for name, value in answered.headers.items()}
        if environ["REQUEST_METHOD"] != "HEAD" or "content-length" not in headers:
            headers["content-length"] = str(len(answered.body))
        for hop_by_hop in ("connection", "transfer-encoding", "date", "server"):
            headers.pop(hop_by_hop, None)
        start_response(
            f"{answered.status} {responses.get(answered.status, 'Unknown')}", list(headers.items())
        )
        return [answered.body]

    def _answer(self, environ: dict[str, Any], body: bytes) -> Answer:
        refusal = _refusal(environ)
        if refusal:
            return Answer(403, {"content-type": "text/plain"}, refusal.encode())
        try:
            service, region, rewritten = addressed(environ, body)
        except Unaddressed as problem:
            # A service with the query protocol has errors in XML, others in JSON as a rule.
            like = "sts" if environ.get("CONTENT_TYPE", "").startswith(FORM) else "logs"
            return refused(like, 404, "NotImplemented", str(problem))
        request = ServedRequest(rewritten)
        return self._answering(service, operation_of(service, request), region, request)


class ServedRequest(Request):
    """A request that came over HTTP, where the server adds the date."""

    from_wsgi_server = True


class _QuietHandler(WSGIRequestHandler):
    """Takes chunked bodies, and logs nothing: a call is not news, a change is announced."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing."""


def _refusal(environ: dict[str, Any]) -> str:
    """Why a request is refused before anything is read from it; empty when it is not.

    The API knows no secrets, so it must not be reachable from a web page: a page's request carries an Origin,
    and one that reaches loopback under another name (DNS rebinding) carries that name as its Host.
    """
    if "HTTP_ORIGIN" in environ:
        return "the local AWS API does not answer web pages: the request has an Origin header"
    host = environ.get("HTTP_HOST", "").rpartition(":")[0] or environ.get("HTTP_HOST", "")
    if host in ("127.0.0.1", "localhost") or host.endswith(".localhost"):
        return ""
    return "the local AWS API answers only to the Host 127.0.0.1 or localhost"
