"""Whether an API answers where a request arrived: private APIs at endpoints, public ones at the front.

AWS: "Why do I get an HTTP 403 Forbidden error when connecting to my API Gateway APIs from a VPC?"
"""

from landbridge.model.api_gateway import RestApi
from landbridge.semantics.endpoint.address import Naming
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Decision, ResourceRef, allowed, denied, not_modelled


def may_arrive(api: RestApi, naming: Naming, named_by: str) -> Decision:
    """Whether an API of this type answers through the endpoint, or at the public front."""
    reference = ResourceRef("AWS::ApiGateway::RestApi", api.id)
    if naming.endpoint is not None and api.endpoint_type != "PRIVATE":
        return denied(
            LocalCode.PUBLIC_API_THROUGH_ENDPOINT,
            reference,
            ("named by", named_by),
            ("endpoint type", api.endpoint_type),
            remedy=f"{api.id} is {api.endpoint_type}, and only private APIs answer through a VPC endpoint: "
            + _way_out(naming, api),
        )
    if naming.endpoint is None and api.endpoint_type == "PRIVATE":
        return denied(
            LocalCode.PRIVATE_API_FROM_OUTSIDE,
            reference,
            ("named by", named_by),
            ("endpoint type", "PRIVATE"),
            remedy="A private API answers only through an execute-api VPC endpoint",
        )
    if api.endpoint_type == "EDGE":
        return not_modelled("edge-optimized APIs", reference)
    return allowed(reference, ("named by", named_by))


def unknown_api(naming: Naming, api_id: str, named_by: str) -> Decision:
    """The denial of a name that has the form of an API's and is none of this account and region."""
    everyone = "; private DNS sends every execute-api name here, public APIs of others too"
    return denied(
        LocalCode.HOST_NAMES_NO_API,
        None,
        ("named by", named_by),
        ("answer", '403 {"message":"Forbidden"}'),
        remedy=f"There is no REST API {api_id!r} in this account and region"
        + (everyone if naming.endpoint is not None and naming.endpoint.private_dns_enabled else ""),
    )


def _way_out(naming: Naming, api: RestApi) -> str:
    """Private DNS takes the names of all public APIs of the region with it."""
    assert naming.endpoint is not None
    if not naming.endpoint.private_dns_enabled:
        return f"call {api.id} over the internet, not through {naming.endpoint.id}"
    return (
        f"turn off the private DNS of {naming.endpoint.id}, "
        "or call the public API by a custom domain name of its own"
    )
