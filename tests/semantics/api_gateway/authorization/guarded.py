"""The private app with a method that callers have to be authorized for, and the world outside, by hand."""

import json
from dataclasses import replace
from typing import Any

from tests import topologies
from tests.semantics.api_gateway.calls import OK, call, topology_with, with_api

from landbridge.model.api_gateway import Method, Resource
from landbridge.model.authorizers import Authorizer
from landbridge.model.exchange import Headers
from landbridge.model.functions import Function, Functions
from landbridge.model.identifiers import Arn
from landbridge.model.policy import Condition, PolicyDocument, Statement
from landbridge.model.topology import Topology
from landbridge.semantics.api_gateway.execution import Executed, execute
from landbridge.semantics.api_gateway.request import ApiRequest
from landbridge.semantics.needs import (
    Invoke,
    Invoked,
    Keep,
    Kept,
    Need,
    ReadUserPoolKeys,
    Recall,
    Recalled,
    Result,
    UserPoolKeys,
)
from landbridge.semantics.world import World
from landbridge.serve.memory import Memory

API_ARN = f"arn:aws:execute-api:{topologies.REGION}:{topologies.ACCOUNT}:{topologies.API}"
FUNCTION_ARN = Arn(f"arn:aws:lambda:{topologies.REGION}:{topologies.ACCOUNT}:function:guard")
URI = f"arn:aws:apigateway:{topologies.REGION}:lambda:path/2015-03-31/functions/{FUNCTION_ARN}/invocations"
TOKEN = Authorizer("guard", "TOKEN", "auth01", URI, identity_sources=("method.request.header.Authorization",))
REQUEST = replace(TOKEN, type="REQUEST")
BEARER = (("Authorization", "Bearer abc"),)
POOL = Arn(f"arn:aws:cognito-idp:{topologies.REGION}:{topologies.ACCOUNT}:userpool/eu-central-1_AbCdEf")
COGNITO = Authorizer(
    "users",
    "COGNITO_USER_POOLS",
    identity_sources=("method.request.header.Authorization",),
    provider_arns=(POOL,),
)


def statement(effect: str = "Allow", **changes: Any) -> Statement:
    """One that is about everybody and every method of the API."""
    made = topologies.statement(
        effect=effect,
        principals=(("*", "*"),),
        actions=("execute-api:Invoke",),
        resources=(f"{API_ARN}/*",),
    )
    return replace(made, **changes)


ALLOWS = PolicyDocument((statement(),))
SILENT = PolicyDocument((statement(resources=(f"{API_ARN}/other/*",)),))
DENIES = PolicyDocument((statement(), statement("Deny")))


def guarded(
    authorization_type: str,
    authorizer: Authorizer | None = None,
    policy: PolicyDocument | None = ALLOWS,
    **method_changes: Any,
) -> Topology:
    """GET and POST /api/orders/{id} want to be authorized; without a policy the API is a public one."""
    made = Method(
        "GET",
        authorization_type=authorization_type,
        integration=topologies.function_integration(),
        authorizer=authorizer,
    )
    methods = tuple(replace(made, http_method=name, **method_changes) for name in ("GET", "POST"))
    topology = topology_with(Resource("r1", "/api/orders/{id}", methods), policy=policy)
    if policy is None:
        topology = with_api(topology, endpoint_type="REGIONAL")
    functions = topology.functions.functions
    return replace(topology, functions=Functions((*functions, guard_function())))


def guard_function(policy: PolicyDocument | None = None) -> Function:
    """The authorizer's function; its policy admits every authorizer of the API."""
    admits = topologies.statement(
        principals=(("Service", "apigateway.amazonaws.com"),),
        actions=("lambda:InvokeFunction",),
        resources=(FUNCTION_ARN,),
        conditions=(Condition("ArnLike", "aws:SourceArn", (f"{API_ARN}/authorizers/*",)),),
    )
    made = topologies.functions().functions[0]
    return replace(made, arn=FUNCTION_ARN, name="guard", policy=policy or PolicyDocument((admits,)))


def with_guard(topology: Topology, guard: Function | None) -> Topology:
    """The topology with another function for the authorizer, or none."""
    others = [each for each in topology.functions.functions if each.arn != FUNCTION_ARN]
    return replace(topology, functions=Functions((*others, *([guard] if guard is not None else []))))


def order(topology: Topology, headers: Headers = BEARER, **changes: Any) -> ApiRequest:
    """GET /api/orders/7, from the internet where the API is public."""
    made = call(
        topology, changes.pop("target", "/api/orders/7"), changes.pop("method", "GET"), headers, **changes
    )
    if made.api.endpoint_type == "PRIVATE":
        return made
    return replace(made, vpc_id=None, vpc_endpoint_id=None, source_address="203.0.113.9")


def answer(effect: str = "Allow", resource: str = f"{API_ARN}/live/GET/*", **more: Any) -> Invoked:
    """What an authorizer's function returns; an effect of nothing makes a policy without statements."""
    statements = [{"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}] if effect else []
    document = {"Version": "2012-10-17", "Statement": statements}
    made = {"principalId": "ada", "policyDocument": document, **more}
    return Invoked(json.dumps(made).encode(), duration_ms=42)


class Outside:
    """The world outside: one authorizer's answer, one memory, one key set; it notes what it was asked."""

    def __init__(self, authorizer: Result | None = None, keys: bytes = b"") -> None:
        self.authorizer = authorizer
        self.keys = keys
        self.memory = Memory()
        self.needs: list[Need] = []

    def run(self, topology: Topology, made: ApiRequest, moment: Any) -> Executed:
        """The answer to the request."""
        steps = execute(World(topology), made, moment)
        try:
            need = next(steps)
            while True:
                self.needs.append(need)
                need = steps.send(self._perform(need))
        except StopIteration as end:
            executed: Executed = end.value
            return executed

    @property
    def invoked(self) -> list[str]:
        """The names of the functions that were invoked."""
        return [need.function_arn.rpartition(":")[2] for need in self.needs if isinstance(need, Invoke)]

    def event(self, function: str = "guard") -> dict[str, Any]:
        """What the function was last invoked with."""
        payloads = [
            need.payload
            for need in self.needs
            if isinstance(need, Invoke) and need.function_arn.endswith(f":{function}")
        ]
        read: dict[str, Any] = json.loads(payloads[-1])
        return read

    def _perform(self, need: Need) -> Result:
        match need:
            case Invoke(function_arn) if function_arn == FUNCTION_ARN:
                assert self.authorizer is not None, "nobody expected the authorizer to be asked"
                return self.authorizer
            case Invoke():
                return OK
            case Recall(key, epoch_ms):
                return Recalled(self.memory.recall(key, epoch_ms))
            case Keep(key, value, until_epoch_ms):
                self.memory.keep(key, value, until_epoch_ms)
                return Kept()
            case ReadUserPoolKeys():
                return UserPoolKeys(self.keys)
        raise AssertionError(f"nobody expected {need}")
