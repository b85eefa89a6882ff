"""Stacks: a resource of a type that cannot be made is refused, and change sets give outputs."""

from typing import Any

from moto.cloudformation.models import CloudFormationBackend
from moto.cloudformation.parsing import NULL_MODELS, ResourceMap, get_model_map

from landbridge.control.amendments.amend import amend

CDK_REMARK = "AWS::CDK::Metadata"
CUSTOM = "Custom::"


def install() -> None:
    """Amends moto's stacks."""
    amend(ResourceMap, "__init__", new_resource_map)
    amend(ResourceMap, "build_change_set_actions", build_change_set_actions)
    amend(CloudFormationBackend, "execute_change_set", execute_change_set)


def new_resource_map(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
    """The resources of a new stack; moto leaves out types it does not know, and says all is complete.

    AWS: "AWS resource and property types reference"
    """
    original(self, *args, **kwargs)
    _check(self._resource_json_map)


def build_change_set_actions(original: Any, self: Any, template: dict[str, Any]) -> Any:
    """What a changed template would make; refused where a resource cannot be made.

    AWS: "AWS resource and property types reference"
    """
    _check(template["Resources"])
    return original(self, template)


def execute_change_set(original: Any, self: Any, change_set_name: str, stack_name: str | None = None) -> None:
    """A stack with the outputs of the template that was executed; moto's has those of the one before.

    AWS: "ExecuteChangeSet" (AWS CloudFormation API reference)
    """
    original(self, change_set_name, stack_name)
    for arn, change_set in self.change_sets.items():
        if change_set_name in (arn, change_set.change_set_name):
            stack = self.stacks[change_set.stack_id]
            stack._parse_template()
            stack.output_map = stack._create_output_map()


def _check(resources: dict[str, Any]) -> None:
    """NotImplementedError, which becomes an answer that names the types; CDK's remarks are taken out."""
    for name in [name for name, resource in resources.items() if resource["Type"] == CDK_REMARK]:
        del resources[name]
    types = {resource["Type"] for resource in resources.values()} - set(get_model_map()) - set(NULL_MODELS)
    unknown = sorted(each for each in types if not each.startswith(CUSTOM))
    if unknown:
        raise NotImplementedError(f"resources of type {', '.join(unknown)}")
