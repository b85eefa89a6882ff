"""Capture against the local AWS API: what was made by AWS calls is what the topology says."""

import statistics
import time
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from types import SimpleNamespace
from typing import Any

import pytest
from tests.capture.small_app import HOST, REGION, SmallApp, make_small_app

from landbridge.capture.capture import Captured, capture
from landbridge.control.aws_api import AwsApi
from landbridge.model.api_gateway import BasePathMapping
from landbridge.model.identifiers import Arn, NetworkInterfaceId, RestApiId, SecurityGroupId, SubnetId, VpcId
from landbridge.model.load_balancing import FixedResponseAction, ForwardAction, RuleCondition
from landbridge.model.network import Route


@pytest.fixture(scope="module")
def api() -> Iterator[AwsApi]:
    api = AwsApi(REGION)
    yield api
    api.reset()


@pytest.fixture(scope="module")
def app(api: AwsApi) -> SmallApp:
    return make_small_app(api.client)


@pytest.fixture(scope="module")
def captured(api: AwsApi, app: SmallApp) -> Captured:
    return captured_now(api)


def captured_now(api: AwsApi, previous: Captured | None = None, *services: str) -> Captured:
    return capture(
        api.client,
        account_id=api.account_id,
        region=api.region,
        previous=previous,
        services=frozenset(services) if services else None,
    )


def test_nothing_of_the_app_is_beyond_the_model(captured: Captured) -> None:
    assert captured.notices == ()


def test_the_network_is_what_was_made(captured: Captured, app: SmallApp) -> None:
    network = captured.topology.network
    vpc = network.vpc_by_id[VpcId(app.vpc_id)]
    assert (vpc.cidrs, vpc.enable_dns_hostnames) == ((IPv4Network("10.20.0.0/16"),), True)
    subnet = network.subnet_by_id[SubnetId(app.subnet_ids[1])]
    assert (subnet.cidr, subnet.availability_zone) == (IPv4Network("10.20.2.0/24"), "eu-central-1b")
    assert network.route_table_by_subnet[subnet.id].routes == (
        Route(IPv4Network("10.8.0.0/16"), app.vpn_gateway_id, propagated=True),
        Route(IPv4Network("10.20.0.0/16"), "local"),
    )
    acl = network.network_acl_by_subnet[subnet.id]
    assert [(entry.rule_number, entry.allow) for entry in acl.entries if entry.egress] == [
        (100, True),
        (32767, False),
    ]
    (connection,) = network.vpn_connections
    assert connection.static_routes == (IPv4Network("10.8.0.0/16"),)
    assert (connection.vpn_gateway_id, connection.state, len(connection.tunnels)) == (
        app.vpn_gateway_id,
        "available",
        2,
    )


def test_security_group_rules_have_the_ids_that_aws_gave_them(
    captured: Captured, app: SmallApp, api: AwsApi
) -> None:
    group = captured.topology.network.security_group_by_id[SecurityGroupId(app.endpoint_group_id)]
    listed = api.client("ec2").describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": [group.id]}]
    )
    assert {rule.id for rule in group.rules} == {
        rule["SecurityGroupRuleId"] for rule in listed["SecurityGroupRules"]
    }
    (ingress,) = (rule for rule in group.rules if not rule.egress)
    assert ingress.referenced_group_id == app.balancer_group_id
    assert (ingress.protocol, ingress.from_port, ingress.to_port) == ("tcp", 443, 443)


def test_the_endpoint_and_its_interfaces_are_what_was_made(captured: Captured, app: SmallApp) -> None:
    network = captured.topology.network
    (endpoint,) = network.vpc_endpoints
    assert endpoint.id == app.endpoint_id
    assert endpoint.dns_names[0].startswith(f"{app.endpoint_id}-")
    assert endpoint.dns_names[0].endswith(".execute-api.eu-central-1.vpce.amazonaws.com")
    addresses = {network.interface_by_id[eni].address for eni in endpoint.network_interface_ids}
    assert addresses == {IPv4Address(address) for address in app.endpoint_addresses}


