import json
from dataclasses import replace

import pytest
from inline_snapshot import snapshot
from tests.trace.traces import ALLOWED, STOPPED

from landbridge.trace.decision import NotResolved, Outcome, Refused, TimedOut
from landbridge.trace.json_form import trace_to_json


def test_a_trace_that_got_through() -> None:
    assert trace_to_json(ALLOWED) == snapshot(
        {
            "id": "1-624c4641-31a8bde2177ec9aa0409676b",
            "url": "https://orders.corp.example/api/orders",
            "method": "GET",
            "from": "corporate",
            "outcome": "delivered",
            "status": 200,
            "durationMs": 3.142,
            "hops": [
                {
                    "sequence": 1,
                    "step": "security group ingress",
                    "component": {"type": "AWS::EC2::SecurityGroup", "id": "sg-0alb", "arn": None},
                    "verdict": "allowed",
                    "code": None,
                    "cited": {"type": "AWS::EC2::SecurityGroup Rule", "id": "sgr-03", "arn": None},
                    "facts": {"port": "443", "source": "192.168.0.10"},
                    "remedy": None,
                },
                {
                    "sequence": 2,
                    "step": "listener",
                    "component": {
                        "type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
                        "id": "orders",
                        "arn": "arn:aws:elasticloadbalancing:eu-west-1:1234:loadbalancer/app/orders/1a",
                    },
                    "verdict": "allowed",
                    "code": None,
                    "cited": None,
                    "facts": {},
                    "remedy": None,
                },
                {
                    "sequence": 3,
                    "step": "listener rule",
                    "component": {
                        "type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
                        "id": "orders",
                        "arn": "arn:aws:elasticloadbalancing:eu-west-1:1234:loadbalancer/app/orders/1a",
                    },
                    "verdict": "allowed",
                    "code": "landbridge.DefaultRule",
                    "cited": {
                        "type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
                        "id": "orders",
                        "arn": "arn:aws:elasticloadbalancing:eu-west-1:1234:loadbalancer/app/orders/1a",
                    },
                    "facts": {},
                    "remedy": None,
                },
            ],
        }
    )


def test_a_stopped_trace() -> None:
    assert trace_to_json(STOPPED) == snapshot(
        {
            "id": "1-624c4641-31a8bde2177ec9aa0409676c",
            "url": "https://orders.corp.example/",
            "method": "connect",
            "from": "vpc",
            "outcome": "timedOut",
            "status": None,
            "durationMs": 0.0,
            "hops": [
                {
                    "sequence": 1,
                    "step": "route",
                    "component": {
                        "type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
                        "id": "orders",
                        "arn": "arn:aws:elasticloadbalancing:eu-west-1:1234:loadbalancer/app/orders/1a",
                    },
                    "verdict": "allowed",
                    "code": None,
                    "cited": None,
                    "facts": {},
                    "remedy": None,
                },
                {
                    "sequence": 2,
                    "step": "security group ingress",
                    "component": {"type": "AWS::EC2::SecurityGroup", "id": "sg-0alb", "arn": None},
                    "verdict": "implicitDeny",
                    "code": "ENI_SG_RULES_MISMATCH",
                    "cited": {"type": "AWS::EC2::SecurityGroup Rule", "id": "sgr-03", "arn": None},
                    "facts": {"port": "443", "source": "10.20.1.254"},
                    "remedy": "Add an ingress rule for TCP 443 from 10.20.1.254",
                },
            ],
        }
    )


def test_it_is_json() -> None:
    for trace in (ALLOWED, STOPPED):
        shown = trace_to_json(trace)
        assert json.loads(json.dumps(shown)) == shown


@pytest.mark.parametrize(
    ("outcome", "name"), [(TimedOut(), "timedOut"), (Refused(), "refused"), (NotResolved(), "notResolved")]
)
def test_outcomes_without_a_response_have_no_status(outcome: Outcome, name: str) -> None:
    shown = trace_to_json(replace(ALLOWED, outcome=outcome))
    assert (shown["outcome"], shown["status"]) == (name, None)
