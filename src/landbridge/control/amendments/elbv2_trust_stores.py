"""Trust stores and mutual TLS of listeners, and the security policies that moto does not know."""

import re
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from moto.core.responses import ActionResult, EmptyResult
from moto.elbv2 import ssl_policies
from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend, FakeListener
from moto.elbv2.responses import ELBV2Response
from moto.moto_api._internal import mock_random
from moto.s3.models import s3_backends

from landbridge.control.amendments.amend import add, amend
from landbridge.semantics.load_balancing.mutual_tls import is_supported
from landbridge.semantics.load_balancing.security_policies import SECURITY_POLICIES

MODES = frozenset({"off", "passthrough", "verify"})
MOST_CERTIFICATES = 25
CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----\n.+?\n-----END CERTIFICATE-----\n?", re.DOTALL)
INVALID = "InvalidCaCertificatesBundle"


@dataclass
class Revocation:
    """A certificate revocation list of a trust store."""

    revocation_id: int
    pem: str
    number_of_revoked_entries: int
    location: str
    trust_store_arn: str
    revocation_type: str = "CRL"


@dataclass
class TrustStore:
    """A trust store as moto's serializer reads it."""

    name: str
    trust_store_arn: str
    certificates: tuple[str, ...]
    location: str
    revocations: dict[int, Revocation] = field(default_factory=dict)
    status: str = "ACTIVE"

    @property
    def number_of_ca_certificates(self) -> int:
        """How many certificates the bundle has."""
        return len(self.certificates)

    @property
    def total_revoked_entries(self) -> int:
        """Of all lists together."""
        return sum(each.number_of_revoked_entries for each in self.revocations.values())


def install() -> None:
    """Adds trust stores to moto, mutual TLS to its listeners, and every security policy."""
    ssl_policies.SSL_POLICIES.clear()
    ssl_policies.SSL_POLICIES.update(
        {
            policy.name: {
                "name": policy.name,
                "ciphers": [*policy.tls_1_3_ciphers, *policy.ciphers],
                "ssl_protocols": [version.value for version in policy.versions],
            }
            for policy in SECURITY_POLICIES.values()
        }
    )
    add(FakeListener, "mutual_authentication", property(mutual_authentication))
    amend(ELBV2Response, "create_listener", create_listener)
    amend(ELBV2Response, "modify_listener", modify_listener)
    amend(ELBv2Backend, "_get_resource_by_arn", get_resource_by_arn)
    for operation in OPERATIONS:
        add(ELBV2Response, operation.__name__, operation)


def mutual_authentication(self: Any) -> dict[str, Any] | None:
    """What the listener asks of its clients' certificates; ``off`` when nothing was said of it.

    AWS: "MutualAuthenticationAttributes" (Elastic Load Balancing API reference)
    """
    if self.protocol != "HTTPS":
        return None
    kept: dict[str, Any] = self.__dict__.get("landbridge_mutual_authentication") or {"Mode": "off"}
    return kept


def create_listener(original: Any, self: Any) -> ActionResult:
    """A listener with its mutual authentication, of a security policy that exists; moto drops and takes any.

    AWS: "CreateListener" (Elastic Load Balancing API reference)
    """
    policy = self._get_param("SslPolicy")
    if policy is not None and policy not in SECURITY_POLICIES:
        raise ELBClientError("SSLPolicyNotFound", f"SSL policy '{policy}' not found")
    return _with_mutual_authentication(original, self)


def modify_listener(original: Any, self: Any) -> ActionResult:
    """The listener with its mutual authentication as it is from now on.

    AWS: "ModifyListener" (Elastic Load Balancing API reference)
    """
    return _with_mutual_authentication(original, self)


def get_resource_by_arn(original: Any, self: Any, arn: str) -> Any:
    """Trust stores can be tagged as well.

    AWS: "AddTags" (Elastic Load Balancing API reference)
    """
    return _found(self, arn) if ":truststore/" in arn else original(self, arn)


def create_trust_store(self: Any) -> ActionResult:
    """A trust store with the CA certificates of a bundle in S3.

    AWS: "CreateTrustStore" (Elastic Load Balancing API reference)
    """
    backend, name = self.elbv2_backend, self._get_param("Name")
    if any(store.name == name for store in _stores(backend).values()):
        raise ELBClientError("DuplicateTrustStoreName", f"A trust store named '{name}' already exists")
    certificates, location = _bundle(self)
    arn = (
        f"arn:{backend.partition}:elasticloadbalancing:{backend.region_name}:{backend.account_id}"
        f":truststore/{name}/{mock_random.get_random_hex(16)}"
    )
    store = _stores(backend)[arn] = TrustStore(name, arn, certificates, location)
    backend.tagging_service.tag_resource(arn, self._get_param("Tags", []))
    return ActionResult({"TrustStores": [store]})


