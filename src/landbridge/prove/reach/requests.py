"""The requests that have to be tried at a door: every name of an API or bucket, each of its methods."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from landbridge.model.api_gateway import Deployment, DomainName, Method, Resource, RestApi, Stage
from landbridge.model.exchange import Headers, HttpRequest
from landbridge.model.network import VpcEndpoint
from landbridge.model.storage import Bucket
from landbridge.model.topology import Topology
from landbridge.prove.reach.credentials import Caller, caller_of
from landbridge.prove.reach.paths import ANY_SEGMENT, object_paths, paths_of, resources_of
from landbridge.prove.reach.policies_in import policies_in
from landbridge.semantics.api_gateway.routing import METHODS_OF_ANY

ANY_NAME = "anything.example"
"""A Host that nothing here is called by."""
API_ID = "x-apigw-api-id"
METHOD_IN_PATTERN = re.compile(rf"/({'|'.join(METHODS_OF_ANY)})\b")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to try, and how the method that it means finds out who calls."""

    request: HttpRequest
    server_name: str
    api_id: str = ""
    stage: str = ""
    caller: Caller = Caller.ANONYMOUS
    canary: bool = False
    """Whether it is for the stage's canary release."""


@dataclass(frozen=True, slots=True)
class Naming:
    """One way to name an API: what to send, and the paths that then lead to its stages."""

    host: str
    api: RestApi
    bases: tuple[tuple[str, Stage], ...]
    """Prefixes of the path with the stage behind each."""
    headers: Headers = ()


def api_requests(
    topology: Topology, endpoint: VpcEndpoint | None, api_ids: frozenset[str] | None = None
) -> Iterator[Asked]:
    """All that can be asked of APIs through an endpoint, or at the public front.

    One request for every name, stage, release and method that a topology tells apart; only those of some APIs
    where `api_ids` says which.
    """
    told = _Told(topology, methods_in_policies(topology), resources_of(endpoint.policy if endpoint else None))
    for naming in namings(topology, endpoint):
        if api_ids is None or naming.api.id in api_ids:
            for base, stage in naming.bases:
                yield from _through(naming, base, stage, told)


def namings(topology: Topology, endpoint: VpcEndpoint | None) -> Iterator[Naming]:
    """Every name that leads to an API there: custom domain names, its own, its alias, the header."""
    gateway = topology.api_gateway
    if endpoint is not None:
        domains: Iterable[DomainName] = gateway.domains_at(endpoint.id)
    else:
        domains = gateway.public_domain_by_name.values()
    for domain in domains:
        yield from _by_domain(topology, domain)
    for api in gateway.rest_apis:
        if (api.endpoint_type == "PRIVATE") is (endpoint is not None):
            yield from _by_id(topology, endpoint, api)


def bucket_requests(topology: Topology, buckets: Iterable[Bucket]) -> Iterator[Asked]:
    """A read of the list of each bucket, and of an object of each kind that policies tell apart.

    By the bucket's virtual-hosted name. Raises TooManyCellsError.
    """
    policies = [each.policy for each in topology.network.vpc_endpoints if each.service_name.endswith(".s3")]
    for bucket in buckets:
        host = f"{bucket.name}.s3.{topology.region}.amazonaws.com"
        for path in ("/", *object_paths(bucket.name, (bucket.policy, *policies))):
            yield Asked(HttpRequest("GET", path, (("Host", host),)), host)


def methods_in_policies(topology: Topology) -> frozenset[str]:
    """The HTTP methods that some policy names."""
    texts = {
        text
        for policy in policies_in(topology)
        for statement in policy.statements
        for text in (*statement.resources, *(each for c in statement.conditions for each in c.values))
    }
    return frozenset(found for text in texts for found in METHOD_IN_PATTERN.findall(text))


def _by_id(topology: Topology, endpoint: VpcEndpoint | None, api: RestApi) -> Iterator[Naming]:
    bases = tuple((f"/{stage.name}", stage) for stage in api.stages)
    suffix = f".execute-api.{topology.region}.amazonaws.com"
    yield Naming(f"{api.id}{suffix}", api, bases)
    if endpoint is not None:
        if endpoint.id in api.vpc_endpoint_ids:
            yield Naming(f"{api.id}-{endpoint.id}{suffix}", api, bases)
        yield Naming(ANY_NAME, api, bases, ((API_ID, api.id),))


def _by_domain(topology: Topology, domain: DomainName) -> Iterator[Naming]:
    host = domain.name.replace("*", ANY_SEGMENT, 1)
    for mapping in domain.mappings:
        api = topology.api_gateway.rest_api_by_id.get(mapping.rest_api_id)
        if api is not None:
            base = f"/{mapping.base_path}" if mapping.base_path else ""
            named = [stage for stage in api.stages if mapping.stage in ("", stage.name)]
            below = [f"{base}/{stage.name}" if not mapping.stage else base for stage in named]
            yield Naming(host, api, tuple(zip(below, named, strict=True)))


@dataclass(frozen=True, slots=True)
class _Told:
    """By what policies tell requests for one API apart."""

    topology: Topology
    methods: frozenset[str]
    resources: tuple[str, ...]
    """Patterns of the endpoint's policy."""


def _through(naming: Naming, base: str, stage: Stage, told: _Told) -> Iterator[Asked]:
    yield from _methods(naming, base, stage, stage.deployment, told)
    if stage.canary is not None:
        for asked in _methods(naming, base, stage, stage.canary.deployment, told):
            yield replace(asked, canary=True)


def _methods(naming: Naming, base: str, stage: Stage, deployment: Deployment, told: _Told) -> Iterator[Asked]:
    paths = paths_of(deployment, (*told.resources, *resources_of(deployment.policy)))
    headers = (("Host", naming.host), *naming.headers)
    arn = f"{_arn(told.topology, naming.api)}/{stage.name}"
    for resource in deployment.resources:
        for method in resource.methods:
            for http_method in _names(resource, method, told.methods):
                for path in paths.of(resource, http_method, arn):
                    request = HttpRequest(http_method, (base + path) or "/", headers)
                    yield Asked(request, naming.host, naming.api.id, stage.name, caller_of(method))


def _arn(topology: Topology, api: RestApi) -> str:
    return f"arn:aws:execute-api:{topology.region}:{topology.account_id}:{api.id}"


def _names(resource: Resource, method: Method, named: frozenset[str]) -> tuple[str, ...]:
    """The method's own name; of ``ANY`` all that policies name, and one that stands for the others."""
    if method.http_method != "ANY":
        return (method.http_method,)
    own = {each.http_method for each in resource.methods}
    left = [each for each in dict.fromkeys(("GET", *METHODS_OF_ANY)) if each not in own]
    others = [each for each in left if each not in named]
    return (*others[:1], *(each for each in left if each in named))
