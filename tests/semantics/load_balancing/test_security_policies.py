import pytest

from landbridge.errors import UnsupportedError
from landbridge.semantics.load_balancing.security_policies import TlsVersion, security_policy


@pytest.mark.parametrize(
    ("name", "minimum", "maximum", "ciphers"),
    [
        ("2016-08", "TLSv1", "TLSv1.2", 18),
        ("2015-05", "TLSv1", "TLSv1.2", 18),
        ("TLS-1-0-2015-04", "TLSv1", "TLSv1.2", 19),
        ("TLS-1-1-2017-01", "TLSv1.1", "TLSv1.2", 18),
        ("TLS-1-2-2017-01", "TLSv1.2", "TLSv1.2", 12),
        ("TLS-1-2-Ext-2018-06", "TLSv1.2", "TLSv1.2", 18),
        ("FS-2018-06", "TLSv1", "TLSv1.2", 12),
        ("FS-1-1-2019-08", "TLSv1.1", "TLSv1.2", 12),
        ("FS-1-2-2019-08", "TLSv1.2", "TLSv1.2", 12),
        ("FS-1-2-Res-2019-08", "TLSv1.2", "TLSv1.2", 8),
        ("FS-1-2-Res-2020-10", "TLSv1.2", "TLSv1.2", 4),
        ("TLS13-1-2-2021-06", "TLSv1.2", "TLSv1.3", 11),
        ("TLS13-1-2-Res-2021-06", "TLSv1.2", "TLSv1.3", 7),
        ("TLS13-1-2-Ext1-2021-06", "TLSv1.2", "TLSv1.3", 15),
        ("TLS13-1-2-Ext2-2021-06", "TLSv1.2", "TLSv1.3", 21),
        ("TLS13-1-1-2021-06", "TLSv1.1", "TLSv1.3", 21),
        ("TLS13-1-0-2021-06", "TLSv1", "TLSv1.3", 21),
        ("TLS13-1-3-2021-06", "TLSv1.3", "TLSv1.3", 3),
    ],
)
def test_a_policy_has_aws_versions_and_number_of_ciphers(
    name: str, minimum: str, maximum: str, ciphers: int
) -> None:
    policy = security_policy("ELBSecurityPolicy-" + name)

    assert (policy.minimum, policy.maximum) == (minimum, maximum)
    offered = policy.ciphers + policy.tls_1_3_ciphers
    assert len(offered) == len(set(offered)) == ciphers


def test_a_listener_without_a_policy_has_the_default_one() -> None:
    assert security_policy("").name == "ELBSecurityPolicy-2016-08"


def test_ecdsa_with_aes_128_gcm_is_preferred() -> None:
    assert security_policy("").ciphers[:2] == ("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256")


@pytest.mark.parametrize(
    ("name", "base", "tls_1_3_ciphers"),
    [
        ("TLS13-1-2-Res-PQ-2025-09", "TLS13-1-2-Res-2021-06", 3),
        ("TLS13-1-2-FIPS-2023-04", "TLS13-1-2-2021-06", 2),
        ("TLS13-1-3-FIPS-PQ-2025-09", "TLS13-1-3-2021-06", 2),
        ("TLS13-1-0-PQ-2025-09", "TLS13-1-0-2021-06", 3),
        ("TLS13-1-1-FIPS-2023-04", "TLS13-1-1-2021-06", 2),
        ("TLS13-1-2-Ext0-FIPS-2023-04", "FS-1-2-2019-08", 2),
        ("TLS13-1-2-Ext0-FIPS-PQ-2025-09", "FS-1-2-2019-08", 2),
    ],
)
def test_a_fips_policy_leaves_out_chacha20_and_a_post_quantum_one_keeps_the_ciphers(
    name: str, base: str, tls_1_3_ciphers: int
) -> None:
    policy = security_policy("ELBSecurityPolicy-" + name)

    assert policy.name.endswith(name)
    assert policy.ciphers == security_policy("ELBSecurityPolicy-" + base).ciphers
    assert len(policy.tls_1_3_ciphers) == tls_1_3_ciphers


@pytest.mark.parametrize(
    ("name", "ciphers"),
    [
        ("TLS13-1-3-RFC9151-FIPS-2023-07", 1),
        ("TLS13-1-2-RFC9151-FIPS-2023-07", 3),
        ("TLS13-1-2-Ext0-RFC9151-FIPS-2023-07", 4),
        ("TLS13-1-2-RFC9151-INTEROP1-FIPS-2023-07", 6),
        ("TLS13-1-2-RFC9151-INTEROP2-FIPS-2023-07", 10),
        ("TLS13-1-2-RFC9151-INTEROP3-FIPS-2023-07", 14),
        ("TLS13-1-2-RFC9151-INTEROP4-FIPS-2023-07", 20),
    ],
)
def test_an_rfc_9151_policy_begins_with_aes_256(name: str, ciphers: int) -> None:
    policy = security_policy("ELBSecurityPolicy-" + name)
    offered = policy.tls_1_3_ciphers + policy.ciphers

    assert len(offered) == len(set(offered)) == ciphers
    assert offered[0] == "TLS_AES_256_GCM_SHA384"


@pytest.mark.parametrize(
    "name",
    [
        "ELBSecurityPolicy-Novel-2030-01",
        "mine",
        "ELBSecurityPolicy-TLS13-1-2-2023-04",
        "ELBSecurityPolicy-TLS13-1-2-Ext0-2021-06",
    ],
)
def test_an_unknown_policy_is_named(name: str) -> None:
    with pytest.raises(UnsupportedError, match=name):
        security_policy(name)


def test_versions_are_ordered() -> None:
    assert sorted(TlsVersion) == list(TlsVersion)
