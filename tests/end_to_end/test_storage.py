"""S3 as curl sees it: behind the load balancer, at its interface endpoint, in public."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.config import Config
from tests.end_to_end.stack_process import StackProcess, stopped_hop

pytestmark = [pytest.mark.needs("curl")]

SITE = "site.corp.example"
PAGE = b"<!doctype html><title>site</title>"


@dataclass(frozen=True)
class Site:
    """The running app with a site of static files beside it."""

    stack: StackProcess
    endpoint_name: str
    """``bucket.vpce-….s3.REGION.vpce.amazonaws.com``."""
    group_arn: str

    def get(self, target: str, *options: str) -> Any:
        """Through the load balancer, by the name of the site."""
        return self.stack.curl(f"{self.stack.running.url}{target}", "-H", f"Host: {SITE}", *options)


@pytest.fixture(scope="module")
def site(orders: StackProcess) -> Iterator[Site]:
    ec2, elbv2, s3 = orders.client("ec2"), orders.client("elbv2"), orders.client("s3")
    region = orders.running.region
    own = next(
        each
        for each in ec2.describe_vpc_endpoints()["VpcEndpoints"]
        if each["ServiceName"].endswith(".execute-api")
    )
    vpc_id, groups = own["VpcId"], [group["GroupId"] for group in own["Groups"]]
    open_group = ec2.create_security_group(GroupName="open", Description="open", VpcId=vpc_id)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=open_group, CidrIp="0.0.0.0/0", IpProtocol="-1")
    endpoint = ec2.create_vpc_endpoint(
        VpcId=vpc_id,
        ServiceName=f"com.amazonaws.{region}.s3",
        VpcEndpointType="Interface",
        SubnetIds=own["SubnetIds"],
        SecurityGroupIds=[*groups, open_group],
    )["VpcEndpoint"]
    interfaces = ec2.describe_network_interfaces(NetworkInterfaceIds=endpoint["NetworkInterfaceIds"])
    addresses = [each["PrivateIpAddress"] for each in interfaces["NetworkInterfaces"]]
    s3.create_bucket(Bucket=SITE, CreateBucketConfiguration={"LocationConstraint": region})
    s3.put_object(Bucket=SITE, Key="index.html", Body=PAGE, ContentType="text/html")
    s3.put_bucket_policy(Bucket=SITE, Policy=policy(endpoint["VpcEndpointId"]))
    group_arn, rule_arn = route(elbv2, vpc_id, addresses)
    name = endpoint["DnsEntries"][0]["DnsName"].replace("*.", "bucket.", 1)
    yield Site(orders, name, group_arn)
    elbv2.delete_rule(RuleArn=rule_arn)
    elbv2.delete_target_group(TargetGroupArn=group_arn)
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])
    ec2.delete_security_group(GroupId=open_group)
    s3.delete_object(Bucket=SITE, Key="index.html")
    s3.delete_bucket(Bucket=SITE)


def policy(endpoint_id: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{SITE}/*",
        "Condition": {"StringEquals": {"aws:SourceVpce": endpoint_id}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def route(elbv2: Any, vpc_id: str, addresses: list[str]) -> tuple[str, str]:
    """A target group of the addresses and a rule that leads the site's name to it."""
    group_arn = elbv2.create_target_group(
        Name="site",
        Protocol="HTTPS",
        Port=443,
        VpcId=vpc_id,
        TargetType="ip",
        HealthCheckPath="/",
        HealthCheckIntervalSeconds=5,
        Matcher={"HttpCode": "200,307,405"},
    )["TargetGroups"][0]["TargetGroupArn"]
    elbv2.register_targets(TargetGroupArn=group_arn, Targets=[{"Id": each} for each in addresses])
    balancer = elbv2.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    listeners = elbv2.describe_listeners(LoadBalancerArn=balancer)["Listeners"]
    listener = next(each["ListenerArn"] for each in listeners if each["Protocol"] == "HTTPS")
    rule = elbv2.create_rule(
        ListenerArn=listener,
        Priority=777,
        Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": [SITE]}}],
        Actions=[{"Type": "forward", "TargetGroupArn": group_arn}],
    )["Rules"][0]
    return group_arn, rule["RuleArn"]


