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
    BAD_STATE_ATTACHMENT = "BAD_STATE_ATTACHMENT"
    PCX_REQUIRES_ADDRESS_IN_VPC_CIDR = "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR"
    TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION = "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION"
    TGW_ROUTE_AZ_RESTRICTION = "TGW_ROUTE_AZ_RESTRICTION"
    TGW_RTB_BAD_STATE_ROUTE = "TGW_RTB_BAD_STATE_ROUTE"
    TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT = "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT"


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

    REGISTRATION_IN_PROGRESS = "Elb.RegistrationInProgress"
    INITIAL_HEALTH_CHECKING = "Elb.InitialHealthChecking"
    RESPONSE_CODE_MISMATCH = "Target.ResponseCodeMismatch"
    TIMEOUT = "Target.Timeout"
    FAILED_HEALTH_CHECKS = "Target.FailedHealthChecks"
    NOT_REGISTERED = "Target.NotRegistered"
    NOT_IN_USE = "Target.NotInUse"
    DEREGISTRATION_IN_PROGRESS = "Target.DeregistrationInProgress"
    HEALTH_CHECK_DISABLED = "Target.HealthCheckDisabled"


class LambdaErrorType(StrEnum):
    """AWS: "Invoke" (AWS Lambda API reference), and the runtime's own error types."""

    ACCESS_DENIED = "AccessDeniedException"
    RESOURCE_NOT_FOUND = "ResourceNotFoundException"
    TOO_MANY_REQUESTS = "TooManyRequestsException"
    SERVICE = "ServiceException"
    UNHANDLED = "Unhandled"
    INCOMPLETE_SIGNATURE = "IncompleteSignatureException"
    INVALID_SIGNATURE = "InvalidSignatureException"
    UNRECOGNIZED_CLIENT = "UnrecognizedClientException"
    EXPIRED_TOKEN = "ExpiredTokenException"
    REQUEST_TOO_LARGE = "RequestEntityTooLargeException"


class LambdaTargetReason(StrEnum):
    """Why a load balancer has no answer of a function: the error reason of its access log.

    AWS: "Access logs for your Application Load Balancer"
    """

    ACCESS_DENIED = "LambdaAccessDenied"
    BAD_REQUEST = "LambdaBadRequest"
    INVALID_RESPONSE = "LambdaInvalidResponse"
    INVALID_ZIP_FILE = "LambdaInvalidZipFileException"
    REQUEST_TOO_LARGE = "LambdaRequestTooLarge"
    RESOURCE_NOT_FOUND = "LambdaResourceNotFound"
    RESPONSE_TOO_LARGE = "LambdaResponseTooLarge"
    SERVICE_EXCEPTION = "LambdaServiceException"
    THROTTLING = "LambdaThrottling"
    UNHANDLED = "LambdaUnhandled"
    WEBSOCKET_NOT_SUPPORTED = "LambdaWebsocketNotSupported"


class S3ErrorCode(StrEnum):
    """AWS: "Error responses" (Amazon S3 API reference)."""

    ACCESS_DENIED = "AccessDenied"
    NO_SUCH_KEY = "NoSuchKey"
    NO_SUCH_BUCKET = "NoSuchBucket"
    ACCESS_FORBIDDEN = "AccessForbidden"
    AUTHORIZATION_HEADER_MALFORMED = "AuthorizationHeaderMalformed"
    AUTHORIZATION_QUERY_PARAMETERS_ERROR = "AuthorizationQueryParametersError"
    BAD_REQUEST = "BadRequest"
    EXPIRED_TOKEN = "ExpiredToken"
    INVALID_ACCESS_KEY_ID = "InvalidAccessKeyId"
    INVALID_ARGUMENT = "InvalidArgument"
    INVALID_BUCKET_NAME = "InvalidBucketName"
    INVALID_RANGE = "InvalidRange"
    INVALID_REQUEST = "InvalidRequest"
    INVALID_TOKEN = "InvalidToken"
    INVALID_URI = "InvalidURI"
    KEY_TOO_LONG = "KeyTooLongError"
    METHOD_NOT_ALLOWED = "MethodNotAllowed"
    NOT_IMPLEMENTED = "NotImplemented"
    PERMANENT_REDIRECT = "PermanentRedirect"
    PRECONDITION_FAILED = "PreconditionFailed"
    REQUEST_TIME_TOO_SKEWED = "RequestTimeTooSkewed"
    SIGNATURE_DOES_NOT_MATCH = "SignatureDoesNotMatch"
    X_AMZ_CONTENT_SHA256_MISMATCH = "XAmzContentSHA256Mismatch"


class TransformStatus(StrEnum):
    """AWS: "Access logs for your Application Load Balancer"."""

    SUCCESS = "TransformSuccess"
    BUFFER_TOO_SMALL = "TransformBufferTooSmall"
    INVALID_HOST = "TransformInvalidHost"
    INVALID_PATH = "TransformInvalidPath"


