"""Terraform's environment, built from nothing: what it needs of the user's, and the local AWS API."""

from collections.abc import Mapping
from pathlib import Path

from landbridge.control.client_environment import client_environment

KEPT = frozenset(
    {
        *("PATH", "LANG", "TERM", "TMPDIR", "USER", "LOGNAME", "TZ"),
        *("TF_PLUGIN_CACHE_DIR", "TF_WORKSPACE", "TF_LOG", "TF_LOG_PATH", "TF_REGISTRY_CLIENT_TIMEOUT"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "SSH_AUTH_SOCK", "GIT_SSH_COMMAND"),
        *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
    }
)
"""Everything else is left behind, the user's AWS variables above all."""
KEPT_PREFIXES = ("LC_", "TF_VAR_", "TF_TOKEN_")
CLI_CONFIGURATION = "TF_CLI_CONFIG_FILE"
CLI_CONFIGURATIONS_AT_HOME = {"terraform": (".terraformrc",), "tofu": (".tofurc", ".terraformrc")}
FEW_ATTEMPTS = "3"
"""The AWS provider would try 25 times for many minutes; an API on this machine has no bad minute."""


def base_environment(own: Mapping[str, str], program: str, home: Path, modules: Path) -> dict[str, str]:
    """What every Terraform command gets; HOME is `home`, where there are no profiles and no credentials.

    The user's Terraform CLI configuration counts, also where it lies in the user's own HOME, because it may
    name a mirror without which there are no providers. `modules` is where Terraform keeps providers and
    modules.
    """
    kept = {name: value for name, value in own.items() if name in KEPT or name.startswith(KEPT_PREFIXES)}
    configuration = _cli_configuration(own, program)
    if configuration is not None:
        kept[CLI_CONFIGURATION] = str(configuration)
    return kept | {
        "HOME": str(home),
        "TF_DATA_DIR": str(modules),
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",
        # No command may reach AWS; only those that get an AWS API are told where it is.
        **client_environment(NOWHERE, "us-east-1"),
    }


NOWHERE = "http://127.0.0.1:9"
"""Where nothing listens: for commands that have no business with AWS."""


def api_environment(endpoint_url: str, region: str, gate_url: str) -> dict[str, str]:
    """What a command that works on the AWS API gets besides: its address, and the gate for all else."""
    return {
        **client_environment(endpoint_url, region),
        "AWS_MAX_ATTEMPTS": FEW_ATTEMPTS,
        "HTTPS_PROXY": gate_url,
        "https_proxy": gate_url,
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }


def _cli_configuration(own: Mapping[str, str], program: str) -> Path | None:
    if own.get(CLI_CONFIGURATION):
        return Path(own[CLI_CONFIGURATION]).absolute()
    if not own.get("HOME"):
        return None
    names = CLI_CONFIGURATIONS_AT_HOME.get(program, ())
    found = (Path(own["HOME"]) / name for name in names)
    return next((path for path in found if path.is_file()), None)
