"""The requests that an app's own callers make of its endpoints, as policies see them."""

import re
from collections.abc import Iterator

from landbridge.model.api_gateway import RestApi
from landbridge.model.network import VpcEndpoint
from landbridge.prove.case import Case
from landbridge.prove.deployments import methods_of, served_by
from landbridge.prove.policy.app_policies import PRESENT, Keys
from landbridge.semantics.endpoint.caller import domain_arn

EXECUTE_API, S3 = "execute-api", "s3"
PATH_PARAMETER = re.compile(r"\{[^}]*\}")


def needed_by(case: Case, service: str) -> Iterator[tuple[str, str]]:
    """ARNs of the app's own requests, with what each is called."""
    if service == S3:
        for name in case.app.buckets:
            yield f"arn:aws:s3:::{name}/index.html", f"the objects of {name}"
        return
    yield from ((arn, arn) for arn in private_domain_arns(case))
    for api in case.app.rest_apis:
        yield from _methods(case, api)


def _methods(case: Case, api: RestApi) -> Iterator[tuple[str, str]]:
    place = f"arn:aws:execute-api:{case.topology.region}:{case.topology.account_id}:{api.id}"
    for served in served_by(api):
        for key in methods_of(served.deployment):
            method, _, path = key.partition(" ")
            called = "GET" if method == "ANY" else method
            yield f"{place}/{served.stage.name}/{called}{PATH_PARAMETER.sub('x', path)}", f"{key} of {api.id}"


def keys_by(endpoint: VpcEndpoint) -> Keys:
    """The condition keys of a request by the endpoint.

    AWS: "AWS condition keys that can be used in API Gateway resource policies"
    """
    return {
        "aws:securetransport": ("true",),
        "aws:sourceip": (),
        "aws:sourcevpce": (endpoint.id,),
        "aws:sourcevpc": (endpoint.vpc_id,),
        "aws:vpcsourceip": PRESENT,
    }


def private_domain_arns(case: Case) -> Iterator[str]:
    """Of the private custom domain names by which the app is called.

    AWS: "Custom domain names for private APIs in API Gateway"
    """
    for domain in case.topology.api_gateway.domain_names:
        if domain.is_private and domain.name.lower() in case.app.domains:
            yield domain_arn(case.world, domain)
