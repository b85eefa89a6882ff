"""Why: AWS's own words for the reasons of a decision, one closed enumeration per source.

A code that AWS has no word for is in ``LocalCode``; ``docs/codes.md`` lists every one.
"""

from enum import StrEnum


class ExplanationCode(StrEnum):
    """AWS: "Reachability Analyzer explanation codes"."""

    BAD_STATE = "BAD_STATE"
    BAD_STATE_VPN = "BAD_STATE_VPN"
    BAD_STATE_ROUTE = "BAD_STATE_ROUTE"
    NO_ROUTE_TO_DESTINATION = "NO_ROUTE_TO_DESTINATION"
    NO_PATH = "NO_PATH"
    SUBNET_ACL_RESTRICTION = "SUBNET_ACL_RESTRICTION"
    ENI_SG_RULES_MISMATCH = "ENI_SG_RULES_MISMATCH"
    SG_HAS_NO_RULES = "SG_HAS_NO_RULES"
    ELBV2_LISTENERS_MISMATCH = "ELBV2_LISTENERS_MISMATCH"
    ELBV2_LISTENER_HAS_NO_TG = "ELBV2_LISTENER_HAS_NO_TG"
    IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS = "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS"
    IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS = "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS"
    UNASSOCIATED_COMPONENT = "UNASSOCIATED_COMPONENT"


class DnsCode(StrEnum):
    """DNS response codes."""

    NOERROR = "NOERROR"
    NXDOMAIN = "NXDOMAIN"
    NODATA = "NODATA"
    REFUSED = "REFUSED"
    SERVFAIL = "SERVFAIL"


class GatewayResponseType(StrEnum):
    """AWS: "Gateway response types for API Gateway"."""

    ACCESS_DENIED = "ACCESS_DENIED"
    API_CONFIGURATION_ERROR = "API_CONFIGURATION_ERROR"
    AUTHORIZER_CONFIGURATION_ERROR = "AUTHORIZER_CONFIGURATION_ERROR"
    AUTHORIZER_FAILURE = "AUTHORIZER_FAILURE"
    BAD_REQUEST_PARAMETERS = "BAD_REQUEST_PARAMETERS"
    BAD_REQUEST_BODY = "BAD_REQUEST_BODY"
    EXPIRED_TOKEN = "EXPIRED_TOKEN"
    INTEGRATION_FAILURE = "INTEGRATION_FAILURE"
    INTEGRATION_TIMEOUT = "INTEGRATION_TIMEOUT"
    INVALID_API_KEY = "INVALID_API_KEY"
    INVALID_SIGNATURE = "INVALID_SIGNATURE"
    MISSING_AUTHENTICATION_TOKEN = "MISSING_AUTHENTICATION_TOKEN"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    REQUEST_TOO_LARGE = "REQUEST_TOO_LARGE"
    RESOURCE_NOT_FOUND = "RESOURCE_NOT_FOUND"
    THROTTLED = "THROTTLED"
    UNAUTHORIZED = "UNAUTHORIZED"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    WAF_FILTERED = "WAF_FILTERED"


class TargetHealthReason(StrEnum):
    """AWS: "Health checks for Application Load Balancer target groups"."""

    INITIAL_HEALTH_CHECKING = "Elb.InitialHealthChecking"
    RESPONSE_CODE_MISMATCH = "Target.ResponseCodeMismatch"
    TIMEOUT = "Target.Timeout"
    FAILED_HEALTH_CHECKS = "Target.FailedHealthChecks"
    NOT_IN_USE = "Target.NotInUse"
    DEREGISTRATION_IN_PROGRESS = "Target.DeregistrationInProgress"
    HEALTH_CHECK_DISABLED = "Target.HealthCheckDisabled"


class LambdaErrorType(StrEnum):
    """AWS: "Invoke" (AWS Lambda API reference), and the runtime's own error types."""

    ACCESS_DENIED = "AccessDeniedException"
    RESOURCE_NOT_FOUND = "ResourceNotFoundException"
    TOO_MANY_REQUESTS = "TooManyRequestsException"
    UNHANDLED = "Unhandled"


class S3ErrorCode(StrEnum):
    """AWS: "Error responses" (Amazon S3 API reference)."""

    ACCESS_DENIED = "AccessDenied"
    NO_SUCH_KEY = "NoSuchKey"
    NO_SUCH_BUCKET = "NoSuchBucket"


class LocalCode(StrEnum):
    """Reasons for which AWS has no public word."""

    NOT_MODELLED = "landbridge.NotModelled"
    CORPORATE_NETWORK_NOT_LINKED = "landbridge.CorporateNetworkNotLinked"
    NO_RETURN_ROUTE = "landbridge.NoReturnRoute"
    PRIVATE_ADDRESS_FROM_INTERNET = "landbridge.PrivateAddressFromInternet"
    ADDRESS_NOT_IN_USE = "landbridge.AddressNotInUse"
    NOTHING_LISTENS = "landbridge.NothingListens"
    TLS_HANDSHAKE_FAILED = "landbridge.TlsHandshakeFailed"
    PLAIN_HTTP_TO_HTTPS = "landbridge.PlainHttpToHttpsListener"
    MALFORMED_REQUEST = "landbridge.MalformedRequest"
    NO_RULE_MATCHED = "landbridge.DefaultRule"
    FAIL_OPEN = "landbridge.FailOpen"
    TARGET_UNREACHABLE = "landbridge.TargetUnreachable"
    HOST_NAMES_NO_API = "landbridge.HostNamesNoApi"
    BASE_PATH_NOT_MAPPED = "landbridge.BasePathNotMapped"
    STAGE_NOT_FOUND = "landbridge.StageNotFound"
    PRIVATE_API_FROM_OUTSIDE = "landbridge.PrivateApiFromOutside"
    PUBLIC_API_THROUGH_ENDPOINT = "landbridge.PublicApiThroughEndpoint"
    ENDPOINT_NOT_ASSOCIATED = "landbridge.EndpointNotAssociated"
    RESOURCE_NOT_MATCHED = "landbridge.ResourceNotMatched"
    ENDPOINT_POLICY = "landbridge.EndpointPolicy"
    MALFORMED_PROXY_RESPONSE = "landbridge.MalformedProxyResponse"
    FUNCTION_ERROR = "landbridge.FunctionError"
    NO_INTEGRATION_RESPONSE = "landbridge.NoIntegrationResponse"
    ROLE_NOT_ASSUMABLE = "landbridge.RoleNotAssumable"
    INTERNAL_ERROR = "landbridge.InternalError"


Code = (
    ExplanationCode
    | DnsCode
    | GatewayResponseType
    | TargetHealthReason
    | LambdaErrorType
    | S3ErrorCode
    | LocalCode
)
