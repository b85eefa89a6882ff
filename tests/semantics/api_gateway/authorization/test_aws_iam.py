"""AWS_IAM: each way in which a signature can be wrong, byte for byte, and what a right one tells."""

import hashlib
import json
from dataclasses import replace

import pytest
from tests.semantics.api_gateway.authorization.guarded import ALLOWS, SILENT, guarded
from tests.semantics.api_gateway.calls import MOMENT, OK, call, the_api, with_deployment
from tests.semantics.iam.signing import ANN, NOW_S, ROLE_ARN, SESSION, USER_ARN, finish, signed
from tests.topologies import ACCOUNT, API, BUCKET, DOMAIN, ENDPOINT, REGION, function_integration

from landbridge.model.api_gateway import Integration, IntegrationResponse
from landbridge.model.exchange import Headers, HttpRequest, Moment
from landbridge.model.identifiers import Arn
from landbridge.model.identity import AccessKey, Identity, Role, User
from landbridge.model.policy import Condition, PolicyDocument, Statement
from landbridge.model.storage import Bucket, Storage
from landbridge.model.topology import Topology
from landbridge.semantics.api_gateway.authorization.admission import Admitted, Barred
from landbridge.semantics.api_gateway.authorization.authorize import authorize
from landbridge.semantics.api_gateway.execution import Executed, execute
from landbridge.semantics.api_gateway.request import MethodRequest
from landbridge.semantics.api_gateway.routing import Match, compile_resources, match
from landbridge.semantics.needs import (
    AccessKeyFound,
    AccessKeyMissing,
    FindAccessKey,
    GetObject,
    Invoke,
    Need,
    ObjectFound,
)
from landbridge.semantics.world import World
from landbridge.trace.codes import GatewayResponseType
from landbridge.trace.decision import Decision, Step, Verdict

PAGE = ObjectFound(b"page", (("Content-Type", "text/html"),))
URL = f"https://{DOMAIN}/api/orders/7"
HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
METHOD_ARN = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{API}/live/GET/api/orders/7"
INVOKE = PolicyDocument((Statement("Allow", actions=("execute-api:Invoke",), resources=("*",)),))


def app(policy: PolicyDocument = SILENT, ann: PolicyDocument = INVOKE) -> Topology:
    """Only the identity-based policies allow anything."""
    users = (User(USER_ARN, "ann", "AIDA1", (("invoke", ann),)),)
    roles = (Role(ROLE_ARN, "reader", PolicyDocument(()), (("invoke", INVOKE),), "AROA1"),)
    return replace(guarded("AWS_IAM", policy=policy), identity=Identity(roles, users))


def run(
    request: HttpRequest, topology: Topology | None = None, *keys: AccessKey
) -> tuple[Executed, list[Need]]:
    topology = topology or app()
    made = replace(call(topology, request.target, request.method), request=request)
    needs: list[Need] = []
    by_id = {key.id: key for key in keys or (ANN, SESSION)}
    steps = execute(World(topology), made, MOMENT)
    try:
        need = next(steps)
        while True:
            needs.append(need)
            if isinstance(need, Invoke | GetObject):
                need = steps.send(OK if isinstance(need, Invoke) else PAGE)
                continue
            assert isinstance(need, FindAccessKey)
            found = by_id.get(need.access_key_id)
            need = steps.send(AccessKeyFound(found) if found is not None else AccessKeyMissing())
    except StopIteration as end:
        return end.value, needs


def decided(executed: Executed, step: Step) -> Decision:
    return next(hop.decision for hop in executed.hops if hop.step is step)


def with_authorization(authorization: str, *more: tuple[str, str]) -> HttpRequest:
    headers: Headers = (("Host", DOMAIN), ("Authorization", authorization), *more)
    return HttpRequest("GET", "/api/orders/7", headers)


def changed(request: HttpRequest, old: str, new: str) -> HttpRequest:
    headers = tuple((name, value.replace(old, new)) for name, value in request.headers)
    return replace(request, headers=headers)


GET = signed(URL)
INVALID = "The security token included in the request is invalid."
NO_MATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
    "Access Key and signing method. Consult the service documentation for details.\n\n"
    "The Canonical String for this request should have been\n"
    f"'GET\n/api/orders/8\n\nhost:{DOMAIN}\nx-amz-date:20220405T133809Z\n\nhost;x-amz-date\n{HASH}'\n\n"
    "The String-to-Sign should have been\n"
    f"'AWS4-HMAC-SHA256\n20220405T133809Z\n20220405/{REGION}/execute-api/aws4_request\n"
)


