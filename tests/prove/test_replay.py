from typing import Any

import pytest
from tests.prove.reports import FUNCTION, GETS_IN, STAGE, STATEMENT, STAYS_OUT

from landbridge.prove.replay import Agreement, compare, not_replayable
from landbridge.trace.codes import ExplanationCode, GatewayResponseType
from landbridge.trace.decision import Hop, Hops, ResourceRef, Step, allowed, denied
from landbridge.trace.json_form import hops_to_json

BUCKET = ResourceRef("AWS::S3::Bucket", "pages", "arn:aws:s3:::pages")
INVOKED = Hop(FUNCTION, Step.INVOKE, allowed(FUNCTION))
DENIED = denied(GatewayResponseType.ACCESS_DENIED, STATEMENT)


def trace(*hops: Hop, outcome: str = "delivered", status: int | None = 200) -> dict[str, Any]:
    return {"outcome": outcome, "status": status, "hops": hops_to_json(hops)}


def witness_of(reaches: str, hops: Hops = GETS_IN.hops) -> Any:
    return GETS_IN.__class__("vpc", "https", "h", 443, GETS_IN.request, "h", hops, reaches)


@pytest.mark.parametrize(
    ("reaches", "hop"),
    [
        (FUNCTION.arn, INVOKED),
        ("orders", INVOKED),
        (f"{FUNCTION.arn}:live", INVOKED),
        ("arn:aws:s3:::pages/index.html", Hop(BUCKET, Step.GET_OBJECT, allowed())),
        ("arn:aws:s3:::pages/gone", Hop(BUCKET, Step.GET_OBJECT, denied(ExplanationCode.NO_PATH))),
        (FUNCTION.arn, Hop(FUNCTION, Step.INVOKE, denied(ExplanationCode.NO_PATH))),
        ("a1/live", Hop(STAGE, Step.INTEGRATION_REQUEST, allowed())),
    ],
)
def test_a_witness_is_confirmed_when_its_backend_was_asked(reaches: str, hop: Hop) -> None:
    assert compare(witness_of(reaches), trace(hop)).agreement is Agreement.CONFIRMED


def test_a_confirmed_witness_says_what_the_client_got() -> None:
    assert str(compare(GETS_IN, trace(INVOKED, status=404))) == "replayed: delivered, HTTP 404"


@pytest.mark.parametrize(
    ("traced", "told"),
    [
        (
            trace(Hop(STAGE, Step.RESOURCE_POLICY, DENIED), status=403),
            "delivered, HTTP 403, stopped at resource policy",
        ),
        (trace(Hop(STAGE, Step.INTEGRATION_REQUEST, allowed())), "delivered, HTTP 200"),
        (
            trace(
                Hop(STAGE, Step.SECURITY_GROUP_INGRESS, DENIED),
                outcome="timedOut",
                status=None,
            ),
            "timed out, stopped at security group ingress",
        ),
        (trace(outcome="notResolved", status=None), "not resolved"),
        (
            trace(Hop(FUNCTION, Step.FUNCTION_POLICY, DENIED)),
            "delivered, HTTP 200, stopped at function policy",
        ),
    ],
)
def test_a_witness_that_does_not_get_there_disagrees(traced: dict[str, Any], told: str) -> None:
    found = compare(GETS_IN, traced)
    assert found.agreement is Agreement.DISAGREES
    assert found.told == f"{told}; it should have reached {FUNCTION.arn}"


@pytest.mark.parametrize("step", [Step.AUTHORIZATION, Step.API_KEY, Step.SIGNATURE, Step.AUTHENTICATION])
def test_credentials_are_taken_for_granted_by_the_proof_and_missing_in_the_replay(step: Step) -> None:
    found = compare(GETS_IN, trace(Hop(STAGE, step, DENIED), status=403))
    assert found.agreement is Agreement.NEEDS_CREDENTIALS
    assert found.told == f"delivered, HTTP 403, stopped at {step.value}"


def test_a_witness_that_reaches_nothing_has_to_be_stopped_where_the_proof_stops_it() -> None:
    stopped = trace(Hop(STAGE, Step.RESOURCE_POLICY, DENIED), status=403)
    assert str(compare(STAYS_OUT, stopped)) == "replayed: delivered, HTTP 403, stopped at resource policy"
    elsewhere = compare(STAYS_OUT, trace(INVOKED))
    assert elsewhere.agreement is Agreement.DISAGREES
    assert elsewhere.told == "delivered, HTTP 200; it should have been stopped at resource policy"


def test_what_cannot_be_sent_says_why() -> None:
    assert str(not_replayable(GETS_IN, "it is no HTTP request")) == "not replayable: it is no HTTP request"
