"""Logins against a real OpenID Connect provider, and its tokens at a rule that validates them."""

import base64
import contextlib
import json
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc.jwk import ECKey
from playwright.sync_api import expect
from tests.end_to_end.browsing import browsing
from tests.end_to_end.stack_process import Curled, StackProcess

pytestmark = pytest.mark.needs("curl")

USER = {"sub": "ada", "email": "ada@corp.example", "email_verified": True}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


@dataclass(frozen=True)
class Provider:
    """A provider on loopback that speaks plain HTTP, as no provider outside of tests may."""

    url: str

    def log_in(self, location: str, **form: str) -> str:
        """What the browser of a user who fills in the form is sent back to."""
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            opener.open(location, urlencode(form or {"sub": "ada"}).encode(), timeout=10)
        except urllib.error.HTTPError as redirect:
            return str(redirect.headers["Location"])
        raise AssertionError("the provider did not send the browser back")

    def access_token(self) -> str:
        """An ID token, which is a JSON Web Token by RS256."""
        query = {"client_id": "orders", "redirect_uri": "https://x.example/", "response_type": "code"}
        back = self.log_in(f"{self.url}/oauth2/authorize?{urlencode({**query, 'scope': 'openid'})}")
        code = parse_qs(urlsplit(back).query)["code"][0]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": query["redirect_uri"]}
        form |= {"client_id": "orders", "client_secret": "hush"}
        with urllib.request.urlopen(
            f"{self.url}/oauth2/token", urlencode(form).encode(), timeout=10
        ) as answer:
            return str(json.load(answer)["id_token"])


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    with subprocess.Popen(
        [*command, "--user-claims", json.dumps(USER)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait_for(port, process)
            yield Provider(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def guarded(orders: StackProcess, provider: Provider) -> Iterator[StackProcess]:
    """The app with a rule for users and one for tokens, and a way from the load balancer to the internet."""
    with contextlib.ExitStack() as undo:
        _open_way_out(orders, undo, urlsplit(provider.url).port or 0)
        elb = orders.client("elbv2")
        listener, group_arn = _listener(elb)
        oidc = {
            "Issuer": provider.url,
            "AuthorizationEndpoint": f"{provider.url}/oauth2/authorize",
            "TokenEndpoint": f"{provider.url}/oauth2/token",
            "UserInfoEndpoint": f"{provider.url}/userinfo",
            "ClientId": "orders",
            "ClientSecret": "hush",
            "Scope": "openid email",
        }
        jwt = {"JwksEndpoint": f"{provider.url}/jwks", "Issuer": provider.url}
        gates = {
            "/api/orders/mine*": {"Type": "authenticate-oidc", "AuthenticateOidcConfig": oidc},
            "/api/orders/machine*": {"Type": "jwt-validation", "JwtValidationConfig": jwt},
        }
        for priority, (path, gate) in enumerate(gates.items(), 900):
            forward = {"Type": "forward", "Order": 2, "TargetGroupArn": group_arn}
            rule = elb.create_rule(
                ListenerArn=listener,
                Priority=priority,
                Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}}],
                Actions=[{**gate, "Order": 1}, forward],
            )["Rules"][0]
            undo.callback(elb.delete_rule, RuleArn=rule["RuleArn"])
        yield orders


def test_a_browser_logs_in_at_a_real_provider_and_comes_back_with_a_session(
    guarded: StackProcess, provider: Provider, tmp_path: Path
) -> None:
    jar = ("--cookie-jar", str(tmp_path / "jar"), "--cookie", str(tmp_path / "jar"))
    url = f"{guarded.running.url}/api/orders/mine?a=1"

    sent_away = guarded.curl(url, *jar)
    assert sent_away.status == 302
    location = sent_away.headers["location"]
    asked = parse_qs(urlsplit(location).query)
    assert asked["redirect_uri"] == [f"{guarded.running.url}/oauth2/idpresponse"]
    assert asked["scope"] == ["openid email"]
    assert len(sent_away.headers["set-cookie"].partition("AWSALBAuthNonce=")[2].partition(";")[0]) == 16

    back = provider.log_in(location)
    returned = guarded.curl(back, *jar)
    assert (returned.status, returned.headers["location"]) == (302, url)
    assert "AWSELBAuthSessionCookie-0=" in returned.headers["set-cookie"]

    app = guarded.curl(url, *jar)
    assert app.status == 404, app.body  # there is no order of this name: the function has answered
    assert app.headers["x-amz-apigw-id"]
    again = guarded.curl(url)
    assert again.status == 302, "without its cookies a browser is sent away again"


