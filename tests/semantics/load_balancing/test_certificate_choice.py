from dataclasses import replace

import pytest

from landbridge.semantics.load_balancing.certificate_choice import ServedCertificate, choose_certificates

YEAR_S = 365 * 24 * 3600


def certificate(*names: str) -> ServedCertificate:
    return ServedCertificate(names, False, False, 256, 2048, YEAR_S)


DEFAULT = certificate("default.corp.example")
RSA = certificate("web.corp.example")
ECDSA = replace(RSA, is_elliptic=True, key_bits=256)
WILDCARD = certificate("*.corp.example")


@pytest.mark.parametrize(
    ("server_name", "listed", "chosen"),
    [
        ("", (RSA,), (0,)),
        ("web.corp.example", (), (0,)),
        ("other.example", (RSA, WILDCARD), (0,)),
        ("web.corp.example", (RSA,), (1,)),
        ("WEB.corp.example", (RSA,), (1,)),
        ("any.corp.example", (RSA, WILDCARD), (2,)),
        ("two.labels.corp.example", (WILDCARD,), (0,)),
        ("corp.example", (WILDCARD,), (0,)),
        ("default.corp.example", (WILDCARD,), (1,)),
        ("default.corp.example", (RSA,), (0,)),
        ("default.corp.example", (RSA, DEFAULT), (2,)),
        ("web.corp.example", (RSA, ECDSA), (2, 1)),
        ("web.corp.example", (ECDSA, RSA, RSA), (1, 2)),
    ],
)
def test_a_certificate_of_the_list_is_shown_for_its_names_and_else_the_default_one(
    server_name: str, listed: tuple[ServedCertificate, ...], chosen: tuple[int, ...]
) -> None:
    assert choose_certificates(server_name, (DEFAULT, *listed)) == chosen


@pytest.mark.parametrize(
    "worse",
    [
        replace(RSA, is_expired=True, hash_bits=512, key_bits=4096, validity_s=2 * YEAR_S),
        replace(RSA, hash_bits=160, key_bits=4096, validity_s=2 * YEAR_S),
        replace(RSA, key_bits=1024, validity_s=2 * YEAR_S),
        replace(RSA, validity_s=YEAR_S // 2),
    ],
)
def test_of_several_for_a_name_expiry_then_hash_then_key_length_then_validity_decides(
    worse: ServedCertificate,
) -> None:
    assert choose_certificates("web.corp.example", (DEFAULT, worse, RSA)) == (2,)
    assert choose_certificates("web.corp.example", (DEFAULT, RSA, worse)) == (1,)
