"""Faults that users really make: first AWS's symptom through curl, then the trace's explanation."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.end_to_end.stack_process import StackProcess, stopped_hop

pytestmark = pytest.mark.needs("curl")

FORBIDDEN = '{"message":"Forbidden"}'


@pytest.fixture
def app(orders: StackProcess) -> Iterator[StackProcess]:
    """The example app, which works before and after."""
    yield orders
    assert orders.curl(f"{orders.running.url}/api/orders").status == 200, "the fault was not taken back"


def api_id(app: StackProcess) -> str:
    items: list[dict[str, Any]] = app.client("apigateway").get_rest_apis()["items"]
    return str(next(item["id"] for item in items if item["endpointConfiguration"]["types"] == ["PRIVATE"]))


def endpoint(app: StackProcess) -> dict[str, Any]:
    found: dict[str, Any] = app.client("ec2").describe_vpc_endpoints()["VpcEndpoints"][0]
    return found


def policy(app: StackProcess) -> str:
    text: str = app.client("apigateway").get_rest_api(restApiId=api_id(app))["policy"]
    return text.replace('\\"', '"')


def set_policy(app: StackProcess, text: str, *, deploy: bool) -> None:
    client, api = app.client("apigateway"), api_id(app)
    client.update_rest_api(
        restApiId=api, patchOperations=[{"op": "replace", "path": "/policy", "value": text}]
    )
    if deploy:
        stage = client.get_stages(restApiId=api)["item"][0]["stageName"]
        client.create_deployment(restApiId=api, stageName=stage)


@contextmanager
def policy_of_the_api(
    app: StackProcess, change: Callable[[str], str], *, deploy: bool = True
) -> Iterator[None]:
    good = policy(app)
    try:
        set_policy(app, change(good), deploy=deploy)
        yield
    finally:
        set_policy(app, good, deploy=True)


def test_the_articles_own_slip_an_endpoint_key_compared_with_a_vpc_id(app: StackProcess) -> None:
    vpc_id, endpoint_id = endpoint(app)["VpcId"], endpoint(app)["VpcEndpointId"]
    with policy_of_the_api(app, lambda text: text.replace(endpoint_id, vpc_id)):
        answer = app.curl(f"{app.running.url}/api/orders")
        assert answer.status == 403
        assert answer.headers["x-amzn-errortype"] == "AccessDeniedException"
        assert json.loads(answer.body)["Message"].startswith(
            "User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:"
        )
        assert "because no resource-based policy allows" in answer.body
        hop = stopped_hop(app.trace(f"{app.running.url}/api/orders"))
        assert hop["step"] == "resource policy"
        assert hop["code"] == "ACCESS_DENIED"
        compared = " ".join(hop["facts"].values())
        assert vpc_id in compared
        assert endpoint_id in compared
        assert "aws:SourceVpc " in hop["remedy"]


def test_a_policy_that_was_edited_but_not_deployed_changes_nothing_yet(app: StackProcess) -> None:
    vpc_id, endpoint_id = endpoint(app)["VpcId"], endpoint(app)["VpcEndpointId"]
    with policy_of_the_api(app, lambda text: text.replace(endpoint_id, vpc_id)):
        set_policy(app, policy(app).replace(vpc_id, endpoint_id), deploy=False)
        assert app.curl(f"{app.running.url}/api/orders").status == 403
        assert "deploy" in stopped_hop(app.trace(f"{app.running.url}/api/orders"))["remedy"]


def test_an_endpoint_group_without_443_from_the_load_balancer_is_a_504(app: StackProcess) -> None:
    ec2 = app.client("ec2")
    group = endpoint(app)["Groups"][0]["GroupId"]
    rules = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
    elsewhere = [{**rule, "FromPort": 8443, "ToPort": 8443} for rule in rules]
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=rules)
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=elsewhere)
    try:
        answer = app.curl(f"{app.running.url}/api/orders")
        assert answer.status == 504
        assert answer.headers["server"] == "awselb/2.0"
        assert "<center><h1>504 Gateway Time-out</h1></center>" in answer.body
        hop = stopped_hop(app.trace(f"{app.running.url}/api/orders"))
        assert hop["step"] == "security group ingress"
        assert hop["code"] == "ENI_SG_RULES_MISMATCH"
        assert group in hop["remedy"]
        assert "443" in hop["remedy"]
    finally:
        ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=elsewhere)
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rules)


def test_without_a_route_back_to_the_corporate_network_the_connection_times_out(app: StackProcess) -> None:
    ec2 = app.client("ec2")
    tables = [
        (table["RouteTableId"], gateway["GatewayId"])
        for table in ec2.describe_route_tables()["RouteTables"]
        for gateway in table.get("PropagatingVgws", [])
    ]
    assert tables
    address = ec2.describe_network_interfaces(Filters=[{"Name": "description", "Values": ["ELB app/*"]}])[
        "NetworkInterfaces"
    ][0]["PrivateIpAddress"]
    for table, gateway in tables:
        ec2.disable_vgw_route_propagation(RouteTableId=table, GatewayId=gateway)
    try:
        answer = app.curl(f"https://{address}/api/orders", "--insecure")
        assert answer.exit_code != 0
        assert "504" in answer.stderr, "the vantage says that the connection timed out"
        traced = app.trace(f"https://{address}/api/orders")
        assert traced["outcome"] == "timedOut"
        assert stopped_hop(traced)["step"] == "return route"
        assert "route" in stopped_hop(traced)["remedy"]
        # The Resolver's answers find no way back either.
        assert app.trace(f"{app.running.url}/api/orders")["outcome"] == "notResolved"
    finally:
        for table, gateway in tables:
            ec2.enable_vgw_route_propagation(RouteTableId=table, GatewayId=gateway)


def test_a_host_that_names_no_api_is_forbidden(app: StackProcess) -> None:
    url = f"{app.running.url}/api/orders"
    answer = app.curl(url, "--header", "Host: other.corp.example")
    assert (answer.status, answer.body) == (403, FORBIDDEN)
    assert answer.headers["x-amzn-errortype"] == "ForbiddenException"
    hop = stopped_hop(app.trace(url, "-H", "Host: other.corp.example"))
    assert hop["step"] == "which API"
    assert "other.corp.example" in hop["remedy"]


def test_a_missing_base_path_mapping_is_forbidden(app: StackProcess) -> None:
    client, url = app.client("apigateway"), app.running.url
    domain = url.removeprefix("https://")
    mapping = client.get_base_path_mappings(domainName=domain)["items"][0]
    client.delete_base_path_mapping(domainName=domain, basePath=mapping["basePath"])
    try:
        answer = app.curl(f"{url}/api/orders")
        assert (answer.status, answer.body) == (403, FORBIDDEN)
        assert stopped_hop(app.trace(f"{url}/api/orders"))["step"] == "base path mapping"
    finally:
        client.create_base_path_mapping(
            domainName=domain, restApiId=mapping["restApiId"], stage=mapping["stage"]
        )


def test_a_stage_that_does_not_exist_is_forbidden(app: StackProcess) -> None:
    host = f"{api_id(app)}.execute-api.{app.running.region}.amazonaws.com"
    answer = app.curl(f"{app.running.url}/nostage/api/orders", "--header", f"Host: {host}")
    assert (answer.status, answer.body) == (403, FORBIDDEN)
    hop = stopped_hop(app.trace(f"{app.running.url}/nostage/api/orders", "-H", f"Host: {host}"))
    assert hop["step"] == "stage"
    assert "nostage" in hop["remedy"]


def test_a_missing_function_permission_is_an_internal_server_error(app: StackProcess) -> None:
    client = app.client("lambda")
    name = client.list_functions()["Functions"][0]["FunctionName"]
    statements = json.loads(client.get_policy(FunctionName=name)["Policy"])["Statement"]
    for statement in statements:
        client.remove_permission(FunctionName=name, StatementId=statement["Sid"])
    try:
        answer = app.curl(f"{app.running.url}/api/orders")
        assert (answer.status, answer.body) == (500, '{"message": "Internal server error"}')
        hop = stopped_hop(app.trace(f"{app.running.url}/api/orders"))
        assert hop["step"] == "function policy"
        assert "apigateway.amazonaws.com" in hop["remedy"]
    finally:
        for statement in statements:
            client.add_permission(
                FunctionName=name,
                StatementId=statement["Sid"],
                Action=statement["Action"],
                Principal=statement["Principal"]["Service"],
                SourceArn=next(iter(statement["Condition"]["ArnLike"].values())),
            )


@contextmanager
def public_api_and_a_way_out(app: StackProcess) -> Iterator[str]:
    """A REGIONAL mock API and a VPC whose instances reach the internet and the endpoint."""
    ec2, client = app.client("ec2"), app.client("apigateway")
    vpc_id, group = endpoint(app)["VpcId"], endpoint(app)["Groups"][0]["GroupId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc_id)
    tables = [
        table["RouteTableId"]
        for table in ec2.describe_route_tables()["RouteTables"]
        if table["VpcId"] == vpc_id
    ]
    block = ec2.describe_vpcs(VpcIds=[vpc_id])["Vpcs"][0]["CidrBlock"]
    from_vpc = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": block}]}]
    for table in tables:
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=from_vpc)
    api = client.create_rest_api(name="public", endpointConfiguration={"types": ["REGIONAL"]})["id"]
    root = client.get_resources(restApiId=api)["items"][0]["id"]
    place = {"restApiId": api, "resourceId": root, "httpMethod": "GET"}
    client.put_method(**place, authorizationType="NONE")
    client.put_integration(**place, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    client.put_method_response(**place, statusCode="200")
    client.put_integration_response(
        **place, statusCode="200", responseTemplates={"application/json": '{"public": true}'}
    )
    client.create_deployment(restApiId=api, stageName="live")
    try:
        yield f"https://{api}.execute-api.{app.running.region}.amazonaws.com/live"
    finally:
        client.delete_rest_api(restApiId=api)
        ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=from_vpc)
        for table in tables:
            ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
        ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc_id)
        ec2.delete_internet_gateway(InternetGatewayId=gateway)


def test_private_dns_makes_public_apis_fail_from_inside_the_vpc(app: StackProcess) -> None:
    ec2, endpoint_id = app.client("ec2"), endpoint(app)["VpcEndpointId"]
    with public_api_and_a_way_out(app) as url:
        answer = app.curl(url, vantage="vpc")
        assert (answer.status, answer.body) == (200, '{"public": true}')
        ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, PrivateDnsEnabled=True)
        try:
            answer = app.curl(url, vantage="vpc")
            assert (answer.status, answer.body) == (403, FORBIDDEN)
            hop = stopped_hop(app.trace(url, "--from", "vpc"))
            assert hop["code"] == "landbridge.PublicApiThroughEndpoint"
            assert "private DNS" in hop["remedy"]
        finally:
            ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, PrivateDnsEnabled=False)
