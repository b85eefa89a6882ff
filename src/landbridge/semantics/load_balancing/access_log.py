"""The access log of a load balancer: its entries, the objects that hold them, and who may write those.

AWS: "Access logs for your Application Load Balancer"
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from landbridge.model.certificates import Certificates
from landbridge.model.exchange import HttpRequest, HttpResponse
from landbridge.model.load_balancing import (
    AuthenticateOidcAction,
    FixedResponseAction,
    ForwardAction,
    JwtValidationAction,
    Listener,
    RedirectAction,
    Rule,
)
from landbridge.semantics.doors import ListenerDoor
from landbridge.semantics.load_balancing.attributes import AccessLogDestination
from landbridge.semantics.load_balancing.conditions import split_target
from landbridge.semantics.load_balancing.desync import Classification, Classified
from landbridge.semantics.load_balancing.forwarding import Client
from landbridge.semantics.load_balancing.responses import SERVER
from landbridge.trace.codes import TransformStatus
from landbridge.trace.decision import Hops, Step


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """What a load balancer knows of a request once its response is sent."""

    door: ListenerDoor
    client: Client
    connection_id: str
    """``TID_`` and hexadecimal digits."""
    request: HttpRequest | None
    """None where the bytes were no request."""
    response: HttpResponse
    hops: Hops
    trace_id: str
    """What the target got as ``X-Amzn-Trace-Id``."""
    certificate_arn: str
    domain_name: str
    created_ms: int
    answered_ms: int
    received_bytes: int
    sent_bytes: int
    classified: Classified = Classified()


def access_log_entry(logged: LoggedRequest) -> str:
    """The entry, without a line's end.

    AWS: "Access logs for your Application Load Balancer"
    """
    rule = _rule(logged)
    target = _target(logged)
    return " ".join(
        (
            _type(logged),
            _instant(logged.answered_ms),
            logged.door.load_balancer.arn.partition(":loadbalancer/")[2],
            f"{logged.client.address}:{logged.client.port}",
            target.address,
            *_times(logged, target),
            str(logged.response.status),
            target.status,
            str(logged.received_bytes),
            str(logged.sent_bytes),
            _quoted(_request_line(logged)),
            _quoted((logged.request.header("user-agent") if logged.request else None) or "-"),
            logged.client.tls_cipher or "-",
            logged.client.tls_version or "-",
            target.group_arn,
            _quoted(logged.trace_id),
            _quoted(logged.domain_name or "-"),
            _quoted(logged.certificate_arn or "-"),
            _priority(rule),
            _instant(logged.created_ms),
            _quoted(_actions(rule, logged.hops)),
            _quoted(_redirect_url(rule, logged.response)),
            _quoted(_error_reason(logged.hops)),
            _quoted(target.address),
            _quoted(target.status),
            *_classification(logged.classified),
            logged.connection_id,
            *_transformed(logged.hops),
        )
    )


def access_log_key(
    destination: AccessLogDestination,
    door: ListenerDoor,
    account_id: str,
    region: str,
    end_ms: int,
    tail: str,
) -> str:
    """The key of the object with the entries of one node up to a time; `tail` is a random string.

    AWS: "Access logs for your Application Load Balancer"
    """
    end = datetime.fromtimestamp(end_ms // 1000, UTC)
    balancer = door.load_balancer.arn.partition(":loadbalancer/")[2].replace("/", ".")
    name = "_".join(
        (
            account_id,
            "elasticloadbalancing",
            region,
            balancer,
            f"{end:%Y%m%dT%H%MZ}",
            str(door.node.address),
            tail,
        )
    )
    folder = f"elasticloadbalancing/{region}/{end:%Y/%m/%d}"
    return f"{access_log_folder(destination, account_id)}{folder}/{name}.log.gz"


def access_log_folder(destination: AccessLogDestination, account_id: str) -> str:
    """What every key of an account's access logs begins with.

    AWS: "Access logs for your Application Load Balancer"
    """
    prefix = f"{destination.prefix}/" if destination.prefix else ""
    return f"{prefix}AWSLogs/{account_id}/"


def presented_certificate(
    listener: Listener, certificates: Certificates, server_name: str
) -> tuple[str, str]:
    """The ARN of the certificate that a client was shown, and the SNI that chose it; empty for the default.

    AWS: "Access logs for your Application Load Balancer"
    """
    wanted = (server_name.lower(), "*." + server_name.lower().partition(".")[2])
    for arn in listener.certificate_arns if server_name else ():
        certificate = certificates.by_arn.get(arn)
        if certificate is None:
            continue
        names = (certificate.domain_name, *certificate.subject_alternative_names)
        if any(name.lower() in wanted for name in names):
            return arn, server_name
    return (listener.certificate_arns[0] if listener.certificate_arns else ""), ""


_ACTIONS = (
    (AuthenticateOidcAction, "authenticate"),
    (JwtValidationAction, "jwt-validation"),
    (FixedResponseAction, "fixed-response"),
    (ForwardAction, "forward"),
    (RedirectAction, "redirect"),
)
_REASONS = ("Auth", "JWT", "Lambda")


@dataclass(frozen=True, slots=True)
class _Target:
    """The fields about the target."""

    address: str = "-"
    status: str = "-"
    group_arn: str = "-"
    answered: bool = False


def _type(logged: LoggedRequest) -> str:
    secure = bool(logged.client.tls_version)
    if logged.response.status == 101:
        return "wss" if secure else "ws"
    if logged.request is not None and logged.request.version == "2":
        content_type = logged.request.header("content-type") or ""
        return "grpcs" if content_type.startswith("application/grpc") else "h2"
    return "https" if secure else "http"


def _instant(epoch_ms: int) -> str:
    return f"{datetime.fromtimestamp(epoch_ms / 1000, UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def _quoted(text: str) -> str:
    """In quotation marks; what would end them or the line is written as hexadecimal digits."""
    safe = "".join(character if _is_plain(character) else f"\\x{ord(character):02x}" for character in text)
    return f'"{safe}"'


def _is_plain(character: str) -> bool:
    return " " <= character <= "~" and character not in '"\\'


def _rule(logged: LoggedRequest) -> Rule | None:
    """The rule that took the request."""
    for hop in logged.hops:
        if hop.step is Step.LISTENER_RULE and hop.decision.cited is not None:
            for rule in logged.door.listener.rules:
                if rule.arn == hop.decision.cited.arn:
                    return rule
    return None


def _target(logged: LoggedRequest) -> _Target:
    hop = next((hop for hop in logged.hops if hop.step is Step.TARGET), None)
    if hop is None:
        return _Target()
    cited = hop.decision.cited
    if cited is None or not hop.decision.allowed:
        return _Target(group_arn=hop.component.arn or "-")
    answered = SERVER not in logged.response.headers and logged.response.status not in _WITHOUT_TARGET
    if cited.type == "AWS::Lambda::Function":
        return _Target(group_arn=hop.component.arn, answered=answered)
    status = str(logged.response.status) if answered else "-"
    return _Target(cited.id, status, hop.component.arn, answered)


_WITHOUT_TARGET = frozenset((460, 463, 464, 561, 562))


def _times(logged: LoggedRequest, target: _Target) -> tuple[str, str, str]:
    """Seconds for the request, the target and the response; -1 where the request was not passed on."""
    if not target.answered:
        return "-1", "-1", "-1"
    return "0.000", f"{(logged.answered_ms - logged.created_ms) / 1000:.3f}", "0.000"


def _request_line(logged: LoggedRequest) -> str:
    listener, request = logged.door.listener, logged.request
    scheme = listener.protocol.lower()
    if request is None:
        return f"- {scheme}://{logged.door.load_balancer.dns_name}:{listener.port}- -"
    authority, target = split_target(request.target)
    host = (authority or request.header("host") or logged.door.load_balancer.dns_name).partition(":")[0]
    version = "2.0" if request.version == "2" else request.version
    return f"{request.method} {scheme}://{host}:{listener.port}{target} HTTP/{version}"


def _priority(rule: Rule | None) -> str:
    if rule is None:
        return "-1"
    return str(rule.priority or 0)


def _actions(rule: Rule | None, hops: Hops) -> str:
    """The actions up to the one that ended the request."""
    if rule is None:
        return "-"
    names = [name for action in rule.actions for kind, name in _ACTIONS if isinstance(action, kind)]
    if len(names) > 1 and any(hop.step is Step.AUTHENTICATION and not hop.decision.allowed for hop in hops):
        names = names[:-1]
    return ",".join(names) or "-"


def _redirect_url(rule: Rule | None, response: HttpResponse) -> str:
    redirects = rule is not None and isinstance(rule.actions[-1], RedirectAction)
    return (response.header("location") or "-") if redirects else "-"


def _error_reason(hops: Hops) -> str:
    reasons = (str(hop.decision.code) for hop in hops if hop.decision.code is not None)
    return next((reason for reason in reasons if reason.startswith(_REASONS)), "-")


def _classification(classified: Classified) -> tuple[str, str]:
    if classified.reason is None or classified.classification is Classification.COMPLIANT:
        return '"-"', '"-"'
    return _quoted(classified.classification), _quoted(classified.reason)


def _transformed(hops: Hops) -> tuple[str, str, str]:
    hop = next((hop for hop in hops if hop.step is Step.TRANSFORM), None)
    if hop is None or not isinstance(hop.decision.code, TransformStatus):
        return '"-"', '"-"', '"-"'
    facts = {name: value.rpartition(" -> ")[2] for name, value in hop.decision.facts}
    return _quoted(facts.get("host", "-")), _quoted(facts.get("url", "-")), _quoted(hop.decision.code)
