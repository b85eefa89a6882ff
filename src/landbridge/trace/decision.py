"""Decisions, hops and outcomes: the vocabulary that serving, explaining and proving share."""

from dataclasses import dataclass
from enum import StrEnum

from landbridge.model.exchange import HttpResponse
from landbridge.trace.codes import Code, LocalCode


class Verdict(StrEnum):
    """IAM's words for the outcome of an evaluation, used for every component, and one of ours."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicitDeny"
    IMPLICIT_DENY = "implicitDeny"
    NOT_MODELLED = "notModelled"
    """Never served as allowed, never proved safe."""


@dataclass(frozen=True, slots=True)
class ResourceRef:
    """A resource, or a part of one, as CloudFormation names its type."""

    type: str
    """For example ``AWS::EC2::SecurityGroup``; a part has a suffix, ``AWS::EC2::SecurityGroup Rule``."""
    id: str
    arn: str = ""


Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What one component decided, why, what was cited and what was compared."""

    verdict: Verdict
    code: Code | None = None
    cited: ResourceRef | None = None
    """The rule, route, record or statement that decided."""
    facts: Facts = ()
    """What was compared, for the reader: names and values."""
    remedy: str = ""
    """Where a request stops: what to change, one sentence."""

    @property
    def allowed(self) -> bool:
        """Whether the request goes on."""
        return self.verdict is Verdict.ALLOWED


def allowed(cited: ResourceRef | None = None, *facts: tuple[str, str], code: Code | None = None) -> Decision:
    """A decision that lets the request go on."""
    return Decision(Verdict.ALLOWED, code, cited, facts)


def denied(
    code: Code, cited: ResourceRef | None = None, *facts: tuple[str, str], remedy: str = ""
) -> Decision:
    """A decision that stops the request because nothing allows it."""
    return Decision(Verdict.IMPLICIT_DENY, code, cited, facts, remedy)


def not_modelled(what: str, cited: ResourceRef | None = None) -> Decision:
    """A decision that cannot be made: the AWS feature named is not modelled."""
    return Decision(
        Verdict.NOT_MODELLED,
        LocalCode.NOT_MODELLED,
        cited,
        (("feature", what),),
        f"landbridge does not model {what}; docs/fidelity.md lists what it does",
    )


class Step(StrEnum):
    """What a hop is about, in the order in which a request meets them."""

    RESOLVE_NAME = "resolve name"
    LINK = "corporate link"
    CLIENT_VPN = "Client VPN"
    TRANSIT_GATEWAY = "transit gateway"
    PEERING = "VPC peering"
    INTERNET_GATEWAY = "internet gateway"
    ROUTE = "route"
    RETURN_ROUTE = "return route"
    NETWORK_ACL_OUTBOUND = "network ACL outbound"
    NETWORK_ACL_INBOUND = "network ACL inbound"
    NETWORK_ACL_RETURN = "network ACL return traffic"
    SECURITY_GROUP_EGRESS = "security group egress"
    SECURITY_GROUP_INGRESS = "security group ingress"
    DESTINATION = "destination"
    LISTENER = "listener"
    TLS_HANDSHAKE = "TLS handshake"
    HTTP_REQUEST = "HTTP request"
    LISTENER_RULE = "listener rule"
    AUTHENTICATION = "authentication"
    TRANSFORM = "transform"
    TARGET = "target"
    TARGET_RESPONSE = "target response"
    SIGNATURE = "signature"
    ENDPOINT_POLICY = "endpoint policy"
    ADDRESS_API = "which API"
    ADDRESS_BUCKET = "which bucket"
    S3_OPERATION = "Amazon S3 operation"
    FUNCTION_URL = "which function URL"
    CROSS_ORIGIN = "cross-origin rules"
    ENDPOINT_ACCESS_MODE = "endpoint access mode"
    BASE_PATH_MAPPING = "base path mapping"
    DOMAIN_NAME_POLICY = "domain name policy"
    STAGE = "stage"
    RESOURCE_AND_METHOD = "resource and method"
    RESOURCE_POLICY = "resource policy"
    AUTHORIZATION = "authorization"
    API_KEY = "API key"
    THROTTLING = "throttling"
    REQUEST_VALIDATION = "request validation"
    METHOD_CACHE = "method cache"
    INTEGRATION_REQUEST = "integration request"
    FUNCTION_POLICY = "function policy"
    INVOKE = "invoke"
    BACKEND = "backend"
    ROLE = "integration role"
    GET_OBJECT = "get object"
    INTEGRATION_RESPONSE = "integration response"
    DRY_RUN = "dry run"


@dataclass(frozen=True, slots=True)
class Hop:
    """One component on the path and what it decided; its number is its place in the trace.

    AWS: "PathComponent" (Amazon EC2 API reference)
    """

    component: ResourceRef
    step: Step
    decision: Decision


Hops = tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class Delivered:
    """The client gets this response, from the app or from whoever denied the request."""

    response: HttpResponse


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The client gets nothing: AWS drops the packets silently."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The client's connection is reset or refused."""


@dataclass(frozen=True, slots=True)
class NotResolved:
    """The client never gets an address for the name."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A dry run: everything up to the backend was decided, and nothing was run."""


Outcome = Delivered | TimedOut | Refused | NotResolved | Rehearsed


@dataclass(frozen=True, slots=True)
class Trace:
    """One request from its vantage to its outcome."""

    id: str
    vantage: str
    method: str
    url: str
    hops: Hops
    outcome: Outcome
    epoch_ms: int = 0
    duration_ms: float = 0.0

    @property
    def stopped_at(self) -> Hop | None:
        """The hop that stopped the request; None when every hop allowed it."""
        for hop in reversed(self.hops):
            if not hop.decision.allowed:
                return hop
        return None
