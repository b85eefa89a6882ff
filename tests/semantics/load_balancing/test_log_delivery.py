from dataclasses import replace

import pytest
from tests.topologies import private_app

from landbridge.model.storage import Bucket, Storage
from landbridge.semantics.iam.parse import parse_policy
from landbridge.semantics.load_balancing.attributes import AccessLogDestination
from landbridge.semantics.load_balancing.log_delivery import LOG_DELIVERY, may_deliver
from landbridge.semantics.world import World
from landbridge.trace.codes import S3ErrorCode

TOPOLOGY = private_app()
DESTINATION = AccessLogDestination("logs", "alb")
FOLDER = "arn:aws:s3:::logs/alb/AWSLogs/123456789012/*"
SERVICE = f'{{"Service": "{LOG_DELIVERY}"}}'


def world(*buckets: Bucket) -> World:
    return World(replace(TOPOLOGY, storage=Storage(buckets)))


def bucket(principal: str, resource: str = FOLDER, effect: str = "Allow") -> Bucket:
    said = f'"Effect": "{effect}", "Principal": {principal}'
    statement = f'{{{said}, "Action": "s3:PutObject", "Resource": "{resource}"}}'
    return Bucket("logs", parse_policy(f'{{"Version": "2012-10-17", "Statement": [{statement}]}}'))


@pytest.mark.parametrize(
    "principal", [SERVICE, '{"AWS": "arn:aws:iam::054676820928:root"}', '{"AWS": "054676820928"}', '"*"']
)
def test_the_service_or_its_account_in_the_region_has_to_be_allowed(principal: str) -> None:
    assert may_deliver(world(bucket(principal)), DESTINATION).allowed


@pytest.mark.parametrize(
    "buckets",
    [
        (Bucket("logs"),),
        (bucket('{"AWS": "arn:aws:iam::127311923021:root"}'),),
        (bucket(SERVICE, "arn:aws:s3:::logs/other/*"),),
        (bucket(SERVICE, effect="Deny"),),
    ],
)
def test_a_bucket_whose_policy_does_not_allow_it_takes_no_logs(buckets: tuple[Bucket, ...]) -> None:
    decision = may_deliver(world(*buckets), DESTINATION)

    assert (decision.allowed, decision.code) == (False, S3ErrorCode.ACCESS_DENIED)


def test_a_bucket_elsewhere_takes_no_logs() -> None:
    assert may_deliver(world(), DESTINATION).code is S3ErrorCode.NO_SUCH_BUCKET
