"""Who reaches the app from where: proxies in three dialects, DNS, the plain door."""

import subprocess
from collections.abc import Iterator

import pytest
from tests.end_to_end.stack_process import StackProcess, stopped_hop

pytestmark = [pytest.mark.needs("curl"), pytest.mark.needs("dig")]


def dig(app: StackProcess, vantage: str, *query: str) -> str:
    ended = subprocess.run(
        ["dig", "@127.0.0.1", "-p", str(app.running.resolvers[vantage]), "+time=5", "+tries=1", *query],
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )
    return ended.stdout


def domain(app: StackProcess) -> str:
    return app.running.url.removeprefix("https://")


def addresses(app: StackProcess) -> list[str]:
    return sorted(dig(app, "corporate", domain(app), "A", "+short").split())


@pytest.fixture(scope="module")
def facing(orders: StackProcess) -> Iterator[tuple[str, str]]:
    """The name of a load balancer that faces the internet in a VPC of its own, and its route table."""
    ec2, elb = orders.client("ec2"), orders.client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.99.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    (table,) = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
    ec2.create_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    subnets = [
        ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.99.{number}.0/24", AvailabilityZone=f"eu-central-1{zone}"
        )["Subnet"]["SubnetId"]
        for number, zone in enumerate("ab")
    ]
    group = ec2.create_security_group(GroupName="facing", Description="open", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group, IpProtocol="tcp", FromPort=443, ToPort=443, CidrIp="203.0.113.0/24"
    )
    balancer = elb.create_load_balancer(Name="facing", Subnets=subnets, SecurityGroups=[group])[
        "LoadBalancers"
    ][0]
    (certificate,) = orders.client("acm").list_certificates()["CertificateSummaryList"]
    elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTPS", Port=443,
        Certificates=[{"CertificateArn": certificate["CertificateArn"]}],
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {
            "StatusCode": "200", "MessageBody": "for everyone"}}],
    )  # fmt: skip
    yield balancer["DNSName"], table["RouteTableId"]
    elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    for subnet in subnets:
        ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_security_group(GroupId=group)
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.delete_vpc(VpcId=vpc)


def test_from_the_internet_the_name_does_not_resolve(orders: StackProcess) -> None:
    answer = orders.curl(f"{orders.running.url}/", vantage="internet")
    assert answer.exit_code != 0
    assert answer.body == "" or "<html" not in answer.body
    assert orders.trace(f"{orders.running.url}/", "--from", "internet")["outcome"] == "notResolved"


def test_from_the_internet_the_addresses_time_out(orders: StackProcess) -> None:
    for address in addresses(orders):
        traced = orders.trace(f"https://{address}/", "--from", "internet")
        assert traced["outcome"] == "timedOut"
    answer = orders.curl(f"https://{addresses(orders)[0]}/", vantage="internet")
    assert answer.exit_code != 0


def test_from_the_internet_a_load_balancer_that_faces_it_answers_with_its_certificate(
    orders: StackProcess, facing: tuple[str, str]
) -> None:
    name, table = facing
    assert sorted(dig(orders, "internet", name, "A", "+short").split()) == ["203.0.113.32", "203.0.113.33"]
    answer = orders.curl(f"{orders.running.url}/", "--connect-to", f"::{name}:443", vantage="internet")
    assert (answer.exit_code, answer.status, answer.body) == (0, 200, "for everyone")
    ec2 = orders.client("ec2")
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
    traced = orders.trace(f"https://{name}/", "--from", "internet")
    assert traced["outcome"] == "timedOut"
    assert stopped_hop(traced)["code"] == "landbridge.NoReturnRoute"


