"""boto3 clients that send nothing: their answers are scripted, and checked against AWS's own shapes."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import cache
from types import SimpleNamespace
from typing import Any

import boto3
from botocore import xform_name
from botocore.validate import validate_parameters

from landbridge.capture.reading import Reader
from landbridge.model.identifiers import NetworkInterfaceId, SecurityGroupId, SubnetId, VpcId, VpnGatewayId

REGION = "eu-central-1"
ACCOUNT = "123456789012"
VPC = VpcId("vpc-1")
SUBNET = SubnetId("subnet-1")
GROUP = SecurityGroupId("sg-1")
INTERFACE = NetworkInterfaceId("eni-1")
VPN_GATEWAY = VpnGatewayId("vgw-1")

Answer = dict[str, Any]
Script = Mapping[str, "Answer | Failure | Callable[[Answer], Answer | Failure]"]
"""Answers by ``service.operation``; one that depends on the parameters is a function."""


class Failure:
    """An error as AWS answers it."""

    def __init__(self, code: str, status: int = 400) -> None:
        self.code = code
        self.status = status


DENIED = Failure("AccessDenied", 403)


class ScriptedAccount:
    """Gives clients by service name; what the script does not name is answered with nothing."""

    def __init__(self, script: Script, otherwise: "Answer | Failure | None" = None) -> None:
        self.script = dict(script)
        self.otherwise = otherwise or {}
        self.calls: list[str] = []
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self._make_client(service)
        return self._clients[service]

    def reader(self, section: str = "") -> Reader:
        return Reader(self.client, ACCOUNT, REGION, section)

    def _make_client(self, service: str) -> Any:
        client = _session().client(service)
        parameters: list[Answer] = []

        def remember(params: Answer, **_: Any) -> None:
            parameters.append(params)

        def answer(model: Any, **_: Any) -> tuple[Any, Answer]:
            call = f"{service}.{xform_name(model.name)}"
            self.calls.append(call)
            scripted = self.script.get(call, self.otherwise)
            found = scripted(parameters[-1]) if callable(scripted) else deepcopy(scripted)
            if isinstance(found, Failure):
                metadata = {"HTTPStatusCode": found.status}
                error = {"Code": found.code, "Message": ""}
                return SimpleNamespace(status_code=found.status), {
                    "Error": error,
                    "ResponseMetadata": metadata,
                }
            if model.output_shape is not None and "body" not in found:
                validate_parameters(found, model.output_shape)
            return SimpleNamespace(status_code=200), found

        client.meta.events.register("before-parameter-build", remember)
        client.meta.events.register("before-call", answer)
        return client


@cache
def _session() -> Any:
    return boto3.session.Session(
        aws_access_key_id="testing", aws_secret_access_key="testing", region_name=REGION
    )


def features(reader: Reader) -> list[tuple[str, str]]:
    """What was noticed: pairs of resource id and feature."""
    return [(notice.resource.id, notice.feature) for notice in reader.notices]
