from dataclasses import replace

import pytest
from tests import topologies

from landbridge.model.exchange import HttpResponse, Moment
from landbridge.model.policy import Condition, PolicyDocument, Statement
from landbridge.model.storage import Bucket, PublicAccessBlock, Storage
from landbridge.semantics.iam.request import role_session
from landbridge.semantics.needs import GetObject, Need, ObjectFound, ObjectMissing, Result
from landbridge.semantics.storage.get_object import ObjectRequest, get_object
from landbridge.semantics.world import World
from landbridge.trace.codes import S3ErrorCode
from landbridge.trace.decision import Hop, Verdict

MOMENT = Moment(1_649_165_889_404, "7e42b0a7-465e-4f43-aaf0-95e049fcf05b", "x", "1-a-b", 0)
FOUND = ObjectFound(b"page", (("Content-Type", "text/html"), ("ETag", '"e1"')))
ROLE = topologies.identity().roles[1]
AS_ROLE = ObjectRequest(topologies.BUCKET, "a/b.html", role_session(ROLE.arn, "s"), ROLE)
VISITOR = ObjectRequest(topologies.BUCKET, "a/b.html", context={"aws:sourcevpce": ("vpce-1",)})
THROUGH_ENDPOINT = (Condition("StringEquals", "aws:SourceVpce", ("vpce-1",)),)


def grant(
    *actions: str, conditions: tuple[Condition, ...] = (), effect: str = "Allow", sid: str = ""
) -> Statement:
    return topologies.statement(
        sid=sid,
        principals=(("*", "*"),),
        actions=actions,
        resources=("arn:aws:s3:::orders-frontend/*", "arn:aws:s3:::orders-frontend"),
        conditions=conditions,
        effect=effect,
    )


def read(
    request: ObjectRequest, *results: Result, policy: tuple[Statement, ...] = (), restrict: bool = False
) -> tuple[HttpResponse, Hop, list[Need]]:
    """What S3 answers, and what had to be read for it."""
    document = PolicyDocument(policy) if policy else None
    bucket = Bucket(topologies.BUCKET, document, PublicAccessBlock(restrict_public_buckets=restrict))
    topology = replace(topologies.private_app(), storage=Storage((bucket,)))
    steps = get_object(World(topology), request, MOMENT)
    needs: list[Need] = []
    pending = list(results)
    try:
        needs.append(next(steps))
        while True:
            needs.append(steps.send(pending.pop(0)))
    except StopIteration as done:
        assert not pending
        response, hop = done.value
        return response, hop, needs


def test_a_role_that_may_read_gets_the_object_with_its_headers() -> None:
    response, hop, needs = read(AS_ROLE, FOUND)
    assert needs == [GetObject("orders-frontend", "a/b.html")]
    assert (response.status, response.body) == (200, b"page")
    assert response.header("content-type") == "text/html"
    assert response.header("server") == "AmazonS3"
    assert hop.decision.verdict is Verdict.ALLOWED


def test_a_bucket_policy_can_shut_out_a_role() -> None:
    response, hop, needs = read(AS_ROLE, policy=(grant("s3:*", effect="Deny"),))
    assert (response.status, needs) == (403, [])
    assert (hop.decision.verdict, hop.decision.code) == (Verdict.EXPLICIT_DENY, S3ErrorCode.ACCESS_DENIED)


@pytest.mark.parametrize(
    ("sentence", "policy", "restrict", "verdict"),
    [
        ("no policy", (), False, Verdict.IMPLICIT_DENY),
        (
            "the endpoint is named",
            (grant("s3:GetObject", conditions=THROUGH_ENDPOINT),),
            True,
            Verdict.ALLOWED,
        ),
        ("everyone, and nothing is blocked", (grant("s3:GetObject"),), False, Verdict.ALLOWED),
        (
            "everyone, but public buckets are restricted",
            (grant("s3:GetObject"),),
            True,
            Verdict.IMPLICIT_DENY,
        ),
        (
            "a condition that nobody here can judge",
            (
                grant("s3:GetObject", conditions=THROUGH_ENDPOINT),
                grant("s3:List*", conditions=(Condition("StringLike", "aws:Referer", ("*",)),)),
            ),
            True,
            Verdict.NOT_MODELLED,
        ),
        (
            "another endpoint is named",
            (grant("s3:GetObject", conditions=(Condition("StringEquals", "aws:SourceVpce", ("vpce-2",)),)),),
            False,
            Verdict.IMPLICIT_DENY,
        ),
    ],
)
def test_an_anonymous_visitor_needs_a_bucket_policy(
    sentence: str, policy: tuple[Statement, ...], restrict: bool, verdict: Verdict
) -> None:
    admitted = verdict is Verdict.ALLOWED
    response, hop, needs = read(VISITOR, *((FOUND,) if admitted else ()), policy=policy, restrict=restrict)
    assert hop.decision.verdict is verdict, sentence
    assert response.status == (200 if admitted else 403)
    assert bool(needs) is admitted
    if not admitted:
        assert hop.decision.remedy


@pytest.mark.parametrize(
    ("actions", "status", "code"),
    [
        (("s3:GetObject",), 403, S3ErrorCode.ACCESS_DENIED),
        (("s3:GetObject", "s3:ListBucket"), 404, S3ErrorCode.NO_SUCH_KEY),
    ],
)
def test_a_missing_key_is_told_only_to_those_who_may_list(
    actions: tuple[str, ...], status: int, code: S3ErrorCode
) -> None:
    response, hop, _ = read(VISITOR, ObjectMissing(), policy=(grant(*actions),))
    assert (response.status, hop.decision.code) == (status, code)
    assert f"<Code>{code}</Code>".encode() in response.body
    assert ("object", "missing") in hop.decision.facts


def test_a_bucket_that_does_not_exist() -> None:
    response, hop, needs = read(replace(VISITOR, bucket="none"))
    assert (response.status, hop.decision.code, needs) == (404, S3ErrorCode.NO_SUCH_BUCKET, [])


@pytest.mark.parametrize(
    ("tag", "status", "body"), [('"e1"', 304, b""), ('"e2"', 200, b"page"), ("", 200, b"page")]
)
def test_a_known_entity_tag_is_not_sent_again(tag: str, status: int, body: bytes) -> None:
    response, _, _ = read(replace(AS_ROLE, if_none_match=tag), FOUND)
    assert (response.status, response.body) == (status, body)
