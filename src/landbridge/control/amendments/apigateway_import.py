"""APIs from OpenAPI documents: ImportRestApi and PutRestApi, which moto has for a part of OpenAPI 3 only."""

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from moto.apigateway.exceptions import BadRequestException, InvalidOpenApiModeException
from moto.apigateway.responses import APIGatewayResponse

from landbridge.control.amendments.amend import amend
from landbridge.control.amendments.apigateway_import_document import Document, base_path, parse_definition
from landbridge.control.amendments.apigateway_import_methods import put_paths
from landbridge.control.amendments.apigateway_import_parts import clear, drop_others, put_parts
from landbridge.control.amendments.apigateway_import_target import Target

MODES = ("merge", "overwrite")
ENDPOINT_TYPES = ("EDGE", "REGIONAL", "PRIVATE")


@dataclass(frozen=True, slots=True)
class Options:
    """What the request says besides the document."""

    basepath: str = "ignore"
    """``ignore``, ``prepend`` or ``split``."""
    endpoint_type: str = ""
    fails_on_warnings: bool = False


def install() -> None:
    """Amends both operations."""
    amend(APIGatewayResponse, "import_rest_api", import_rest_api)
    amend(APIGatewayResponse, "put_rest_api", put_rest_api)


def import_rest_api(original: Any, self: Any) -> Any:
    """A new API from a document; nothing of it stays when the document has errors.

    AWS: "ImportRestApi" (Amazon API Gateway API reference)
    """
    options, document = _options(self), parse_definition(self.body)
    api = self.backend.create_rest_api(
        name=str(document.get("info", {}).get("title", "")),
        description=None,
        endpoint_configuration={"types": [options.endpoint_type or "EDGE"]},
    )
    imported = False
    try:
        warnings = put_definition(self.backend, api, document, options)
        imported = True
    finally:
        if not imported:
            del self.backend.apis[api.id]
    return 201, {"status": 201}, json.dumps(_answer(api, warnings))


def put_rest_api(original: Any, self: Any) -> Any:
    """The API with what a document says, merged into it or in place of everything that it had.

    AWS: "PutRestApi" (Amazon API Gateway API reference)
    """
    api = self.backend.get_rest_api(self.path.split("/")[2])
    mode = self.querystring.get("mode", ["merge"])[0]
    if mode not in MODES:
        raise InvalidOpenApiModeException()
    options, document = _options(self), parse_definition(self.body)
    with _undone_on_errors(self.backend, api):
        warnings = put_definition(self.backend, api, document, options, overwrites=mode == "overwrite")
    return 200, {}, json.dumps(_answer(api, warnings))


def put_definition(
    backend: Any, api: Any, document: Document, options: Options, *, overwrites: bool = False
) -> tuple[str, ...]:
    """The API is as the document says; the warnings. Raises with all errors, or with all warnings.

    AWS: "Errors and warnings from importing your API into API Gateway"
    """
    target = Target(backend, api, document)
    if overwrites:
        clear(api)
    if options.endpoint_type:
        api.endpoint_configuration["types"] = [options.endpoint_type]
    put_parts(target)
    paths = put_paths(target, _prefix(options.basepath, base_path(document)))
    if overwrites:
        drop_others(target, paths)
    if target.errors:
        raise BadRequestException("\n\t".join(("Errors found during import:", *target.errors)))
    if target.warnings and options.fails_on_warnings:
        raise BadRequestException("\n\t".join(("Warnings found during import:", *target.warnings)))
    return tuple(target.warnings)


def _options(request: Any) -> Options:
    asked = {name: values[0] for name, values in request.querystring.items() if values}
    endpoint_type = asked.get("endpointConfigurationTypes", "")
    if endpoint_type and endpoint_type not in ENDPOINT_TYPES:
        raise BadRequestException(f"Invalid endpoint configuration type: {endpoint_type}")
    return Options(
        basepath=asked.get("basepath", "ignore").lower(),
        endpoint_type=endpoint_type,
        fails_on_warnings=asked.get("failonwarnings", "").lower() == "true",
    )


@contextmanager
def _undone_on_errors(backend: Any, api: Any) -> Iterator[None]:
    """The API is what it was before when anything is raised."""
    before = copy.deepcopy(api)
    done = False
    try:
        yield
        done = True
    finally:
        if not done:
            backend.apis[api.id] = before


def _prefix(mode: str, path: str) -> str:
    """What comes before the paths of a document with this base path.

    AWS: "Set the OpenAPI basePath property"
    """
    if mode == "prepend":
        return path
    _, slash, rest = path.removeprefix("/").partition("/")
    return slash + rest if mode == "split" else ""


def _answer(api: Any, warnings: tuple[str, ...]) -> Document:
    answer: Document = api.to_dict()
    return answer | ({"warnings": list(warnings)} if warnings else {})
