"""The TLS security policies of HTTPS listeners: versions and ciphers in the load balancer's order.

AWS: "Security policies for your Application Load Balancer"
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from landbridge.errors import UnsupportedError


class TlsVersion(StrEnum):
    """Protocol versions as AWS writes them."""

    TLS_1_0 = "TLSv1"
    TLS_1_1 = "TLSv1.1"
    TLS_1_2 = "TLSv1.2"
    TLS_1_3 = "TLSv1.3"


@dataclass(frozen=True, slots=True)
class SecurityPolicy:
    """What a listener offers in a TLS handshake; the server's order decides."""

    name: str
    minimum: TlsVersion
    maximum: TlsVersion
    ciphers: tuple[str, ...]
    """For TLS 1.2 and below, OpenSSL's names; empty for a policy of TLS 1.3 only."""
    tls_1_3_ciphers: tuple[str, ...] = ()
    approximate: bool = False
    """True where a FIPS or post-quantum policy is stood in for by the policy it was made from."""


DEFAULT_POLICY = "ELBSecurityPolicy-2016-08"
"""The policy of an HTTPS listener that names none."""


def security_policy(name: str) -> SecurityPolicy:
    """The policy of that name; an empty name is the default policy.

    AWS: "Security policies for your Application Load Balancer"
    """
    known = _POLICIES.get(name or DEFAULT_POLICY)
    if known:
        return known
    variant = _VARIANT.fullmatch(name)
    base = _POLICIES.get(f"{variant[1]}-2021-06") if variant else None
    if base is None:
        raise UnsupportedError(
            f"the security policy {name} is not modelled",
            "use one of AWS's predefined policies, for example ELBSecurityPolicy-TLS13-1-2-2021-06",
        )
    return replace(base, name=name, approximate=True)


_VARIANT = re.compile(
    r"(ELBSecurityPolicy-TLS13-1-[0-3](?:-Res|-Ext1|-Ext2)?)(?:-FIPS-2023-04|-PQ-2025-09|-FIPS-PQ-2025-09)"
)

_A = ("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256")
_B = ("ECDHE-ECDSA-AES128-SHA256", "ECDHE-RSA-AES128-SHA256")
_C = ("ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA")
_D = ("ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384")
_E = ("ECDHE-ECDSA-AES256-SHA384", "ECDHE-RSA-AES256-SHA384")
_F = ("ECDHE-RSA-AES256-SHA", "ECDHE-ECDSA-AES256-SHA")
_RSA_WITHOUT_SHA1 = ("AES128-GCM-SHA256", "AES128-SHA256", "AES256-GCM-SHA384", "AES256-SHA256")
_RSA = (
    "AES128-GCM-SHA256",
    "AES128-SHA256",
    "AES128-SHA",
    "AES256-GCM-SHA384",
    "AES256-SHA256",
    "AES256-SHA",
)
_FORWARD_SECRET = _A + _B + _C + _D + _E + _F
_ALL = _FORWARD_SECRET + _RSA
_WITHOUT_SHA1 = _A + _B + _D + _E
_TLS_1_3 = ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256")

_1_0, _1_1, _1_2, _1_3 = TlsVersion
_TABLE: tuple[tuple[str, TlsVersion, TlsVersion, tuple[str, ...]], ...] = (
    ("2016-08", _1_0, _1_2, _ALL),
    ("2015-05", _1_0, _1_2, _ALL),
    ("TLS-1-0-2015-04", _1_0, _1_2, (*_ALL, "DES-CBC3-SHA")),
    ("TLS-1-1-2017-01", _1_1, _1_2, _ALL),
    ("TLS-1-2-2017-01", _1_2, _1_2, _WITHOUT_SHA1 + _RSA_WITHOUT_SHA1),
    ("TLS-1-2-Ext-2018-06", _1_2, _1_2, _ALL),
    ("FS-2018-06", _1_0, _1_2, _FORWARD_SECRET),
    ("FS-1-1-2019-08", _1_1, _1_2, _FORWARD_SECRET),
    ("FS-1-2-2019-08", _1_2, _1_2, _FORWARD_SECRET),
    ("FS-1-2-Res-2019-08", _1_2, _1_2, _WITHOUT_SHA1),
    ("FS-1-2-Res-2020-10", _1_2, _1_2, _A + _D),
    ("TLS13-1-2-2021-06", _1_2, _1_3, _WITHOUT_SHA1),
    ("TLS13-1-2-Res-2021-06", _1_2, _1_3, _A + _D),
    ("TLS13-1-2-Ext1-2021-06", _1_2, _1_3, _WITHOUT_SHA1 + _RSA_WITHOUT_SHA1),
    ("TLS13-1-2-Ext2-2021-06", _1_2, _1_3, _ALL),
    ("TLS13-1-1-2021-06", _1_1, _1_3, _ALL),
    ("TLS13-1-0-2021-06", _1_0, _1_3, _ALL),
    ("TLS13-1-3-2021-06", _1_3, _1_3, ()),
)


def _policy(
    suffix: str, minimum: TlsVersion, maximum: TlsVersion, ciphers: tuple[str, ...]
) -> SecurityPolicy:
    tls_1_3 = _TLS_1_3 if maximum is TlsVersion.TLS_1_3 else ()
    return SecurityPolicy(f"ELBSecurityPolicy-{suffix}", minimum, maximum, ciphers, tls_1_3)


_POLICIES = {policy.name: policy for policy in (_policy(*row) for row in _TABLE)}
