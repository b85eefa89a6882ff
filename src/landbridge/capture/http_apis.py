"""HTTP and WebSocket APIs that lead on to functions, load balancers or buckets."""

import re
from collections.abc import Iterator

from landbridge.capture.reading import Answer, Reader
from landbridge.model.other_entrances import ANYWHERE, OtherEntrance
from landbridge.trace.decision import ResourceRef

FUNCTION = re.compile(r"arn:[^:]+:lambda:[^:]+:\d+:function:[^/]+")
BUCKET = re.compile(r":s3:path/([^/{}]+)")
HOST = re.compile(r"https?://([^/:{}]+)")
OPEN = frozenset({"", "NONE"})
ANYBODY = "anybody on the internet"
AUTHORIZED = "whomever its authorizers or domain names let in"


def read_http_apis(reader: Reader) -> Iterator[OtherEntrance]:
    """One for each integration that something of the account may be behind, of APIs that have a stage.

    AWS: "Choose between REST APIs and HTTP APIs"
    """
    for api in reader.items("apigatewayv2", "get_apis", "Items", order_by="ApiId"):
        about = ResourceRef("AWS::ApiGatewayV2::Api", api["ApiId"])
        integrations = _of_api(reader, about, "get_integrations")
        leading = [(integration, _leads_to(integration)) for integration in integrations]
        leading = [(integration, target) for integration, target in leading if target]
        stages = _of_api(reader, about, "get_stages") if leading else []
        if stages:
            routes = _of_api(reader, about, "get_routes")
            groups = _link_groups(reader) if any("ConnectionId" in each for each, _ in leading) else {}
            for integration, target in leading:
                key = _open_route(api, routes, integration)
                yield OtherEntrance(
                    about.type,
                    about.id,
                    (target,),
                    open_to=ANYBODY if _is_public(api, key) else AUTHORIZED,
                    public=_is_public(api, key),
                    security_groups=groups.get(integration.get("ConnectionId", ""), ()),
                    source_arn=_source_arn(reader, about.id, stages[0]["StageName"], key, integration),
                )


def _of_api(reader: Reader, api: ResourceRef, operation: str) -> list[Answer]:
    return reader.items("apigatewayv2", operation, "Items", api, ApiId=api.id)


def _leads_to(integration: Answer) -> str:
    """The function, load balancer, bucket or host that an integration is with; empty for none of those.

    AWS: "Create private integrations for HTTP APIs in API Gateway"
    """
    uri = integration.get("IntegrationUri", "")
    function, bucket, host = FUNCTION.search(uri), BUCKET.search(uri), HOST.match(uri)
    if function is not None:
        return function[0]
    if bucket is not None:
        return bucket[1]
    if ":listener/" in uri:
        return str(uri).replace(":listener/", ":loadbalancer/").rpartition("/")[0]
    if "${" in uri or integration.get("ConnectionType") == "VPC_LINK":
        return ANYWHERE
    return host[1] if host is not None else ""


def _open_route(api: Answer, routes: list[Answer], integration: Answer) -> str:
    """The key of a route to the integration that asks for no authorization; empty where each of them does.

    Of a WebSocket API only ``$connect`` can ask, and whoever is connected may use every route.
    AWS: "Control and manage access to HTTP APIs in API Gateway"
    """
    leading = [route for route in routes if route.get("Target") == _target(integration)]
    if api.get("ProtocolType") == "WEBSOCKET":
        asking = [route for route in routes if route["RouteKey"] == "$connect"]
        leading = [] if any(_asks(route) for route in asking) else leading
    return next((str(route["RouteKey"]) for route in leading if not _asks(route)), "")


def _target(integration: Answer) -> str:
    return f"integrations/{integration.get('IntegrationId', '')}"


def _asks(route: Answer) -> bool:
    return route.get("AuthorizationType", "") not in OPEN or bool(route.get("ApiKeyRequired"))


def _is_public(api: Answer, open_route: str) -> bool:
    """Without the default endpoint only custom domain names lead to it, if there are any.

    AWS: "Disable the default endpoint for HTTP APIs"
    """
    return bool(open_route) and not api.get("DisableExecuteApiEndpoint")


def _source_arn(reader: Reader, api_id: str, stage: str, open_route: str, integration: Answer) -> str:
    """What function policies see of a request by an open route; a role of its own asks none of them.

    AWS: "Create AWS Lambda proxy integrations for HTTP APIs in API Gateway"
    """
    if not open_route or integration.get("CredentialsArn"):
        return ""
    place = f"{reader.region}:{reader.account_id}:{api_id}"
    return f"arn:aws:execute-api:{place}/{stage}/{open_route.replace(' ', '', 1)}"


def _link_groups(reader: Reader) -> dict[str, tuple[str, ...]]:
    """The security groups of VPC links by id."""
    links = reader.items("apigatewayv2", "get_vpc_links", "Items")
    return {link["VpcLinkId"]: tuple(sorted(link["SecurityGroupIds"])) for link in links}
