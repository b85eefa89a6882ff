"""Listeners, load balancers and target groups, each the smallest that shows one thing."""

from landbridge.model.exchange import Headers, HttpRequest, Moment
from landbridge.model.identifiers import Arn, SubnetId, VpcId
from landbridge.model.load_balancing import (
    Action,
    FixedResponseAction,
    HealthCheck,
    Listener,
    LoadBalancer,
    Rule,
    RuleCondition,
    Target,
    TargetGroup,
)

PREFIX = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:"
LISTENER_ARN = Arn(PREFIX + "listener/app/front/50dc6c495c0c9188/f2f7dc8efc522ab2")
LOAD_BALANCER_ARN = Arn(PREFIX + "loadbalancer/app/front/50dc6c495c0c9188")
OK = FixedResponseAction(200)
MOMENT = Moment(
    epoch_ms=1_777_135_516_000,
    request_id="c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
    extended_request_id="QG_qQHmhFiAFsLQ=",
    trace_id="1-67891233-abcdef012345678912345678",
    turn=0,
)


def request(
    target: str = "/",
    method: str = "GET",
    headers: Headers = (("Host", "orders.corp.example"),),
    version: str = "1.1",
) -> HttpRequest:
    return HttpRequest(method, target, headers, b"", version)


def rule(priority: int | None, *conditions: RuleCondition, action: Action = OK) -> Rule:
    arn = Arn(f"{PREFIX}listener-rule/app/front/50dc6c495c0c9188/f2f7dc8efc522ab2/{priority or 0:016x}")
    return Rule(arn, priority, conditions, (action,))


def listener(*rules: Rule, port: int = 443, protocol: str = "HTTPS") -> Listener:
    return Listener(LISTENER_ARN, LOAD_BALANCER_ARN, port, protocol, (*rules, rule(None)))


def load_balancer(**attributes: str) -> LoadBalancer:
    """Attribute keys without ``routing.http.``, their last dot written as two underscores."""
    given = tuple((f"routing.http.{key.replace('__', '.')}", value) for key, value in attributes.items())
    return LoadBalancer(
        LOAD_BALANCER_ARN,
        "front",
        "internal-front-1234567890.eu-central-1.elb.amazonaws.com",
        "Z215JYRZR1TBD5",
        "internal",
        "application",
        VpcId("vpc-1"),
        (),
        (SubnetId("subnet-1"),),
        (),
        given,
    )


def health_check(**changes: str | int | bool) -> HealthCheck:
    values: dict[str, str | int | bool] = {
        "protocol": "HTTPS",
        "port": "traffic-port",
        "path": "/",
        "interval_s": 30,
        "timeout_s": 5,
        "healthy_threshold": 5,
        "unhealthy_threshold": 2,
        "matcher": "200,403",
    }
    return HealthCheck(**(values | changes))  # type: ignore[arg-type]


def target_group(
    *addresses: str,
    name: str = "endpoint",
    check: HealthCheck | None = None,
    attributes: tuple[tuple[str, str], ...] = (),
    protocol_version: str = "HTTP1",
    target_type: str = "ip",
) -> TargetGroup:
    return TargetGroup(
        Arn(f"{PREFIX}targetgroup/{name}/0123456789abcdef"),
        name,
        target_type,
        "HTTPS",
        None if target_type == "lambda" else 443,
        VpcId("vpc-1"),
        check or health_check(),
        tuple(Target(address, None) for address in addresses),
        attributes,
        protocol_version,
    )
