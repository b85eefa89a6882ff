"""The URI of an integration with an AWS service, by path or by action.

AWS: "x-amazon-apigateway-integration object"
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

from landbridge.semantics.api_gateway.mapping_template import Strings
from landbridge.semantics.api_gateway.request import MethodRequest
from landbridge.semantics.api_gateway.stage_variables import with_stage_variables

PATH, ACTION = "path", "action"
_URI = re.compile(
    r"arn:[a-z-]+:apigateway:(?P<region>[a-z0-9-]+):(?:(?P<subdomain>.+)\.)?(?P<service>[a-z0-9-]+):"
    r"(?P<kind>path|action)/(?P<rest>.*)",
    re.DOTALL,
)
_PLACEHOLDER = re.compile(r"\{([^{}/]+)\}")


@dataclass(frozen=True, slots=True)
class ServiceUri:
    """Which service is called, and how."""

    service: str
    """As its host begins: ``s3``, ``sqs``, ``states``."""
    region: str
    subdomain: str
    """What stands before the service: a bucket, for example; empty for nothing."""
    kind: str
    """``path`` or ``action``."""
    parts: tuple[str, ...]
    """The path, or the action; every second text is the name of a placeholder such as ``{key}``."""

    def filled(self, path_parameters: Strings) -> str:
        """The path with each placeholder replaced by its mapped parameter; an unmapped one stays."""
        parts = list(self.parts)
        for place in range(1, len(parts), 2):
            name = parts[place]
            parts[place] = path_parameters.get(name, f"{{{name}}}")
        return "".join(parts)


def read_service_uri(request: MethodRequest) -> ServiceUri | None:
    """The method's integration URI with stage variables in it; None where it is no URI of a service."""
    parsed = _URI.fullmatch(with_stage_variables(request.integration.uri, request.call.stage.variables))
    if parsed is None:
        return None
    return ServiceUri(
        parsed["service"],
        parsed["region"],
        parsed["subdomain"] or "",
        parsed["kind"],
        tuple(_PLACEHOLDER.split(parsed["rest"])),
    )


def request_path(path: str) -> str:
    """A decoded path as a request line has it."""
    return "/" + quote(path, safe="/~-._")
