"""Resources of services that are not modelled and that lead on to load balancers, functions or buckets."""

from collections.abc import Iterator

from landbridge.capture.accelerators import read_accelerators
from landbridge.capture.distributions import read_distributions
from landbridge.capture.http_apis import read_http_apis
from landbridge.capture.lattice import read_lattice
from landbridge.capture.reading import Answer, Reader
from landbridge.model.other_entrances import OtherEntrance
from landbridge.trace.decision import ResourceRef

NOT_LEADING = frozenset({"Deleting", "Deleted", "Failed", "deleting", "deleted"})
CONNECTED = frozenset({"PendingAcceptance", "Pending", "Available", "Partial"})
EVERYBODY = "*"


def read_other_entrances(reader: Reader, previous: tuple[OtherEntrance, ...]) -> tuple[OtherEntrance, ...]:
    """All of them that lead somewhere; what cannot be read is noticed."""
    found = (
        *_endpoint_services(reader),
        *_verified_access(reader),
        *_access_points(reader),
        *_graphql_apis(reader),
        *read_http_apis(reader),
        *read_distributions(reader),
        *read_accelerators(reader),
        *read_lattice(reader),
    )
    return tuple(sorted(dict.fromkeys(found), key=lambda each: (each.type, each.id, each.leads_to)))


def _endpoint_services(reader: Reader) -> Iterator[OtherEntrance]:
    """Those of this account in front of Network Load Balancers, and who may connect, or did.

    AWS: "Configure an endpoint service"
    """
    answers = reader.items("ec2", "describe_vpc_endpoint_service_configurations", "ServiceConfigurations")
    in_force = [
        answer
        for answer in answers
        if answer.get("NetworkLoadBalancerArns") and answer.get("ServiceState") not in NOT_LEADING
    ]
    connected = _connected_accounts(reader) if in_force else {}
    for answer in in_force:
        service_id = answer["ServiceId"]
        about = ResourceRef("AWS::EC2::VPCEndpointService", service_id)
        permissions = reader.items(
            "ec2",
            "describe_vpc_endpoint_service_permissions",
            "AllowedPrincipals",
            about,
            ServiceId=service_id,
        )
        principals = {permission.get("Principal", "") for permission in permissions}
        public = EVERYBODY in principals and not answer.get("AcceptanceRequired")
        named = ", ".join(sorted((principals - {EVERYBODY}) | connected.get(service_id, set())))
        yield OtherEntrance(
            about.type,
            service_id,
            tuple(sorted(answer["NetworkLoadBalancerArns"])),
            open_to="every AWS account" if EVERYBODY in principals else named or "this account",
            public=public,
        )


def _connected_accounts(reader: Reader) -> dict[str, set[str]]:
    """By endpoint service, the accounts whose endpoints stay connected when a permission is taken away.

    AWS: "Configure an endpoint service"
    """
    found: dict[str, set[str]] = {}
    for answer in reader.items("ec2", "describe_vpc_endpoint_connections", "VpcEndpointConnections"):
        if answer.get("VpcEndpointState") in CONNECTED:
            found.setdefault(answer["ServiceId"], set()).add(f"account {answer.get('VpcEndpointOwner', '?')}")
    return found


def _verified_access(reader: Reader) -> Iterator[OtherEntrance]:
    """AWS: "Verified Access endpoints"."""
    for answer in reader.items("ec2", "describe_verified_access_endpoints", "VerifiedAccessEndpoints"):
        leads_to = (
            answer.get("LoadBalancerOptions", {}).get("LoadBalancerArn"),
            answer.get("NetworkInterfaceOptions", {}).get("NetworkInterfaceId"),
            answer.get("CidrOptions", {}).get("Cidr"),
        )
        if any(leads_to) and answer.get("Status", {}).get("Code") not in NOT_LEADING:
            yield OtherEntrance(
                "AWS::EC2::VerifiedAccessEndpoint",
                answer["VerifiedAccessEndpointId"],
                tuple(filter(None, leads_to)),
                open_to="whomever its Verified Access policies let in, over the internet",
                security_groups=tuple(sorted(answer.get("SecurityGroupIds", ()))),
            )


def _access_points(reader: Reader) -> Iterator[OtherEntrance]:
    """Each has a policy of its own, which counts as far as the bucket's policy permits the same.

    AWS: "Configuring IAM policies for using access points"
    """
    token: dict[str, str] = {}
    while True:
        answer = reader.answer("s3control", "list_access_points", None, AccountId=reader.account_id, **token)
        if not isinstance(answer, dict):
            return
        for each in answer.get("AccessPointList", ()):
            yield _access_point(each)
        if not answer.get("NextToken"):
            return
        token = {"NextToken": answer["NextToken"]}


def _access_point(answer: Answer) -> OtherEntrance:
    vpc_id = answer.get("VpcConfiguration", {}).get("VpcId", "")
    return OtherEntrance(
        "AWS::S3::AccessPoint",
        answer["Name"],
        (answer["Bucket"],),
        arn=answer.get("AccessPointArn", ""),
        open_to="whomever its policy and the bucket's let in" + (f", from {vpc_id}" if vpc_id else ""),
    )


def _graphql_apis(reader: Reader) -> Iterator[OtherEntrance]:
    """AWS: "DataSource" (AWS AppSync API reference)."""
    for api in reader.items("appsync", "list_graphql_apis", "graphqlApis", order_by="apiId"):
        about = ResourceRef("AWS::AppSync::GraphQLApi", api["apiId"], api.get("arn", ""))
        sources = reader.items("appsync", "list_data_sources", "dataSources", about, apiId=api["apiId"])
        functions = {source.get("lambdaConfig", {}).get("lambdaFunctionArn", "") for source in sources}
        if functions - {""}:
            yield OtherEntrance(
                about.type,
                about.id,
                tuple(sorted(functions - {""})),
                arn=about.arn,
                open_to=f"whomever {api.get('authenticationType', 'its authorization')} lets in",
            )
