"""The private app as endpoints meet it: private custom domain names, several APIs, what requests find."""

from dataclasses import replace
from typing import Any

from tests.semantics.api_gateway.calls import MOMENT, the_api
from tests.topologies import (
    ACCOUNT,
    API,
    CERTIFICATE_ARN,
    ENDPOINT,
    REGION,
    private_app,
    statement,
    with_network,
)

from landbridge.model.api_gateway import BasePathMapping, DomainName, DomainNameAccessAssociation
from landbridge.model.exchange import Headers, HttpRequest
from landbridge.model.identifiers import Arn, RestApiId, VpcEndpointId
from landbridge.model.network import VpcEndpoint
from landbridge.model.policy import Condition, PolicyDocument
from landbridge.model.topology import Topology
from landbridge.semantics.endpoint.address import Addressed
from landbridge.semantics.endpoint.addressing import find_address
from landbridge.semantics.endpoint.caller import Caller
from landbridge.semantics.world import World

PRIVATE_NAME = "private.corp.example"
DOMAIN_ID = "abcd1234"
PRIVATE_ARN = Arn(f"arn:aws:apigateway:{REGION}:{ACCOUNT}:/domainnames/{PRIVATE_NAME}+{DOMAIN_ID}")
EXECUTE_ARN = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:/domainnames/{PRIVATE_NAME}+{DOMAIN_ID}"
OTHER_ENDPOINT = VpcEndpointId("vpce-0fedcba9876543210")
PUBLIC_API = RestApiId("p0p0p0p0p0")
OWN = f"{API}.execute-api.{REGION}.amazonaws.com"
ALIAS = f"{API}-{ENDPOINT}.execute-api.{REGION}.amazonaws.com"
THERE = private_app().network.vpc_endpoints[0]
ELSEWHERE = replace(THERE, id=OTHER_ENDPOINT)
FRONT = None
"""API Gateway's public front."""


def allow(**changes: Any) -> PolicyDocument:
    """A policy of one statement that allows everyone to invoke everything."""
    given: dict[str, Any] = {
        "principals": (("*", "*"),),
        "actions": ("execute-api:Invoke",),
        "resources": ("*",),
        **changes,
    }
    return PolicyDocument((statement(**given),))


def when(operator: str, key: str, *values: str) -> tuple[Condition, ...]:
    """One condition."""
    return (Condition(operator, key, values),)


def private_domain(**changes: Any) -> DomainName:
    """A private custom domain name whose policy lets the endpoint in."""
    domain = DomainName(
        PRIVATE_NAME,
        "PRIVATE",
        "TLS_1_2",
        CERTIFICATE_ARN,
        (BasePathMapping("", API, "live"),),
        id=DOMAIN_ID,
        arn=PRIVATE_ARN,
        policy=allow(
            resources=("execute-api:/*",), conditions=when("StringEquals", "aws:SourceVpce", ENDPOINT)
        ),
    )
    return replace(domain, **changes)


def association(
    endpoint_id: str = ENDPOINT, domain_name_arn: str = PRIVATE_ARN
) -> DomainNameAccessAssociation:
    """The endpoint may be used to call the domain name."""
    arn = domain_name_arn.replace("/domainnames/", "/domainnameaccessassociations/domainname/")
    return DomainNameAccessAssociation(
        Arn(f"{arn}/vpcesource/{endpoint_id}"), Arn(domain_name_arn), VpcEndpointId(endpoint_id)
    )


def with_private_domain(
    topology: Topology | None = None,
    associations: tuple[DomainNameAccessAssociation, ...] = (association(),),
    **changes: Any,
) -> Topology:
    """The private app with a private custom domain name beside its public one."""
    app = topology or private_app()
    gateway = app.api_gateway
    domains = (*gateway.domain_names, private_domain(**changes))
    return replace(app, api_gateway=replace(gateway, domain_names=domains, access_associations=associations))


def with_public_api(topology: Topology) -> Topology:
    """The private app with a REGIONAL API of the same account."""
    gateway = topology.api_gateway
    public = replace(the_api(topology), id=PUBLIC_API, endpoint_type="REGIONAL", vpc_endpoint_ids=())
    return replace(topology, api_gateway=replace(gateway, rest_apis=(*gateway.rest_apis, public)))


def with_endpoints(topology: Topology, *endpoints: VpcEndpoint) -> Topology:
    """The topology with these endpoints only."""
    return with_network(topology, vpc_endpoints=endpoints)


def find(
    topology: Topology,
    host: str,
    target: str = "/live/api",
    endpoint: VpcEndpoint | None = THERE,
    api_id: str | None = None,
    server_name: str = "",
) -> Addressed:
    """What a request of these names finds."""
    headers = (("Host", host), *((("x-apigw-api-id", api_id),) if api_id is not None else ()))
    return find_address(World(topology), HttpRequest("GET", target, headers), endpoint, server_name)


def caller(headers: Headers = (), endpoint: VpcEndpoint = THERE) -> Caller:
    """A GET of an order from the load balancer's address."""
    return Caller(endpoint, "10.20.1.10", HttpRequest("GET", "/api/orders", headers), MOMENT)