@pytest.mark.parametrize(
    ("request_", "keys", "error_type", "message"),
    [
        (
            HttpRequest("GET", "/api/orders/7"),
            (),
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        ),
        (
            with_authorization("Bearer x"),
            (),
            "IncompleteSignatureException",
            "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and "
            "encoded with Base64): 'uTem/WB082UJMN2ajD6lH6UChGpTAddMJSx2iu923No='.",
        ),
        (GET, (SESSION,), "UnrecognizedClientException", INVALID),
        (GET, (replace(ANN, active=False),), "UnrecognizedClientException", INVALID),
        (
            signed(URL, key=SESSION),
            (replace(SESSION, session_token="x"),),
            "UnrecognizedClientException",
            INVALID,
        ),
        (
            signed(URL, key=SESSION),
            (replace(SESSION, expires_ms=MOMENT.epoch_ms),),
            "ExpiredTokenException",
            "The security token included in the request is expired",
        ),
        (
            signed(URL, region="us-east-1"),
            (),
            "InvalidSignatureException",
            "Credential should be scoped to a valid region. ",
        ),
        (
            signed(URL, service="s3", region="us-east-1"),
            (),
            "InvalidSignatureException",
            "Credential should be scoped to a valid region. "
            "Credential should be scoped to correct service: 'execute-api'. ",
        ),
        (
            changed(GET, "aws4_request", "x"),
            (),
            "InvalidSignatureException",
            "Credential should be scoped with a valid terminator: 'aws4_request', not 'x'. ",
        ),
        (
            changed(GET, "/20220405/", "/20220404/"),
            (),
            "InvalidSignatureException",
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            "'20220404' != '20220405', from '20220405T133809Z'. ",
        ),
        (
            changed(GET, "/execute-api/", "/"),
            (),
            "IncompleteSignatureException",
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
            f"got '{ANN.id}/20220405/{REGION}/aws4_request'",
        ),
        (
            changed(GET, "host;", ""),
            (),
            "InvalidSignatureException",
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
        ),
        (
            signed(URL, at_s=NOW_S - 301),
            (),
            "InvalidSignatureException",
            "Signature expired: 20220405T133308Z is now earlier than 20220405T133309Z "
            "(20220405T133809Z - 5 min.)",
        ),
        (
            signed(URL, at_s=NOW_S + 301),
            (),
            "InvalidSignatureException",
            "Signature not yet current: 20220405T134310Z is still later than 20220405T134309Z "
            "(20220405T133809Z + 5 min.)",
        ),
        (
            signed(URL, at_s=NOW_S - 121, expires_s=120),
            (),
            "InvalidSignatureException",
            "Signature expired: 20220405T133608Z is now earlier than 20220405T133609Z "
            "(20220405T133809Z - 2 min.)",
        ),
        (
            HttpRequest(
                "GET", "/api/orders/7?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a&X-Amz-Date=b"
            ),
            (),
            "IncompleteSignatureException",
            " ".join(
                f"AWS query-string parameters must include '{name}'. Re-examine the query-string parameters."
                for name in ("X-Amz-SignedHeaders", "X-Amz-Signature")
            ),
        ),
        (
            changed(GET, "20220405T133809Z", "yesterday"),
            (),
            "IncompleteSignatureException",
            "Date must be in ISO-8601 'basic format'. Got 'yesterday'. "
            "See http://en.wikipedia.org/wiki/ISO_8601",
        ),
    ],
)
def test_a_signature_that_is_not_taken_is_answered_in_awss_words(
    request_: HttpRequest, keys: tuple[AccessKey, ...], error_type: str, message: str
) -> None:
    executed, needs = run(request_, None, *keys)
    assert executed.response.status == 403
    assert executed.response.body == b'{"message":' + json.dumps(message).encode() + b"}"
    assert executed.response.header("x-amzn-errortype") == error_type
    assert not any(isinstance(need, Invoke) for need in needs)
    decision = decided(executed, Step.SIGNATURE)
    assert decision.verdict is Verdict.IMPLICIT_DENY
    assert decision.remedy


def test_the_answer_to_a_wrong_signature_shows_the_canonical_request_that_arrived() -> None:
    executed, _ = run(replace(GET, target="/api/orders/8"))
    message = json.loads(executed.response.body)["message"]
    canonical = message.partition("should have been\n'")[2].partition("'\n\nThe String")[0]
    assert message == f"{NO_MATCH}{hashlib.sha256(canonical.encode()).hexdigest()}'\n"
    assert executed.response.header("x-amzn-errortype") == "InvalidSignatureException"
    decision = decided(executed, Step.SIGNATURE)
    assert decision.code is GatewayResponseType.INVALID_SIGNATURE
    assert ANN.secret not in repr(decision)


def test_a_host_that_was_changed_on_the_way_is_named() -> None:
    own = f"{API}-{ENDPOINT}.execute-api.{REGION}.amazonaws.com"
    executed, _ = run(changed(signed(f"https://{own}/api/orders/7"), own, DOMAIN))
    remedy = decided(executed, Step.SIGNATURE).remedy
    assert remedy.startswith(f"The Host that was signed is {own}, the endpoint saw {DOMAIN}")


def test_version_4a_is_not_modelled_by_name() -> None:
    executed, _ = run(changed(GET, "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"))
    decision = decided(executed, Step.SIGNATURE)
    assert (executed.response.status, decision.verdict) == (500, Verdict.NOT_MODELLED)
    assert "AWS4-ECDSA-P256-SHA256" in dict(decision.facts)["feature"]


