"""The TLS that AWS's own services speak, at their public fronts and at their endpoints."""

from landbridge.model.network import VpcEndpoint
from landbridge.semantics.doors import FunctionUrlDoor, PublicApiDoor, S3Door, ServiceDoor
from landbridge.semantics.load_balancing.security_policies import SecurityPolicy, TlsVersion, security_policy

_TLS_1_2 = security_policy("ELBSecurityPolicy-TLS-1-2-2017-01")
_S3_PREFIXES = ("bucket", "accesspoint", "control")


def served_names(door: ServiceDoor, region: str) -> tuple[str, ...]:
    """The names on the certificate that is shown where no custom domain name's is asked for by SNI.

    What a bucket's name is put before has a wildcard of its own, for a wildcard covers one label only.

    AWS: "AWS PrivateLink for Amazon S3"
    """
    if isinstance(door, FunctionUrlDoor):
        return (f"*.lambda-url.{region}.on.aws",)
    if not isinstance(door, S3Door):
        return (f"*.execute-api.{region}.amazonaws.com", f"*.execute-api.{region}.vpce.amazonaws.com")
    family = (
        f"*.s3.{region}.amazonaws.com",
        f"s3.{region}.amazonaws.com",
        f"*.s3-accesspoint.{region}.amazonaws.com",
        f"*.s3-control.{region}.amazonaws.com",
    )
    names = door.endpoint.dns_names if door.endpoint is not None else ()
    own = dict.fromkeys(name.removeprefix("*.") for name in names if ".vpce." in name)
    wildcards = (f"*.{name}" for name in own)
    prefixed = (f"*.{prefix}.{name}" for name in own for prefix in _S3_PREFIXES)
    return (*family, *wildcards, *prefixed)


def service_security_policy(door: ServiceDoor) -> SecurityPolicy:
    """What is offered: TLS 1.2 only at an interface endpoint, TLS 1.3 as well at a public front.

    AWS: "Private REST APIs in API Gateway"; "AWS PrivateLink for Amazon S3"
    """
    endpoint: VpcEndpoint | None = (
        None if isinstance(door, PublicApiDoor | FunctionUrlDoor) else door.endpoint
    )
    if endpoint is not None and endpoint.type == "Interface":
        return _TLS_1_2
    return SecurityPolicy(
        "TLS_1_2",
        TlsVersion.TLS_1_2,
        TlsVersion.TLS_1_3,
        _TLS_1_2.ciphers,
        ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"),
    )
