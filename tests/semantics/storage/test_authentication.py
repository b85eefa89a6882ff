"""What S3 answers to signatures, element by element, and what whoever signed may do."""

from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from tests.semantics.iam.signing import ANN, MOMENT, NOW_S, ROLE_ARN, SESSION, USER_ARN, signed
from tests.semantics.journey.test_storage import FOUND, THROUGH_ENDPOINT, allow, bucket, site
from tests.topologies import ACCOUNT, DOMAIN, ENDPOINT_A, REGION

from landbridge.model.exchange import HttpRequest, HttpResponse
from landbridge.model.identifiers import Arn
from landbridge.model.identity import AccessKey, Identity, Role, User
from landbridge.model.policy import Condition, PolicyDocument, Statement
from landbridge.model.topology import Topology
from landbridge.semantics.journey.answer import answer
from landbridge.semantics.journey.arrival import Answered, Arrival
from landbridge.semantics.journey.connection import connect
from landbridge.semantics.load_balancing.forwarding import Client
from landbridge.semantics.needs import (
    AccessKeyFound,
    AccessKeyMissing,
    CallService,
    FindAccessKey,
    GetObject,
    ListObjects,
    Need,
    ObjectMissing,
    ObjectsListed,
    Result,
    ServiceAnswered,
)
from landbridge.semantics.network.source import vantage
from landbridge.semantics.world import World
from landbridge.trace.codes import S3ErrorCode
from landbridge.trace.decision import Decision, Step, Verdict

S3 = f"https://s3.{REGION}.amazonaws.com"
URL = f"{S3}/{DOMAIN}/a.txt"
READ = PolicyDocument((Statement("Allow", actions=("s3:GetObject",), resources=("*",)),))
WRITE = PolicyDocument((Statement("Allow", actions=("s3:*",), resources=("*",)),))
NOTHING = PolicyDocument(())


def held(policy: PolicyDocument = READ, topology: Topology | None = None) -> Topology:
    """A bucket that lets nobody in, before a user and a role who have this policy."""
    users = (User(USER_ARN, "ann", "AIDA1", (("own", policy),)),)
    roles = (Role(ROLE_ARN, "reader", PolicyDocument(()), (("own", policy),), "AROA1"),)
    return replace(topology or site(bucket()), identity=Identity(roles, users))


def ask(
    request: HttpRequest, topology: Topology | None = None, *keys: AccessKey, **results: Result
) -> tuple[Answered, list[Need]]:
    topology = topology or held()
    world, by_id = World(topology), {key.id: key for key in keys or (ANN, SESSION)}
    connection = connect(world, vantage(topology, "vpc"), str(ENDPOINT_A), 443)
    assert connection.door is not None
    client = Client("10.20.1.99", 0, "TLSv1.3", "TLS_AES_128_GCM_SHA256")
    steps = answer(world, connection.door, Arrival(client, request, MOMENT, {}))
    needs: list[Need] = []
    try:
        need = next(steps)
        while True:
            if isinstance(need, FindAccessKey):
                key = by_id.get(need.access_key_id)
                need = steps.send(AccessKeyFound(key) if key is not None else AccessKeyMissing())
                continue
            needs.append(need)
            usual: dict[type[Need], Result] = {
                GetObject: results.get("found", FOUND),
                ListObjects: ObjectsListed(200, b"<ListBucketResult/>"),
                CallService: ServiceAnswered(HttpResponse(200, (("ETag", '"e"'),))),
            }
            need = steps.send(usual[type(need)])
    except StopIteration as end:
        return end.value, needs


def decision(done: Answered, step: Step) -> Decision:
    return next(hop.decision for hop in done.hops if hop.step is step)


def elements(done: Answered) -> dict[str, str]:
    """The elements of the error but for its ids."""
    root = ElementTree.fromstring(done.response.body)
    return {each.tag: each.text or "" for each in root if each.tag not in ("RequestId", "HostId")}


def changed(request: HttpRequest, old: str, new: str) -> HttpRequest:
    headers = tuple((name, value.replace(old, new)) for name, value in request.headers)
    return replace(request, headers=headers, target=request.target.replace(old, new))


