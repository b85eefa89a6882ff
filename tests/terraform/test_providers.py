"""Which settings of a configuration lead away from this machine, and what becomes of them."""

import pytest

from landbridge.errors import DeclarationError
from landbridge.terraform.providers import (
    ModuleSettings,
    ProviderBlock,
    check_child_module,
    check_remote_states,
    knows_path_style,
    override,
    read_settings,
)

BARE = 'provider "aws" {\n  region = "eu-central-1"\n}\n'


def settings(text: str, name: str = "main.tf") -> ModuleSettings:
    return read_settings({name: text})


def only_provider(text: str, name: str = "main.tf") -> ProviderBlock:
    (block,) = settings(text, name).providers
    return block


def test_a_bare_provider_leads_nowhere_else() -> None:
    block = only_provider(BARE)
    assert block == ProviderBlock("aws", "", block.region, ())
    assert block.literal_region == "eu-central-1"


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        ('profile = "production"', "profile"),
        ('shared_config_files = ["~/.aws/config"]', "shared_config_files"),
        ('access_key = "AKIA"', "access_key"),
        ("allowed_account_ids = [var.account]", "allowed_account_ids"),
        ('endpoints {\n s3 = "https://s3.amazonaws.com"\n }', "endpoints"),
        ('assume_role {\n role_arn = "arn:aws:iam::1:role/${var.name}"\n }', "assume_role"),
        (
            'dynamic "assume_role" {\n for_each = var.x\n content {\n role_arn = assume_role.value\n }\n }',
            "assume_role",
        ),
        ('https_proxy = "http://proxy.corp.example:3128"', "https_proxy"),
    ],
)
def test_a_setting_that_chooses_credentials_or_the_way_to_aws_is_cancelled(setting: str, name: str) -> None:
    found = settings(f'provider "aws" {{\n  {setting}\n}}\n')
    (block,) = found.providers
    assert block.leading_away == (name,)
    overriding = settings(override(found, "/state", "/workspaces")).providers
    assert [(one.alias, one.leading_away) for one in overriding] == [("", (name,))]


@pytest.mark.parametrize(
    "setting",
    ['default_tags {\n tags = { a = "b" }\n }', "skip_region_validation = true", "s3_use_path_style = true"],
)
def test_other_settings_stay(setting: str) -> None:
    found = settings(f'provider "aws" {{\n  {setting}\n}}\n')
    assert found.providers[0].leading_away == ()
    assert "provider" not in override(found, "/state", "/workspaces")


def test_every_alias_is_a_block_of_its_own() -> None:
    text = BARE + 'provider "aws" {\n  alias = "us"\n  region = "us-east-1"\n  profile = "x"\n}\n'
    default, us = settings(text).providers
    assert (default.address, default.leading_away) == ("aws", ())
    assert (us.address, us.literal_region, us.leading_away) == ("aws.us", "us-east-1", ("profile",))
    assert 'alias = "us"\n  profile = null' in override(settings(text), "/state", "/workspaces")


def test_an_override_of_the_users_own_adds_to_the_block_that_it_overrides() -> None:
    found = read_settings({"main.tf": BARE, "dev_override.tf": 'provider "aws" {\n  profile = "dev"\n}\n'})
    assert found.providers == (ProviderBlock("aws", "", '"eu-central-1"', ("profile",)),)


@pytest.mark.parametrize(
    ("lock", "known"),
    [
        ('provider "registry.terraform.io/hashicorp/aws" {\n  version     = "5.100.0"\n', True),
        ('provider "registry.opentofu.org/hashicorp/aws" {\n  version = "10.0.1"\n', True),
        ('provider "registry.terraform.io/hashicorp/aws" {\n  version     = "3.76.1"\n', False),
        ('provider "registry.terraform.io/hashicorp/archive" {\n  version     = "2.4.0"\n', False),
        ("", False),
    ],
)
def test_path_style_is_asked_of_a_provider_that_knows_it(lock: str, known: bool) -> None:
    assert knows_path_style(lock) is known


def test_every_configuration_of_the_provider_gets_path_style() -> None:
    text = override(settings(BARE + 'provider "aws" {\n  alias = "us"\n}\n'), "/s", "/w", path_style=True)
    assert text.count("  s3_use_path_style = true\n}") == 2
    assert "s3_use_path_style" not in override(settings("x = 1"), "/s", "/w", path_style=True)


def test_the_provider_may_have_another_local_name() -> None:
    required = 'terraform {\n  required_providers {\n    amazon = { source = "hashicorp/aws" }\n  }\n}\n'
    found = settings(required + 'provider "amazon" {\n  profile = "x"\n}\nprovider "google" {\n}\n')
    assert [block.name for block in found.providers] == ["amazon"]
    assert 'provider "amazon"' in override(found, "/state", "/workspaces")


def test_aws_may_be_the_local_name_of_another_provider() -> None:
    required = 'terraform {\n  required_providers {\n    aws = { source = "corp/aws-like" }\n  }\n}\n'
    assert settings(required + BARE).providers == ()


def test_json_syntax_is_read_too() -> None:
    text = '{"provider": {"aws": [{"region": "eu-west-1"}, {"alias": "x", "endpoints": {"s3": "http://x"}}]}}'
    default, x = settings(text, "main.tf.json").providers
    assert default.literal_region == "eu-west-1"
    assert x.leading_away == ("endpoints",)


@pytest.mark.parametrize(
    ("text", "name", "region"),
    [
        ('provider "aws" {\n  region = var.region\n}\n', "main.tf", "var.region"),
        ('provider "aws" {\n  region = "eu-${var.x}-1"\n}\n', "main.tf", '"eu-${var.x}-1"'),
        ('{"provider": {"aws": {"region": "${var.region}"}}}', "main.tf.json", "var.region"),
        ('provider "aws" {\n}\n', "main.tf", ""),
    ],
)
def test_a_region_that_is_not_written_out_is_an_expression_for_terraforms_console(
    text: str, name: str, region: str
) -> None:
    block = only_provider(text, name)
    assert block.region == region
    assert block.literal_region == ""


def test_state_goes_to_a_local_file_whatever_the_backend() -> None:
    text = override(ModuleSettings(), "/a ${b}/state", "/workspaces")
    assert 'backend "local"' in text
    assert 'path = "/a $${b}/state"' in text


def test_a_file_that_cannot_be_parsed_is_named_and_left_to_terraform() -> None:
    found = read_settings({"main.tf": BARE, "broken.tf": 'provider "aws" {', "broken.tf.json": "{"})
    assert found.unread == ("broken.tf", "broken.tf.json")
    assert len(found.providers) == 1


def test_a_file_without_such_settings_is_not_parsed() -> None:
    assert settings("resource {{{").unread == ()


def test_a_child_module_that_leads_away_is_refused() -> None:
    check_child_module("modules/app", settings(BARE))
    with pytest.raises(DeclarationError, match=r"modules/app configures provider aws itself, with profile"):
        check_child_module("modules/app", settings('provider "aws" {\n  profile = "x"\n}\n'))


def test_a_state_that_is_not_on_this_machine_is_refused() -> None:
    remote = 'data "terraform_remote_state" "network" {\n  backend = "s3"\n  config = { bucket = "b" }\n}\n'
    with pytest.raises(DeclarationError, match=r"data\.terraform_remote_state\.network .* backend s3"):
        check_remote_states("infra", settings(remote))
    check_remote_states("infra", settings(remote.replace('"s3"', '"local"')))
