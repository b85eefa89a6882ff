"""Which service and region a request to a bare endpoint means, and the URL it would have had at AWS."""

import re
from typing import Any

from landbridge.control.dispatch import service_of

CREDENTIAL_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")
HOST_PREFIXES = {"ses": "email", "cognito-identity": "cognito-identity", "s3-outposts": "s3"}
UNSIGNED_ACTIONS = {"AssumeRoleWithSAML": "sts", "AssumeRoleWithWebIdentity": "sts"}
USER_POOLS = "AWSCognitoIdentityProviderService."
"""Signing in needs no signature; which region is meant follows from the client id."""
POOL_DOCUMENT = re.compile(r"/(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)_\w+/\.well-known/")
DEFAULT_REGION = "us-east-1"
MOTO_CONTROL = "/moto-api"
S3_CONTROL_PATH = "/v20180820/"


class Unaddressed(Exception):  # noqa: N818
    """A request that no service of AWS would get; the message says why."""


def addressed(environ: dict[str, Any], body: bytes) -> tuple[str, str, dict[str, Any]]:
    """Moto's name of the service, the region, and the request rewritten to AWS's own host name.

    A signed request names both in its credential scope, a presigned one in its query. An unsigned one can
    only be for S3, for one of the few actions of STS that need no signature, or for a user pool.
    AWS: "Create a signed AWS API request"
    """
    if environ["PATH_INFO"].startswith(MOTO_CONTROL):
        raise Unaddressed("there is no such AWS service")
    signing_name, region = _scope(environ, body)
    if signing_name == "s3" and _is_s3_control(environ):
        signing_name = f"{environ['HTTP_X_AMZ_ACCOUNT_ID']}.s3-control"
    host = f"{HOST_PREFIXES.get(signing_name, signing_name)}.{region}.amazonaws.com"
    service = service_of(host)
    if service is None:
        raise Unaddressed(f"the local AWS API does not know the service {signing_name}")
    if service == "elb" and b"Version=2015-12-01" in body:
        service = "elbv2"
    rewritten = {
        **environ,
        "HTTP_HOST": host,
        "SERVER_NAME": host,
        "SERVER_PORT": "443",
        "wsgi.url_scheme": "https",
    }
    if service == "s3":
        rewritten |= _path_style(environ)
    return service, region, rewritten


def _is_s3_control(environ: dict[str, Any]) -> bool:
    """Whether an S3 request is for an account and not for a bucket: both sign as ``s3``.

    AWS: "GetPublicAccessBlock"
    """
    return environ["PATH_INFO"].startswith(S3_CONTROL_PATH) and "HTTP_X_AMZ_ACCOUNT_ID" in environ


def _scope(environ: dict[str, Any], body: bytes) -> tuple[str, str]:
    signed = environ.get("HTTP_AUTHORIZATION", "") or environ.get("QUERY_STRING", "").replace("%2F", "/")
    scope = CREDENTIAL_SCOPE.search(signed)
    if scope:
        return scope["service"].lower(), scope["region"]
    if environ.get("HTTP_X_AMZ_TARGET", "").startswith(USER_POOLS):
        return "cognito-idp", DEFAULT_REGION
    pool = POOL_DOCUMENT.match(environ["PATH_INFO"])
    if pool:
        return "cognito-idp", pool["region"]
    action = re.search(rb"(?:^|&)Action=(\w+)", body[:2000])
    if action:
        return UNSIGNED_ACTIONS.get(action[1].decode(), "sts"), DEFAULT_REGION
    return "s3", DEFAULT_REGION


def _path_style(environ: dict[str, Any]) -> dict[str, str]:
    """The bucket of a virtual host such as ``assets.localhost:4566``, put in front of the path."""
    name = environ.get("HTTP_HOST", "").rpartition(":")[0] or environ.get("HTTP_HOST", "")
    if not name.endswith(".localhost"):
        return {}
    bucket = name.removesuffix(".localhost").removesuffix(".s3")
    if bucket in ("", "s3"):
        return {}
    raw = environ.get("RAW_URI") or environ["PATH_INFO"]
    return {"PATH_INFO": f"/{bucket}{environ['PATH_INFO']}", "RAW_URI": f"/{bucket}{raw}"}
