"""The TLS security policies of HTTPS listeners: versions and ciphers in the load balancer's order.

AWS: "Security policies for your Application Load Balancer"
"""

from dataclasses import dataclass
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
    curve: str = ""
    """The curve for key exchange that the policy prefers where it leaves out X25519; empty for the others."""

    @property
    def versions(self) -> tuple[TlsVersion, ...]:
        """The newest first, as AWS lists them."""
        return tuple(v for v in reversed(TlsVersion) if self.minimum <= v <= self.maximum)


DEFAULT_POLICY = "ELBSecurityPolicy-2016-08"
"""The policy of an HTTPS listener that names none."""


def security_policy(name: str) -> SecurityPolicy:
    """The policy of that name; an empty name is the default policy.

    AWS: "Security policies for your Application Load Balancer"
    """
    known = SECURITY_POLICIES.get(name or DEFAULT_POLICY)
    if known is None:
        raise UnsupportedError(
            f"the security policy {name} is not modelled",
            "use one of AWS's predefined policies, for example ELBSecurityPolicy-TLS13-1-2-2021-06",
        )
    return known


_A = ("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256")
_B = ("ECDHE-ECDSA-AES128-SHA256", "ECDHE-RSA-AES128-SHA256")
_C = ("ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA")
_D = ("ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384")
_E = ("ECDHE-ECDSA-AES256-SHA384", "ECDHE-RSA-AES256-SHA384")
_F = ("ECDHE-RSA-AES256-SHA", "ECDHE-ECDSA-AES256-SHA")
_F_ECDSA_FIRST = ("ECDHE-ECDSA-AES256-SHA", "ECDHE-RSA-AES256-SHA")
_RSA_WITHOUT_SHA1 = ("AES128-GCM-SHA256", "AES128-SHA256", "AES256-GCM-SHA384", "AES256-SHA256")
_RSA = (
    "AES128-GCM-SHA256",
    "AES128-SHA256",
    "AES128-SHA",
    "AES256-GCM-SHA384",
    "AES256-SHA256",
    "AES256-SHA",
)
_RSA_LONGEST_FIRST = (*_RSA[3:], *_RSA[:3])
_FORWARD_SECRET = _A + _B + _C + _D + _E + _F
_ALL = _FORWARD_SECRET + _RSA
_WITHOUT_SHA1 = _A + _B + _D + _E
_AES_128 = "TLS_AES_128_GCM_SHA256"
_AES_256 = "TLS_AES_256_GCM_SHA384"
_CHACHA = "TLS_CHACHA20_POLY1305_SHA256"

_1_0, _1_1, _1_2, _1_3 = TlsVersion
_Row = tuple[str, TlsVersion, TlsVersion, tuple[str, ...]]
_TABLE: tuple[_Row, ...] = (
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
)
_TLS_1_3_TABLE: tuple[_Row, ...] = (
    ("TLS13-1-3", _1_3, _1_3, ()),
    ("TLS13-1-2-Res", _1_2, _1_3, _A + _D),
    ("TLS13-1-2", _1_2, _1_3, _WITHOUT_SHA1),
    ("TLS13-1-2-Ext0", _1_2, _1_3, _FORWARD_SECRET),
    ("TLS13-1-2-Ext1", _1_2, _1_3, _WITHOUT_SHA1 + _RSA_WITHOUT_SHA1),
    ("TLS13-1-2-Ext2", _1_2, _1_3, _ALL),
    ("TLS13-1-1", _1_1, _1_3, _ALL),
    ("TLS13-1-0", _1_0, _1_3, _ALL),
)
_MISSING = frozenset(
    (
        "TLS13-1-2-Ext0-2021-06",
        "TLS13-1-2-Ext0-PQ-2025-09",
        "TLS13-1-1-PQ-2025-09",
        "TLS13-1-1-FIPS-PQ-2025-09",
    )
)
"""Combinations that AWS does not have."""
_STRICT = (*_D, "AES256-GCM-SHA384")
_INTEROP_3 = _D + _E + _F_ECDSA_FIRST + _A + _B + _C
_RFC_9151_TABLE: tuple[tuple[_Row, tuple[str, ...]], ...] = (
    (("TLS13-1-3-RFC9151-FIPS-2023-07", _1_3, _1_3, ()), (_AES_256,)),
    (("TLS13-1-2-RFC9151-FIPS-2023-07", _1_2, _1_3, _D), (_AES_256,)),
    (("TLS13-1-2-Ext0-RFC9151-FIPS-2023-07", _1_2, _1_3, _STRICT), (_AES_256,)),
    (("TLS13-1-2-RFC9151-INTEROP1-FIPS-2023-07", _1_2, _1_3, _D + _A), (_AES_256, _AES_128)),
    (("TLS13-1-2-RFC9151-INTEROP2-FIPS-2023-07", _1_2, _1_3, _D + _E + _A + _B), (_AES_256, _AES_128)),
    (("TLS13-1-2-RFC9151-INTEROP3-FIPS-2023-07", _1_2, _1_3, _INTEROP_3), (_AES_256, _AES_128)),
    (
        ("TLS13-1-2-RFC9151-INTEROP4-FIPS-2023-07", _1_2, _1_3, _INTEROP_3 + _RSA_LONGEST_FIRST),
        (_AES_256, _AES_128),
    ),
)
_VARIANTS = {
    "2021-06": (_AES_128, _AES_256, _CHACHA),
    "PQ-2025-09": (_AES_128, _AES_256, _CHACHA),
    "FIPS-2023-04": (_AES_128, _AES_256),
    "FIPS-PQ-2025-09": (_AES_128, _AES_256),
}
"""The ciphers of TLS 1.3 by the end of a policy's name; a post-quantum one differs in its groups only."""


def _policy(row: _Row, tls_1_3_ciphers: tuple[str, ...] = ()) -> SecurityPolicy:
    suffix, minimum, maximum, ciphers = row
    name = f"ELBSecurityPolicy-{suffix}"
    return SecurityPolicy(name, minimum, maximum, ciphers, tls_1_3_ciphers, _curve(suffix))


def _curve(suffix: str) -> str:
    """The policies before TLS 1.3 and those of FIPS have the curves of NIST only."""
    if "PQ" in suffix:
        return ""
    if "RFC9151" in suffix:
        return "secp384r1"
    return "secp256r1" if "FIPS" in suffix or not suffix.startswith("TLS13") else ""


def _every_policy() -> list[SecurityPolicy]:
    policies = [
        _policy((f"{prefix}-{variant}", minimum, maximum, ciphers), tls_1_3_ciphers)
        for prefix, minimum, maximum, ciphers in _TLS_1_3_TABLE
        for variant, tls_1_3_ciphers in _VARIANTS.items()
        if f"{prefix}-{variant}" not in _MISSING
    ]
    policies += [_policy(row, tls_1_3_ciphers) for row, tls_1_3_ciphers in _RFC_9151_TABLE]
    return policies + [_policy(row) for row in _TABLE]


SECURITY_POLICIES = {policy.name: policy for policy in _every_policy()}
"""Every predefined policy by name."""
