"""The listener's TLS with stock clients: curl with a client's certificate, and a redirect from HTTP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.end_to_end.stack_process import StackProcess, stopped_hop
from tests.serve.test_client_verification import CLIENT, ROOT, STRANGER

pytestmark = pytest.mark.needs("curl")

BUCKET = "client-authorities"


def https_listener(app: StackProcess) -> dict[str, Any]:
    elbv2 = app.client("elbv2")
    (balancer,) = elbv2.describe_load_balancers()["LoadBalancers"]
    found = elbv2.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    return dict(next(each for each in found if each["Port"] == 443))


@pytest.fixture(scope="module")
def trust_store(orders: StackProcess) -> str:
    s3 = orders.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": orders.running.region})
    s3.put_object(Bucket=BUCKET, Key="bundle.pem", Body=ROOT.pem.encode())
    (store,) = orders.client("elbv2").create_trust_store(
        Name="clients", CaCertificatesBundleS3Bucket=BUCKET, CaCertificatesBundleS3Key="bundle.pem"
    )["TrustStores"]
    return str(store["TrustStoreArn"])


@pytest.fixture
def app(orders: StackProcess) -> Iterator[StackProcess]:
    """The example app, which works without a client's certificate before and after."""
    yield orders
    listener = https_listener(orders)["ListenerArn"]
    orders.client("elbv2").modify_listener(ListenerArn=listener, MutualAuthentication={"Mode": "off"})
    assert orders.curl(f"{orders.running.url}/api/orders").status == 200


def ask_for_certificates(app: StackProcess, **authentication: str) -> None:
    listener = https_listener(app)["ListenerArn"]
    app.client("elbv2").modify_listener(ListenerArn=listener, MutualAuthentication=authentication)


def test_curl_needs_a_certificate_of_the_trust_store(
    app: StackProcess, trust_store: str, tmp_path: Path
) -> None:
    ask_for_certificates(app, Mode="verify", TrustStoreArn=trust_store)
    url = f"{app.running.url}/api/orders"
    assert app.curl(url, "--cert", str(CLIENT.file(tmp_path))).status == 200
    for refused in (app.curl(url, "--cert", str(STRANGER.file(tmp_path))), app.curl(url)):
        assert refused.exit_code != 0
        assert refused.body == ""
    hop = stopped_hop(app.trace(url))
    assert hop["step"] == "TLS handshake"
    assert dict(hop["facts"])["tls_verify_status"] == "Failed:UnmappedConnectionError"


def test_passthrough_takes_any_certificate_or_none(app: StackProcess, tmp_path: Path) -> None:
    ask_for_certificates(app, Mode="passthrough")
    url = f"{app.running.url}/api/orders"
    assert app.curl(url, "--cert", str(STRANGER.file(tmp_path))).status == 200
    assert app.curl(url).status == 200


def test_a_listener_for_http_redirects_to_https(app: StackProcess) -> None:
    elbv2 = app.client("elbv2")
    redirect = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
    (made,) = elbv2.create_listener(
        LoadBalancerArn=https_listener(app)["LoadBalancerArn"],
        Protocol="HTTP",
        Port=8080,
        DefaultActions=[{"Type": "redirect", "RedirectConfig": redirect}],
    )["Listeners"]
    groups = app.client("ec2").describe_security_groups()["SecurityGroups"]
    (balancer,) = elbv2.describe_load_balancers()["LoadBalancers"]
    group = next(each for each in groups if each["GroupId"] in balancer["SecurityGroups"])
    rule = {
        "GroupId": group["GroupId"],
        "IpProtocol": "tcp",
        "FromPort": 8080,
        "ToPort": 8080,
        "CidrIp": "0.0.0.0/0",
    }
    app.client("ec2").authorize_security_group_ingress(**rule)
    try:
        domain = app.running.url.removeprefix("https://")
        answer = app.curl(f"http://{domain}:8080/api/orders?all=1")
        assert answer.status == 301
        assert answer.headers["location"] == f"https://{domain}:443/api/orders?all=1"
        assert app.curl(f"http://{domain}:8080/api/orders", "--location").status == 200
    finally:
        elbv2.delete_listener(ListenerArn=made["ListenerArn"])
        app.client("ec2").revoke_security_group_ingress(**rule)
