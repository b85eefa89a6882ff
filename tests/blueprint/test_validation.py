import boto3
import pytest
from tests.blueprint.declarations import declaration

from landbridge.blueprint.validation import LAMBDA_RUNTIMES


def test_every_runtime_we_take_is_one_of_lambdas() -> None:
    client = boto3.client(
        "lambda", region_name="eu-central-1", aws_access_key_id="none", aws_secret_access_key="none"
    )
    assert set(LAMBDA_RUNTIMES) <= set(client.meta.service_model.shape_for("Runtime").enum)


@pytest.mark.parametrize("name", ["o", "orders", "orders-2", "o" * 23])
def test_a_name_that_aws_takes_everywhere_is_taken(name: str) -> None:
    assert declaration(('"orders"', f'"{name}"')).name == name


@pytest.mark.parametrize("domain", ["a.b", "xn--bcher-kva.example", "a.b.c.d.example", f"{'o' * 63}.example"])
def test_a_dns_name_is_taken(domain: str) -> None:
    assert declaration(("orders.corp.example", domain)).domain == domain


@pytest.mark.parametrize("region", ["eu-central-1", "us-east-1", "ap-southeast-2", "il-central-1"])
def test_a_region_of_the_standard_partition_is_taken(region: str) -> None:
    changes = [('"eu-central-1"', f'"{region}"')]
    changes += [(f'"eu-central-1{zone}"', f'"{region}{zone}"') for zone in "ab"]
    assert declaration(*changes).region == region


@pytest.mark.parametrize("route", ["/api", "/v1/api", "/orders.json", "/~api"])
def test_a_route_of_one_or_more_segments_is_taken(route: str) -> None:
    assert declaration(('"/api"', f'"{route}"')).backend.route == route