class AuthenticationReason(StrEnum):
    """Why a load balancer does not take a user or a token for authenticated.

    AWS: "Access logs for your Application Load Balancer"
    """

    INVALID_COOKIE = "AuthInvalidCookie"
    INVALID_GRANT_ERROR = "AuthInvalidGrantError"
    INVALID_ID_TOKEN = "AuthInvalidIdToken"
    INVALID_STATE_PARAM = "AuthInvalidStateParam"
    INVALID_TOKEN_RESPONSE = "AuthInvalidTokenResponse"
    INVALID_USERINFO_RESPONSE = "AuthInvalidUserinfoResponse"
    MISSING_CODE_PARAM = "AuthMissingCodeParam"
    MISSING_HOST_HEADER = "AuthMissingHostHeader"
    MISSING_STATE_PARAM = "AuthMissingStateParam"
    TOKEN_EP_REQUEST_FAILED = "AuthTokenEpRequestFailed"
    TOKEN_EP_REQUEST_TIMEOUT = "AuthTokenEpRequestTimeout"
    USERINFO_EP_REQUEST_FAILED = "AuthUserinfoEpRequestFailed"
    USERINFO_EP_REQUEST_TIMEOUT = "AuthUserinfoEpRequestTimeout"
    USERINFO_RESPONSE_SIZE_EXCEEDED = "AuthUserinfoResponseSizeExceeded"
    JWT_HEADER_NOT_PRESENT = "JWTHeaderNotPresent"
    JWT_REQUEST_FORMAT_INVALID = "JWTRequestFormatInvalid"
    JWT_SIGNATURE_VALIDATION_FAILED = "JWTSignatureValidationFailed"
    JWT_CLAIM_NOT_PRESENT = "JWTClaimNotPresent"
    JWT_CLAIM_FORMAT_INVALID = "JWTClaimFormatInvalid"


class LocalCode(StrEnum):
    """Reasons for which AWS has no public word."""

    NOT_MODELLED = "landbridge.NotModelled"
    CORPORATE_NETWORK_NOT_LINKED = "landbridge.CorporateNetworkNotLinked"
    CLIENT_VPN_NOT_AUTHORIZED = "landbridge.ClientVpnNotAuthorized"
    INJECTED_FAULT = "landbridge.InjectedFault"
    NO_RETURN_ROUTE = "landbridge.NoReturnRoute"
    PRIVATE_ADDRESS_FROM_INTERNET = "landbridge.PrivateAddressFromInternet"
    ADDRESS_NOT_IN_USE = "landbridge.AddressNotInUse"
    NOTHING_LISTENS = "landbridge.NothingListens"
    TLS_HANDSHAKE_FAILED = "landbridge.TlsHandshakeFailed"
    PLAIN_HTTP_TO_HTTPS = "landbridge.PlainHttpToHttpsListener"
    MALFORMED_REQUEST = "landbridge.MalformedRequest"
    NO_RULE_MATCHED = "landbridge.DefaultRule"
    FAIL_OPEN = "landbridge.FailOpen"
    PROTOCOL_VERSION_MISMATCH = "landbridge.ProtocolVersionMismatch"
    TARGET_UNREACHABLE = "landbridge.TargetUnreachable"
    TARGET_CLOSED_CONNECTION = "landbridge.TargetClosedConnection"
    TARGET_RESPONSE_MALFORMED = "landbridge.TargetResponseMalformed"
    TARGET_TIMED_OUT = "landbridge.TargetTimedOut"
    TARGET_TLS_FAILED = "landbridge.TargetTlsFailed"
    LOCAL_SERVER = "landbridge.LocalServer"
    HOST_NAMES_NO_API = "landbridge.HostNamesNoApi"
    REQUEST_NAMES_NO_BUCKET = "landbridge.RequestNamesNoBucket"
    BASE_PATH_NOT_MAPPED = "landbridge.BasePathNotMapped"
    STAGE_NOT_FOUND = "landbridge.StageNotFound"
    PRIVATE_API_FROM_OUTSIDE = "landbridge.PrivateApiFromOutside"
    PUBLIC_API_THROUGH_ENDPOINT = "landbridge.PublicApiThroughEndpoint"
    ENDPOINT_NOT_ASSOCIATED = "landbridge.EndpointNotAssociated"
    DEFAULT_ENDPOINT_DISABLED = "landbridge.DefaultEndpointDisabled"
    DOMAIN_NAME_NOT_ASSOCIATED = "landbridge.DomainNameNotAssociated"
    DOMAIN_NAME_POLICY = "landbridge.DomainNamePolicy"
    ENDPOINT_SERVES_PRIVATE_DOMAIN_NAMES = "landbridge.EndpointServesPrivateDomainNames"
    MULTI_LEVEL_MAPPING_THROUGH_ENDPOINT = "landbridge.MultiLevelMappingThroughEndpoint"
    STRICT_ENDPOINT_ACCESS = "landbridge.StrictEndpointAccess"
    RESOURCE_NOT_MATCHED = "landbridge.ResourceNotMatched"
    ENDPOINT_POLICY = "landbridge.EndpointPolicy"
    MALFORMED_PROXY_RESPONSE = "landbridge.MalformedProxyResponse"
    FUNCTION_ERROR = "landbridge.FunctionError"
    NO_INTEGRATION_RESPONSE = "landbridge.NoIntegrationResponse"
    ROLE_NOT_ASSUMABLE = "landbridge.RoleNotAssumable"
    REDIRECT_TOO_LONG = "landbridge.RedirectTooLong"
    NOT_AUTHENTICATED = "landbridge.NotAuthenticated"
    AUTHENTICATED = "landbridge.Authenticated"
    JWKS_UNAVAILABLE = "landbridge.JwksUnavailable"
    INTERNAL_ERROR = "landbridge.InternalError"


Code = (
    ExplanationCode
    | DnsCode
    | GatewayResponseType
    | TargetHealthReason
    | LambdaErrorType
    | LambdaTargetReason
    | S3ErrorCode
    | TransformStatus
    | AuthenticationReason
    | LocalCode
)
