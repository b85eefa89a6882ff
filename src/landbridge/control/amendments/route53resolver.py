"""Resolver endpoints and rules: what moto drops, and updates of rules."""

import json
from typing import Any

from moto.route53resolver.models import ResolverEndpoint
from moto.route53resolver.responses import Route53ResolverResponse

from landbridge.control.amendments.amend import add, amend

DEFAULT_PROTOCOLS = ("Do53",)


def install() -> None:
    """Amends moto's resolver."""
    amend(Route53ResolverResponse, "create_resolver_endpoint", create_resolver_endpoint)
    amend(Route53ResolverResponse, "update_resolver_endpoint", create_resolver_endpoint)
    add(Route53ResolverResponse, "update_resolver_rule", update_resolver_rule)
    amend(ResolverEndpoint, "description", description)


def create_resolver_endpoint(original: Any, self: Any) -> str:
    """An endpoint that keeps its protocols and type, also when it is updated.

    AWS: "CreateResolverEndpoint" (Amazon Route 53 API reference)
    """
    endpoint_id = json.loads(original(self))["ResolverEndpoint"]["Id"]
    endpoint = self.route53resolver_backend.resolver_endpoints[endpoint_id]
    for parameter in ("Protocols", "ResolverEndpointType"):
        value = self._get_param(parameter)
        if value:
            endpoint.__dict__[f"landbridge_{parameter}"] = value
    return json.dumps({"ResolverEndpoint": endpoint.description()})


def description(original: Any, self: Any) -> dict[str, Any]:
    """The endpoint with its protocols and type.

    AWS: "ResolverEndpoint" (Amazon Route 53 API reference)
    """
    return {
        **original(self),
        "Protocols": self.__dict__.get("landbridge_Protocols", list(DEFAULT_PROTOCOLS)),
        "ResolverEndpointType": self.__dict__.get("landbridge_ResolverEndpointType", "IPV4"),
    }


def update_resolver_rule(self: Any) -> str:
    """The rule with what its configuration names; moto has no such operation.

    AWS: "UpdateResolverRule" (Amazon Route 53 API reference)
    """
    rule = self.route53resolver_backend.get_resolver_rule(self._get_param("ResolverRuleId"))
    configuration = self._get_param("Config") or {}
    rule.name = configuration.get("Name", rule.name)
    rule.resolver_endpoint_id = configuration.get("ResolverEndpointId", rule.resolver_endpoint_id)
    if configuration.get("TargetIps"):
        rule.target_ips = [
            {"Port": 53, "Protocol": "Do53", **target} for target in configuration["TargetIps"]
        ]
    return json.dumps({"ResolverRule": rule.description()})