def test_another_accounts_endpoint_leads_to_the_api_and_its_policy_says_no(orders: StackProcess) -> None:
    gateway = orders.client("apigateway")
    (api,) = gateway.get_rest_apis()["items"]
    (stage,) = gateway.get_stages(restApiId=api["id"])["item"]
    url = f"https://{api['id']}.execute-api.eu-central-1.amazonaws.com/{stage['stageName']}/api/orders"
    for vantage in ("other-account", f"other-account/{addresses(orders)[0]}"):
        traced = orders.trace(url, "--from", vantage)
        assert traced["status"] == 403
        assert stopped_hop(traced)["step"] == "resource policy"
        assert any(hop["component"]["id"] == "vpce-0ace0ace0ace0ace0" for hop in traced["hops"])
    nowhere = orders.trace(f"https://{addresses(orders)[0]}/", "--from", "other-account")
    assert nowhere["outcome"] == "timedOut"
    assert orders.curl(f"{orders.running.url}/").status == 200


def test_from_the_vpc_the_load_balancers_group_admits_nobody(orders: StackProcess) -> None:
    traced = orders.trace(f"{orders.running.url}/", "--from", "vpc")
    assert traced["outcome"] == "timedOut"
    assert stopped_hop(traced)["step"] == "security group ingress"


def test_an_address_in_the_corporate_network_is_a_vantage_of_its_own(orders: StackProcess) -> None:
    assert orders.trace(f"{orders.running.url}/", "--from", "192.168.77.7")["status"] == 200
    outside = orders.trace(f"{orders.running.url}/", "--from", "172.31.0.9")
    assert outside["outcome"] in {"notResolved", "timedOut"}


@pytest.mark.parametrize("scheme", ["socks5h", "http"])
def test_every_proxy_dialect_leads_to_the_same_page(orders: StackProcess, scheme: str) -> None:
    proxy = orders.running.vantages["corporate"].replace("http", scheme, 1)
    answer = orders.curl(f"{orders.running.url}/", "--proxy", proxy)
    assert answer.status == 200


def test_plain_http_to_port_80_is_dropped_as_the_group_does_not_admit_it(orders: StackProcess) -> None:
    answer = orders.curl(f"http://{domain(orders)}/")
    assert answer.status == 504
    assert "security group ingress" in answer.body


def test_plain_http_to_the_https_listener_gets_its_page(orders: StackProcess) -> None:
    answer = orders.curl(f"http://{domain(orders)}:443/")
    assert answer.status == 400
    assert "The plain HTTP request was sent to HTTPS port" in answer.body


def test_the_corporate_resolver_answers_with_the_load_balancers_addresses(orders: StackProcess) -> None:
    found = addresses(orders)
    assert len(found) == 2
    assert all(address.startswith("10.20.") for address in found)
    over_tcp = dig(orders, "corporate", domain(orders), "A", "+short", "+tcp")
    assert sorted(over_tcp.split()) == found
    assert sorted(dig(orders, "vpc", domain(orders), "A", "+short").split()) == found


def test_the_internets_resolver_knows_no_such_name(orders: StackProcess) -> None:
    assert "status: NXDOMAIN" in dig(orders, "internet", domain(orders), "A")


def test_the_plain_door_is_the_app_as_the_corporate_network_sees_it(orders: StackProcess) -> None:
    ended = subprocess.run(
        [
            "curl",
            "--silent",
            "--show-error",
            "--cacert",
            orders.running.ca,
            f"{orders.running.door}/api/orders",
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert '"orders"' in ended.stdout or ended.stdout.startswith("[")


def test_what_the_security_policy_excludes_is_refused(orders: StackProcess) -> None:
    too_old = orders.curl(f"{orders.running.url}/", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0")
    assert too_old.exit_code == 35, "curl: TLS handshake failed"
    assert orders.curl(f"{orders.running.url}/", "--tls-max", "1.2").status == 200
    weak = orders.curl(f"{orders.running.url}/", "--tls-max", "1.2", "--ciphers", "AES256-SHA")
    assert weak.exit_code == 35


def test_the_local_authoritys_key_is_the_owners_alone(orders: StackProcess) -> None:
    key = orders.folder / ".landbridge" / "ca.key"
    assert key.stat().st_mode & 0o777 == 0o600
