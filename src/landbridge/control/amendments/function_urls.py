"""Function URLs: one for the function and one for each of its aliases."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from moto.awslambda import urls
from moto.awslambda.exceptions import InvalidParameterValueException, LambdaClientError
from moto.awslambda.responses import LambdaResponse
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from landbridge.control.amendments.amend import add
from landbridge.control.amendments.function_policies import URLS

ID_CHARACTERS = "abcdefghijklmnopqrstuvwxyz234567"
ID_LENGTH = 32
AUTH_TYPES = ("NONE", "AWS_IAM")
INVOKE_MODES = ("BUFFERED", "RESPONSE_STREAM")
UNQUALIFIED = ("", "$LATEST")


class UrlExistsError(LambdaClientError):
    """AWS: "CreateFunctionUrlConfig" (AWS Lambda API reference)."""

    code = 409

    def __init__(self, function_arn: str) -> None:
        super().__init__(
            "ResourceConflictException",
            f"Failed to create function url config for [functionArn = {function_arn}]. "
            "Error message:  FunctionUrlConfig exists for this Lambda function",
        )


class UrlMissingError(LambdaClientError):
    """AWS: "GetFunctionUrlConfig" (AWS Lambda API reference)."""

    code = 404

    def __init__(self) -> None:
        super().__init__("ResourceNotFoundException", "The resource you requested does not exist.")


def install() -> None:
    """Amends moto's function URLs, which know no aliases."""
    for operation in (
        create_function_url_config,
        get_function_url_config,
        update_function_url_config,
        delete_function_url_config,
        list_function_url_configs,
    ):
        add(LambdaResponse, operation.__name__, operation)
    urls.url_paths["{0}/(?P<api_version>[^/]+)/functions/(?P<function_name>[^/]+)/urls/?$"] = (
        LambdaResponse.dispatch
    )


def create_function_url_config(self: Any) -> Any:
    """A URL of the function or of an alias; its id is never another one's.

    AWS: "CreateFunctionUrlConfig" (AWS Lambda API reference)
    """
    known, qualifier, function = _asked(self)
    if qualifier in known:
        raise UrlExistsError(_arn(function, qualifier))
    body = json.loads(self.body)
    _check(body)
    url_id = "".join(mock_random.choice(ID_CHARACTERS) for _ in range(ID_LENGTH))
    now = _now()
    known[qualifier] = {
        "FunctionUrl": f"https://{url_id}.lambda-url.{function.region}.on.aws/",
        "FunctionArn": _arn(function, qualifier),
        "AuthType": body["AuthType"],
        **({"Cors": body["Cors"]} if body.get("Cors") else {}),
        "CreationTime": now,
        "LastModifiedTime": now,
        "InvokeMode": body.get("InvokeMode") or INVOKE_MODES[0],
    }
    return 201, {"status": 201}, json.dumps(known[qualifier])


def get_function_url_config(self: Any) -> Any:
    """The URL of the function or of the alias.

    AWS: "GetFunctionUrlConfig" (AWS Lambda API reference)
    """
    return json.dumps(_found(self))


def update_function_url_config(self: Any) -> Any:
    """What is named is changed; empty cross-origin settings are none.

    AWS: "UpdateFunctionUrlConfig" (AWS Lambda API reference)
    """
    config, body = _found(self), json.loads(self.body)
    _check({"AuthType": config["AuthType"], **body})
    for name in ("AuthType", "InvokeMode", "Cors"):
        if body.get(name) is not None:
            config[name] = body[name]
    if not config.get("Cors"):
        config.pop("Cors", None)
    config["LastModifiedTime"] = _now()
    return json.dumps(config)


def delete_function_url_config(self: Any) -> Any:
    """The URL is gone for good.

    AWS: "DeleteFunctionUrlConfig" (AWS Lambda API reference)
    """
    _found(self)
    known, qualifier, _ = _asked(self)
    del known[qualifier]
    return 204, {"status": 204}, ""


def list_function_url_configs(self: Any) -> str:
    """All URLs of a function.

    AWS: "ListFunctionUrlConfigs" (AWS Lambda API reference)
    """
    known, _, _ = _asked(self)
    return json.dumps({"FunctionUrlConfigs": [known[qualifier] for qualifier in sorted(known)]})


def _asked(response: Any) -> tuple[dict[str, Any], str, Any]:
    """The URLs of the function asked for, the qualifier, and the function."""
    name = unquote(response.path.split("/functions/")[1].split("/")[0])
    qualifier = response.querystring.get("Qualifier", [""])[0]
    function = response.backend.get_function(name, qualifier or None)  # refuses what does not exist
    if qualifier.isdigit():
        raise InvalidParameterValueException("Function URLs cannot be created for a published version")
    itself = response.backend.get_function(function.function_name)
    return _urls(itself), "" if qualifier in UNQUALIFIED else qualifier, itself


def _found(response: Any) -> dict[str, Any]:
    known, qualifier, _ = _asked(response)
    if qualifier not in known:
        raise UrlMissingError
    found: dict[str, Any] = known[qualifier]
    return found


def _urls(function: Any) -> dict[str, Any]:
    known: dict[str, Any] = function.__dict__.setdefault(URLS, {})
    return known


def _arn(function: Any, qualifier: str) -> str:
    return f"{function.function_arn}:{qualifier}" if qualifier else str(function.function_arn)


def _check(body: Mapping[str, Any]) -> None:
    """AWS: "CreateFunctionUrlConfig" (AWS Lambda API reference)."""
    for name, values in (("AuthType", AUTH_TYPES), ("InvokeMode", INVOKE_MODES)):
        value = body.get(name, values[0])
        if value not in values:
            raise InvalidParameterValueException(
                f"Value '{value}' at '{name[0].lower()}{name[1:]}' failed to satisfy constraint: Member must "
                f"satisfy enum value set: [{', '.join(values)}]"
            )


def _now() -> str:
    return utcnow().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