def modify_trust_store(self: Any) -> ActionResult:
    """The trust store with another bundle in place of its own.

    AWS: "ModifyTrustStore" (Elastic Load Balancing API reference)
    """
    store = _found(self.elbv2_backend, self._get_param("TrustStoreArn"))
    store.certificates, store.location = _bundle(self)
    return ActionResult({"TrustStores": [store]})


def describe_trust_stores(self: Any) -> ActionResult:
    """The trust stores that are asked for by ARN or name, or all.

    AWS: "DescribeTrustStores" (Elastic Load Balancing API reference)
    """
    backend = self.elbv2_backend
    arns, names = self._get_param("TrustStoreArns", []), self._get_param("Names", [])
    stores = list(_stores(backend).values())
    if arns:
        stores = [_found(backend, arn) for arn in arns]
    elif names:
        stores = [store for store in stores if store.name in names]
        if not stores:
            raise _not_found()
    return ActionResult({"TrustStores": stores})


def delete_trust_store(self: Any) -> EmptyResult:
    """A trust store that no listener uses is gone.

    AWS: "DeleteTrustStore" (Elastic Load Balancing API reference)
    """
    backend, arn = self.elbv2_backend, self._get_param("TrustStoreArn")
    _found(backend, arn)
    if _users(backend, arn):
        raise ELBClientError("TrustStoreInUse", f"Trust store '{arn}' is currently in use by a listener")
    del _stores(backend)[arn]
    return EmptyResult()


def describe_trust_store_associations(self: Any) -> ActionResult:
    """The listeners that verify against a trust store.

    AWS: "DescribeTrustStoreAssociations" (Elastic Load Balancing API reference)
    """
    arn = self._get_param("TrustStoreArn")
    _found(self.elbv2_backend, arn)
    users = [{"ResourceArn": listener} for listener in _users(self.elbv2_backend, arn)]
    return ActionResult({"TrustStoreAssociations": users})


def get_trust_store_ca_certificates_bundle(self: Any) -> ActionResult:
    """Where the bundle is in S3.

    AWS: "GetTrustStoreCaCertificatesBundle" (Elastic Load Balancing API reference)
    """
    return ActionResult({"Location": _found(self.elbv2_backend, self._get_param("TrustStoreArn")).location})


def add_trust_store_revocations(self: Any) -> ActionResult:
    """The trust store with further revocation lists from S3.

    AWS: "AddTrustStoreRevocations" (Elastic Load Balancing API reference)
    """
    store = _found(self.elbv2_backend, self._get_param("TrustStoreArn"))
    added = []
    for content in self._get_param("RevocationContents", []):
        pem, location = _read(self, content, "RevocationContentNotFound")
        try:
            entries = x509.load_pem_x509_crl(pem)
        except ValueError as error:
            raise ELBClientError(
                "InvalidRevocationContent", "The provided revocation file is an invalid format"
            ) from error
        number = max(store.revocations, default=0) + 1
        revocation = Revocation(number, pem.decode(), len(entries), location, store.trust_store_arn)
        store.revocations[number] = revocation
        added.append(revocation)
    return ActionResult({"TrustStoreRevocations": added})


def remove_trust_store_revocations(self: Any) -> EmptyResult:
    """The trust store without some of its revocation lists.

    AWS: "RemoveTrustStoreRevocations" (Elastic Load Balancing API reference)
    """
    store = _found(self.elbv2_backend, self._get_param("TrustStoreArn"))
    for revocation in _revocations(store, self._get_param("RevocationIds", [])):
        del store.revocations[revocation.revocation_id]
    return EmptyResult()


def describe_trust_store_revocations(self: Any) -> ActionResult:
    """The revocation lists of a trust store that are asked for, or all.

    AWS: "DescribeTrustStoreRevocations" (Elastic Load Balancing API reference)
    """
    store = _found(self.elbv2_backend, self._get_param("TrustStoreArn"))
    asked = self._get_param("RevocationIds", []) or list(store.revocations)
    return ActionResult({"TrustStoreRevocations": _revocations(store, asked)})


def get_trust_store_revocation_content(self: Any) -> ActionResult:
    """Where a revocation list is in S3.

    AWS: "GetTrustStoreRevocationContent" (Elastic Load Balancing API reference)
    """
    store = _found(self.elbv2_backend, self._get_param("TrustStoreArn"))
    (revocation,) = _revocations(store, [self._get_param("RevocationId")])
    return ActionResult({"Location": revocation.location})