def test_the_load_balancer_serves_the_bucket_that_has_the_sites_name(site: Site) -> None:
    answer = site.get("/index.html")
    assert (answer.status, answer.body.encode()) == (200, PAGE)
    assert (answer.headers["server"], answer.headers["content-type"]) == ("AmazonS3", "text/html")
    part = site.get("/index.html", "--range", "0-8")
    assert (part.status, part.body) == (206, "<!doctype")
    assert part.headers["content-range"] == f"bytes 0-8/{len(PAGE)}"
    known = site.get("/index.html", "-H", f"If-None-Match: {answer.headers['etag']}")
    assert (known.status, known.body) == (304, "")


def test_a_site_in_s3_has_no_index_document(site: Site) -> None:
    answer = site.get("/")
    assert (answer.status, answer.headers["content-type"]) == (403, "application/xml")
    assert "<Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>" in answer.body


def test_the_endpoint_is_healthy_by_its_redirect(site: Site) -> None:
    elbv2 = site.stack.client("elbv2")

    def healthy() -> bool:
        found = elbv2.describe_target_health(TargetGroupArn=site.group_arn)["TargetHealthDescriptions"]
        return {each["TargetHealth"]["State"] for each in found} == {"healthy"}

    assert site.stack.eventually(healthy)


def test_the_office_reaches_the_endpoint_by_its_name(site: Site) -> None:
    by_path = site.stack.curl(f"https://{site.endpoint_name}/{SITE}/index.html")
    assert (by_path.status, by_path.body.encode()) == (200, PAGE)
    # Without a tunnel a proxy puts the URL's name in the place of Host.
    tunnel = ("--proxytunnel", "-H", f"Host: {SITE}")
    by_host = site.stack.curl(f"http://{site.endpoint_name}/index.html", *tunnel)
    assert (by_host.status, by_host.body.encode()) == (200, PAGE)
    head = site.stack.curl(f"https://{site.endpoint_name}/{SITE}/index.html", "--head")
    assert (head.status, head.headers["content-length"]) == (200, str(len(PAGE)))


def test_the_public_front_is_closed_to_all_but_the_endpoint(site: Site) -> None:
    region = site.stack.running.region
    url = f"https://s3.{region}.amazonaws.com/{SITE}/index.html"
    assert site.stack.curl(url, vantage="internet").status == 403
    hop = stopped_hop(site.stack.trace(url, "--from", "internet"))
    assert (hop["step"], hop["code"]) == ("get object", "AccessDenied")


def test_a_presigned_url_reads_and_writes_as_whoever_signed_it(site: Site) -> None:
    stack = site.stack
    iam, region = stack.client("iam"), stack.running.region
    iam.create_user(UserName="editor")
    key = iam.create_access_key(UserName="editor")["AccessKey"]
    private = "editor-only.txt"
    signing = boto3.client(
        "s3",
        endpoint_url=f"https://{site.endpoint_name}",
        region_name=region,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )
    place = {"Bucket": SITE, "Key": private}
    put, get, gone = (
        signing.generate_presigned_url(name, Params=place, ExpiresIn=60)
        for name in ("put_object", "get_object", "delete_object")
    )
    refused = stack.curl(put, "--upload-file", __file__)
    assert refused.status == 403
    assert "user/editor is not authorized to perform: s3:PutObject" in refused.body
    actions = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
    statement = {"Effect": "Allow", "Action": actions, "Resource": f"arn:aws:s3:::{SITE}/*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="editor", PolicyName="edit", PolicyDocument=document)
    assert stack.curl(put, "--request", "PUT", "--data-binary", "hello").status == 200
    assert stack.curl(get).body == "hello"
    changed = stack.curl(get.replace(private, "index.html"))
    assert (changed.status, "<Code>SignatureDoesNotMatch</Code>" in changed.body) == (403, True)
    assert stack.curl(gone, "--request", "DELETE").status == 204
    iam.delete_access_key(UserName="editor", AccessKeyId=key["AccessKeyId"])
    assert "<Code>InvalidAccessKeyId</Code>" in stack.curl(get).body
