import re
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from landbridge.errors import HostError
from landbridge.model.identifiers import Arn
from landbridge.serve.user_secrets import KEY_FILE, PUBLIC_KEYS_FOLDER, user_secrets


def no_secret(arn: Arn) -> str:
    return ""


def test_the_keys_outlive_a_restart_so_that_sessions_do(tmp_path: Path) -> None:
    first, second = user_secrets(tmp_path, no_secret), user_secrets(tmp_path, no_secret)
    assert (first.session_key, first.key_id) == (second.session_key, second.key_id)
    assert len(first.session_key) == 32
    (tmp_path / "other").mkdir()
    assert user_secrets(tmp_path / "other", no_secret).session_key != first.session_key


def test_the_private_key_is_its_owner_s_and_the_public_one_is_published_under_its_id(tmp_path: Path) -> None:
    secrets = user_secrets(tmp_path, no_secret)
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", secrets.key_id)
    published = (tmp_path / PUBLIC_KEYS_FOLDER / secrets.key_id).read_bytes()
    assert serialization.load_pem_public_key(published) == secrets.signing_key.public_key()


def test_a_damaged_key_is_told(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_text("no key")
    with pytest.raises(HostError, match="cannot be read"):
        user_secrets(tmp_path, no_secret)