@pytest.mark.needs("chromium")
@pytest.mark.timeout(120)
def test_a_user_logs_in_with_a_real_browser(guarded: StackProcess, provider: Provider) -> None:
    with browsing(guarded) as page:
        page.goto(f"{guarded.running.url}/api/orders/mine")
        assert page.url.startswith(f"{provider.url}/oauth2/authorize")
        page.get_by_placeholder("sub").fill("ada")
        page.get_by_role("button", name="Authorize").click()
        page.wait_for_url(f"{guarded.running.url}/api/orders/mine")
        expect(page.locator("body")).to_contain_text("there is nothing at /api/orders/mine")
        assert {"AWSELBAuthSessionCookie-0"} <= {str(cookie.get("name")) for cookie in page.context.cookies()}


def test_a_callback_that_no_login_led_to_is_unauthorized(guarded: StackProcess, provider: Provider) -> None:
    url = f"{guarded.running.url}/api/orders/mine"
    back = provider.log_in(guarded.curl(url).headers["location"])
    assert guarded.curl(back).status == 401, "the nonce cookie is missing"
    assert guarded.curl(f"{guarded.running.url}/oauth2/idpresponse?code=a&state=b").status == 401


def test_a_user_whom_the_provider_refuses_is_unauthorized(
    guarded: StackProcess, provider: Provider, tmp_path: Path
) -> None:
    jar = ("--cookie-jar", str(tmp_path / "jar"), "--cookie", str(tmp_path / "jar"))
    location = guarded.curl(f"{guarded.running.url}/api/orders/mine", *jar).headers["location"]
    denied = guarded.curl(provider.log_in(location, action="deny"), *jar)
    assert denied.status == 401


def test_a_token_of_a_real_provider_passes_and_others_do_not(
    guarded: StackProcess, provider: Provider
) -> None:
    def called(token: str) -> Curled:
        url = f"{guarded.running.url}/api/orders/machine"
        return guarded.curl(url, "--header", f"Authorization: Bearer {token}")

    token = provider.access_token()
    passed = called(token)
    assert passed.headers["x-amz-apigw-id"], passed.body
    header, _, signature = token.split(".")
    forged = base64.urlsafe_b64encode(b'{"sub":"eve"}').decode().rstrip("=")
    assert called(f"{header}.{forged}.{signature}").status == 401
    assert called("nonsense").status == 401
    assert guarded.curl(f"{guarded.running.url}/api/orders/machine").status == 401


def test_the_key_that_signs_user_claims_is_published(guarded: StackProcess) -> None:
    (published,) = (guarded.folder / ".landbridge" / "elb-public-keys").iterdir()
    assert ECKey.import_key(published.read_text())
    assert len(published.name) == 36


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        assert process.poll() is None
        try:
            socket.create_connection(("127.0.0.1", port), 0.1).close()
        except OSError:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
            continue
        return
    raise AssertionError("the provider did not start")


def _open_way_out(orders: StackProcess, undo: contextlib.ExitStack, port: int) -> None:
    ec2, elb = orders.client("ec2"), orders.client("elbv2")
    balancer = elb.describe_load_balancers()["LoadBalancers"][0]
    subnets = [zone["SubnetId"] for zone in balancer["AvailabilityZones"]]
    tables = ec2.describe_route_tables(Filters=[{"Name": "association.subnet-id", "Values": subnets}])
    allocation = ec2.allocate_address(Domain="vpc")["AllocationId"]
    undo.callback(ec2.release_address, AllocationId=allocation)
    nat = ec2.create_nat_gateway(SubnetId=subnets[0], AllocationId=allocation)["NatGateway"]
    undo.callback(ec2.delete_nat_gateway, NatGatewayId=nat["NatGatewayId"])
    for table in tables["RouteTables"]:
        route = {"RouteTableId": table["RouteTableId"], "DestinationCidrBlock": "0.0.0.0/0"}
        ec2.create_route(**route, NatGatewayId=nat["NatGatewayId"])
        undo.callback(ec2.delete_route, **route)
    rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    group = {"GroupId": balancer["SecurityGroups"][0], "IpPermissions": [rule]}
    ec2.authorize_security_group_egress(**group)
    undo.callback(ec2.revoke_security_group_egress, **group)


def _listener(elb: Any) -> tuple[str, str]:
    balancer = elb.describe_load_balancers()["LoadBalancers"][0]
    listeners = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    https = next(each for each in listeners if each["Protocol"] == "HTTPS")
    group = elb.describe_target_groups()["TargetGroups"][0]["TargetGroupArn"]
    return https["ListenerArn"], group
