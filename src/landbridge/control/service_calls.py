"""Calls of AWS services by API Gateway: permission has been decided before, and is not asked again."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode
from xml.etree import ElementTree as Xml

from landbridge.control.dispatch import Answer, Request, client_name, service_of
from landbridge.control.session import isolated_session
from landbridge.model.exchange import HttpRequest, HttpResponse, without

OWNER = (
    "AWS4-HMAC-SHA256 Credential=apigateway/20200101/{region}/{service}/aws4_request, SignedHeaders=host, "
    "Signature=0"
)
"""Makes a call one of the account; signatures are not verified."""
FORM = "application/x-www-form-urlencoded"
RENAMED = {("ReceiveMessageResult", "Messages"): "messages"}
"""What Amazon SQS calls otherwise in JSON than in XML."""


class ServiceCalls:
    """The services of one account, as API Gateway calls them."""

    def __init__(self, answer: Callable[[str, str, str, Request], Answer], region: str) -> None:
        self._answer = answer
        self._region = region

    def call(self, service: str, operation: str, request: HttpRequest) -> HttpResponse:
        """The service's answer; one that is asked for JSON and speaks XML answers in JSON.

        AWS: "Choose an API Gateway API integration type"
        """
        host = request.header("host") or f"{service}.{self._region}.amazonaws.com"
        known_as = service_of(host) or service
        sent = _as_form(request) if request.header("x-amz-target") is None else request
        headers = dict(without(sent.headers, "host", "connection"))
        headers["Authorization"] = OWNER.format(region=self._region, service=service)
        url = f"https://{host}{sent.target}"
        made = Request.from_primitives(sent.method, url, headers, sent.body)
        answered = self._answer(known_as, operation, self._region, made)
        response = HttpResponse(answered.status, tuple(answered.headers.items()), answered.body)
        wants_json = (request.header("accept") or "").startswith("application/json")
        if wants_json and known_as != "s3" and answered.body.lstrip().startswith(b"<"):
            return _in_json(client_name(known_as), operation, response)
        return response


def _as_form(request: HttpRequest) -> HttpRequest:
    """A call by parameters with all of them in a form, where moto reads them; another one as it is."""
    parameters = dict(parse_qsl(request.query, keep_blank_values=True))
    if (request.header("content-type") or "").startswith(FORM):
        parameters |= dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    if "Action" not in parameters:
        return request
    headers = (*without(request.headers, "content-type"), ("Content-Type", FORM))
    return HttpRequest("POST", request.path, headers, urlencode(parameters).encode())


def _in_json(client: str, operation: str, response: HttpResponse) -> HttpResponse:
    root = Xml.fromstring(response.body)
    if _name(root) == "ErrorResponse":
        body = _error(root)
    else:
        model = isolated_session().get_service_model(client)
        output = model.operation_model(operation).output_shape if operation in model.operation_names else None
        body = {_name(root): {_name(child): _part(child, output) for child in sorted(root, key=_name)}}
    headers = (*without(response.headers, "content-type"), ("Content-Type", "application/json"))
    return HttpResponse(response.status, headers, json.dumps(body, separators=(",", ":")).encode())


def _error(root: Xml.Element) -> dict[str, Any]:
    found = {_name(element): (element.text or "").strip() for element in root.iter()}
    error = {"Code": found.get("Code"), "Message": found.get("Message"), "Type": found.get("Type", "Sender")}
    return {"Error": error, "RequestId": found.get("RequestId")}


def _part(element: Xml.Element, output: Any) -> Any:
    """The result by its shape, whatever else by its elements alone."""
    if _name(element).endswith("Result") and output is not None:
        return _structure(element, output, _name(element))
    return {_name(child): child.text for child in element}


def _structure(element: Xml.Element, shape: Any, wrapper: str = "") -> dict[str, Any]:
    """Every member of the shape in alphabetical order; null for one that is not there."""
    return {
        RENAMED.get((wrapper, name), name): _member(element, name, member)
        for name, member in sorted(shape.members.items())
    }


def _member(element: Xml.Element, name: str, shape: Any) -> Any:
    names = {name, shape.serialization.get("name", name), name.removesuffix("s")}
    found = [child for child in element if _name(child) in names]
    if not found:
        return None
    if shape.type_name == "list":
        inner = [entry for child in found for entry in child if _name(entry) == "member"]
        return [_value(entry, shape.member) for entry in inner or found]
    if shape.type_name == "map":
        entries = [entry for child in found for entry in child if _name(entry) == "entry"]
        return dict(map(_text, entries or found))
    return _value(found[0], shape)


def _value(element: Xml.Element, shape: Any) -> Any:
    match shape.type_name:
        case "structure":
            return _structure(element, shape)
        case "integer" | "long":
            return int(element.text or 0)
        case "boolean":
            return element.text == "true"
    return element.text


def _text(entry: Xml.Element) -> tuple[str, str]:
    """An entry of a map: its first element is the key, its second the value."""
    key, value = (child.text or "" for child in list(entry)[:2])
    return key, value


def _name(element: Xml.Element) -> str:
    return element.tag.rpartition("}")[2]
