from joserfc import jwt
from joserfc.jwk import OctKey
from tests.semantics.api_gateway.authorization.tokens import KEYS, access_token, identity_token
from tests.semantics.api_gateway.calls import MOMENT

from landbridge.semantics.api_gateway.authorization.user_pool_token import (
    fault_of,
    read_token,
    written_claims,
)


def test_a_token_is_read_before_it_is_believed() -> None:
    token = read_token(f"Bearer {access_token('a b')}")
    assert token is not None
    assert token.scopes == {"a", "b"}
    assert fault_of(token, KEYS, MOMENT.epoch_ms) == ""


def test_only_rs256_is_a_user_pool_s_signature() -> None:
    forged = jwt.encode({"alg": "HS256"}, {"iss": "x"}, OctKey.import_key("k" * 32))
    token = read_token(forged)
    assert token is not None
    assert fault_of(token, KEYS, MOMENT.epoch_ms).startswith("alg 'HS256'")


def test_a_key_set_that_cannot_be_read_verifies_nothing() -> None:
    token = read_token(identity_token())
    assert token is not None
    for keys in (b"", b"[]", b'{"keys": 7}', b'{"keys": [{}]}'):
        assert "no key of the user pool" in fault_of(token, keys, MOMENT.epoch_ms)


def test_objects_lists_and_numbers_among_the_claims_become_texts() -> None:
    claims = {"identities": [{"id": 1}, {"id": 2}], "n": 1.5, "o": {"a": None}, "exp": "soon", "iat": 0}
    assert written_claims(claims) == {
        "identities": '{"id":1},{"id":2}',
        "n": "1.5",
        "o": '{"a":null}',
        "exp": "soon",
        "iat": "Thu Jan 01 00:00:00 UTC 1970",
    }