def test_the_load_balancer_and_its_nodes_are_what_was_made(captured: Captured, app: SmallApp) -> None:
    (balancer,) = captured.topology.load_balancing.load_balancers
    assert (balancer.arn, balancer.scheme, balancer.vpc_id) == (app.balancer_arn, "internal", app.vpc_id)
    (listener,) = balancer.listeners
    assert listener.certificate_arns == (app.certificate_arn,)
    first, default = listener.rules
    group_arn = Arn(app.target_group_arn)
    assert (first.priority, first.conditions) == (10, (RuleCondition("host-header", (HOST,)),))
    assert first.actions == (ForwardAction(((group_arn, 1),)),)
    assert (default.priority, default.actions) == (None, (FixedResponseAction(404),))
    group = captured.topology.load_balancing.target_group_by_arn[group_arn]
    assert {target.id for target in group.targets} == set(app.endpoint_addresses)
    assert group.health_check.matcher == "200,403"
    nodes = [
        interface.subnet_id
        for interface in captured.topology.network.network_interfaces
        if interface.description == balancer.interface_description
    ]
    assert sorted(nodes) == sorted(app.subnet_ids)


def test_the_api_serves_what_was_deployed(captured: Captured, app: SmallApp) -> None:
    api = captured.topology.api_gateway.rest_api_by_id[RestApiId(app.rest_api_id)]
    assert (api.endpoint_type, api.vpc_endpoint_ids) == ("PRIVATE", (app.endpoint_id,))
    (stage,) = api.stages
    assert (stage.name, stage.deployment.id) == ("prod", app.deployment_id)
    assert stage.deployment.binary_media_types == ("image/png",)
    (method,) = next(r.methods for r in stage.deployment.resources if r.path == "/{proxy+}")
    assert method.integration is not None
    assert (method.http_method, method.integration.type) == ("ANY", "AWS_PROXY")
    assert app.function_arn in method.integration.uri
    assert stage.deployment.policy is not None
    assert api.policy is not None
    assert stage.deployment.policy.statements == api.policy.statements
    assert stage.deployment.policy.statements[0].conditions[0].values == (app.endpoint_id,)
    domain = captured.topology.api_gateway.public_domain_by_name[HOST]
    assert domain.mappings == (BasePathMapping("", RestApiId(app.rest_api_id), "prod"),)
    assert (domain.endpoint_type, domain.certificate_arn) == ("REGIONAL", app.certificate_arn)


def test_the_function_its_role_and_its_policy_are_what_was_made(captured: Captured, app: SmallApp) -> None:
    function = captured.topology.functions.by_arn[Arn(app.function_arn)]
    assert (function.runtime, function.handler) == ("python3.12", "app.handler")
    assert function.environment == (("TABLE", "orders"),)
    assert function.reserved_concurrency is None
    assert function.policy is not None
    assert function.policy.statements[0].sid == "gateway"
    role = captured.topology.identity.by_arn[function.role_arn]
    assert [name for name, _ in role.policies] == ["read"]
    assert role.trust_policy.statements[0].actions == ("sts:AssumeRole",)


def test_names_certificates_and_buckets_are_what_was_made(captured: Captured, app: SmallApp) -> None:
    (zone,) = captured.topology.names.hosted_zones
    assert (zone.id, zone.name, zone.vpc_ids) == (app.zone_id, "corp.example", (app.vpc_id,))
    (record,) = (record for record in zone.records if record.name == HOST)
    (balancer,) = captured.topology.load_balancing.load_balancers
    assert record.alias is not None
    assert record.alias.dns_name == balancer.dns_name.lower()
    (resolver,) = captured.topology.names.resolver_endpoints
    assert {subnet_id for _, subnet_id in resolver.addresses} == set(app.subnet_ids)
    (certificate,) = captured.topology.certificates.certificates
    assert (certificate.arn, certificate.subject_alternative_names) == (app.certificate_arn, (HOST,))
    assert [bucket.name for bucket in captured.topology.storage.buckets] == ["orders-site"]


def test_the_same_account_captured_again_is_the_same_value(api: AwsApi, captured: Captured) -> None:
    assert captured_now(api, captured) is captured


def test_a_change_reaches_its_section_and_no_other(api: AwsApi, captured: Captured) -> None:
    changed: list[str] = []
    api.on_change(lambda change: changed.append(change.service))
    api.client("lambda").put_function_concurrency(FunctionName="orders", ReservedConcurrentExecutions=3)
    after = captured_now(api, captured, *changed)
    assert after.topology.functions.functions[0].reserved_concurrency == 3
    assert after.topology.functions is not captured.topology.functions
    assert after.topology.network is captured.topology.network
    assert after.topology.api_gateway is captured.topology.api_gateway
    api.client("lambda").delete_function_concurrency(FunctionName="orders")
    assert captured_now(api, after, "lambda").topology == captured.topology


