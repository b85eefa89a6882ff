from typing import Any

import pytest
from tests.capture.scripted import DENIED, ScriptedAccount, features
from tests.capture.test_load_balancing import ELB, LISTENER, account

from landbridge.capture.load_balancing import read_load_balancing
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import LoadBalancing, MutualAuthentication, TrustStore

STORE_ARN = Arn(f"{ELB}:truststore/clients/1")
STORE = {
    "TrustStoreArn": STORE_ARN,
    "Name": "clients",
    "Status": "ACTIVE",
    "NumberOfCaCertificates": 2,
    "TotalRevokedEntries": 5,
}
VERIFY = {
    "Mode": "verify",
    "TrustStoreArn": STORE_ARN,
    "IgnoreClientCertificateExpiry": True,
    "TrustStoreAssociationStatus": "active",
    "AdvertiseTrustStoreCaNames": "on",
}


def verifying(**answers: Any) -> ScriptedAccount:
    return account({**LISTENER, "MutualAuthentication": VERIFY}, **answers)


@pytest.mark.parametrize(
    ("answer", "read"),
    [
        ({}, MutualAuthentication()),
        ({"MutualAuthentication": {"Mode": "off"}}, MutualAuthentication()),
        ({"MutualAuthentication": {"Mode": "passthrough"}}, MutualAuthentication("passthrough")),
        ({"MutualAuthentication": VERIFY}, MutualAuthentication("verify", STORE_ARN, True, True)),
    ],
)
def test_what_a_listener_asks_of_its_clients_certificates_is_read(
    answer: dict[str, Any], read: MutualAuthentication
) -> None:
    reader = account({**LISTENER, **answer}, describe_trust_stores={"TrustStores": [STORE]}).reader()
    (listener,) = read_load_balancing(reader, LoadBalancing()).load_balancers[0].listeners
    assert listener.mutual_authentication == read
    assert features(reader) == []


def test_trust_stores_are_read_where_a_listener_verifies() -> None:
    section = read_load_balancing(
        verifying(describe_trust_stores={"TrustStores": [STORE]}).reader(), LoadBalancing()
    )
    assert section.trust_store_by_arn == {STORE_ARN: TrustStore(STORE_ARN, "clients", "ACTIVE", 2, 5)}


def test_trust_stores_are_not_asked_for_where_none_is_used() -> None:
    scripted = account(LISTENER, describe_trust_stores=DENIED)
    reader = scripted.reader()
    assert read_load_balancing(reader, LoadBalancing()).trust_stores == ()
    assert features(reader) == []


def test_a_trust_store_of_another_account_is_noticed() -> None:
    reader = verifying(describe_trust_stores={"TrustStores": []}).reader()
    assert read_load_balancing(reader, LoadBalancing()).trust_stores == ()
    assert features(reader) == [
        ("app/web/1/2", f"trust store {STORE_ARN}, which is not one of this account's")
    ]
