import pytest
from botocore.exceptions import ClientError

from landbridge.control.aws_api import AwsApi


def test_instance_types_are_not_loaded(api: AwsApi) -> None:
    assert api.client("ec2").describe_instance_types()["InstanceTypes"] == []


def test_regions_are_known_without_the_model_of_ec2(api: AwsApi) -> None:
    regions = {each["RegionName"] for each in api.client("ec2").describe_regions()["Regions"]}
    assert {"eu-central-1", "us-east-1"} <= regions


def test_event_sources_of_functions_are_imported_when_they_are_named(api: AwsApi) -> None:
    with pytest.raises(ClientError, match=r"404|ResourceNotFound|NotFound"):
        api.client("lambda").create_event_source_mapping(
            EventSourceArn="arn:aws:dynamodb:eu-central-1:123456789012:table/t/stream/s", FunctionName="none"
        )