def test_a_change_that_nobody_deployed_is_not_served(api: AwsApi, captured: Captured, app: SmallApp) -> None:
    method = {"restApiId": app.rest_api_id, "httpMethod": "GET"}
    gateway = api.client("apigateway")
    root_id = next(
        r["id"] for r in gateway.get_resources(restApiId=app.rest_api_id)["items"] if r["path"] == "/"
    )
    gateway.put_method(**method, resourceId=root_id, authorizationType="NONE")
    assert captured_now(api, captured, "apigateway").topology.api_gateway is captured.topology.api_gateway
    gateway.put_integration(**method, resourceId=root_id, type="MOCK")
    gateway.create_deployment(restApiId=app.rest_api_id, stageName="prod")
    after = captured_now(api, captured, "apigateway")
    (stage,) = after.topology.api_gateway.rest_apis[0].stages
    (root,) = (resource for resource in stage.deployment.resources if resource.path == "/")
    assert (root.id, [method.http_method for method in root.methods]) == (root_id, ["GET"])


def test_a_denied_call_is_noticed_and_the_rest_is_read(api: AwsApi, captured: Captured) -> None:
    def deny(**_: Any) -> tuple[Any, dict[str, Any]]:
        error = {"Code": "AccessDeniedException", "Message": "no"}
        return SimpleNamespace(status_code=403), {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 403}}

    events = api.client("lambda").meta.events
    events.register("before-call.lambda.GetPolicy", deny)
    try:
        after = captured_now(api, captured, "lambda")
    finally:
        events.unregister("before-call.lambda.GetPolicy", deny)
    assert [notice.missing_permission for notice in after.notices] == ["lambda:GetPolicy"]
    (function,) = after.topology.functions.functions
    assert function.policy is not None
    assert function.policy.statements[0].unsupported
    assert after.topology.network is captured.topology.network


def test_a_deleted_endpoint_leaves_the_topology(api: AwsApi, captured: Captured, app: SmallApp) -> None:
    ec2 = api.client("ec2")
    added = ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=app.vpc_id,
        ServiceName=f"com.amazonaws.{REGION}.lambda",
        SubnetIds=[app.subnet_ids[0]],
        SecurityGroupIds=[app.endpoint_group_id],
    )["VpcEndpoint"]
    with_endpoint = captured_now(api, captured, "ec2").topology.network
    assert len(with_endpoint.vpc_endpoints) == 2
    assert NetworkInterfaceId(added["NetworkInterfaceIds"][0]) in with_endpoint.interface_by_id
    ec2.delete_vpc_endpoints(VpcEndpointIds=[added["VpcEndpointId"]])
    assert captured_now(api, captured, "ec2") is captured


@pytest.mark.parametrize("service", ["ec2", "elbv2", "apigateway", "lambda", "s3", "route53", "iam", "acm"])
def test_a_capture_after_one_change_takes_less_than_a_tenth_of_a_second(
    api: AwsApi, captured: Captured, service: str
) -> None:
    durations = []
    for _ in range(5):
        started = time.process_time()
        captured_now(api, captured, service)
        durations.append(time.process_time() - started)
    assert statistics.median(durations) < 0.1


def test_hundreds_of_resources_are_read_to_the_last_page(
    api: AwsApi, captured: Captured, app: SmallApp
) -> None:
    ec2, elbv2 = api.client("ec2"), api.client("elbv2")
    for number in range(250):
        ec2.create_security_group(GroupName=f"group-{number}", Description="-", VpcId=app.vpc_id)
    for number in range(100):
        api.client("apigateway").create_rest_api(name=f"api-{number}")
    for number in range(99):  # with the one there is, as many as a load balancer has
        elbv2.create_rule(
            ListenerArn=app.listener_arn,
            Priority=1000 + number,
            Conditions=[{"Field": "path-pattern", "Values": [f"/{number}/*"]}],
            Actions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}],
        )
    changes = [
        {
            "Action": "CREATE",
            "ResourceRecordSet": {
                "Name": f"host-{number}.corp.example",
                "Type": "A",
                "TTL": 60,
                "ResourceRecords": [{"Value": "10.20.1.1"}],
            },
        }
        for number in range(400)
    ]
    batch = {"Changes": changes}
    api.client("route53").change_resource_record_sets(HostedZoneId=app.zone_id, ChangeBatch=batch)
    topology = captured_now(api).topology
    groups = {group.name for group in topology.network.security_groups}
    assert {f"group-{number}" for number in range(250)} <= groups
    assert len(topology.api_gateway.rest_apis) == 101
    (listener,) = topology.load_balancing.load_balancers[0].listeners
    assert [rule.priority for rule in listener.rules] == [10, *range(1000, 1099), None]
    names = {record.name for record in topology.names.hosted_zones[0].records}
    assert {f"host-{number}.corp.example" for number in range(400)} <= names
