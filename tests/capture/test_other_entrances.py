"""What leads on to something of the account is read of services that are not modelled."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from tests.capture.entrances import (
    ACCELERATOR,
    ALB,
    ATTACHMENT,
    CUSTOM_ROUTING,
    DISTRIBUTION,
    FUNCTION,
    LATTICE,
    NLB,
    other_entrances,
)
from tests.capture.scripted import ACCOUNT, DENIED, REGION, Failure, ScriptedAccount, features

from landbridge.capture.capture import capture
from landbridge.capture.other_entrances import read_other_entrances
from landbridge.capture.permissions import ACTIONS
from landbridge.capture.reading import Reader
from landbridge.control.aws_api import AwsApi
from landbridge.model.other_entrances import OtherEntrance

NETWORKS = "clients of the service networks and accounts that it is associated or shared with"
INTERNET = "anybody on the internet"
EXPECTED = (
    OtherEntrance(
        "AWS::ApiGatewayV2::Api",
        "h1",
        (ALB,),
        open_to=INTERNET,
        public=True,
        security_groups=("sg-link",),
        source_arn="arn:aws:execute-api:eu-central-1:123456789012:h1/$default/GET/orders",
    ),
    OtherEntrance(
        "AWS::AppSync::GraphQLApi",
        "g1",
        (FUNCTION,),
        arn="arn:aws:appsync:g1",
        open_to="whomever API_KEY lets in",
    ),
    OtherEntrance(
        "AWS::CloudFront::Distribution",
        "E1",
        (ALB,),
        arn=DISTRIBUTION,
        open_to=INTERNET,
        public=True,
        security_groups=("CloudFront-VPCOrigins-Service-SG",),
    ),
    OtherEntrance(
        "AWS::EC2::VPCEndpointService", "vpce-svc-1", (NLB,), open_to="every AWS account", public=True
    ),
    OtherEntrance(
        "AWS::EC2::VerifiedAccessEndpoint",
        "vae-1",
        (ALB,),
        open_to="whomever its Verified Access policies let in, over the internet",
        security_groups=("sg-1",),
    ),
    OtherEntrance(
        "AWS::EC2::VerifiedAccessEndpoint",
        "vae-2",
        ("10.20.0.0/16",),
        open_to="whomever its Verified Access policies let in, over the internet",
    ),
    OtherEntrance(
        "AWS::GlobalAccelerator::Accelerator",
        "5678",
        ("subnet-1",),
        arn=CUSTOM_ROUTING,
        open_to=INTERNET,
        keeps_client_address=True,
    ),
    OtherEntrance(
        "AWS::GlobalAccelerator::Accelerator",
        "fast",
        (ALB,),
        arn=ACCELERATOR,
        open_to=INTERNET,
        public=True,
        keeps_client_address=True,
        ports=((80, 81), (443, 443)),
    ),
    OtherEntrance(
        "AWS::GlobalAccelerator::Accelerator",
        "fast",
        (NLB,),
        arn=ACCELERATOR,
        open_to=INTERNET,
        ports=((80, 81), (443, 443)),
    ),
    OtherEntrance(
        "AWS::GlobalAccelerator::CrossAccountAttachment",
        "shared",
        (ALB,),
        arn=ATTACHMENT,
        open_to="accelerators of 999999999999",
    ),
    OtherEntrance(
        "AWS::S3::AccessPoint",
        "reports",
        ("site",),
        arn="arn:aws:s3:eu-central-1:123456789012:accesspoint/reports",
        open_to="whomever its policy and the bucket's let in, from vpc-1",
    ),
    OtherEntrance(
        "AWS::VpcLattice::ResourceConfiguration",
        "database",
        ("10.20.1.5",),
        arn=f"{LATTICE}:resourceconfiguration/rcfg-1",
        open_to=NETWORKS,
    ),
    OtherEntrance(
        "AWS::VpcLattice::TargetGroup",
        "web",
        (ALB,),
        arn=f"{LATTICE}:targetgroup/tg-1",
        open_to=NETWORKS,
    ),
)
NOT_IMPLEMENTED = Failure("NotImplemented", 501)


def read(script: dict[str, Any]) -> tuple[tuple[OtherEntrance, ...], Reader]:
    reader = Reader(ScriptedAccount(script).client, ACCOUNT, REGION, "other entrances", lambda _: True)
    return read_other_entrances(reader, ()), reader


def test_one_of_everything_is_read() -> None:
    found, reader = read(other_entrances())
    assert found == EXPECTED
    assert features(reader) == []


@pytest.mark.parametrize(
    ("principals", "acceptance", "connected", "open_to", "public"),
    [
        ((), False, (), "this account", False),
        (("*",), True, (), "every AWS account", False),
        (("*", "arn:aws:iam::999999999999:root"), False, (), "every AWS account", True),
        (("arn:aws:iam::999999999999:root",), False, (), "arn:aws:iam::999999999999:root", False),
        ((), False, ("Available",), "account 888888888888", False),
        ((), False, ("Rejected",), "this account", False),
    ],
)
def test_an_endpoint_service_is_open_to_its_principals_and_to_whoever_is_connected_already(
    principals: tuple[str, ...], acceptance: bool, connected: tuple[str, ...], open_to: str, public: bool
) -> None:
    configuration = {
        "ServiceId": "vpce-svc-1",
        "NetworkLoadBalancerArns": [NLB],
        "AcceptanceRequired": acceptance,
    }
    connections = [
        {"ServiceId": "vpce-svc-1", "VpcEndpointOwner": "888888888888", "VpcEndpointState": state}
        for state in connected
    ]
    [found], _ = read(
        {
            "ec2.describe_vpc_endpoint_service_configurations": {"ServiceConfigurations": [configuration]},
            "ec2.describe_vpc_endpoint_service_permissions": {
                "AllowedPrincipals": [{"Principal": principal} for principal in principals]
            },
            "ec2.describe_vpc_endpoint_connections": {"VpcEndpointConnections": connections},
            **NO_CLOUDFRONT,
        }
    )
    assert (found.open_to, found.public) == (open_to, public)


def test_every_page_of_access_points_is_read() -> None:
    def pages(parameters: dict[str, Any]) -> dict[str, Any]:
        first = "NextToken" not in parameters
        name = "first" if first else "second"
        point = {"Name": name, "NetworkOrigin": "Internet", "Bucket": "site"}
        return {"AccessPointList": [point], **({"NextToken": "more"} if first else {})}

    found, _ = read({"s3control.list_access_points": pages, **NO_CLOUDFRONT})
    assert [each.id for each in found] == ["first", "second"]


def test_an_api_that_has_none_of_these_services_holds_nothing_of_them() -> None:
    reader = Reader(
        ScriptedAccount({}, NOT_IMPLEMENTED).client, ACCOUNT, REGION, "other entrances", lambda _: True
    )
    assert read_other_entrances(reader, ()) == ()
    assert features(reader) == []


def test_a_service_that_is_not_offered_is_not_asked() -> None:
    account = ScriptedAccount(other_entrances())
    reader = Reader(account.client, ACCOUNT, REGION, "other entrances", lambda service: service == "ec2")
    assert {each.type for each in read_other_entrances(reader, ())} == {
        "AWS::EC2::VPCEndpointService",
        "AWS::EC2::VerifiedAccessEndpoint",
    }
    assert {call.partition(".")[0] for call in account.calls} == {"ec2"}


@pytest.mark.parametrize("call", sorted(other_entrances()))
@pytest.mark.parametrize(
    ("failure", "because"), [(DENIED, "was denied"), (Failure("ForbiddenByNobodyKnows"), "failed: Forbidden")]
)
def test_what_cannot_be_read_is_noticed_whatever_the_reason(
    call: str, failure: Failure, because: str
) -> None:
    _, reader = read({**other_entrances(), call: failure})
    service, _, operation = call.partition(".")
    assert any(f"{ACTIONS[service, operation]} {because}" in feature for _, feature in features(reader))


def test_a_service_that_nobody_can_reach_is_noticed() -> None:
    def unreachable(parameters: dict[str, Any]) -> dict[str, Any]:
        raise EndpointConnectionError(endpoint_url="https://vpc-lattice.eu-central-1.amazonaws.com/")

    calls = ("vpc-lattice.list_target_groups", "cloudfront.list_vpc_origins")
    _, reader = read({**other_entrances(), **dict.fromkeys(calls, unreachable)})
    assert [feature.partition(": ")[0] for _, feature in features(reader)] == [
        "unknown, because nobody could be asked for cloudfront:ListVpcOrigins",
        "unknown, because nobody could be asked for vpc-lattice:ListTargetGroups",
    ]


NO_CLOUDFRONT: dict[str, Any] = {
    "cloudfront.list_distributions": NOT_IMPLEMENTED,
    "cloudfront.list_vpc_origins": NOT_IMPLEMENTED,
}


@pytest.fixture(scope="module")
def api() -> Iterator[AwsApi]:
    api = AwsApi(REGION)
    yield api
    api.reset()


def test_the_local_api_tells_what_it_has_and_is_not_asked_for_what_it_never_had(api: AwsApi) -> None:
    ec2, elbv2, http = api.client("ec2"), api.client("elbv2"), api.client("apigatewayv2")
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.20.1.0/24")["Subnet"]["SubnetId"]
    made = elbv2.create_load_balancer(Name="front", Type="network", Scheme="internal", Subnets=[subnet])
    nlb = made["LoadBalancers"][0]["LoadBalancerArn"]
    service = ec2.create_vpc_endpoint_service_configuration(
        NetworkLoadBalancerArns=[nlb], AcceptanceRequired=False
    )["ServiceConfiguration"]["ServiceId"]
    ec2.modify_vpc_endpoint_service_permissions(ServiceId=service, AddAllowedPrincipals=["*"])
    api_id = http.create_api(Name="open", ProtocolType="HTTP")["ApiId"]
    integration = http.create_integration(
        ApiId=api_id, IntegrationType="AWS_PROXY", IntegrationUri=FUNCTION, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    http.create_route(ApiId=api_id, RouteKey="ANY /orders", Target=f"integrations/{integration}")
    http.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)

    captured = capture(api.client, account_id=ACCOUNT, region=REGION, configurations=True, offers=api.offers)
    assert [notice.feature for notice in captured.notices] == ["HTTP APIs"]
    assert captured.topology.other_entrances == (
        OtherEntrance(
            "AWS::ApiGatewayV2::Api",
            api_id,
            (FUNCTION,),
            open_to=INTERNET,
            public=True,
            source_arn=f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api_id}/$default/ANY/orders",
        ),
        OtherEntrance(
            "AWS::EC2::VPCEndpointService", service, (nlb,), open_to="every AWS account", public=True
        ),
    )
    assert not api.offers("globalaccelerator")
    asked = capture(api.client, account_id=ACCOUNT, region=REGION, configurations=True)
    assert asked == captured


def test_without_a_proof_nobody_asks_for_other_entrances() -> None:
    account = ScriptedAccount(other_entrances())
    reader = account.reader()
    assert read_other_entrances(reader, ()) == EXPECTED
    calls = set(account.calls)
    serving = ScriptedAccount({}, NOT_IMPLEMENTED)
    capture(serving.client, account_id=ACCOUNT, region=REGION)
    assert calls & set(serving.calls) <= {"apigatewayv2.get_apis", "apigatewayv2.get_vpc_links"}
