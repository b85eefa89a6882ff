"""AWS Lambda: invocations go to the running stack, and configuration that moto drops is kept."""

import base64
import json
from threading import Thread
from typing import Any
from urllib.parse import unquote

from moto.awslambda.models import LambdaFunction
from moto.awslambda.responses import LambdaResponse
from moto.ec2.models import ec2_backends

from landbridge.control.amendments.amend import add, amend, amend_property
from landbridge.control.amendments.function_policies import qualifier_in
from landbridge.control.dispatch import Answer, OutsideTheLock
from landbridge.control.hooks import Invocation, InvocationRefused, InvocationResult, InvokeHook, hooks
from landbridge.model.functions import qualified, unqualified

UPDATED_AS = {
    "TracingConfig": "tracing_config",
    "KMSKeyArn": "kms_key_arn",
    "LoggingConfig": "landbridge_logging",
}


def install() -> None:
    """Amends moto's functions."""
    add(LambdaResponse, "invoke", invoke)
    add(LambdaFunction, "_invoke_lambda", invoke_by_event)
    amend(LambdaFunction, "__init__", new_function)
    amend(LambdaFunction, "get_configuration", get_configuration)
    amend(LambdaFunction, "update_configuration", update_configuration)
    amend_property(LambdaFunction, "vpc_config", vpc_config)


def invoke(self: Any) -> Any:
    """What the running stack's function answers; moto starts a container, or says it cannot.

    AWS: "Invoke" (AWS Lambda API reference)
    """
    name = unquote(self.path.rsplit("/", 2)[-2])
    qualifier = self.querystring.get("Qualifier", [None])[0]
    function = self.backend.get_function(name, qualifier)  # refuses what does not exist
    kind = self.headers.get("X-Amz-Invocation-Type") or "RequestResponse"
    if kind == "DryRun":
        return 204, {"status": 204}, ""
    if hooks.invoke is None:
        raise NotImplementedError(f"no stack is running that could run {function.function_name}")
    invocation = Invocation(
        function_arn=_qualified(function, qualifier_in(name) or qualifier or ""),
        payload=bytes(self.normalized_request.data),
        invocation_type=kind,
        client_context=self.headers.get("X-Amz-Client-Context", ""),
    )
    hook, wants_log = hooks.invoke, self.headers.get("X-Amz-Log-Type") == "Tail"
    if kind == "Event":
        _run_later(hook, invocation)
        return 202, {"status": 202}, ""
    raise OutsideTheLock(lambda: _answer(hook, invocation, wants_log))


def invoke_by_event(self: Any, event: str | None = None) -> tuple[str, bool, str]:
    """A function that another service invokes, such as a log subscription, runs by the same stack.

    AWS: "Invoking a Lambda function asynchronously"
    """
    if hooks.invoke is not None:
        payload = event if isinstance(event, str) else json.dumps(event or {})
        _run_later(hooks.invoke, Invocation(_qualified(self), payload.encode(), "Event"))
    return "", False, ""


def new_function(
    original: Any, self: Any, account_id: str, spec: dict[str, Any], *args: Any, **kwargs: Any
) -> None:
    """A function that keeps its ``LoggingConfig``.

    AWS: "LoggingConfig" (AWS Lambda API reference)
    """
    original(self, account_id, spec, *args, **kwargs)
    self.landbridge_logging = spec.get("LoggingConfig") or {}


def get_configuration(original: Any, self: Any, on_create: bool = False) -> dict[str, Any]:
    """The configuration with the log group that the function writes to.

    AWS: "LoggingConfig" (AWS Lambda API reference)
    """
    configuration: dict[str, Any] = original(self, on_create)
    group = f"/aws/lambda/{self.function_name}"
    configuration["LoggingConfig"] = {"LogFormat": "Text", "LogGroup": group, **self.landbridge_logging}
    return configuration


def update_configuration(original: Any, self: Any, config_updates: dict[str, Any]) -> Any:
    """All of what is updated; moto leaves out logging, tracing, the key and the size of ``/tmp``.

    AWS: "UpdateFunctionConfiguration" (AWS Lambda API reference)
    """
    original(self, config_updates)
    for parameter, attribute in UPDATED_AS.items():
        if parameter in config_updates:
            setattr(self, attribute, config_updates[parameter])
    if "EphemeralStorage" in config_updates:
        self.ephemeral_storage = config_updates["EphemeralStorage"]["Size"]
    return self.get_configuration()


def vpc_config(original: Any, self: Any) -> dict[str, Any] | None:
    """The VPC of the function's subnets; moto answers ``vpc-123abc``.

    AWS: "VpcConfigResponse" (AWS Lambda API reference)
    """
    configuration: dict[str, Any] | None = original(self)
    if configuration and configuration.get("SubnetIds"):
        subnets = ec2_backends[self.account_id][self.region]
        configuration["VpcId"] = subnets.get_subnet(configuration["SubnetIds"][0]).vpc_id
    return configuration


def _qualified(function: Any, qualifier: str = "") -> str:
    return qualified(unqualified(function.function_arn), qualifier)


def _run_later(hook: InvokeHook, invocation: Invocation) -> None:
    Thread(target=_run_and_forget, args=(hook, invocation), name="lambda-event", daemon=True).start()


def _run_and_forget(hook: InvokeHook, invocation: Invocation) -> None:
    try:
        hook(invocation)
    except InvocationRefused:
        return  # the caller of an asynchronous invocation has gone


def _answer(hook: InvokeHook, invocation: Invocation, wants_log: bool) -> Answer:
    try:
        result: InvocationResult = hook(invocation)
    except InvocationRefused as refusal:
        body = json.dumps({"Type": "User", "Message": refusal.message, "message": refusal.message})
        headers = {"content-type": "application/json", "x-amzn-errortype": refusal.error_type}
        return Answer(refusal.status, headers, body.encode())
    headers = {"content-type": "application/json", "x-amz-executed-version": result.executed_version}
    if result.function_error:
        headers["x-amz-function-error"] = result.function_error
    if wants_log:
        headers["x-amz-log-result"] = base64.b64encode(result.log_tail[-4096:]).decode()
    return Answer(200, headers, result.payload)
