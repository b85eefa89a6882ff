"""Capture of an account that is large, that is busy, or that denies any one of the calls."""

from collections import Counter
from collections.abc import Callable, Iterator
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from tests.capture.scripted import ACCOUNT, DENIED, REGION, Failure, ScriptedAccount
from tests.capture.small_app import SmallApp, make_small_app
from tests.capture.whole_account import whole_account

from landbridge.capture.capture import READINGS, Captured, capture
from landbridge.capture.permissions import ACTIONS
from landbridge.control.aws_api import AwsApi
from landbridge.control.dispatch import refused

ATTEMPTS = 3
CALLS = [f"{service}.{operation}" for service, operation in sorted(ACTIONS)]
THROTTLED = {
    "acm": (400, "ThrottlingException"),
    "directconnect": (400, "ThrottlingException"),
    "apigateway": (429, "TooManyRequestsException"),
    "apigatewayv2": (429, "TooManyRequestsException"),
    "ec2": (503, "RequestLimitExceeded"),
    "lambda": (429, "TooManyRequestsException"),
    "route53resolver": (400, "ThrottlingException"),
    "s3": (503, "SlowDown"),
    "s3control": (503, "SlowDown"),
}
"""How each service says that it is asked too often; the others answer Throttling."""
FOR_PROOFS_ONLY = {"appsync", "cloudfront", "globalaccelerator", "vpc-lattice"}
Busy = Callable[[int], bool]
"""Whether an attempt is throttled, by its number among all attempts of its operation."""


@pytest.fixture(scope="module")
def api() -> Iterator[AwsApi]:
    api = AwsApi(REGION)
    api.serve()
    yield api
    api.close()
    api.reset()


@pytest.fixture(scope="module")
def large(api: AwsApi) -> SmallApp:
    """The small app in a company's account."""
    app = make_small_app(api.client)
    ec2, elbv2, gateway = api.client("ec2"), api.client("elbv2"), api.client("apigateway")
    for number in range(200):
        ec2.create_security_group(GroupName=f"group-{number}", Description="-", VpcId=app.vpc_id)
    for number in range(50):
        gateway.create_rest_api(name=f"api-{number}")
        elbv2.create_target_group(
            Name=f"group-{number}", TargetType="ip", VpcId=app.vpc_id, Protocol="HTTP", Port=80
        )
        api.client("s3").create_bucket(
            Bucket=f"bucket-{number}", CreateBucketConfiguration={"LocationConstraint": REGION}
        )
    return app


@pytest.fixture(scope="module")
def account() -> ScriptedAccount:
    return whole_account()


@pytest.fixture(scope="module")
def before(account: ScriptedAccount) -> Captured:
    """The scripted account when everything is answered."""
    return capture(account.client, account_id=ACCOUNT, region=REGION, configurations=True)


@pytest.fixture
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore retries at once."""
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None))


class BusyAccount:
    """Stock boto3 clients over HTTP, whose attempts are throttled before they reach the API."""

    def __init__(self, api: AwsApi, busy: Busy) -> None:
        self._endpoint_url = api.endpoint_url
        self._busy = busy
        self.throttled: Counter[str] = Counter()
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self._make_client(service)
        return self._clients[service]

    def captured(self) -> Captured:
        return capture(self.client, account_id=ACCOUNT, region=REGION)

    def _make_client(self, service: str) -> Any:
        client = boto3.session.Session(
            aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION
        ).client(
            service,
            endpoint_url=self._endpoint_url,
            config=Config(
                retries={"mode": "legacy", "total_max_attempts": ATTEMPTS}, s3={"addressing_style": "path"}
            ),
        )
        attempts: Counter[str] = Counter()

        def throttle(event_name: str, request: Any, **_: Any) -> AWSResponse | None:
            request.url = request.url.replace(f"http://{ACCOUNT}.", "http://")
            operation = event_name.rpartition(".")[2]
            attempts[operation] += 1
            if not self._busy(attempts[operation]):
                return None
            self.throttled[service] += 1
            status, code = THROTTLED.get(service, (400, "Throttling"))
            answer = refused(service, status, code, "Rate exceeded")
            raw = SimpleNamespace(stream=lambda: iter([answer.body]), read=BytesIO(answer.body).read)
            return AWSResponse(request.url, answer.status, answer.headers, raw)

        client.meta.events.register("before-send", throttle)
        return client


@pytest.mark.usefixtures("large", "_no_waiting")
def test_a_large_account_is_read_whole_though_most_attempts_are_throttled(api: AwsApi) -> None:
    account = BusyAccount(api, busy=lambda attempt: attempt % ATTEMPTS != 0)
    captured = account.captured()
    assert captured == capture(api.client, account_id=ACCOUNT, region=REGION)
    assert not any("throttled" in notice.feature for notice in captured.notices)
    assert len(captured.topology.load_balancing.target_groups) == 51
    assert set(account.throttled) == {service for service, _ in ACTIONS} - FOR_PROOFS_ONLY


@pytest.mark.usefixtures("large", "_no_waiting")
def test_an_account_that_never_answers_is_told_call_by_call(api: AwsApi) -> None:
    captured = BusyAccount(api, busy=lambda _: True).captured()
    told = {str(notice) for notice in captured.notices}
    action = "ec2:DescribeVpcs"
    assert (
        f"AWS::IAM::Action {action}: unknown, because {action} was throttled until no retry was left" in told
    )
    assert captured.topology.network.vpcs == ()
    assert not any(notice.missing_permission for notice in captured.notices)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("failure", "because"), [(DENIED, "was denied"), (Failure("ThrottlingException"), "was throttled")]
)
def test_a_call_that_is_not_answered_is_named_and_the_rest_is_read(
    account: ScriptedAccount,
    before: Captured,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    failure: Failure,
    because: str,
) -> None:
    monkeypatch.setitem(account.script, call, failure)
    after = capture(account.client, account_id=ACCOUNT, region=REGION, configurations=True)
    service, _, operation = call.partition(".")
    action = ACTIONS[service, operation]
    new = [notice for notice in after.notices if notice not in before.notices]
    assert [notice for notice in new if f"{action} {because}" in notice.feature], new
    about = {notice.section for notice in new}
    for reading in READINGS:
        if reading.section not in {other.section for other in READINGS if other.name in about}:
            assert getattr(after.topology, reading.section) == getattr(before.topology, reading.section)
