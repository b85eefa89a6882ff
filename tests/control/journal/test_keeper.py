"""State that is kept, through the calls that anyone would make."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.control.worlds import archive, function, private_api, two_subnets

from landbridge import __version__
from landbridge.control.aws_api import AwsApi
from landbridge.control.journal import keeper as keeper_module
from landbridge.control.journal.bodies import LARGEST_INLINE
from landbridge.control.journal.compaction import WORTH_WRITING
from landbridge.errors import HostError

REGION = "eu-central-1"


class Account:
    """An account whose process can end and begin again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.api = AwsApi(REGION)
        self.kept = self.api.keep_state(folder)

    def client(self, service: str) -> Any:
        return self.api.client(service)

    def again(self) -> None:
        """The process ends, and another one brings the state back."""
        self.api.close()
        self.api = AwsApi(REGION)
        self.kept = self.api.keep_state(self.folder)

    @property
    def journal(self) -> Path:
        return self.folder / "journal"


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    account = Account(tmp_path / "state")
    yield account
    account.api.reset()


def strip(answer: Any) -> Any:
    """An answer without what belongs to the call and not to the state."""
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def make_network(account: Account) -> None:
    made = two_subnets(account.api)
    account.client("ec2").create_vpc_endpoint(
        VpcId=made.vpc_id,
        ServiceName=f"com.amazonaws.{REGION}.execute-api",
        VpcEndpointType="Interface",
        SubnetIds=list(made.subnet_ids),
        PrivateDnsEnabled=True,
    )
    balancer = account.client("elbv2").create_load_balancer(
        Name="orders", Subnets=list(made.subnet_ids), Scheme="internal"
    )["LoadBalancers"][0]
    action = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}
    account.client("elbv2").create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=[action]
    )


def read_network(account: Account) -> list[Any]:
    ec2, elbv2 = account.client("ec2"), account.client("elbv2")
    [balancer] = elbv2.describe_load_balancers()["LoadBalancers"]
    listeners = elbv2.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    return [
        ec2.describe_vpcs()["Vpcs"],
        ec2.describe_subnets()["Subnets"],
        ec2.describe_network_interfaces()["NetworkInterfaces"],
        ec2.describe_vpc_endpoints()["VpcEndpoints"],
        ec2.describe_security_group_rules()["SecurityGroupRules"],
        balancer,
        listeners,
        elbv2.describe_rules(ListenerArn=listeners[0]["ListenerArn"])["Rules"],
    ]


def make_app(account: Account) -> None:
    function(account.api)
    private_api(account.api)
    attach = account.client("iam").attach_role_policy
    attach(RoleName="orders", PolicyArn="arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess")


def read_app(account: Account) -> list[Any]:
    iam, arn = account.client("iam"), "arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess"
    [api] = account.client("apigateway").get_rest_apis()["items"]
    return [
        strip(account.client("lambda").get_function(FunctionName="orders")),
        api,
        account.client("apigateway").get_resources(restApiId=api["id"])["items"],
        iam.get_role(RoleName="orders")["Role"],
        iam.get_policy(PolicyArn=arn)["Policy"],
    ]


def make_keys(account: Account) -> None:
    acm, kms, ec2 = account.client("acm"), account.client("kms"), account.client("ec2")
    acm.request_certificate(DomainName="orders.corp.example", ValidationMethod="DNS")
    for spec in ("SYMMETRIC_DEFAULT", "RSA_2048", "ECC_NIST_P256"):
        usage = "ENCRYPT_DECRYPT" if spec == "SYMMETRIC_DEFAULT" else "SIGN_VERIFY"
        kms.create_key(KeySpec=spec, KeyUsage=usage)
    for kind in ("rsa", "ed25519"):
        ec2.create_key_pair(KeyName=kind, KeyType=kind)


