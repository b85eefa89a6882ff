"""Terraform's environment holds nothing of the user's that could lead to AWS."""

from pathlib import Path

from landbridge.terraform.environment import api_environment, base_environment

USERS = {
    "PATH": "/usr/bin",
    "HOME": "/home/someone",
    "AWS_PROFILE": "production",
    "AWS_ACCESS_KEY_ID": "AKIAREAL",
    "AWS_SECRET_ACCESS_KEY": "real",
    "AWS_SESSION_TOKEN": "real",
    "AWS_ENDPOINT_URL_S3": "https://s3.amazonaws.com",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/var/run/token",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.2/",
    "TF_CLI_ARGS": "-lock=false",
    "TF_VAR_name": "orders",
    "TF_PLUGIN_CACHE_DIR": "/cache",
    "SECRET": "x",
}


def environment(tmp_path: Path, **added: str) -> dict[str, str]:
    base = base_environment({**USERS, **added}, "terraform", tmp_path / "home", tmp_path / "providers")
    return base | api_environment("http://127.0.0.1:8445", "eu-west-1", "http://127.0.0.1:1234")


def test_no_credential_profile_or_endpoint_of_the_user_is_left(tmp_path: Path) -> None:
    found = environment(tmp_path)
    assert not {"real", "AKIAREAL", "production", "x", "/home/someone"} & set(found.values())
    assert {name: value for name, value in found.items() if name.startswith("AWS_")} == {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:8445",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
        "AWS_ACCESS_KEY_ID": "landbridge",
        "AWS_SECRET_ACCESS_KEY": "landbridge",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_MAX_ATTEMPTS": "3",
    }


def test_what_terraform_needs_of_the_users_stays(tmp_path: Path) -> None:
    found = environment(tmp_path)
    kept = {name: found.get(name) for name in ("PATH", "TF_VAR_name", "TF_PLUGIN_CACHE_DIR", "TF_CLI_ARGS")}
    assert kept == {
        "PATH": "/usr/bin",
        "TF_VAR_name": "orders",
        "TF_PLUGIN_CACHE_DIR": "/cache",
        "TF_CLI_ARGS": None,
    }
    assert found["HOME"] == str(tmp_path / "home")


def test_a_command_that_is_given_no_api_reaches_none(tmp_path: Path) -> None:
    base = base_environment(USERS, "terraform", tmp_path, tmp_path)
    assert base["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9"


def test_the_users_proxy_serves_downloads_and_the_gate_everything_after(tmp_path: Path) -> None:
    proxy = "http://proxy.corp.example:3128"
    base = base_environment({**USERS, "https_proxy": proxy}, "terraform", tmp_path, tmp_path)
    assert base["https_proxy"] == proxy
    assert environment(tmp_path, https_proxy=proxy)["https_proxy"] == "http://127.0.0.1:1234"


def test_the_users_command_line_configuration_counts_wherever_it_is(tmp_path: Path) -> None:
    def configuration(**own: str) -> str | None:
        base = base_environment({**USERS, **own}, "terraform", tmp_path, tmp_path)
        return base.get("TF_CLI_CONFIG_FILE")

    assert configuration() is None
    assert configuration(TF_CLI_CONFIG_FILE="/etc/tf.rc") == "/etc/tf.rc"
    (tmp_path / ".terraformrc").write_text("")
    assert configuration(HOME=str(tmp_path)) == str(tmp_path / ".terraformrc")
