"""What a client gets where an HTTP integration's backend cannot be called, or does not answer."""

from dataclasses import replace

from landbridge.semantics.api_gateway.backend_certificate import is_certificate_fault
from landbridge.semantics.api_gateway.backend_request import BackendUri
from landbridge.semantics.api_gateway.gateway_responses import (
    GatewayError,
    integration_timed_out,
    internal_server_error,
    network_error,
)
from landbridge.semantics.api_gateway.refusal import configuration_error, failed, integration_hop, refuse
from landbridge.semantics.api_gateway.request import Executed, MethodRequest, method_reference
from landbridge.semantics.needs import HttpFailed, HttpFailure
from landbridge.trace.codes import GatewayResponseType
from landbridge.trace.decision import Hop, Hops, ResourceRef, Step, Verdict

FAILED = "Execution failed due to configuration error: "
NOT_REACHED = FAILED + "There was an internal error while executing your request"


def refuse_uri(request: MethodRequest, hops: Hops) -> Executed:
    """500: the URI is no address of a server."""
    decision = failed(
        GatewayResponseType.API_CONFIGURATION_ERROR,
        method_reference(request.match),
        FAILED + "Invalid endpoint address",
        "Give the integration a URI such as https://api.example.com/orders/{id}, and map each placeholder",
        ("uri", request.integration.uri),
    )
    return refuse(request, hops, integration_hop(request, decision), configuration_error())


def refuse_backend(request: MethodRequest, hops: Hops, hop: Hop) -> Executed:
    """504 where nobody can be reached, 500 where the configuration is at fault or nobody knows."""
    decision = hop.decision
    unreachable = (
        decision.verdict is not Verdict.NOT_MODELLED
        and decision.code is GatewayResponseType.INTEGRATION_FAILURE
    )
    return refuse(request, hops, hop, network_error() if unreachable else configuration_error())


def refuse_private(request: MethodRequest, hops: Hops) -> Executed:
    """500 where what stands behind a VPC link takes no connection; the last hop says why.

    AWS: "How do I troubleshoot API Gateway HTTP 500 errors with VPC link integration?"
    """
    *way, stopped = hops
    if stopped.decision.verdict is Verdict.NOT_MODELLED:
        return refuse(request, hops[:-1], stopped, configuration_error())
    told = replace(stopped.decision, facts=(*stopped.decision.facts, ("execution log", NOT_REACHED)))
    error = _internal(GatewayResponseType.API_CONFIGURATION_ERROR)
    return refuse(request, tuple(way), replace(stopped, decision=told), error)


def refuse_failure(request: MethodRequest, hops: Hops, uri: BackendUri, failure: HttpFailed) -> Executed:
    """What API Gateway says of a server that did not answer.

    AWS: "Gateway response types for API Gateway"
    """
    error, log, remedy = _explain(failure, private=bool(request.integration.vpc_link_id))
    if request.integration.type == "HTTP_PROXY":
        error = replace(error, reached_integration=False)
    reference = ResourceRef("Server", f"{uri.host}:{uri.port}")
    facts = [("failure", failure.failure.value), ("detail", failure.detail)]
    if failure.failure is HttpFailure.RESPONSE_TIMEOUT:
        facts.append(("integration timeout", f"{request.integration.timeout_ms} ms"))
    decision = failed(error.type, reference, log, remedy.format(server=reference.id), *facts)
    return refuse(request, hops, Hop(reference, Step.BACKEND, decision), error)


Explained = tuple[GatewayError, str, str]
"""The answer, the execution log's line, and what to change."""


def _explain(failure: HttpFailed, *, private: bool) -> Explained:
    match failure.failure:
        case HttpFailure.CONNECTION_REFUSED | HttpFailure.CONNECT_TIMEOUT if private:
            return (
                _internal(GatewayResponseType.API_CONFIGURATION_ERROR),
                NOT_REACHED,
                "Let what stands for the load balancer's target of {server} take connections",
            )
        case HttpFailure.RESPONSE_TIMEOUT:
            return (
                integration_timed_out(),
                "Execution failed due to a timeout error",
                "Let {server} answer within the integration's timeout, or raise the timeout and its quota",
            )
        case HttpFailure.NAME_NOT_RESOLVED:
            return (
                _internal(GatewayResponseType.API_CONFIGURATION_ERROR),
                FAILED + "Invalid endpoint address",
                "Correct the host in the integration's URI, or the local server that stands for {server}",
            )
        case HttpFailure.MALFORMED_RESPONSE:
            return (
                _internal(GatewayResponseType.INTEGRATION_FAILURE),
                FAILED + failure.detail,
                "Let {server} answer in HTTP/1.1, with headers of 10,240 bytes and a body of 10 MB at most",
            )
        case HttpFailure.TLS if is_certificate_fault(failure.detail):
            return (
                _internal(GatewayResponseType.API_CONFIGURATION_ERROR),
                FAILED + failure.detail,
                "Let {server} show a certificate of a public authority for the host in the URI, or set "
                "tlsConfig.insecureSkipVerification",
            )
        case _:
            return (
                network_error(),
                "Execution failed due to a network error communicating with endpoint",
                "Let {server} take connections and answer every request, over TLS where the URI begins with "
                "https",
            )


def _internal(code: GatewayResponseType) -> GatewayError:
    return internal_server_error(code, reached_integration=True)
