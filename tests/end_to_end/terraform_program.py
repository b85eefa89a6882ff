"""The real Terraform, with providers from a folder where there is one."""

import os
import subprocess
from pathlib import Path

PROVIDERS = "LANDBRIDGE_TEST_PROVIDERS"
PATIENCE_S = 400


def terraform(
    folder: Path, *words: str, said: str = "", endpoint_url: str = "http://127.0.0.1:9"
) -> "subprocess.CompletedProcess[str]":
    """Runs a command in the folder, on the AWS API given or on none."""
    return subprocess.run(
        ["terraform", *words],
        cwd=folder,
        env=os.environ | _settings(folder) | {"AWS_ENDPOINT_URL": endpoint_url},
        input=said,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )


def _settings(folder: Path) -> dict[str, str]:
    settings = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "CHECKPOINT_DISABLE": "1",
    }
    if PROVIDERS not in os.environ:
        return settings
    path = folder / "test.terraformrc"
    mirror = f'filesystem_mirror {{ path = "{os.environ[PROVIDERS]}" }}'
    path.write_text(f"provider_installation {{ {mirror} }}\n")
    return {**settings, "TF_CLI_CONFIG_FILE": str(path)}