@pytest.mark.parametrize(
    ("key", "caller", "arn"),
    [
        (ANN, "AIDA1", USER_ARN),
        (SESSION, "AROA1:ann", f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/ann"),
        (
            AccessKey("landbridge", Arn(f"arn:aws:iam::{ACCOUNT}:root"), "landbridge"),
            ACCOUNT,
            f"arn:aws:iam::{ACCOUNT}:root",
        ),
    ],
)
@pytest.mark.parametrize("expires_s", [None, 60])
def test_the_function_learns_who_signed_and_sees_no_signature(
    key: AccessKey, caller: str, arn: str, expires_s: int | None
) -> None:
    executed, needs = run(signed(URL, key=key, expires_s=expires_s), None, key)
    assert executed.response.status == 200
    assert isinstance(needs[-1], Invoke)
    event = json.loads(needs[-1].payload)
    identity = event["requestContext"]["identity"]
    assert {name: value for name, value in identity.items() if value is not None} == {
        "accessKey": key.id,
        "accountId": ACCOUNT,
        "caller": caller,
        "user": caller,
        "userArn": arn,
        "sourceIp": "10.20.1.10",
        "vpceId": ENDPOINT,
        "vpcId": "vpc-0app",
    }
    assert "Authorization" not in event["headers"]


def test_a_signer_whom_nothing_allows_is_named_with_the_reason() -> None:
    denied = PolicyDocument((Statement("Deny", actions=("*",), resources=("*",)),))
    masked = METHOD_ARN.replace(ACCOUNT, f"********{ACCOUNT[-4:]}")
    for ann, reason in (
        (PolicyDocument(()), " because no identity-based policy allows the execute-api:Invoke action"),
        (denied, " with an explicit deny in an identity-based policy"),
    ):
        executed, _ = run(GET, app(ann=ann))
        message = (
            f"User: {USER_ARN} is not authorized to perform: execute-api:Invoke on resource: {masked}{reason}"
        )
        assert executed.response.body == b'{"Message":' + json.dumps(message).encode() + b"}"
        assert executed.response.header("x-amzn-errortype") == "AccessDeniedException"


def test_the_conditions_of_an_identity_based_policy_see_the_request() -> None:
    for endpoint, status in ((ENDPOINT, 200), ("vpce-0other", 403)):
        condition = Condition("StringEquals", "aws:SourceVpce", (endpoint,))
        ann = PolicyDocument((replace(INVOKE.statements[0], conditions=(condition,)),))
        assert run(GET, app(ann=ann))[0].response.status == status


def test_the_resource_policy_alone_lets_in_whom_it_names() -> None:
    assert run(GET, app(ALLOWS, PolicyDocument(())))[0].response.status == 200


def test_authorization_leaves_the_request_with_its_signer_or_says_why_not() -> None:
    topology = app()
    made = replace(call(topology, GET.target), request=GET)
    found = match(compile_resources(made.stage.deployment), "GET", "/api/orders/7")
    assert isinstance(found, Match)
    request = MethodRequest(World(topology), made, found, MOMENT)
    admission = finish(authorize(request), ANN)
    assert isinstance(admission, Admitted)
    assert admission.request.call.signer is not None
    assert [hop.step for hop in admission.hops] == [Step.SIGNATURE, Step.AUTHORIZATION]
    late: Moment = replace(MOMENT, epoch_ms=MOMENT.epoch_ms + 301_000)
    barred = finish(authorize(replace(request, moment=late)), ANN)
    assert isinstance(barred, Barred)
    assert barred.hop.step is Step.SIGNATURE


def with_integration(integration: Integration, ann: PolicyDocument) -> Topology:
    """The method's integration is called with the credentials of whoever signed."""
    topology = app(ann=ann)
    resource = the_api(topology).stages[0].deployment.resources[0]
    method = replace(
        resource.methods[0], integration=replace(integration, credentials="arn:aws:iam::*:user/*")
    )
    return with_deployment(topology, resources=(replace(resource, methods=(method,)),))


def acts(*actions: str) -> PolicyDocument:
    statement = INVOKE.statements[0]
    return PolicyDocument((replace(statement, actions=("execute-api:Invoke", *actions)),))


@pytest.mark.parametrize(("actions", "status"), [((), 500), (("lambda:InvokeFunction",), 200)])
def test_a_function_may_be_invoked_with_the_callers_own_credentials(
    actions: tuple[str, ...], status: int
) -> None:
    executed, _ = run(GET, with_integration(function_integration(), acts(*actions)))
    assert executed.response.status == status
    assert dict(decided(executed, Step.ROLE).facts)["principal"] == USER_ARN


@pytest.mark.parametrize(("actions", "status"), [((), 403), (("s3:GetObject",), 200)])
def test_a_bucket_may_be_read_with_the_callers_own_credentials(actions: tuple[str, ...], status: int) -> None:
    reading = Integration(
        "AWS",
        "GET",
        f"arn:aws:apigateway:{REGION}:s3:path/{BUCKET}/index.html",
        responses=(
            IntegrationResponse("403", "403"),
            IntegrationResponse("200"),
        ),
    )
    topology = with_integration(reading, acts(*actions))
    topology = replace(topology, storage=Storage((Bucket(BUCKET),)))
    executed, _ = run(GET, topology)
    assert executed.response.status == status
