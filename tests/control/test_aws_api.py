import os
import subprocess
import sys
import threading
import time

import boto3
import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import function, two_subnets

from landbridge.control.aws_api import AwsApi
from landbridge.control.change import Change
from landbridge.control.hooks import Invocation, InvocationResult


def test_a_client_answers_in_process_and_keeps_its_state(api: AwsApi) -> None:
    ec2 = api.client("ec2")
    made = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    assert made in [vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"]]
    assert api.client("ec2") is ec2


def test_reset_forgets_everything(api: AwsApi) -> None:
    api.client("s3").create_bucket(
        Bucket="assets", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    api.reset()
    assert api.client("s3").list_buckets()["Buckets"] == []


def test_the_account_is_the_one_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "999999999999")
    other = AwsApi("eu-west-1", "210987654321")
    assert other.client("sts").get_caller_identity()["Account"] == "210987654321"
    assert ":210987654321:" in other.client("logs").meta.region_name or other.account_id == "210987654321"


def test_every_successful_change_is_announced_and_no_reading(api: AwsApi) -> None:
    told: list[Change] = []
    own = AwsApi("eu-central-1")
    own.on_change(told.append)
    own.client("ec2").describe_vpcs()
    own.client("ec2").create_vpc(CidrBlock="10.9.0.0/16")
    with pytest.raises(ClientError):
        own.client("ec2").create_subnet(VpcId="vpc-00000000", CidrBlock="10.9.0.0/24")
    assert told == [Change("ec2", "CreateVpc", "eu-central-1")]


def test_an_announcement_of_the_corporate_router_is_a_change() -> None:
    told: list[Change] = []
    own = AwsApi("eu-central-1")
    own.on_change(told.append)
    own.announce("dxvif-1", ["10.10.0.0/16"])
    assert told == [Change("directconnect", "Announce", "eu-central-1")]


def test_a_service_of_which_moto_has_nothing_is_not_implemented(api: AwsApi) -> None:
    with pytest.raises(ClientError) as failed:
        api.client("globalaccelerator").list_accelerators()
    assert failed.value.response["Error"]["Code"] == "NotImplemented"
    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert not api.offers("globalaccelerator")


def test_of_a_service_that_was_called_there_may_be_something(api: AwsApi) -> None:
    api.client("vpc-lattice").list_services()
    api.client("lambda").list_functions()
    assert api.offers("vpc-lattice")
    assert api.offers("lambda")


def test_an_operation_that_is_not_implemented_says_so_at_once_and_is_not_tried_again(api: AwsApi) -> None:
    began = time.perf_counter()
    with pytest.raises(ClientError) as failed:
        api.client("directconnect").describe_loa(connectionId="dxcon-1")
    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert failed.value.response["ResponseMetadata"]["RetryAttempts"] == 0
    assert "directconnect:DescribeLoa is not implemented" in failed.value.response["Error"]["Message"]
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("ec2", "describe_verified_access_groups", {}),
        ("elbv2", "get_resource_policy", {"ResourceArn": "none"}),
        ("iam", "list_service_specific_credentials", {}),
        ("s3", "get_bucket_metadata_configuration", {"Bucket": "none"}),
        ("lambda", "get_account_settings", {}),
    ],
)
def test_a_service_of_any_protocol_names_what_it_lacks(
    api: AwsApi, service: str, operation: str, parameters: dict[str, str]
) -> None:
    with pytest.raises(ClientError) as failed:
        getattr(api.client(service), operation)(**parameters)
    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] in (404, 501)


def test_the_users_environment_and_boto3_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "THEUSERSOWNKEY")
    own = AwsApi("eu-central-1")
    assert own.client("sns").meta.endpoint_url == "https://sns.eu-central-1.amazonaws.com"
    monkeypatch.delenv("AWS_PROFILE")
    theirs = boto3.client("sns", region_name="eu-central-1", aws_secret_access_key="x", aws_access_key_id="y")
    assert theirs.meta.endpoint_url == "http://127.0.0.1:9"


def test_calls_of_many_threads_get_many_addresses(api: AwsApi) -> None:
    network = two_subnets(api, "10.20.{}.0/24")
    ec2 = api.client("ec2")

    def make() -> None:
        for _ in range(5):
            ec2.create_network_interface(SubnetId=network.subnet_ids[0])

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = ec2.describe_network_interfaces()["NetworkInterfaces"]
    assert len({interface["PrivateIpAddress"] for interface in made}) == 20


def test_a_function_that_runs_may_call_the_api_itself(api: AwsApi) -> None:
    name = function(api)

    def run(invocation: Invocation) -> InvocationResult:
        reached = threading.Event()

        def call() -> None:
            api.client("s3").list_buckets()
            reached.set()

        threading.Thread(target=call).start()
        return InvocationResult(b"true" if reached.wait(10) else b"false")

    api.material.set_invoke(run)
    assert api.client("lambda").invoke(FunctionName=name)["Payload"].read() == b"true"


def test_a_warm_call_takes_less_than_three_milliseconds(api: AwsApi) -> None:
    ec2 = api.client("ec2")
    ec2.describe_vpcs()
    durations = []
    for _ in range(30):
        began = time.perf_counter()
        ec2.describe_vpcs()
        durations.append(time.perf_counter() - began)
    assert min(durations) < 0.003


def test_what_is_not_used_is_not_imported() -> None:
    script = (
        "import sys\n"
        "from landbridge.control.aws_api import AwsApi\n"
        "api = AwsApi('eu-central-1')\n"
        "api.client('sts').get_caller_identity()\n"
        "assert 'moto.ec2' not in sys.modules\n"
        "api.client('apigateway').get_rest_apis()\n"
        "heavy = {'openapi_spec_validator', 'pydantic', 'flask', 'moto.iam.aws_managed_policies'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    environment = {**os.environ, "PYTHONPATH": "src", "AWS_PROFILE": "no-such-profile"}
    finished = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr
