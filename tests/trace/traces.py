"""One trace that got through and one that was stopped, each with everything that a trace can show."""

from landbridge.model.exchange import HttpResponse
from landbridge.trace.codes import ExplanationCode, LocalCode
from landbridge.trace.decision import (
    Delivered,
    Hop,
    ResourceRef,
    Step,
    TimedOut,
    Trace,
    allowed,
    denied,
)

GROUP = ResourceRef("AWS::EC2::SecurityGroup", "sg-0alb")
RULE = ResourceRef("AWS::EC2::SecurityGroup Rule", "sgr-03")
BALANCER = ResourceRef(
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "orders",
    "arn:aws:elasticloadbalancing:eu-west-1:1234:loadbalancer/app/orders/1a",
)

ALLOWED = Trace(
    id="1-624c4641-31a8bde2177ec9aa0409676b",
    vantage="corporate",
    method="GET",
    url="https://orders.corp.example/api/orders",
    hops=(
        Hop(GROUP, Step.SECURITY_GROUP_INGRESS, allowed(RULE, ("port", "443"), ("source", "192.168.0.10"))),
        Hop(BALANCER, Step.LISTENER, allowed()),
        Hop(BALANCER, Step.LISTENER_RULE, allowed(BALANCER, code=LocalCode.NO_RULE_MATCHED)),
    ),
    outcome=Delivered(HttpResponse(200, body=b"hello")),
    epoch_ms=1_649_165_889_404,
    duration_ms=3.14159,
)
STOPPED = Trace(
    id="1-624c4641-31a8bde2177ec9aa0409676c",
    vantage="vpc",
    method="connect",
    url="https://orders.corp.example/",
    hops=(
        Hop(BALANCER, Step.ROUTE, allowed()),
        Hop(
            GROUP,
            Step.SECURITY_GROUP_INGRESS,
            denied(
                ExplanationCode.ENI_SG_RULES_MISMATCH,
                RULE,
                ("port", "443"),
                ("source", "10.20.1.254"),
                remedy="Add an ingress rule for TCP 443 from 10.20.1.254",
            ),
        ),
    ),
    outcome=TimedOut(),
)
