"""What a stage is set to do besides serving its deployment: logs, metrics, a cache."""

from landbridge.capture.api_gateway_usage import method_place
from landbridge.capture.reading import Answer, Missing, Reader
from landbridge.model.api_gateway_stages import (
    AccessLog,
    LoggingLevel,
    MethodSettings,
    StageSettings,
    UnauthorizedCacheControl,
)
from landbridge.model.identifiers import Arn
from landbridge.trace.decision import ResourceRef

LOG_GROUP = ":logs:"


def read_stage_settings(reader: Reader, stage: ResourceRef, answer: Answer) -> StageSettings:
    """The settings of a stage as GetStage tells them; what is not modelled is noticed.

    AWS: "Stage" (Amazon API Gateway API reference)
    """
    access_log = _access_log(answer.get("accessLogSettings") or {})
    if access_log is not None and LOG_GROUP not in access_log.destination_arn:
        reader.notice(stage, "access logs to Amazon Data Firehose")
        access_log = None
    keyed = sorted((answer.get("methodSettings") or {}).items())
    methods = (_method_settings(*method_place(key), settings) for key, settings in keyed)
    return StageSettings(
        access_log=access_log,
        # Settings for every method that say what AWS sets anyway are as good as none.
        methods=tuple(method for method in methods if method != MethodSettings()),
        cache_cluster=bool(answer.get("cacheClusterEnabled")),
        tracing=bool(answer.get("tracingEnabled")),
    )


def read_log_role(reader: Reader) -> Arn:
    """The ARN of the role in which API Gateway writes logs; empty where there is none.

    AWS: "Set up CloudWatch logging for REST APIs in API Gateway"
    """
    account = reader.answer("apigateway", "get_account")
    return Arn("" if isinstance(account, Missing) else account.get("cloudwatchRoleArn") or "")


def _access_log(answer: Answer) -> AccessLog | None:
    destination, form = answer.get("destinationArn") or "", answer.get("format") or ""
    return AccessLog(destination, form) if destination and form else None


def _method_settings(path: str, http_method: str, answer: Answer) -> MethodSettings:
    strategy = answer.get("unauthorizedCacheControlHeaderStrategy")
    return MethodSettings(
        path=path,
        http_method=http_method,
        logging_level=LoggingLevel(answer.get("loggingLevel") or LoggingLevel.OFF),
        data_trace=bool(answer.get("dataTraceEnabled")),
        metrics=bool(answer.get("metricsEnabled")),
        caching=bool(answer.get("cachingEnabled")),
        cache_ttl_s=int(answer.get("cacheTtlInSeconds", 300)),
        cache_control_needs_authorization=bool(answer.get("requireAuthorizationForCacheControl", True)),
        unauthorized_cache_control=UnauthorizedCacheControl(
            strategy or UnauthorizedCacheControl.SUCCEED_WITH_RESPONSE_HEADER
        ),
    )