def read_keys(account: Account) -> list[Any]:
    acm, kms = account.client("acm"), account.client("kms")
    [certificate] = acm.list_certificates()["CertificateSummaryList"]
    keys = [key["KeyId"] for key in kms.list_keys()["Keys"]]
    described = [kms.describe_key(KeyId=key)["KeyMetadata"] for key in keys]
    return [
        certificate,
        account.api.material.certificate_material(certificate["CertificateArn"]),
        described,
        [
            kms.get_public_key(KeyId=key["KeyId"])["PublicKey"]
            for key in described
            if key["KeyUsage"] == "SIGN_VERIFY"
        ],
        account.client("ec2").describe_key_pairs(IncludePublicKey=True)["KeyPairs"],
    ]


def make_data(account: Account) -> None:
    s3, dynamodb = account.client("s3"), account.client("dynamodb")
    s3.create_bucket(Bucket="assets", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="assets", Key="a b/ü%2F.txt", Body=b"small", Metadata={"by": "me"})
    s3.put_object(Bucket="assets", Key="large", Body=b"x" * (LARGEST_INLINE + 1))
    upload = s3.create_multipart_upload(Bucket="assets", Key="parts")["UploadId"]
    part = s3.upload_part(Bucket="assets", Key="parts", UploadId=upload, PartNumber=1, Body=b"only")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(Bucket="assets", Key="parts", UploadId=upload, MultipartUpload=parts)
    s3.create_multipart_upload(Bucket="assets", Key="unfinished")
    dynamodb.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for number in range(30):
        item = {"id": {"S": str(number)}, "blob": {"B": bytes([number])}, "n": {"N": "1.50"}}
        dynamodb.put_item(TableName="orders", Item=item)
    dynamodb.delete_item(TableName="orders", Key={"id": {"S": "3"}})


def read_data(account: Account) -> list[Any]:
    s3, dynamodb = account.client("s3"), account.client("dynamodb")
    objects = s3.list_objects_v2(Bucket="assets")["Contents"]
    return [
        objects,
        [s3.get_object(Bucket="assets", Key=each["Key"])["Body"].read() for each in objects],
        s3.head_object(Bucket="assets", Key="a b/ü%2F.txt")["Metadata"],
        s3.list_multipart_uploads(Bucket="assets")["Uploads"],
        dynamodb.describe_table(TableName="orders")["Table"],
        dynamodb.scan(TableName="orders")["Items"],
    ]


PLACES: dict[str, tuple[Callable[[Account], None], Callable[[Account], list[Any]]]] = {
    "network": (make_network, read_network),
    "app": (make_app, read_app),
    "keys": (make_keys, read_keys),
    "data": (make_data, read_data),
}


@pytest.mark.parametrize("place", PLACES)
def test_everything_is_as_it_was(account: Account, place: str) -> None:
    make, read = PLACES[place]
    make(account)
    before = read(account)
    account.again()
    assert read(account) == before
    assert account.kept.differences == ()


def test_what_is_read_in_between_makes_no_difference(account: Account) -> None:
    default = account.client("ec2").describe_vpcs()["Vpcs"]
    account.client("ec2").describe_images(MaxResults=5)
    make_network(account)
    before = read_network(account)
    account.again()
    assert account.client("ec2").describe_vpcs()["Vpcs"][: len(default)] == default
    assert read_network(account) == before
    assert account.kept.differences == ()


def test_it_goes_on_from_there(account: Account) -> None:
    ids = set()
    for _ in range(3):
        ids.add(account.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"])
        account.again()
    assert ids <= {vpc["VpcId"] for vpc in account.client("ec2").describe_vpcs()["Vpcs"]}
    assert len(ids) == 3


def test_another_folder_has_other_ids(account: Account, tmp_path: Path) -> None:
    first = account.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    account.api.close()
    account.folder = tmp_path / "other"
    account.again()
    assert account.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"] != first


def test_a_call_that_failed_half_way_is_repeated_as_it_was(account: Account) -> None:
    ec2 = account.client("ec2")
    group = two_subnets(account.api).group_id
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    with pytest.raises(ec2.exceptions.ClientError):
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{**rule, "ToPort": 81}, rule])
    before = ec2.describe_security_group_rules()["SecurityGroupRules"]
    account.again()
    assert account.client("ec2").describe_security_group_rules()["SecurityGroupRules"] == before


