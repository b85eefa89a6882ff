"""The user's own AWS account, read with the credentials that boto3 finds; every call only reads."""

from functools import cache
from ipaddress import IPv4Network
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from landbridge.capture.capture import Captured, capture
from landbridge.capture.permissions import PERMISSIONS
from landbridge.errors import DeclarationError, HostError

PATIENT = Config(retries={"mode": "standard", "total_max_attempts": 8})
"""An account with many resources throttles whoever reads them all. AWS: "Retry behavior" """
HOME_REGIONS = {"globalaccelerator": "us-west-2"}
"""Where a service that is in all regions is asked. AWS: "ListAccelerators" """
WITHOUT_REGION = frozenset({"cloudfront"})


def capture_own_account(profile: str, region: str, corporate: tuple[IPv4Network, ...]) -> Captured:
    """The account in one region; what is left empty is what boto3 would choose."""
    try:
        session = boto3.Session(profile_name=profile or None, region_name=region or None)
        if not session.region_name:
            raise DeclarationError("No AWS region is chosen", "--region eu-central-1, or set AWS_REGION")
        account_id = session.client("sts").get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise HostError(
            f"The AWS account cannot be read: {error}", "`aws sts get-caller-identity` must work"
        ) from error

    @cache
    def client(service: str) -> Any:
        return session.client(service, config=PATIENT, region_name=HOME_REGIONS.get(service))

    def offers(service: str) -> bool:
        partition = session.get_partition_for_region(session.region_name)
        region = HOME_REGIONS.get(service, session.region_name)
        return service in WITHOUT_REGION or region in session.get_available_regions(service, partition)

    return capture(
        client,
        account_id=account_id,
        region=session.region_name,
        corporate_networks=corporate,
        configurations=True,
        offers=offers,
    )


def reading_policy() -> dict[str, Any]:
    """The IAM policy that allows every call that is made, and nothing else.

    AWS: "Actions, resources, and condition keys for AWS services"
    """
    statement = {
        "Sid": "LandbridgeReads",
        "Effect": "Allow",
        "Action": list(PERMISSIONS),
        "Resource": "*",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
