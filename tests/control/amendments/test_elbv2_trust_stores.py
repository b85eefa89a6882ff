import datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from moto.elbv2.responses import ELBV2Response
from tests.control.amendments.test_acm import self_signed
from tests.control.worlds import REGION, two_subnets

from landbridge.control.amendments.amend import original_of, replaces
from landbridge.control.amendments.elbv2_trust_stores import OPERATIONS
from landbridge.control.aws_api import AwsApi

BUCKET = "ca-bundles"
ROOT, _ = self_signed("root")
OTHER, _ = self_signed("other")
NOW = datetime.datetime.now(datetime.UTC)


def revocation_list(*serial_numbers: int) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "root")]))
        .last_update(NOW)
        .next_update(NOW + datetime.timedelta(days=1))
    )
    for number in serial_numbers:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(number).revocation_date(NOW).build()
        )
    signed = builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM)


def put(api: AwsApi, key: str, body: bytes) -> None:
    s3 = api.client("s3")
    if not s3.list_buckets()["Buckets"]:
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=BUCKET, Key=key, Body=body)


def create(api: AwsApi, body: bytes = ROOT, name: str = "clients") -> dict[str, Any]:
    put(api, "bundle.pem", body)
    (store,) = api.client("elbv2").create_trust_store(
        Name=name, CaCertificatesBundleS3Bucket=BUCKET, CaCertificatesBundleS3Key="bundle.pem"
    )["TrustStores"]
    return dict(store)


def listener(api: AwsApi, **asked: Any) -> dict[str, Any]:
    network = two_subnets(api)
    elbv2 = api.client("elbv2")
    (balancer,) = elbv2.create_load_balancer(
        Name="orders", Scheme="internal", Subnets=list(network.subnet_ids), SecurityGroups=[network.group_id]
    )["LoadBalancers"]
    certificate = api.client("acm").request_certificate(DomainName="orders.corp.example")
    parameters: dict[str, Any] = {
        "LoadBalancerArn": balancer["LoadBalancerArn"],
        "Protocol": "HTTPS",
        "Port": 443,
        "Certificates": [{"CertificateArn": certificate["CertificateArn"]}],
        "DefaultActions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}],
    }
    return dict(elbv2.create_listener(**parameters | asked)["Listeners"][0])


