"""AWS's own managed policies, each read when it is first named."""

import json
from importlib import resources
from typing import Any

from moto.iam.models import AWSManagedPolicy, IAMBackend

from landbridge.control.amendments.amend import amend
from landbridge.control.amendments.aside import aside

AWS_POLICY = "arn:aws:iam::aws:policy/"
WITH_POLICY_FIRST = ("attach_role_policy", "attach_user_policy", "attach_group_policy", "get_policy")


def install() -> None:
    """Amends moto's managed policies."""
    for name in (*WITH_POLICY_FIRST, "get_policy_version"):
        amend(IAMBackend, name, with_managed_policy)


def with_managed_policy(original: Any, self: Any, policy_arn: str, *args: Any, **kwargs: Any) -> Any:
    """The call as if AWS's managed policy had always been there; moto has none unless it loads all 1,400.

    AWS: "Managed policies and inline policies" (IAM user guide)
    """
    if policy_arn.startswith(AWS_POLICY) and policy_arn not in self.managed_policies:
        with aside(policy_arn):
            policy = _read(self, policy_arn)
        if policy is not None:
            self.aws_managed_policies.append(policy)
            self.managed_policies[policy_arn] = policy
    return original(self, policy_arn, *args, **kwargs)


def _read(backend: Any, policy_arn: str) -> Any:
    """One policy out of moto's file of all: a 5 MB string in a Python module, too dear to import."""
    name = policy_arn.rpartition("/")[2]
    text = (resources.files("moto") / "iam/aws_managed_policies.py").read_text(encoding="utf-8")
    start = text.find(f'\n "{name}":{{')
    if start < 0:
        return None
    content, _ = json.JSONDecoder().raw_decode(text, text.index("{", start))
    policy = AWSManagedPolicy.from_data(name, backend.account_id, backend.region_name, content)
    return policy if policy.arn == policy_arn else None
