"""What no read call of the AWS API tells, but whoever plays AWS must have: keys, code, bytes, credentials."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import takewhile
from typing import Any, NamedTuple

from landbridge.control.access_keys import find_access_key
from landbridge.control.dispatch import Request, answer, backends_of, utcnow
from landbridge.control.hooks import (
    FlushAuthorizers,
    HealthSource,
    InvokeHook,
    MetricSource,
    UsageSource,
    hooks,
)
from landbridge.errors import DeclarationError
from landbridge.model.exchange import Headers
from landbridge.model.identity import AccessKey

SESSION_DURATION_S = 12 * 3600
RENEWED_BEFORE = timedelta(hours=1)
METADATA_HEADERS = (
    ("cache-control", "Cache-Control"),
    ("content-disposition", "Content-Disposition"),
    ("content-encoding", "Content-Encoding"),
    ("content-language", "Content-Language"),
    ("expires", "Expires"),
)
CreateLogs = Callable[[str, dict[str, str]], None]
"""Makes a log group or stream: the operation and its parameters."""
LogEvent = tuple[int, str]
"""Milliseconds since the epoch, and the message."""


class Credentials(NamedTuple):
    """Temporary credentials of a role."""

    access_key_id: str
    secret_access_key: str
    session_token: str


class KeptEvent(NamedTuple):
    """An event of a log stream; later ones have higher numbers."""

    epoch_ms: int
    number: int
    group: str
    message: str


class Material:
    """Straight from moto's backends of one account and region, in microseconds and without a call."""

    def __init__(
        self, account_id: str, region: str, lock: AbstractContextManager[Any], create_logs: CreateLogs
    ) -> None:
        self._account_id = account_id
        self._region = region
        self._lock = lock
        self._create_logs = create_logs

    def certificate_material(self, arn: str) -> tuple[str, str, str]:
        """The certificate, the chain without it (empty if none) and the private key, in PEM."""
        with self._lock:
            certificate = self._backend("acm")._certificates.get(arn)
        if certificate is None:
            raise DeclarationError(f"there is no certificate {arn}")
        return certificate.cert.decode(), certificate.chain.decode(), certificate.key.decode()

    def trust_store(self, arn: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """The CA certificates and the revocation lists of a trust store, PEM; None when there is none."""
        with self._lock:
            found = getattr(self._backend("elbv2"), "landbridge_trust_stores", {}).get(arn)
            if found is None:
                return None
            return found.certificates, tuple(each.pem for each in found.revocations.values())

    def client_secret(self, rule_arn: str) -> str:
        """The OpenID Connect client secret that a listener rule was made with; empty where it has none."""
        with self._lock:
            for balancer in self._backend("elbv2").load_balancers.values():
                for listener in balancer.listeners.values():
                    for rule in listener.rules.values():
                        if rule.arn == rule_arn:
                            return "".join(action.landbridge_client_secret for action in rule.actions)
        return ""

    def function_code(self, arn: str) -> bytes:
        """The deployment package of a function: a zip archive."""
        with self._lock:
            function = self._backend("lambda")._lambdas.get_function_by_name_or_arn_with_qualifier(arn)
            code: bytes = function.code_bytes
        return code

    def read_object(self, bucket: str, key: str) -> tuple[bytes, Headers] | None:
        """The body and the headers that S3 answers with, or None when there is no such object.

        Left to the caller are the headers of the answer and not of the object: request ids and the date.
        AWS: "GetObject" (Amazon S3 API reference)
        """
        found_bucket = self._backend("s3", "aws").buckets.get(bucket)
        found = found_bucket.keys.get(key) if found_bucket else None
        # A version that only marks the key as deleted has no value.
        if found is None or not hasattr(found, "contentsize"):
            return None
        headers = found.__dict__.get("landbridge_headers")
        if headers is None:
            # The one who puts an object holds the lock until its metadata are complete.
            with self._lock:
                headers = found.__dict__["landbridge_headers"] = _object_headers(found)
        return found.value, headers

    def is_public(self, bucket: str, key: str) -> bool:
        """Whether the object's own ACL lets everyone read it.

        AWS: "Access control list (ACL) overview"
        """
        found = self._backend("s3", "aws").buckets[bucket].keys.get(key)
        acl = getattr(found, "acl", None)
        return acl is not None and bool(acl.public_read)

    def has_log_group(self, group: str) -> bool:
        """Whether there is such a log group."""
        with self._lock:
            return group in self._backend("logs").groups

    def read_log_events(self, wanted: Callable[[str], bool], after: int = -1) -> list[KeptEvent]:
        """The events of all log groups with wanted names that were put after one, in the order of their time.

        AWS: "FilterLogEvents" (Amazon CloudWatch Logs API reference)
        """
        found = []
        with self._lock:
            for name, group in self._backend("logs").groups.items():
                for stream in group.streams.values() if wanted(name) else ():
                    new = takewhile(lambda event: event.event_id > after, reversed(stream.events))
                    found += [KeptEvent(each.timestamp, each.event_id, name, each.message) for each in new]
        return sorted(found)

    def write_log_events(self, group: str, stream: str, events: Iterable[LogEvent]) -> None:
        """The events are at the end of the stream; group and stream come into being when they have to.

        AWS: "Sending Lambda function logs to CloudWatch Logs"
        """
        with self._lock:
            backend = self._backend("logs")
            if group not in backend.groups:
                self._create_logs("CreateLogGroup", {"logGroupName": group})
            log_group = backend.groups[group]
            if stream not in log_group.streams:
                self._create_logs("CreateLogStream", {"logGroupName": group, "logStreamName": stream})
            log_group.streams[stream].put_log_events(
                [{"timestamp": epoch_ms, "message": message} for epoch_ms, message in events]
            )

    def role_credentials(self, role_arn: str, session_name: str = "landbridge") -> Credentials:
        """Temporary credentials with which ``GetCallerIdentity`` answers the role's session.

        The same session gets the same credentials for as long as they are good for another hour.
        AWS: "AssumeRole" (AWS Security Token Service API reference)
        """
        with self._lock:
            sts = self._backend("sts", "aws")
            fresh_until = utcnow() + RENEWED_BEFORE
            sts.assumed_roles[:] = [role for role in sts.assumed_roles if role.expiration > fresh_until]
            role = next(
                (
                    role
                    for role in sts.assumed_roles
                    if (role.role_arn, role.session_name) == (role_arn, session_name)
                ),
                None,
            ) or sts.assume_role(self._region, session_name, role_arn, "", SESSION_DURATION_S, "")
        return Credentials(role.access_key_id, role.secret_access_key, role.session_token)

    def access_key(self, access_key_id: str) -> AccessKey | None:
        """The access key with its secret and whose it is; None where nobody has it.

        AWS: "Manage access keys for IAM users"
        """
        with self._lock:
            return find_access_key(self._account_id, access_key_id)

    def set_target_health(self, source: HealthSource | None) -> None:
        """``DescribeTargetHealth`` asks `source` about every target from now on; None for nobody."""
        hooks.target_health = source

    def set_usage(self, source: UsageSource | None) -> None:
        """``GetUsage`` and ``UpdateUsage`` ask `source` from now on; None for nobody."""
        hooks.usage = source

    def set_invoke(self, hook: InvokeHook | None) -> None:
        """``Invoke`` runs functions by `hook` from now on; None for nobody."""
        hooks.invoke = hook

    def set_flush_authorizers(self, hook: FlushAuthorizers | None) -> None:
        """``FlushStageAuthorizersCache`` calls `hook` from now on; None for nobody."""
        hooks.flush_authorizers = hook

    def set_flush_stage(self, hook: FlushAuthorizers | None) -> None:
        """``FlushStageCache`` calls `hook` from now on; None for nobody."""
        hooks.flush_stage = hook

    def set_metrics(self, source: MetricSource | None) -> None:
        """CloudWatch asks `source` for values whenever somebody reads metrics; None for nobody."""
        hooks.metrics = source

    def user_pool_keys(self, user_pool_id: str) -> bytes:
        """The key set that a user pool's tokens are signed by; empty where there is no such pool.

        AWS: "Verifying JSON web tokens"
        """
        with self._lock:
            if user_pool_id not in self._backend("cognitoidp").user_pools:
                return b""
            host = f"cognito-idp.{self._region}.amazonaws.com"
            url = f"https://{host}/{user_pool_id}/.well-known/jwks.json"
            return answer("cognitoidp", "GetJwks", Request.from_primitives("GET", url, {}, b"")).body

    def _backend(self, service: str, region: str = "") -> Any:
        return backends_of(service)[self._account_id][region or self._region]


def _object_headers(found: Any) -> Headers:
    metadata: dict[str, str] = dict(found.metadata)
    headers = [
        ("Last-Modified", found.last_modified_RFC1123),
        ("ETag", found.etag),
        ("x-amz-server-side-encryption", found.encryption or "AES256"),
    ]
    if found._is_versioned:
        headers.append(("x-amz-version-id", found.version_id))
    headers += [(name, metadata[kept]) for kept, name in METADATA_HEADERS if kept in metadata]
    headers += [(name, value) for name, value in metadata.items() if name.startswith("x-amz-meta-")]
    headers += [
        ("Accept-Ranges", "bytes"),
        ("Content-Type", metadata.get("content-type", "binary/octet-stream")),
        ("Server", "AmazonS3"),
    ]
    return tuple((name, str(value)) for name, value in headers)