def test_reading_writes_nothing(account: Account) -> None:
    make_data(account)
    size = account.journal.stat().st_size
    read_data(account)
    account.client("sts").get_caller_identity()
    assert account.journal.stat().st_size == size


def test_log_groups_of_functions_and_announced_prefixes_are_kept_and_log_lines_are_not(
    account: Account,
) -> None:
    account.api.announce("dxvif-1", ["10.10.0.0/16"])
    account.api.material.write_log_events("/aws/lambda/orders", "[$LATEST]1", [(1, "hello")])
    account.client("logs").put_retention_policy(logGroupName="/aws/lambda/orders", retentionInDays=7)
    account.again()
    logs = account.client("logs")
    assert logs.describe_log_groups()["logGroups"][0]["retentionInDays"] == 7
    assert logs.filter_log_events(logGroupName="/aws/lambda/orders")["events"] == []
    assert account.kept.notes["announced dxvif-1"] == ["10.10.0.0/16"]


def test_only_the_owner_can_read_it(account: Account) -> None:
    make_data(account)
    files = [path for path in account.folder.rglob("*") if path.is_file()]
    assert len(files) == 3
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_large_bodies_are_stored_once_and_swept_when_nothing_refers_to_them(account: Account) -> None:
    s3 = account.client("s3")
    s3.create_bucket(Bucket="assets", CreateBucketConfiguration={"LocationConstraint": REGION})
    for key in ("one", "two"):
        s3.put_object(Bucket="assets", Key=key, Body=b"x" * 1_000_000)
    bodies = account.folder / "bodies"
    assert len(list(bodies.iterdir())) == 1
    assert account.journal.stat().st_size < 10_000
    (bodies / "0123.part").write_bytes(b"never finished")
    account.again()
    assert len(list(bodies.iterdir())) == 1


@pytest.mark.parametrize("what", ["gone", "changed"])
def test_a_body_that_is_not_what_was_written_is_refused_before_anything_is_loaded(
    account: Account, what: str
) -> None:
    make_data(account)
    [body] = (account.folder / "bodies").iterdir()
    if what == "gone":
        body.unlink()
    else:
        body.write_bytes(body.read_bytes()[:-1] + b"y")
    with pytest.raises(HostError, match=r"is damaged and was put aside as damaged-\w+\.\w+: body"):
        account.again()
    assert account.client("s3").list_buckets()["Buckets"] == []


