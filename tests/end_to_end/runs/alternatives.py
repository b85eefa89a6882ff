"""The other ways to such an app, applied and destroyed: what Terraform makes of them, not what is served."""

from pathlib import Path
from typing import Any

from tests.end_to_end.runs.configured import configured
from tests.end_to_end.runs.left_over import left_over
from tests.end_to_end.runs.observing import observe

OFFICE = "10.10.0.0/16"


def look(folder: Path) -> dict[str, Any]:
    """Applied, planned again, destroyed."""
    with configured("alternatives", folder, "*.corp.example", "--corporate", OFFICE) as made:
        stack = made.stack
        elbv2 = stack.client("elbv2")
        groups = elbv2.describe_target_groups()["TargetGroups"]
        targets = {group["TargetGroupName"]: _targets(elbv2, group["TargetGroupArn"]) for group in groups}
        interfaces = stack.client("ec2").describe_network_interfaces()["NetworkInterfaces"]
        seen: dict[str, Any] = {
            "target types": {group["TargetGroupName"]: group["TargetType"] for group in groups},
            "targets": targets,
            "addresses": {each["PrivateIpAddress"]: each["Description"] for each in interfaces},
            "domain names": stack.client("apigateway").get_domain_names()["items"],
            "in sync": made.is_in_sync(),
        }
        made.destroy()
        seen["left over"] = left_over(stack)
    return {**seen, "seconds": made.seconds}


def _targets(elbv2: Any, arn: str) -> list[str]:
    answers = elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    return [answer["Target"]["Id"] for answer in answers]


if __name__ == "__main__":
    observe(look)
