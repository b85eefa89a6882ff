from typing import Any

from tests.control.worlds import two_subnets

from landbridge.control.amendments.core import method_names
from landbridge.control.aws_api import AwsApi
from landbridge.control.dispatch import backends_of


def test_deleted_objects_are_not_remembered(api: AwsApi) -> None:
    from moto.ec2.models.vpcs import VPC

    two_subnets(api)
    tracked: Any = VPC
    assert tracked.instances_tracked == []


def test_every_region_has_a_backend(api: AwsApi) -> None:
    assert {"eu-central-1", "us-east-1", "cn-north-1", "us-gov-west-1"} <= set(
        backends_of("ec2")[api.account_id].regions
    )


def test_a_certificate_that_was_requested_is_issued_at_once(api: AwsApi) -> None:
    acm = api.client("acm")
    arn = acm.request_certificate(DomainName="orders.corp.example")["CertificateArn"]
    assert acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"] == "ISSUED"


def test_the_operations_of_a_service_are_those_of_its_class() -> None:
    from moto.sts.responses import TokenResponse

    assert "get_caller_identity" in method_names(TokenResponse)
    assert "no_such_operation" not in method_names(TokenResponse)