def test_a_damaged_journal_is_put_aside_and_the_next_start_begins_empty(account: Account) -> None:
    make_data(account)
    account.api.close()
    content = bytearray(account.journal.read_bytes())
    content[len(content) // 2] ^= 1
    account.journal.write_bytes(content)
    with pytest.raises(HostError, match="is damaged and was put aside") as told:
        account.again()
    assert "\n\nhint: start again to begin with an empty state" in str(told.value)
    [aside] = account.folder.glob("damaged-*")
    assert (aside / "journal").read_bytes() == content
    assert len(list((aside / "bodies").iterdir())) == 1
    account.again()
    assert account.kept.calls == 0
    assert account.client("s3").list_buckets()["Buckets"] == []


def test_a_call_torn_off_in_the_middle_never_happened(account: Account) -> None:
    sqs = account.client("sqs")
    sqs.create_queue(QueueName="first")
    whole = account.journal.stat().st_size
    sqs.create_queue(QueueName="second")
    content = account.journal.read_bytes()
    for size in (whole, whole + 1, whole + 11, whole + 12, whole + 200, len(content) - 1):
        account.api.close()
        account.journal.write_bytes(content[:size])
        account.again()
        assert [url.rpartition("/")[2] for url in account.client("sqs").list_queues()["QueueUrls"]] == [
            "first"
        ]
        assert account.journal.stat().st_size == whole


def test_another_format_is_refused_and_left_as_it_is(account: Account) -> None:
    account.api.close()
    content = account.journal.read_bytes().replace(b"journal 1\n", b"journal 9\n", 1)
    account.journal.write_bytes(content)
    with pytest.raises(HostError, match=f"has format 9, and landbridge {__version__} has format 1"):
        account.again()
    assert account.journal.read_bytes() == content


def test_another_version_may_bring_the_state_back_if_it_answers_the_same(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_data(account)
    before = read_data(account)
    monkeypatch.setattr(keeper_module, "OWN", "landbridge 9 with moto 9")
    account.again()
    assert read_data(account) == before
    assert account.kept.notes["writer"] == "landbridge 9 with moto 9"


def test_another_version_that_answers_otherwise_is_refused_and_the_state_left_as_it_is(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_network(account)
    account.api.close()
    content = account.journal.read_bytes()
    monkeypatch.setattr("landbridge.control.amendments.ec2_endpoints.ZONES", {})
    monkeypatch.setattr(keeper_module, "OWN", "landbridge 9 with moto 9")
    with pytest.raises(HostError, match=r"cannot be brought back: call .* answered otherwise"):
        account.again()
    assert account.journal.read_bytes() == content


def test_a_state_of_another_account_is_refused(account: Account) -> None:
    account.api.close()
    with pytest.raises(HostError, match="is of account 123456789012, not 210987654321"):
        AwsApi(REGION, "210987654321").keep_state(account.folder)


def _try(folder: Path, told: "multiprocessing.SimpleQueue[str]") -> None:
    try:
        AwsApi(REGION).keep_state(folder)
    except HostError as error:
        told.put(str(error))


def test_a_second_process_is_told_who_holds_the_state(account: Account) -> None:
    context = multiprocessing.get_context("spawn")
    told = context.SimpleQueue()
    second = context.Process(target=_try, args=(account.folder, told))
    second.start()
    assert f"is in use by process {os.getpid()}" in told.get()
    second.join()


def test_a_change_that_cannot_be_written_is_told_and_nothing_more_is_changed(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqs = account.client("sqs")
    sqs.create_queue(QueueName="first")

    def full(descriptor: int, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(sqs.exceptions.ClientError, match="could not be written: No space left"):
        sqs.create_queue(QueueName="second")
    monkeypatch.undo()
    with pytest.raises(sqs.exceptions.ClientError, match="nothing more is changed"):
        sqs.create_queue(QueueName="third")
    assert len(sqs.list_queues()["QueueUrls"]) == 2
    account.again()
    assert [url.rpartition("/")[2] for url in account.client("sqs").list_queues()["QueueUrls"]] == ["first"]


KILLED = 1_000_000


@pytest.mark.parametrize("how", [WORTH_WRITING, KILLED], ids=["stopped", "killed"])
def test_what_was_overwritten_is_left_out_of_the_journal(
    account: Account, monkeypatch: pytest.MonkeyPatch, how: int
) -> None:
    make_data(account)
    function(account.api)
    s3, dynamodb, lambda_ = (account.client(name) for name in ("s3", "dynamodb", "lambda"))
    for number in range(WORTH_WRITING):
        s3.put_object(Bucket="assets", Key="page", Body=b"%d" % number)
        dynamodb.update_item(
            TableName="orders",
            Key={"id": {"S": "counter"}},
            UpdateExpression="ADD hits :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )
    for number in range(3):
        lambda_.update_function_code(FunctionName="orders", ZipFile=archive(f"# {number}"))
    before = read_data(account), read_app_code(account)
    monkeypatch.setattr(keeper_module, "WORTH_WRITING", how)  # as if the process had been killed, or not
    account.again()
    assert (account.kept.calls > 2 * WORTH_WRITING) is (how == KILLED)
    account.again()
    assert account.kept.calls < 40
    assert (read_data(account), read_app_code(account)) == before
    assert account.kept.differences == ()


def read_app_code(account: Account) -> Any:
    return strip(account.client("lambda").get_function(FunctionName="orders"))["Configuration"]["CodeSha256"]
