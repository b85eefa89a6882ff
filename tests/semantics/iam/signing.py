"""Requests signed by botocore, as every AWS client in Python signs them, at a time of the test's choice."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TypeVar
from unittest.mock import patch
from urllib.parse import urlsplit

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from tests.topologies import ACCOUNT, REGION

from landbridge.model.exchange import HttpRequest, Moment
from landbridge.model.identifiers import Arn
from landbridge.model.identity import AccessKey
from landbridge.semantics.needs import AccessKeyFound, AccessKeyMissing, FindAccessKey, Steps

MOMENT = Moment(
    epoch_ms=1_649_165_889_404,
    request_id="7e42b0a7-465e-4f43-aaf0-95e049fcf05b",
    extended_request_id="QG_qQHmhFiAFsLQ=",
    trace_id="1-624c4641-31a8bde2177ec9aa0409676b",
    turn=0,
)
NOW_S = MOMENT.epoch_ms // 1000
USER_ARN = Arn(f"arn:aws:iam::{ACCOUNT}:user/ann")
ROLE_ARN = Arn(f"arn:aws:iam::{ACCOUNT}:role/team/reader")
ANN = AccessKey("AKIAIOSFODNN7EXAMPLE", USER_ARN, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
SESSION = AccessKey(
    "ASIAIOSFODNN7EXAMPLE",
    ROLE_ARN,
    "sessionsecret",
    "FQoGZXIvYXdzEBYaDly+rBmx/session=token",
    "ann",
    issued_ms=MOMENT.epoch_ms - 60_000,
    expires_ms=MOMENT.epoch_ms + 3_600_000,
)
Answer = TypeVar("Answer")
NOTHING: Mapping[str, str] = MappingProxyType({})


def signed(
    url: str,
    method: str = "GET",
    *,
    key: AccessKey = ANN,
    headers: Mapping[str, str] = NOTHING,
    body: bytes = b"",
    service: str = "execute-api",
    region: str = REGION,
    at_s: int = NOW_S,
    expires_s: int | None = None,
) -> HttpRequest:
    """The request as it is sent; `expires_s` presigns the URL instead of signing by header."""
    credentials = Credentials(key.id, key.secret, key.session_token or None)
    # botocore would put the body of a presigned request into its query.
    request = AWSRequest(method, url, dict(headers), body if expires_s is None else b"")
    by_header = S3SigV4Auth if service == "s3" else SigV4Auth
    by_query = S3SigV4QueryAuth if service == "s3" else SigV4QueryAuth
    auth = (
        by_header(credentials, service, region)
        if expires_s is None
        else by_query(credentials, service, region, expires_s)
    )
    with patch("botocore.auth.get_current_datetime", lambda: datetime.fromtimestamp(at_s, UTC)):
        auth.add_auth(request)
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sent = {name: value for name, value in request.headers.items() if name.lower() != "host"}
    return HttpRequest(method, target, (("Host", parts.netloc), *sent.items()), body)


def finish(steps: Steps[Answer], *keys: AccessKey) -> Answer:
    """The answer where only access keys are asked for, and these are all there are."""
    by_id = {key.id: key for key in keys}
    try:
        need = next(steps)
        while True:
            assert isinstance(need, FindAccessKey)
            found = by_id.get(need.access_key_id)
            need = steps.send(AccessKeyFound(found) if found is not None else AccessKeyMissing())
    except StopIteration as end:
        answer: Answer = end.value
        return answer