def refusal(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return str(caught.value.response["Error"]["Code"])


def test_a_trust_store_has_the_certificates_of_its_bundle(api: AwsApi) -> None:
    store = create(api, b"# the company's\n" + ROOT + OTHER)
    arn = store["TrustStoreArn"]
    assert arn.startswith(f"arn:aws:elasticloadbalancing:{REGION}:123456789012:truststore/clients/")
    assert (store["Name"], store["Status"], store["NumberOfCaCertificates"]) == ("clients", "ACTIVE", 2)
    elbv2 = api.client("elbv2")
    assert elbv2.describe_trust_stores()["TrustStores"] == [store]
    assert elbv2.describe_trust_stores(Names=["clients"])["TrustStores"] == [store]
    assert elbv2.describe_trust_stores(TrustStoreArns=[arn])["TrustStores"] == [store]
    assert api.material.trust_store(arn) == ((ROOT.decode(), OTHER.decode()), ())
    location = elbv2.get_trust_store_ca_certificates_bundle(TrustStoreArn=arn)["Location"]
    assert location.endswith("/bundle.pem")


def test_a_bundle_is_replaced_under_the_same_arn(api: AwsApi) -> None:
    arn = create(api)["TrustStoreArn"]
    put(api, "next.pem", OTHER)
    api.client("elbv2").modify_trust_store(
        TrustStoreArn=arn, CaCertificatesBundleS3Bucket=BUCKET, CaCertificatesBundleS3Key="next.pem"
    )
    assert api.material.trust_store(arn) == ((OTHER.decode(),), ())


@pytest.mark.parametrize(
    "body",
    [b"", b"certificate", ROOT + b"\n" + OTHER, b"# has a - in it\n" + ROOT, ROOT.replace(b"MII", b"III")],
)
def test_a_bundle_that_aws_cannot_read_is_refused(api: AwsApi, body: bytes) -> None:
    put(api, "bundle.pem", body)
    parameters = {"CaCertificatesBundleS3Bucket": BUCKET, "CaCertificatesBundleS3Key": "bundle.pem"}
    call = api.client("elbv2").create_trust_store
    assert refusal(call, Name="clients", **parameters) == "InvalidCaCertificatesBundle"


def test_names_are_used_once_and_files_must_exist(api: AwsApi) -> None:
    create(api)
    call = api.client("elbv2").create_trust_store
    place = {"CaCertificatesBundleS3Bucket": BUCKET, "CaCertificatesBundleS3Key": "bundle.pem"}
    assert refusal(call, Name="clients", **place) == "DuplicateTrustStoreName"
    missing = place | {"CaCertificatesBundleS3Key": "none.pem"}
    assert refusal(call, Name="others", **missing) == "CaCertificatesBundleNotFound"
    missing = place | {"CaCertificatesBundleS3Bucket": "no-such-bucket"}
    assert refusal(call, Name="others", **missing) == "CaCertificatesBundleNotFound"


def test_a_trust_store_that_a_listener_uses_cannot_be_deleted(api: AwsApi) -> None:
    arn, elbv2 = create(api)["TrustStoreArn"], api.client("elbv2")
    made = listener(api, MutualAuthentication={"Mode": "verify", "TrustStoreArn": arn})
    associations = elbv2.describe_trust_store_associations(TrustStoreArn=arn)["TrustStoreAssociations"]
    assert associations == [{"ResourceArn": made["ListenerArn"]}]
    assert refusal(elbv2.delete_trust_store, TrustStoreArn=arn) == "TrustStoreInUse"
    elbv2.modify_listener(ListenerArn=made["ListenerArn"], MutualAuthentication={"Mode": "off"})
    elbv2.delete_trust_store(TrustStoreArn=arn)
    assert refusal(elbv2.describe_trust_stores, TrustStoreArns=[arn]) == "TrustStoreNotFound"
    assert api.material.trust_store(arn) is None


def test_revocation_lists_come_and_go(api: AwsApi) -> None:
    arn, elbv2 = create(api)["TrustStoreArn"], api.client("elbv2")
    pem = revocation_list(1, 2, 3)
    put(api, "revoked.pem", pem)
    contents = [{"S3Bucket": BUCKET, "S3Key": "revoked.pem", "RevocationType": "CRL"}]
    added = elbv2.add_trust_store_revocations(TrustStoreArn=arn, RevocationContents=contents)
    revocation = {
        "TrustStoreArn": arn,
        "RevocationId": 1,
        "RevocationType": "CRL",
        "NumberOfRevokedEntries": 3,
    }
    assert added["TrustStoreRevocations"] == [revocation]
    assert elbv2.describe_trust_store_revocations(TrustStoreArn=arn)["TrustStoreRevocations"] == [revocation]
    assert elbv2.describe_trust_stores()["TrustStores"][0]["TotalRevokedEntries"] == 3
    assert api.material.trust_store(arn) == ((ROOT.decode(),), (pem.decode(),))
    location = elbv2.get_trust_store_revocation_content(TrustStoreArn=arn, RevocationId=1)["Location"]
    assert location.endswith("/revoked.pem")
    elbv2.remove_trust_store_revocations(TrustStoreArn=arn, RevocationIds=[1])
    assert elbv2.describe_trust_store_revocations(TrustStoreArn=arn)["TrustStoreRevocations"] == []
    call = elbv2.remove_trust_store_revocations
    assert refusal(call, TrustStoreArn=arn, RevocationIds=[1]) == "RevocationIdNotFound"


def test_a_file_that_is_no_revocation_list_is_refused(api: AwsApi) -> None:
    arn = create(api)["TrustStoreArn"]
    contents = [{"S3Bucket": BUCKET, "S3Key": "bundle.pem", "RevocationType": "CRL"}]
    call = api.client("elbv2").add_trust_store_revocations
    assert refusal(call, TrustStoreArn=arn, RevocationContents=contents) == "InvalidRevocationContent"
    contents[0]["S3Key"] = "none.pem"
    assert refusal(call, TrustStoreArn=arn, RevocationContents=contents) == "RevocationContentNotFound"


def test_a_trust_store_has_tags(api: AwsApi) -> None:
    arn, elbv2 = create(api)["TrustStoreArn"], api.client("elbv2")
    elbv2.add_tags(ResourceArns=[arn], Tags=[{"Key": "team", "Value": "web"}])
    (described,) = elbv2.describe_tags(ResourceArns=[arn])["TagDescriptions"]
    assert described["Tags"] == [{"Key": "team", "Value": "web"}]


def test_a_listener_says_what_it_asks_of_its_clients(api: AwsApi) -> None:
    arn, elbv2 = create(api)["TrustStoreArn"], api.client("elbv2")
    made = listener(api)
    assert made["MutualAuthentication"] == {"Mode": "off"}
    asked = {"Mode": "verify", "TrustStoreArn": arn, "IgnoreClientCertificateExpiry": True}
    elbv2.modify_listener(ListenerArn=made["ListenerArn"], MutualAuthentication=asked)
    (described,) = elbv2.describe_listeners(ListenerArns=[made["ListenerArn"]])["Listeners"]
    assert described["MutualAuthentication"] == {
        **asked,
        "TrustStoreAssociationStatus": "active",
        "AdvertiseTrustStoreCaNames": "off",
    }
    (changed,) = elbv2.modify_listener(
        ListenerArn=made["ListenerArn"], MutualAuthentication={"Mode": "passthrough"}
    )["Listeners"]
    assert changed["MutualAuthentication"] == {"Mode": "passthrough"}


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"Mode": "verify"}, "ValidationError"),
        ({"Mode": "sometimes"}, "ValidationError"),
        ({"Mode": "passthrough", "TrustStoreArn": "arn:aws:x:y:1:truststore/a/b"}, "ValidationError"),
        ({"Mode": "verify", "TrustStoreArn": "arn:aws:x:y:1:truststore/a/b"}, "TrustStoreNotFound"),
    ],
)
def test_mutual_authentication_that_makes_no_sense_is_refused(
    api: AwsApi, asked: dict[str, str], code: str
) -> None:
    made = listener(api)
    call = api.client("elbv2").modify_listener
    assert refusal(call, ListenerArn=made["ListenerArn"], MutualAuthentication=asked) == code


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        ("ELBSecurityPolicy-TLS13-1-2-Ext0-FIPS-PQ-2025-09", ""),
        ("ELBSecurityPolicy-Own", "SSLPolicyNotFound"),
    ],
)
def test_a_listener_has_one_of_awss_security_policies(api: AwsApi, policy: str, code: str) -> None:
    if code:
        assert refusal(lambda: listener(api, SslPolicy=policy)) == code
    else:
        assert listener(api, SslPolicy=policy)["SslPolicy"] == policy


def test_every_security_policy_is_described(api: AwsApi) -> None:
    policies = api.client("elbv2").describe_ssl_policies()["SslPolicies"]
    assert len(policies) == 46
    (described,) = (p for p in policies if p["Name"] == "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04")
    assert described["SslProtocols"] == ["TLSv1.3", "TLSv1.2"]
    assert [cipher["Name"] for cipher in described["Ciphers"]] == [
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES256-GCM-SHA384",
    ]


def test_moto_still_lacks_trust_stores_and_mutual_authentication() -> None:
    for operation in OPERATIONS:
        assert not replaces(ELBV2Response, operation.__name__)
    for name in ("create_listener", "modify_listener"):
        constants = original_of(ELBV2Response, name).__code__.co_consts
        assert "MutualAuthentication" not in constants
