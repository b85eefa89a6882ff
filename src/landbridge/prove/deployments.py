"""What an API's stages serve, and in what two deployments differ."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from landbridge.model.api_gateway import Deployment, Integration, Method, RestApi, Stage, StringMap
from landbridge.model.authorizers import Authorizer
from landbridge.model.policy import PolicyDocument, Statement
from landbridge.trace.decision import ResourceRef

ABOUT_THE_WHOLE = {
    "binary_media_types": "binary media types",
    "minimum_compression_bytes": "compression",
    "api_key_source": "the source of API keys",
    "gateway_responses": "gateway responses",
}
"""By field of a deployment; what it is called."""
ABOUT_A_METHOD = {
    "authorization_type": "authorization",
    "authorizer": "authorizer",
    "authorization_scopes": "authorization scopes",
    "api_key_required": "API key",
    "integration": "integration",
    "validation": "request validation",
    "unsupported": "what is not modelled",
}


@dataclass(frozen=True, slots=True)
class Served:
    """A deployment that answers requests: a stage's own, or its canary's."""

    stage: Stage
    deployment: Deployment
    variables: StringMap
    reference: ResourceRef
    is_canary: bool = False

    @property
    def name(self) -> str:
        """``stage live`` or ``the canary of stage live``."""
        return f"the canary of stage {self.stage.name}" if self.is_canary else f"stage {self.stage.name}"


def served_by(api: RestApi) -> Iterator[Served]:
    """Every deployment of the API that answers requests.

    AWS: "Set up an API Gateway canary release deployment"
    """
    for stage in api.stages:
        reference = ResourceRef("AWS::ApiGateway::Stage", f"{api.id}/{stage.name}")
        yield Served(stage, stage.deployment, stage.variables, reference)
        if stage.canary is not None:
            variables = tuple(sorted((dict(stage.variables) | dict(stage.canary.variables)).items()))
            yield Served(stage, stage.canary.deployment, variables, reference, is_canary=True)


def methods_of(deployment: Deployment) -> dict[str, Method]:
    """Methods by ``GET /orders/{id}``."""
    return {
        f"{method.http_method} {resource.path}": method
        for resource in deployment.resources
        for method in resource.methods
    }


def differences(configured: Deployment, served: Deployment) -> tuple[str, ...]:
    """What differs, a few words each; ids of resources and authorizers are no part of a deployment."""
    return (
        *_of_policies(configured, served),
        *_of_whole(configured, served),
        *_of_methods(configured, served),
    )


def same_policy(one: PolicyDocument | None, other: PolicyDocument | None) -> bool:
    """Whether two policies have the same statements, in whatever order."""
    return _statements(one) == _statements(other)


def _of_policies(configured: Deployment, served: Deployment) -> Iterator[str]:
    if not same_policy(configured.policy, served.policy):
        yield "the resource policy"


def _of_whole(configured: Deployment, served: Deployment) -> Iterator[str]:
    for name, words in ABOUT_THE_WHOLE.items():
        if getattr(configured, name) != getattr(served, name):
            yield words
    now, then = _used_models(configured), _used_models(served)
    yield from (f"the model {name}" for name in sorted(now.keys() & then.keys()) if now[name] != then[name])


def _of_methods(configured: Deployment, served: Deployment) -> Iterator[str]:
    now, then = _plain_methods(configured), _plain_methods(served)
    for key in sorted(now.keys() | then.keys()):
        if key not in then:
            yield f"{key} is not deployed"
        elif key not in now:
            yield f"{key} is deployed, and no longer configured"
        elif now[key] != then[key]:
            parts = list(_of_method(now[key], then[key]))
            if parts:
                yield f"{key}: {', '.join(parts)}"


def _plain_methods(deployment: Deployment) -> dict[str, Method]:
    """Methods less what AWS may write in one way or another: an order, or a default."""
    return {
        f"{method.http_method} {resource.path}": replace(
            method, integration=_plain(method.integration, resource.id)
        )
        for resource in deployment.resources
        for method in resource.methods
    }


def _plain(integration: Integration | None, resource_id: str) -> Integration | None:
    if integration is None:
        return None
    own = integration.cache_namespace == resource_id
    by_pattern = sorted(integration.responses, key=lambda response: response.selection_pattern)
    return replace(
        integration,
        cache_namespace="" if own else integration.cache_namespace,
        responses=tuple(by_pattern),
    )


def _of_method(now: Method, then: Method) -> Iterator[str]:
    for name, words in ABOUT_A_METHOD.items():
        before, after = _comparable(getattr(then, name)), _comparable(getattr(now, name))
        if before == after:
            continue
        yield (
            f"{words} {then.authorization_type} -> {now.authorization_type}"
            if name.endswith("type")
            else words
        )


def _comparable(value: object) -> object:
    return replace(value, id="") if isinstance(value, Authorizer) else value


def _statements(policy: PolicyDocument | None) -> frozenset[Statement] | None:
    if policy is None:
        return None
    return frozenset(replace(statement, position=0) for statement in policy.statements)


def _used_models(deployment: Deployment) -> dict[str, object]:
    """The schemas that methods validate with, less how they are written; one may refer to any other."""
    validations = (method.validation for method in methods_of(deployment).values())
    if not any(validation is not None and validation.models for validation in validations):
        return {}
    return {name: json.loads(schema) for name, schema in deployment.models}
