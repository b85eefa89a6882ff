"""The example app as it would be deployed, captured, and taken apart by hand."""

from functools import cache
from pathlib import Path

from tests.blueprint.test_plan_executed import certified_assets

from landbridge.blueprint.declaration import parse_declaration
from landbridge.blueprint.plan import plan
from landbridge.capture.capture import capture
from landbridge.control.aws_api import AwsApi
from landbridge.control.execute import execute
from landbridge.model.topology import Topology
from landbridge.prove.app import App
from landbridge.prove.case import Case

ORDERS = Path(__file__).parents[2] / "examples" / "orders" / "landbridge.toml"
DESIGNS = ("gateway", "lambda", "domain")


@cache
def example_topology(design: str) -> Topology:
    """What `design` of examples/orders looks like once it is deployed, its configuration included."""
    text = ORDERS.read_text().replace('design = "gateway"', f'design = "{design}"', 1)
    declaration = parse_declaration(text, "landbridge.toml")
    api = AwsApi(declaration.region)
    execute(plan(declaration, certified_assets()), api)
    captured = capture(
        api.client,
        account_id=api.account_id,
        region=api.region,
        corporate_networks=declaration.link.corporate,
        configurations=True,
    )
    api.close()
    assert captured.notices == ()
    return captured.topology


def whole_app(topology: Topology, *domains: str) -> App:
    """Everything of a topology that can belong to an app, under these names or those that it has."""
    names = domains or tuple(
        record.name
        for zone in topology.names.hosted_zones
        for record in zone.records
        if zone.private and record.type in ("A", "CNAME")
    )
    return App(
        "orders",
        tuple(dict.fromkeys(names)),
        topology.load_balancing.load_balancers,
        topology.network.vpc_endpoints,
        topology.api_gateway.rest_apis,
        tuple(function.arn for function in topology.functions.functions),
        tuple(bucket.name for bucket in topology.storage.buckets),
    )


def case_of(topology: Topology, *domains: str) -> Case:
    """All of a topology as one app."""
    return Case(topology, whole_app(topology, *domains))