def get(**how: Any) -> HttpRequest:
    return signed(URL, service="s3", **how)


GET = get()
PRESIGNED = get(expires_s=60)
MALFORMED = "The authorization header is malformed; "
IN_QUERY = "Error parsing the X-Amz-Credential parameter; "
WRONG_REGION = f"the region 'us-east-1' is wrong; expecting '{REGION}'"
TOKEN = {"Token-0": SESSION.session_token}
KEY_ID = {"AWSAccessKeyId": ANN.id}


@pytest.mark.parametrize(
    ("request_", "keys", "status", "code", "more"),
    [
        (GET, (SESSION,), 403, "InvalidAccessKeyId", KEY_ID),
        (GET, (replace(ANN, active=False),), 403, "InvalidAccessKeyId", KEY_ID),
        (get(key=SESSION), (replace(SESSION, session_token="x"),), 400, "InvalidToken", TOKEN),
        (get(key=SESSION), (replace(SESSION, expires_ms=1),), 400, "ExpiredToken", TOKEN),
        (
            get(region="us-east-1"),
            (),
            400,
            "AuthorizationHeaderMalformed",
            {
                "Message": f"{MALFORMED}the region 'us-east-1' is wrong; expecting '{REGION}'",
                "Region": REGION,
            },
        ),
        (
            get(region="us-east-1", expires_s=60),
            (),
            400,
            "AuthorizationQueryParametersError",
            {"Message": f"{IN_QUERY}{WRONG_REGION}", "Region": REGION},
        ),
        (
            changed(GET, "/s3/", "/sqs/"),
            (),
            400,
            "AuthorizationHeaderMalformed",
            {"Message": f'{MALFORMED}incorrect service "sqs". This endpoint belongs to "s3".'},
        ),
        (
            changed(GET, "/s3/aws4_request", ""),
            (),
            400,
            "AuthorizationHeaderMalformed",
            {
                "Message": f"{MALFORMED}the Credential is mal-formed; expecting "
                '"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
            },
        ),
        (
            get(at_s=NOW_S - 901),
            (),
            403,
            "RequestTimeTooSkewed",
            {
                "RequestTime": "20220405T132308Z",
                "ServerTime": "2022-04-05T13:38:09Z",
                "MaxAllowedSkewMilliseconds": "900000",
            },
        ),
        (
            get(at_s=NOW_S - 61, expires_s=60),
            (),
            403,
            "AccessDenied",
            {
                "Message": "Request has expired",
                "X-Amz-Expires": "60",
                "Expires": "2022-04-05T13:38:08Z",
                "ServerTime": "2022-04-05T13:38:09Z",
            },
        ),
        (
            changed(PRESIGNED, "X-Amz-Expires=60", "X-Amz-Expires=700000"),
            (),
            400,
            "AuthorizationQueryParametersError",
            {},
        ),
        (
            changed(PRESIGNED, "&X-Amz-SignedHeaders=host", ""),
            (),
            400,
            "AuthorizationQueryParametersError",
            {
                "Message": "Query-string authentication version 4 requires the X-Amz-Algorithm, "
                "X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires "
                "parameters."
            },
        ),
        (
            replace(GET, headers=(*GET.headers, ("x-amz-acl", "private"))),
            (),
            403,
            "AccessDenied",
            {
                "Message": "There were headers present in the request which were not signed",
                "HeadersNotSigned": "x-amz-acl",
            },
        ),
        (
            changed(GET, "x-amz-date", "x-amz-day"),
            (),
            403,
            "AccessDenied",
            {},
        ),
        (
            replace(GET, body=b"x"),
            (),
            400,
            "XAmzContentSHA256Mismatch",
            {"S3ComputedContentSHA256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"},
        ),
        (
            replace(GET, target=f"{GET.target}?X-Amz-Algorithm=AWS4-HMAC-SHA256"),
            (),
            400,
            "InvalidArgument",
            {"ArgumentName": "Authorization"},
        ),
    ],
)
def test_a_signature_that_is_not_taken_is_answered_with_s3s_own_code_and_elements(
    request_: HttpRequest, keys: tuple[AccessKey, ...], status: int, code: str, more: dict[str, str]
) -> None:
    done, needs = ask(request_, None, *keys)
    assert (done.response.status, needs) == (status, [])
    found = elements(done)
    assert found["Code"] == code
    assert more.items() <= found.items()
    assert done.hops[-1].step is Step.SIGNATURE
    assert done.hops[-1].decision.remedy