OPERATIONS = (
    create_trust_store,
    modify_trust_store,
    describe_trust_stores,
    delete_trust_store,
    describe_trust_store_associations,
    get_trust_store_ca_certificates_bundle,
    add_trust_store_revocations,
    remove_trust_store_revocations,
    describe_trust_store_revocations,
    get_trust_store_revocation_content,
)


def _with_mutual_authentication(original: Any, response: Any) -> ActionResult:
    asked = response._get_param("MutualAuthentication")
    if asked is not None:
        _check(response.elbv2_backend, asked)
    result: ActionResult = original(response)
    if asked is not None:
        (listener,) = result.result["Listeners"]  # type: ignore[index]
        listener.landbridge_mutual_authentication = _completed(asked)
    return result


def _check(backend: Any, asked: dict[str, Any]) -> None:
    mode, arn = asked.get("Mode", "off"), asked.get("TrustStoreArn")
    if mode not in MODES:
        raise ELBClientError("ValidationError", f"Mutual authentication mode '{mode}' is not valid")
    if mode == "verify" and not arn:
        raise ELBClientError(
            "ValidationError", "A trust store ARN must be specified when the mode is 'verify'"
        )
    if mode != "verify" and arn:
        raise ELBClientError(
            "ValidationError", f"A trust store ARN cannot be specified when the mode is '{mode}'"
        )
    if arn:
        _found(backend, arn)


def _completed(asked: dict[str, Any]) -> dict[str, Any]:
    """As a describe call answers it."""
    if asked.get("Mode", "off") != "verify":
        return {"Mode": asked.get("Mode", "off")}
    return {
        "Mode": "verify",
        "TrustStoreArn": asked["TrustStoreArn"],
        "IgnoreClientCertificateExpiry": asked.get("IgnoreClientCertificateExpiry", False),
        "TrustStoreAssociationStatus": "active",
        "AdvertiseTrustStoreCaNames": asked.get("AdvertiseTrustStoreCaNames", "off"),
    }


def _stores(backend: Any) -> dict[str, TrustStore]:
    stores: dict[str, TrustStore] = backend.__dict__.setdefault("landbridge_trust_stores", {})
    return stores


def _found(backend: Any, arn: str) -> TrustStore:
    store = _stores(backend).get(arn)
    if store is None:
        raise _not_found()
    return store


def _not_found() -> ELBClientError:
    return ELBClientError("TrustStoreNotFound", "One or more trust stores not found")


def _users(backend: Any, arn: str) -> list[str]:
    return [
        listener.arn
        for balancer in backend.load_balancers.values()
        for listener in balancer.listeners.values()
        if (listener.mutual_authentication or {}).get("TrustStoreArn") == arn
    ]


def _revocations(store: TrustStore, asked: list[int]) -> list[Revocation]:
    missing = [number for number in asked if int(number) not in store.revocations]
    if missing:
        raise ELBClientError("RevocationIdNotFound", "The specified revocation ID does not exist")
    return [store.revocations[int(number)] for number in asked]


def _bundle(response: Any) -> tuple[tuple[str, ...], str]:
    """The certificates of the bundle that a request names, and where it is.

    AWS: "Mutual authentication with TLS in Application Load Balancer"
    """
    names = ("S3Bucket", "S3Key", "S3ObjectVersion")
    place = {name: response._get_param(f"CaCertificatesBundle{name}") for name in names}
    content, location = _read(response, place, "CaCertificatesBundleNotFound")
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    rest = [line for line in CERTIFICATE.sub("", text).splitlines() if not re.fullmatch("#[^-]*", line)]
    found = CERTIFICATE.findall(text)
    if rest or not 0 < len(found) <= MOST_CERTIFICATES:
        raise ELBClientError(INVALID, "The specified CA certificate bundle is in an invalid format")
    return tuple(_checked(pem) for pem in found), location


def _checked(pem: str) -> str:
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise ELBClientError(INVALID, f"A CA certificate cannot be read: {error}") from error
    if not is_supported(certificate):
        raise ELBClientError(INVALID, "A CA certificate's key or signature algorithm is not supported")
    return certificate.public_bytes(Encoding.PEM).decode()


def _read(response: Any, place: dict[str, Any], missing: str) -> tuple[bytes, str]:
    """A file in S3, and where it is."""
    bucket, key, version = (place.get(name) for name in ("S3Bucket", "S3Key", "S3ObjectVersion"))
    backend = response.elbv2_backend
    s3: Any = s3_backends[backend.account_id][backend.partition]
    found = s3.get_object(bucket, key, version_id=version) if bucket in s3.buckets else None
    if found is None:
        raise ELBClientError(missing, f"The specified file s3://{bucket}/{key} does not exist")
    return found.value, f"https://{bucket}.s3.{backend.region_name}.amazonaws.com/{key}"
