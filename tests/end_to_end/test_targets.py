"""Targets that are real: servers in the office and a function, behind one load balancer."""

import http.server
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.end_to_end.stack_process import StackProcess, running, stopped_hop

pytestmark = pytest.mark.needs("curl")

OFFICE = "192.168.0.0/16"
FUNCTION = """
def handler(event, context):
    if event["path"] == "/function/bad":
        return "no response"
    cookies = event["multiValueHeaders"].get("cookie", [])
    return {"statusCode": 200, "statusDescription": "200 Fine", "isBase64Encoded": False,
            "multiValueHeaders": {"Content-Type": ["text/plain"], "Set-Cookie": ["a=1", "b=2"]},
            "body": ",".join(cookies)}
"""


class Shop(http.server.BaseHTTPRequestHandler):
    """A stock server of the standard library's."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        shop: RealServer = self.server.shop  # type: ignore[attr-defined]
        if self.path == "/health":
            self._say(200 if shop.is_well else 500, b"")
            return
        if self.path.endswith("/cut"):
            self.close_connection = True
            return
        shop.forwarded_for.append(self.headers["X-Forwarded-For"])
        self._say(200, f"{shop.name} {self.path} {self.headers['Host']}".encode())

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@dataclass
class RealServer:
    """A server on loopback, and what it was sent."""

    name: str
    port: int = 0
    is_well: bool = True
    forwarded_for: list[str | None] = field(default_factory=list)


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[RealServer, RealServer]]:
    made = RealServer("first"), RealServer("second")
    listening = []
    for shop in made:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shop)
        server.shop = shop  # type: ignore[attr-defined]
        shop.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        listening.append(server)
    yield made
    for server in listening:
        server.shutdown()
        server.server_close()


@dataclass
class Hybrid:
    """A load balancer whose rules lead to the office and to a function."""

    stack: StackProcess
    office_group: str = ""
    url: str = ""

    def health(self, group_arn: str) -> list[tuple[str, str | None]]:
        answer = self.stack.client("elbv2").describe_target_health(TargetGroupArn=group_arn)
        told = (each["TargetHealth"] for each in answer["TargetHealthDescriptions"])
        return [(each["State"], each.get("Reason")) for each in told]


@pytest.fixture(scope="module")
def hybrid(
    servers: tuple[RealServer, RealServer], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hybrid]:
    folder: Path = tmp_path_factory.mktemp("hybrid")
    first, second = servers
    options = ("--empty", "--corporate", OFFICE, "--vantage", "10.20.1.0/24")
    mapped = (f"192.168.3.7:8080=127.0.0.1:{first.port}", f"192.168.3.7:8081=127.0.0.1:{second.port}")
    with running(folder, folder / "run", *options, "--server", mapped[0], "--server", mapped[1]) as stack:
        yield build(Hybrid(stack))


def build(hybrid: Hybrid) -> Hybrid:
    """A VPC with a VPN to the office, an open internal load balancer, three target groups."""
    ec2, elb = hybrid.stack.client("ec2"), hybrid.stack.client("elbv2")
    vpc_id = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]][:2]
    subnets = [
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.20.{number}.0/24", AvailabilityZone=zone)["Subnet"][
            "SubnetId"
        ]
        for number, zone in enumerate(zones, 1)
    ]
    connect_office(ec2, vpc_id)
    group_id = ec2.create_security_group(GroupName="open", Description="open", VpcId=vpc_id)["GroupId"]
    anything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=anything)
    balancer = elb.create_load_balancer(
        Name="hybrid", Scheme="internal", Subnets=subnets, SecurityGroups=[group_id]
    )["LoadBalancers"][0]
    hybrid.office_group = office_group(elb, vpc_id)
    listener = elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": hybrid.office_group}],
    )["Listeners"][0]["ListenerArn"]
    elb.create_rule(
        ListenerArn=listener,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/function*"]}],
        Actions=[{"Type": "forward", "TargetGroupArn": function_group(hybrid.stack, elb)}],
    )
    hybrid.url = f"http://{balancer['DNSName']}"
    assert hybrid.stack.eventually(
        lambda: {state for state, _ in hybrid.health(hybrid.office_group)} == {"healthy"}
    )
    return hybrid


def connect_office(ec2: Any, vpc_id: str) -> None:
    gateway = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.attach_vpn_gateway(VpnGatewayId=gateway, VpcId=vpc_id)
    customer = ec2.create_customer_gateway(Type="ipsec.1", PublicIp="203.0.113.1", BgpAsn=65000)
    connection = ec2.create_vpn_connection(
        Type="ipsec.1",
        CustomerGatewayId=customer["CustomerGateway"]["CustomerGatewayId"],
        VpnGatewayId=gateway,
        Options={"StaticRoutesOnly": True},
    )["VpnConnection"]["VpnConnectionId"]
    ec2.create_vpn_connection_route(VpnConnectionId=connection, DestinationCidrBlock=OFFICE)
    tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["RouteTables"]
    ec2.create_route(RouteTableId=tables[0]["RouteTableId"], DestinationCidrBlock=OFFICE, GatewayId=gateway)


def office_group(elb: Any, vpc_id: str) -> str:
    arn = elb.create_target_group(
        Name="office",
        Protocol="HTTP",
        Port=8080,
        VpcId=vpc_id,
        TargetType="ip",
        HealthCheckPath="/health",
        HealthCheckIntervalSeconds=5,
        HealthCheckTimeoutSeconds=2,
        UnhealthyThresholdCount=2,
    )["TargetGroups"][0]["TargetGroupArn"]
    targets = [{"Id": "192.168.3.7", "Port": port, "AvailabilityZone": "all"} for port in (8080, 8081)]
    elb.register_targets(TargetGroupArn=arn, Targets=targets)
    return str(arn)


def function_group(stack: StackProcess, elb: Any) -> str:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", FUNCTION)
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = stack.client("iam").create_role(
        RoleName="functions",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]["Arn"]
    functions = stack.client("lambda")
    arn = functions.create_function(
        FunctionName="shop",
        Runtime="python3.12",
        Handler="app.handler",
        Role=role,
        Code={"ZipFile": code.getvalue()},
    )["FunctionArn"]
    group = elb.create_target_group(Name="functions", TargetType="lambda")["TargetGroups"][0][
        "TargetGroupArn"
    ]
    functions.add_permission(
        FunctionName="shop",
        StatementId="elb",
        Action="lambda:InvokeFunction",
        Principal="elasticloadbalancing.amazonaws.com",
        SourceArn=group,
    )
    multi = {"Key": "lambda.multi_value_headers.enabled", "Value": "true"}
    elb.modify_target_group_attributes(TargetGroupArn=group, Attributes=[multi])
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": arn}])
    return str(group)


def test_requests_go_round_real_servers_in_the_office(
    hybrid: Hybrid, servers: tuple[RealServer, RealServer]
) -> None:
    answers = [hybrid.stack.curl(f"{hybrid.url}/shop?a=1") for _ in range(4)]
    assert {answer.status for answer in answers} == {200}
    assert {answer.body.split()[0] for answer in answers} == {"first", "second"}
    host = hybrid.url.removeprefix("http://")
    assert all(answer.body.endswith(f" /shop?a=1 {host}") for answer in answers)
    assert all("BaseHTTP" in answer.headers["server"] for answer in answers)
    assert servers[0].forwarded_for[-1] == "192.168.0.10"


def test_a_server_that_closes_the_connection_is_502_and_the_trace_says_why(hybrid: Hybrid) -> None:
    answer = hybrid.stack.curl(f"{hybrid.url}/cut")
    assert (answer.status, answer.headers["server"]) == (502, "awselb/2.0")
    traced = hybrid.stack.trace(f"{hybrid.url}/cut")
    assert stopped_hop(traced)["code"] == "landbridge.TargetClosedConnection"


def test_a_function_behind_the_load_balancer_answers_with_several_cookies(hybrid: Hybrid) -> None:
    answer = hybrid.stack.curl(f"{hybrid.url}/function", "--cookie", "x=1")
    assert (answer.status, answer.body, answer.headers["server"]) == (200, "x=1", "awselb/2.0")
    cookies = hybrid.stack.curl(f"{hybrid.url}/function", "--cookie-jar", "-").body
    kept = {line.split()[-2] for line in cookies.splitlines() if line.startswith("internal-")}
    assert kept == {"a", "b"}
    answer = hybrid.stack.curl(f"{hybrid.url}/function/bad")
    assert (answer.status, answer.headers["server"]) == (502, "awselb/2.0")
    assert stopped_hop(hybrid.stack.trace(f"{hybrid.url}/function/bad"))["code"] == "LambdaInvalidResponse"


def test_a_client_in_the_vpc_reaches_the_server_itself(hybrid: Hybrid) -> None:
    for proxy in (("--proxytunnel",), ()):
        answer = hybrid.stack.curl("http://192.168.3.7:8080/direct", *proxy, vantage="vpc")
        assert (answer.status, answer.body) == (200, "first /direct 192.168.3.7:8080")


def test_health_follows_the_real_server_and_a_deregistered_target_drains(
    hybrid: Hybrid, servers: tuple[RealServer, RealServer]
) -> None:
    group = hybrid.office_group
    servers[1].is_well = False
    mismatch = ("unhealthy", "Target.ResponseCodeMismatch")
    assert hybrid.stack.eventually(lambda: mismatch in hybrid.health(group))
    assert {hybrid.stack.curl(f"{hybrid.url}/shop").body.split()[0] for _ in range(4)} == {"first"}
    target = {"Id": "192.168.3.7", "Port": 8081, "AvailabilityZone": "all"}
    hybrid.stack.client("elbv2").deregister_targets(TargetGroupArn=group, Targets=[target])
    assert ("draining", "Target.DeregistrationInProgress") in hybrid.health(group)
    assert hybrid.stack.curl(f"{hybrid.url}/shop").body.startswith("first")