def test_a_wrong_signature_is_answered_with_what_should_have_been_signed() -> None:
    done, _ = ask(changed(GET, "/a.txt", "/b.txt"))
    found = elements(done)
    assert (done.response.status, found["Code"]) == (403, "SignatureDoesNotMatch")
    assert found["CanonicalRequest"].startswith(f"GET\n/{DOMAIN}/b.txt\n\nhost:s3.{REGION}.amazonaws.com\n")
    assert bytes.fromhex(found["CanonicalRequestBytes"]).decode() == found["CanonicalRequest"]
    assert bytes.fromhex(found["StringToSignBytes"]).decode() == found["StringToSign"]
    assert f"Signature={found['SignatureProvided']}" in (GET.header("authorization") or "")
    assert ANN.secret not in repr(done)


def test_the_host_that_a_client_signed_is_named_where_another_arrived() -> None:
    done, _ = ask(changed(get(), f"s3.{REGION}.amazonaws.com", str(ENDPOINT_A)))
    remedy = decision(done, Step.SIGNATURE).remedy
    assert remedy.startswith(f"The Host that was signed is s3.{REGION}.amazonaws.com, the endpoint saw")


@pytest.mark.parametrize(
    ("feature", "request_"),
    [
        ("Signature Version 4A", changed(GET, "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")),
        (
            "aws-chunked",
            get(
                method="PUT",
                headers={"x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER"},
                expires_s=60,
            ),
        ),
    ],
)
def test_what_is_not_modelled_of_signatures_is_named(feature: str, request_: HttpRequest) -> None:
    done, needs = ask(request_)
    assert (done.response.status, needs) == (501, [])
    found = decision(done, Step.SIGNATURE)
    assert found.verdict is Verdict.NOT_MODELLED
    assert feature in dict(found.facts)["feature"]


@pytest.mark.parametrize("key", [ANN, SESSION])
@pytest.mark.parametrize("expires_s", [None, 60])
def test_whoever_signed_reads_what_its_own_policies_allow(key: AccessKey, expires_s: int | None) -> None:
    done, needs = ask(get(key=key, expires_s=expires_s))
    assert (done.response.status, needs) == (200, [GetObject(DOMAIN, "a.txt")])
    assert [hop.step for hop in done.hops] == [
        *(Step.ADDRESS_BUCKET, Step.SIGNATURE, Step.ENDPOINT_POLICY, Step.GET_OBJECT)
    ]


def test_nobody_may_read_without_a_policy_and_is_told_which_kind_is_missing() -> None:
    done, _ = ask(GET, held(NOTHING))
    assert elements(done)["Message"] == (
        f"User: {USER_ARN} is not authorized to perform: s3:GetObject on resource: "
        f'"arn:aws:s3:::{DOMAIN}/a.txt" because no identity-based policy allows the s3:GetObject action'
    )


def test_a_bucket_policy_may_deny_or_allow_by_the_way_it_was_signed() -> None:
    for kind, status in (("REST-QUERY-STRING", 403), ("REST-HEADER", 200)):
        condition = Condition("StringEquals", "s3:authType", (kind,))
        denies = replace(allow(condition), effect="Deny", sid="deny")
        done, _ = ask(PRESIGNED, held(READ, site(bucket(denies))))
        assert done.response.status == status
    old = Condition("NumericGreaterThan", "s3:signatureAge", ("30000",))
    done, _ = ask(
        get(at_s=NOW_S - 31, expires_s=60), held(READ, site(bucket(replace(allow(old), effect="Deny"))))
    )
    assert done.response.status == 403


def test_a_missing_key_is_told_only_to_who_may_list() -> None:
    for policy, status, code in ((READ, 403, "AccessDenied"), (WRITE, 404, "NoSuchKey")):
        done, _ = ask(GET, held(policy), found=ObjectMissing())
        assert (done.response.status, elements(done)["Code"]) == (status, code)


