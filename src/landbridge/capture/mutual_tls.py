"""Mutual TLS of listeners, and the trust stores that they verify against."""

from landbridge.capture.reading import Answer, Reader
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import LoadBalancer, MutualAuthentication, TrustStore
from landbridge.trace.decision import ResourceRef


def mutual_authentication(listener: Answer) -> MutualAuthentication:
    """What a listener asks of its clients' certificates."""
    answer = listener.get("MutualAuthentication") or {}
    trust_store = answer.get("TrustStoreArn")
    return MutualAuthentication(
        mode=answer.get("Mode") or "off",
        trust_store_arn=Arn(trust_store) if trust_store else None,
        ignore_client_certificate_expiry=answer.get("IgnoreClientCertificateExpiry") or False,
        advertise_trust_store_ca_names=answer.get("AdvertiseTrustStoreCaNames") == "on",
    )


def read_trust_stores(reader: Reader, balancers: tuple[LoadBalancer, ...]) -> tuple[TrustStore, ...]:
    """The trust stores of the account; asked for only where a listener verifies."""
    used = {
        (listener.arn, listener.mutual_authentication.trust_store_arn)
        for balancer in balancers
        for listener in balancer.listeners
        if listener.mutual_authentication.trust_store_arn is not None
    }
    if not used:
        return ()
    answers = reader.items("elbv2", "describe_trust_stores", "TrustStores", order_by="TrustStoreArn")
    stores = tuple(_trust_store(answer) for answer in answers)
    own = {store.arn for store in stores}
    for listener_arn, arn in sorted(used, key=str):
        if arn not in own:
            about = ResourceRef(
                "AWS::ElasticLoadBalancingV2::Listener", listener_arn.partition(":listener/")[2], listener_arn
            )
            reader.notice(about, f"trust store {arn}, which is not one of this account's")
    return stores


def _trust_store(answer: Answer) -> TrustStore:
    return TrustStore(
        arn=Arn(answer["TrustStoreArn"]),
        name=answer["Name"],
        status=answer["Status"],
        number_of_ca_certificates=answer.get("NumberOfCaCertificates", 0),
        total_revoked_entries=answer.get("TotalRevokedEntries", 0),
    )
