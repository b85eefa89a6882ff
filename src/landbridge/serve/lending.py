"""What the AWS API and the running stack lend each other: certificates, code, credentials, invocations."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

from landbridge.control.aws_api import AwsApi
from landbridge.control.hooks import Invocation, InvocationRefused, InvocationResult
from landbridge.model.identifiers import Arn
from landbridge.model.topology import Topology
from landbridge.semantics.api_gateway.authorization.lambda_authorizer import AUTHORIZER
from landbridge.semantics.api_gateway.method_cache import METHOD_CACHE
from landbridge.semantics.needs import Invoke, Invoked, InvokeRefused
from landbridge.serve.client_verification import TrustMaterial
from landbridge.serve.functions.fleet import Fleet
from landbridge.serve.functions.host import Credentials
from landbridge.serve.functions.invocation import InvokeResult
from landbridge.serve.live_world import LiveWorld
from landbridge.serve.memory import Memory
from landbridge.serve.tls import TlsMaterial

LONGEST_INVOCATION_MS = 900_000
"""AWS: "Configure Lambda function timeout" """
STATUS_OF_REFUSAL = {"TooManyRequestsException": 429, "ResourceNotFoundException": 404}


def make_fleet(api: AwsApi, directory: Path, echo: Callable[[str, str], None]) -> Fleet:
    """The functions' processes, with code, credentials and logs of the AWS API."""

    def credentials(role_arn: Arn) -> Credentials:
        found = api.material.role_credentials(role_arn, "landbridge")
        return found.access_key_id, found.secret_access_key, found.session_token

    return Fleet(
        directory=directory,
        endpoint_url=api.endpoint_url,
        region=api.region,
        code=api.material.function_code,
        credentials=credentials,
        logs=api.material.write_log_events,
        echo=echo,
    )


def lend_functions(api: AwsApi, fleet: Fleet, live: LiveWorld, loop: asyncio.AbstractEventLoop) -> None:
    """``Invoke`` runs the same processes as a request through the API, as they are after every change."""

    async def run(need: Invoke) -> InvokeResult:
        await live.current()
        return await fleet.invoke(need)

    def invoke(invocation: Invocation) -> InvocationResult:
        need = Invoke(Arn(invocation.function_arn), invocation.payload, "", LONGEST_INVOCATION_MS)
        result = asyncio.run_coroutine_threadsafe(run(need), loop).result()
        if isinstance(result, Invoked):
            version = result.executed_version
            return InvocationResult(result.payload, result.function_error, executed_version=version)
        if isinstance(result, InvokeRefused):
            status = STATUS_OF_REFUSAL.get(result.error_type, 500)
            raise InvocationRefused(status, result.error_type, result.message)
        raise InvocationRefused(500, "ServiceException", "The function did not answer in time")

    api.material.set_invoke(invoke)


def lend_memory(api: AwsApi, memory: Memory, loop: asyncio.AbstractEventLoop) -> None:
    """``FlushStageAuthorizersCache`` and ``FlushStageCache`` forget what requests kept."""

    def forget(what: str, api_id: str, stage_name: str) -> None:
        loop.call_soon_threadsafe(memory.forget, what, api_id, stage_name)

    api.material.set_flush_authorizers(partial(forget, AUTHORIZER))
    api.material.set_flush_stage(partial(forget, METHOD_CACHE))


def read_tls_material(api: AwsApi, topology: Topology, arn: Arn) -> TlsMaterial | None:
    """A certificate with its key, and the names it is for; None where it is not in the topology."""
    certificate = topology.certificates.by_arn.get(arn)
    if certificate is None:
        return None
    names = (certificate.domain_name, *certificate.subject_alternative_names)
    leaf, chain, key = api.material.certificate_material(arn)
    return TlsMaterial(tuple(dict.fromkeys(names)), f"{leaf.strip()}\n{chain.strip()}\n", key)


def read_trust_material(api: AwsApi, arn: Arn) -> TrustMaterial | None:
    """What a trust store holds; None where there is none."""
    found = api.material.trust_store(arn)
    return TrustMaterial(*found) if found is not None else None
