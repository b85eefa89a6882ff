"""The attributes of a load balancer that say how it treats connections and requests, with AWS's defaults."""

from dataclasses import dataclass
from enum import StrEnum

from landbridge.model.load_balancing import LoadBalancer


class DesyncMode(StrEnum):
    """How strict a load balancer is with requests that may be read in two ways."""

    MONITOR = "monitor"
    DEFENSIVE = "defensive"
    STRICTEST = "strictest"


@dataclass(frozen=True, slots=True)
class AccessLogDestination:
    """Where access logs go."""

    bucket: str
    prefix: str


@dataclass(frozen=True, slots=True)
class ConnectionAttributes:
    """What is in force for every connection of one load balancer; times in seconds."""

    desync_mode: DesyncMode
    idle_timeout_s: int
    client_keep_alive_s: int
    http2: bool
    access_log: AccessLogDestination | None


def compile_connection_attributes(load_balancer: LoadBalancer) -> ConnectionAttributes:
    """The attributes in force, or AWS's defaults for them.

    AWS: "Edit attributes for your Application Load Balancer"
    """
    attribute = load_balancer.attribute
    logs = attribute("access_logs.s3.enabled", "false") == "true"
    bucket, prefix = attribute("access_logs.s3.bucket", ""), attribute("access_logs.s3.prefix", "")
    return ConnectionAttributes(
        DesyncMode(attribute("routing.http.desync_mitigation_mode", "defensive")),
        int(attribute("idle_timeout.timeout_seconds", "60")),
        int(attribute("client_keep_alive.seconds", "3600")),
        attribute("routing.http2.enabled", "true") == "true",
        AccessLogDestination(bucket, prefix.strip("/")) if logs and bucket else None,
    )