def test_an_endpoint_policy_sees_the_principal() -> None:
    for principal, status in ((USER_ARN, 200), (ROLE_ARN, 403)):
        statement = replace(
            allow(Condition("ArnEquals", "aws:PrincipalArn", (principal,)), actions=("s3:*",)), sid="who"
        )
        done, _ = ask(GET, held(READ, site(bucket(), policy=PolicyDocument((statement,)))))
        assert done.response.status == status
    assert elements(done)["Message"].endswith("because no VPC endpoint policy allows the s3:GetObject action")


def test_a_signed_request_may_override_the_headers_of_an_object() -> None:
    url = f"{URL}?response-content-type=text%2Fcsv&response-content-disposition=attachment"
    done, _ = ask(signed(url, service="s3", expires_s=60))
    assert done.response.header("content-type") == "text/csv"
    assert done.response.header("content-disposition") == "attachment"
    assert done.response.headers[-1] == ("Server", "AmazonS3")


def test_a_list_is_asked_for_without_the_signature() -> None:
    list_policy = PolicyDocument((Statement("Allow", actions=("s3:ListBucket",), resources=("*",)),))
    url = f"{S3}/{DOMAIN}?list-type=2&prefix=a%2F"
    _, needs = ask(signed(url, service="s3", expires_s=60), held(list_policy))
    assert needs == [ListObjects(DOMAIN, "list-type=2&prefix=a%2F")]


@pytest.mark.parametrize(("method", "operation"), [("PUT", "PutObject"), ("DELETE", "DeleteObject")])
@pytest.mark.parametrize("expires_s", [None, 60])
def test_objects_are_put_and_deleted_by_whoever_may(
    method: str, operation: str, expires_s: int | None
) -> None:
    body = b"hello" if method == "PUT" else b""
    request = signed(
        f"{URL}%20b",
        method,
        headers={"Content-Type": "text/plain"},
        body=body,
        service="s3",
        expires_s=expires_s,
    )
    done, needs = ask(request, held(WRITE))
    assert done.response.status == 200
    (need,) = needs
    assert isinstance(need, CallService)
    assert (need.service, need.operation) == ("s3", operation)
    assert (need.request.target, need.request.body) == (f"/{DOMAIN}/a.txt%20b", body)
    assert need.request.header("content-type") == "text/plain"
    assert need.request.header("authorization") is None
    refused, needs = ask(request, held(READ))
    assert (refused.response.status, needs) == (403, [])
    assert f"s3:{operation}" in elements(refused)["Message"]


@pytest.mark.parametrize(
    ("url", "method", "headers"),
    [
        (f"{URL}?tagging", "GET", {}),
        (f"{S3}/{DOMAIN}?policy", "PUT", {}),
        (URL, "PUT", {"x-amz-copy-source": "/b/k"}),
    ],
)
def test_other_operations_are_not_modelled_where_they_are_allowed(
    url: str, method: str, headers: dict[str, str]
) -> None:
    request = signed(url, method, headers=headers, service="s3")
    done, needs = ask(request, held(WRITE))
    assert (done.response.status, needs) == (501, [])
    assert done.hops[-1].decision.verdict is Verdict.NOT_MODELLED
    refused, _ = ask(request, held(NOTHING))
    assert (refused.response.status, refused.hops[-1].decision.code) == (403, S3ErrorCode.ACCESS_DENIED)


def test_without_a_signature_the_same_bucket_is_open_to_nobody() -> None:
    done, _ = ask(HttpRequest("GET", f"/{DOMAIN}/a.txt", (("Host", f"s3.{REGION}.amazonaws.com"),)))
    assert elements(done)["Message"] == "Access Denied"
    opened = held(NOTHING, site(bucket(allow(THROUGH_ENDPOINT))))
    assert ask(GET, opened)[0].response.status == 200


def test_a_caller_of_another_account_is_told_nothing() -> None:
    stranger = replace(SESSION, owner_arn=Arn(ROLE_ARN.replace(ACCOUNT, "9" * 12)))
    done, _ = ask(get(key=SESSION), held(), stranger)
    assert elements(done)["Message"] == "Access Denied"
