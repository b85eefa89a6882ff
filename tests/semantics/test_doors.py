from dataclasses import replace

import pytest
from tests.topologies import private_app

from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import MutualAuthentication
from landbridge.semantics.doors import (
    Door,
    EndpointDoor,
    FunctionUrlDoor,
    Handshake,
    ListenerDoor,
    S3Door,
    handshake_failed,
    handshake_hop,
    speaks_tls,
)
from landbridge.semantics.load_balancing.mutual_tls import ClientCertificateFault
from landbridge.trace.codes import LocalCode

STORE_ARN = Arn("arn:aws:elasticloadbalancing:eu-central-1:123456789012:truststore/clients/1")
AGREED = Handshake("TLSv1.3", "TLS_AES_128_GCM_SHA256", "orders.corp.example", "h2", "CN=client")


OFF = MutualAuthentication()


def listener_door(authentication: MutualAuthentication = OFF) -> ListenerDoor:
    topology = private_app()
    (balancer,) = topology.load_balancing.load_balancers
    listener = replace(balancer.listeners[0], mutual_authentication=authentication)
    return ListenerDoor(balancer, listener, topology.network.network_interfaces[0])


def endpoint_door() -> EndpointDoor:
    network = private_app().network
    return EndpointDoor(network.vpc_endpoints[0], network.network_interfaces[2])


@pytest.mark.parametrize(
    ("door", "speaks"),
    [
        (listener_door(), True),
        (endpoint_door(), True),
        (S3Door(443), True),
        (S3Door(80), False),
        (FunctionUrlDoor(), True),
    ],
)
def test_https_listeners_and_awss_own_endpoints_begin_with_a_handshake(door: Door, speaks: bool) -> None:
    assert speaks_tls(door) is speaks


def test_a_handshake_tells_what_was_agreed_on() -> None:
    decision = handshake_hop(listener_door(), replace(AGREED, server_name="", alpn="")).decision
    assert decision.allowed
    assert decision.facts == (
        ("protocol", "TLSv1.3"),
        ("cipher", "TLS_AES_128_GCM_SHA256"),
        ("server name", "none sent"),
    )


@pytest.mark.parametrize(("subject", "told"), [("CN=client", "CN=client"), ("", "none shown")])
def test_with_mutual_tls_a_handshake_tells_the_clients_subject(subject: str, told: str) -> None:
    door = listener_door(MutualAuthentication("passthrough"))
    facts = handshake_hop(door, replace(AGREED, client_subject=subject)).decision.facts
    assert facts[-3:] == (
        ("application protocol", "h2"),
        ("mutual TLS", "passthrough"),
        ("client certificate", told),
    )


def test_a_refused_client_certificate_is_told_with_the_reason_code_of_connection_logs() -> None:
    door = listener_door(MutualAuthentication("verify", STORE_ARN))
    decision = handshake_failed(door, "certificate verify failed", ClientCertificateFault.EXPIRED).decision
    assert decision.code is LocalCode.TLS_HANDSHAKE_FAILED
    assert decision.cited is not None
    assert decision.cited.arn == STORE_ARN
    assert ("tls_verify_status", "Failed:ClientCertExpired") in decision.facts
    assert "client certificate" in decision.remedy


def test_any_other_failure_names_the_security_policy() -> None:
    decision = handshake_failed(listener_door(), "no shared cipher").decision
    assert decision.cited is not None
    assert decision.cited.id == "ELBSecurityPolicy-TLS13-1-2-2021-06"
