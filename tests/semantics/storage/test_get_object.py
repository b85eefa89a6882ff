from dataclasses import replace
from typing import Any

import pytest
from tests import topologies

from landbridge.model.exchange import HttpResponse, Moment
from landbridge.model.policy import Condition, PolicyDocument, Statement
from landbridge.model.storage import Bucket, PublicAccessBlock, Storage
from landbridge.semantics.iam.request import role_session
from landbridge.semantics.needs import GetObject, Need, ObjectFound, ObjectMissing, Result
from landbridge.semantics.storage.conditional import ReadConditions
from landbridge.semantics.storage.get_object import ObjectRequest, get_object
from landbridge.semantics.storage.permission import Caller
from landbridge.semantics.world import World
from landbridge.trace.codes import S3ErrorCode
from landbridge.trace.decision import Hop, Verdict

MOMENT = Moment(1_649_165_889_404, "7e42b0a7-465e-4f43-aaf0-95e049fcf05b", "x", "1-a-b", 0)
FOUND = ObjectFound(b"page", (("Content-Type", "text/html"), ("ETag", '"e1"')))
ROLE = topologies.identity().roles[1]
AS_ROLE = ObjectRequest(topologies.BUCKET, "a/b.html", Caller(role_session(ROLE.arn, "s"), ROLE))
VISITOR = ObjectRequest(
    topologies.BUCKET, "a/b.html", Caller(context={"aws:sourcevpce": ("vpce-1",), "s3:prefix": ("x",)})
)
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
    request: ObjectRequest,
    *results: Result,
    policy: tuple[Statement, ...] = (),
    restrict: bool = False,
    **more: Any,
) -> tuple[HttpResponse, Hop, list[Need]]:
    """What S3 answers, and what had to be read for it."""
    document = PolicyDocument(policy) if policy else None
    block = PublicAccessBlock(restrict_public_buckets=restrict)
    bucket = Bucket(topologies.BUCKET, document, block, **more)
    topology = replace(topologies.private_app(), storage=Storage((bucket,), (("far", "eu-west-1"),)))
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
            "another statement is public, whatever it is about",
            (
                grant("s3:GetObject", conditions=THROUGH_ENDPOINT),
                grant("s3:List*", conditions=(Condition("StringLike", "aws:Referer", ("*",)),)),
            ),
            True,
            Verdict.IMPLICIT_DENY,
        ),
        (
            "the object's tags, which are not in the topology",
            (
                grant(
                    "s3:GetObject",
                    conditions=(Condition("StringNotEquals", "s3:ExistingObjectTag/secret", ("yes",)),),
                ),
            ),
            False,
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
    response, _, _ = read(replace(AS_ROLE, conditions=ReadConditions(if_none_match=tag)), FOUND)
    assert (response.status, response.body) == (status, body)


def test_a_bucket_of_another_region_is_named_with_its_endpoint() -> None:
    response, hop, needs = read(replace(VISITOR, bucket="far"))
    assert (response.status, hop.decision.code, needs) == (301, S3ErrorCode.PERMANENT_REDIRECT, [])
    assert response.header("x-amz-bucket-region") == "eu-west-1"
    assert b"<Endpoint>far.s3.eu-west-1.amazonaws.com</Endpoint><Bucket>far</Bucket>" in response.body


PUBLIC = replace(FOUND, public=True)


@pytest.mark.parametrize(
    ("sentence", "result", "more", "policy", "status"),
    [
        ("ACLs are disabled", None, {}, (), 403),
        ("a public object", PUBLIC, {"acls_enabled": True}, (), 200),
        ("a private object", FOUND, {"acls_enabled": True}, (), 403),
        ("no object", ObjectMissing(), {"acls_enabled": True}, (), 403),
        ("a policy denies", None, {"acls_enabled": True}, (grant("s3:*", effect="Deny"),), 403),
    ],
)
def test_the_acl_of_an_object_lets_everyone_in_where_acls_count(
    sentence: str, result: Result | None, more: dict[str, Any], policy: tuple[Statement, ...], status: int
) -> None:
    response, hop, needs = read(VISITOR, *((result,) if result else ()), policy=policy, **more)
    assert response.status == status, sentence
    assert hop.decision.allowed is (status == 200)
    assert [need for need in needs if isinstance(need, GetObject) and not need.with_acl] == []


def test_a_bucket_whose_acl_lets_everyone_list_tells_of_missing_keys() -> None:
    policy = (grant("s3:GetObject"),)
    response, _, _ = read(VISITOR, ObjectMissing(), policy=policy, acls_enabled=True, public_list=True)
    assert response.status == 404


@pytest.mark.parametrize(
    ("request_", "status", "verdict"),
    [(VISITOR, 400, Verdict.IMPLICIT_DENY), (AS_ROLE, 403, Verdict.NOT_MODELLED)],
)
def test_an_object_under_a_kms_key_is_not_for_the_anonymous(
    request_: ObjectRequest, status: int, verdict: Verdict
) -> None:
    encrypted = ObjectFound(b"x", (("x-amz-server-side-encryption", "aws:kms"),))
    response, hop, _ = read(request_, encrypted, policy=(grant("s3:GetObject"),))
    assert (response.status, hop.decision.verdict) == (status, verdict)


def test_what_is_not_modelled_of_a_bucket_is_never_served() -> None:
    response, hop, _ = read(VISITOR, policy=(grant("s3:GetObject"),), unsupported=("requesters pay",))
    assert (response.status, hop.decision.verdict) == (403, Verdict.NOT_MODELLED)
