"""Requests to the API of `tests.topologies`, and a driver that plays the world outside by hand."""

from dataclasses import replace
from typing import Any

from tests import topologies

from landbridge.model.api_gateway import Deployment, Integration, Method, Resource, RestApi, Stage
from landbridge.model.exchange import Headers, HttpRequest, Moment
from landbridge.model.topology import Topology
from landbridge.semantics.api_gateway.execution import ApiRequest, Executed, execute
from landbridge.semantics.api_gateway.request import MethodRequest
from landbridge.semantics.api_gateway.routing import Match, compile_resources, match
from landbridge.semantics.needs import Invoked, Need, Result
from landbridge.semantics.world import World
from landbridge.trace.decision import Hop

MOMENT = Moment(
    epoch_ms=1_649_165_889_404,
    request_id="7e42b0a7-465e-4f43-aaf0-95e049fcf05b",
    extended_request_id="QG_qQHmhFiAFsLQ=",
    trace_id="1-624c4641-31a8bde2177ec9aa0409676b",
    turn=0,
)
OK = Invoked(b'{"statusCode": 200, "body": "hello"}', request_id="c0ffee")


def topology_with(*resources: Resource, **deployment_changes: Any) -> Topology:
    """The private app; where resources are given, they alone are deployed."""
    topology = topologies.private_app()
    changes = dict(deployment_changes)
    if resources:
        changes["resources"] = resources
    return with_deployment(topology, **changes)


def with_deployment(topology: Topology, **changes: Any) -> Topology:
    """The topology with these fields of the one deployment replaced."""
    deployment = replace(the_api(topology).stages[0].deployment, **changes)
    return with_stage(topology, deployment=deployment)


def with_stage(topology: Topology, **changes: Any) -> Topology:
    """The topology with these fields of the one stage replaced."""
    return with_api(topology, stages=(replace(the_api(topology).stages[0], **changes),))


def with_api(topology: Topology, **changes: Any) -> Topology:
    """The topology with these fields of the one API replaced."""
    api = replace(the_api(topology), **changes)
    return replace(topology, api_gateway=replace(topology.api_gateway, rest_apis=(api,)))


def the_api(topology: Topology) -> RestApi:
    return topology.api_gateway.rest_apis[0]


def get(path: str, integration: Integration | None, http_method: str = "GET") -> Resource:
    """A resource with one method."""
    return Resource(f"r-{path}", path, (Method(http_method, integration=integration),))


def call(
    topology: Topology,
    target: str = "/api/orders",
    method: str = "GET",
    headers: Headers = (),
    body: bytes = b"",
    **changes: Any,
) -> ApiRequest:
    """A request through the endpoint to the custom domain name, as a load balancer passes it on."""
    api = the_api(topology)
    path = target.partition("?")[0]
    request = HttpRequest(method, target, (("Host", topologies.DOMAIN), *headers), body)
    made = ApiRequest(
        api=api,
        stage=api.stages[0],
        request=request,
        resource_path=path,
        event_path=path,
        context_path=path,
        domain_name=topologies.DOMAIN,
        source_address=str(topologies.ALB_A),
        vpc_id=topologies.VPC,
        vpc_endpoint_id=topologies.ENDPOINT,
        default_endpoint_policy=True,
        tls_version="TLSv1.2",
        cipher_suite="ECDHE-RSA-AES128-GCM-SHA256",
    )
    return replace(made, **changes)


def public(made: ApiRequest) -> ApiRequest:
    """The same request to a REGIONAL API from the internet."""
    api = replace(made.api, endpoint_type="REGIONAL")
    return replace(made, api=api, vpc_id=None, vpc_endpoint_id=None, source_address="203.0.113.9")


def matched(topology: Topology, made: ApiRequest, world: World | None = None) -> MethodRequest:
    """The request with its resource and method."""
    found = match(compile_resources(made.stage.deployment), made.http_method, made.resource_path)
    assert isinstance(found, Match)
    return MethodRequest(world or World(topology), made, found, MOMENT)


def run(topology: Topology, made: ApiRequest, *results: Result) -> tuple[Executed, list[Need]]:
    """The answer after these results, each of which must be asked for; and what was asked for."""
    steps = execute(World(topology), made, MOMENT)
    needs: list[Need] = []
    pending = list(results)
    try:
        needs.append(next(steps))
        while True:
            assert pending, f"more is asked for than expected: {needs[-1]}"
            needs.append(steps.send(pending.pop(0)))
    except StopIteration as done:
        assert not pending, "a result was not asked for"
        executed: Executed = done.value
        return executed, needs


def answered(topology: Topology, made: ApiRequest, *results: Result) -> Executed:
    """Only the answer."""
    return run(topology, made, *results)[0]


def last_hop(executed: Executed) -> Hop:
    return executed.hops[-1]


def bare_deployment(**changes: Any) -> Deployment:
    """A deployment with nothing in it."""
    return replace(Deployment("d1", ()), **changes)


def bare_stage(**changes: Any) -> Stage:
    """A stage with such a deployment."""
    return replace(Stage("live", bare_deployment()), **changes)
