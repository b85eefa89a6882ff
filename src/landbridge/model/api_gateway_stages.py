"""What a stage is set to do besides serving a deployment: logs, metrics, a cache, a canary.

All of it counts at once, without a deployment.
AWS: "Set up a stage for a REST API in API Gateway"
"""

from dataclasses import dataclass
from enum import StrEnum

from landbridge.model.api_gateway_usage import ANY_METHOD, ANY_PATH


class LoggingLevel(StrEnum):
    """What of a request's execution is logged."""

    OFF = "OFF"
    ERROR = "ERROR"
    INFO = "INFO"


class UnauthorizedCacheControl(StrEnum):
    """What becomes of a request that may not invalidate the cache, and asks for it.

    AWS: "Cache settings for REST APIs in API Gateway"
    """

    FAIL_WITH_403 = "FAIL_WITH_403"
    SUCCEED_WITH_RESPONSE_HEADER = "SUCCEED_WITH_RESPONSE_HEADER"
    SUCCEED_WITHOUT_RESPONSE_HEADER = "SUCCEED_WITHOUT_RESPONSE_HEADER"


@dataclass(frozen=True, slots=True)
class MethodSettings:
    """The settings of one method, or of all of them.

    AWS: "MethodSetting" (Amazon API Gateway API reference)
    """

    path: str = ANY_PATH
    """The resource's path; ``*`` for every one."""
    http_method: str = ANY_METHOD
    """``*`` for every one."""
    logging_level: LoggingLevel = LoggingLevel.OFF
    data_trace: bool = False
    """Whether whole requests and responses are logged too."""
    metrics: bool = False
    """Whether there are metrics of each method too."""
    caching: bool = False
    cache_ttl_s: int = 300
    cache_control_needs_authorization: bool = True
    unauthorized_cache_control: UnauthorizedCacheControl = (
        UnauthorizedCacheControl.SUCCEED_WITH_RESPONSE_HEADER
    )


@dataclass(frozen=True, slots=True)
class AccessLog:
    """Where the access log of a stage goes and how its entries are written.

    AWS: "AccessLogSettings" (Amazon API Gateway API reference)
    """

    destination_arn: str
    format: str


@dataclass(frozen=True, slots=True)
class StageSettings:
    """All settings of a stage that need no deployment, less throttling and variables."""

    access_log: AccessLog | None = None
    methods: tuple[MethodSettings, ...] = ()
    cache_cluster: bool = False
    tracing: bool = False
    """Whether X-Ray tracing is active."""

    @property
    def writes_logs(self) -> bool:
        """Whether an access log or an execution log is on."""
        levels = (each.logging_level for each in self.methods)
        return self.access_log is not None or any(level is not LoggingLevel.OFF for level in levels)
