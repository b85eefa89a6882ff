"""The article's configuration, applied, used, broken by its slip, and destroyed."""

import json
from pathlib import Path
from typing import Any

from tests.end_to_end.runs.configured import Configured, configured
from tests.end_to_end.runs.left_over import left_over
from tests.end_to_end.runs.observing import observe
from tests.end_to_end.stack_process import Curled, stopped_hop

APP, FORMER = "https://intranet.corp.example", "https://portal.corp.example"
RIGHT = '"aws:SourceVpce" = aws_vpc_endpoint.api.id'
SLIP = '"aws:SourceVpce" = aws_vpc.main.id'


def look(folder: Path) -> dict[str, Any]:
    """The whole story."""
    with configured("article", folder, "portal.corp.example") as made:
        stack = made.stack
        seen: dict[str, Any] = {
            "url": stack.running.url,
            "page": _told(stack.curl(f"{APP}/")),
            "style": _told(stack.curl(f"{APP}/css/style.css")),
            "api": _told(stack.curl(f"{APP}/api/who")),
            "former name": _told(stack.curl(f"{FORMER}/", "--cacert", made.company_ca)),
            "from the internet": stack.curl(f"{APP}/", vantage="internet").exit_code,
            "in sync": made.is_in_sync(),
        }
        made.edit("api.tf", RIGHT, SLIP)
        seen |= _after_the_slip(made)
        seen["in sync after the slip"] = made.is_in_sync()
        made.destroy()
        seen["left over"] = left_over(stack)
    return {**seen, "seconds": made.seconds}


def _after_the_slip(made: Configured) -> dict[str, Any]:
    ec2 = made.stack.client("ec2")
    [vpc] = [vpc for vpc in ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]]
    [endpoint] = ec2.describe_vpc_endpoints()["VpcEndpoints"]
    return {
        "vpc": vpc["VpcId"],
        "endpoint": endpoint["VpcEndpointId"],
        "api after the slip": _told(made.stack.curl(f"{APP}/api/who")),
        "stopped": stopped_hop(made.stack.trace(f"{APP}/api/who")),
    }


def _told(curled: Curled) -> dict[str, Any]:
    body: Any = curled.body
    if curled.headers.get("content-type") == "application/json":
        body = json.loads(curled.body)
    return {"status": curled.status, "headers": curled.headers, "body": body, "stderr": curled.stderr}


if __name__ == "__main__":
    observe(look)
