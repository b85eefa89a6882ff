from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.semantics.load_balancing.authentication.parties import SECRETS, later
from tests.semantics.load_balancing.builders import MOMENT

from landbridge.semantics.load_balancing.authentication.secrets import draw, seal, unseal


@given(st.binary(max_size=200))
def test_what_is_sealed_is_read_again_for_the_same_purpose_only(text: bytes) -> None:
    sealed = seal(SECRETS, MOMENT, "session", text)
    assert unseal(SECRETS, "session", sealed) == text
    assert unseal(SECRETS, "state", sealed) is None
    assert unseal(replace(SECRETS, session_key=b"x" * 32), "session", sealed) is None


@pytest.mark.parametrize("sealed", ["", "AAAA", "no base64!", "ü", "A" * 400])
def test_anything_else_is_not_read(sealed: str) -> None:
    assert unseal(SECRETS, "session", sealed) is None


def test_a_changed_byte_is_noticed() -> None:
    sealed = seal(SECRETS, MOMENT, "session", b"{}")
    for place in range(0, len(sealed) - 2, 5):
        other = "A" if sealed[place] != "A" else "B"
        assert unseal(SECRETS, "session", sealed[:place] + other + sealed[place + 1 :]) is None


def test_drawn_bytes_follow_from_key_moment_and_purpose() -> None:
    drawn = {
        draw(SECRETS, MOMENT, "nonce", 16),
        draw(SECRETS, MOMENT, "other", 16),
        draw(SECRETS, later(1), "nonce", 16),
        draw(replace(SECRETS, session_key=b"x" * 32), MOMENT, "nonce", 16),
    }
    assert len(drawn) == 4
    assert draw(SECRETS, MOMENT, "nonce", 16) in drawn


def test_the_same_text_is_sealed_differently_at_every_moment() -> None:
    assert seal(SECRETS, MOMENT, "session", b"{}") != seal(SECRETS, later(1), "session", b"{}")
