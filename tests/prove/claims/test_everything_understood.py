from dataclasses import replace

import pytest
from tests import topologies
from tests.prove.example_app import case_of

from landbridge.prove.case import NotUnderstood
from landbridge.prove.claims.everything_understood import judge
from landbridge.prove.verdict import Verdict
from landbridge.trace.decision import ResourceRef


@pytest.mark.parametrize(
    ("kind", "feature", "is_judged_elsewhere"),
    [
        ("AWS::ApiGatewayV2::Api", "HTTP APIs", True),
        ("AWS::ApiGatewayV2::Api", "WEBSOCKET APIs", True),
        ("AWS::ApiGatewayV2::Api", "unknown, because apigateway:GET was denied", False),
        ("AWS::EC2::VPCEndpoint", "IPv6", False),
    ],
)
def test_whatever_no_other_claim_is_about_leaves_the_proof_open(
    kind: str, feature: str, is_judged_elsewhere: bool
) -> None:
    noticed = NotUnderstood(ResourceRef(kind, "it"), feature)
    case = replace(case_of(topologies.private_app()), not_understood=(noticed,))
    found = [finding.verdict for finding in judge(case)]
    assert found == ([] if is_judged_elsewhere else [Verdict.UNKNOWN])
