"""What Terraform is asked to do with a configuration, in which order, and what comes of it."""

import asyncio
import json
from pathlib import Path

import pytest
from tests.terraform.programs import Program

from landbridge.errors import DeclarationError
from landbridge.terraform.blocks import Block
from landbridge.terraform.configuration import OVERRIDE, Api, Configuration

API = Api("http://127.0.0.1:8445", "eu-west-1")
BARE = 'provider "aws" {\n  region = "eu-west-1"\n}\n'


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    stand_in = Program(tmp_path / "bin")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    return stand_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    infra = tmp_path / "infra"
    infra.mkdir()
    (infra / "main.tf").write_text(BARE)
    return infra


def configuration(folder: Path, **arguments: object) -> Configuration:
    return Configuration(folder, folder.parent / "state", **arguments)  # type: ignore[arg-type]


def view(folder: Path) -> Path:
    (found,) = (folder.parent / "state" / "terraform").glob(f"*/view/{folder.relative_to('/')}")
    return found


def test_a_folder_without_a_configuration_is_refused(program: Program, tmp_path: Path) -> None:
    for folder in (tmp_path / "bin", tmp_path / "nowhere"):
        with pytest.raises(DeclarationError, match="There is no Terraform configuration in"):
            configuration(folder)


def test_preparing_initializes_with_a_local_backend_in_the_view(program: Program, folder: Path) -> None:
    assert asyncio.run(configuration(folder).prepare()) == "eu-west-1"
    assert program.calls == [[f"-chdir={view(folder)}", "init", "-input=false", "-reconfigure", "-no-color"]]
    assert 'backend "local"' in (view(folder) / OVERRIDE).read_text()
    assert [path.name for path in folder.iterdir()] == ["main.tf"]
    assert program.environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9"


def test_applying_leads_to_the_api_and_through_the_gate(program: Program, folder: Path) -> None:
    variables = folder.parent / "dev.tfvars"
    asyncio.run(configuration(folder, variable_files=(variables,)).apply(API, print))
    assert program.calls[-1][1:] == [
        *(
            "apply",
            "-auto-approve",
            "-input=false",
            "-compact-warnings",
            f"-var-file={variables}",
            "-no-color",
        )
    ]
    environment = program.environment
    assert environment["AWS_ENDPOINT_URL"] == API.endpoint_url
    assert environment["AWS_REGION"] == API.region
    assert environment["HTTPS_PROXY"].startswith("http://127.0.0.1:")


@pytest.mark.parametrize(("code", "in_sync"), [(0, True), (2, False)])
def test_a_plan_tells_whether_it_is_empty(program: Program, folder: Path, code: int, in_sync: bool) -> None:
    program.does(f"exit {code}")
    assert asyncio.run(configuration(folder).is_in_sync(API, print)) is in_sync


@pytest.mark.parametrize("command", ["init", "plan", "apply", "destroy"])
def test_what_fails_is_named_and_nothing_follows(program: Program, folder: Path, command: str) -> None:
    program.does(f'[ "$2" != {command} ]')
    made = configuration(folder)

    async def trial() -> None:
        await made.prepare()
        await made.is_in_sync(API, print)
        await made.apply(API, print)
        await made.destroy(API, print)

    with pytest.raises(DeclarationError, match=f"terraform {command} failed in"):
        asyncio.run(trial())
    assert program.calls[-1][1] == command


def test_a_region_that_is_not_written_out_is_asked_of_terraform(program: Program, folder: Path) -> None:
    (folder / "main.tf").write_text('provider "aws" {\n  region = var.region\n}\n')
    program.does(
        '[ "$2" = console ] && read asked && [ "$asked" = var.region ] && echo \'"eu-north-1"\'; exit 0'
    )
    assert asyncio.run(configuration(folder).prepare()) == "eu-north-1"


def test_a_region_that_only_applying_would_tell_is_refused(program: Program, folder: Path) -> None:
    (folder / "main.tf").write_text('provider "aws" {\n  region = data.x.y.z\n}\n')
    program.does('[ "$2" = console ] && echo "(known after apply)"; exit 0')
    with pytest.raises(DeclarationError, match=r"region of provider aws is not known .*: data\.x\.y\.z"):
        asyncio.run(configuration(folder).prepare())


def test_a_configuration_may_leave_the_region_open(program: Program, folder: Path) -> None:
    for text in ("", 'provider "aws" {}\n'):
        (folder / "main.tf").write_text(text)
        assert asyncio.run(configuration(folder).prepare()) == ""


def test_what_is_not_used_is_told(program: Program, folder: Path) -> None:
    alias = 'provider "aws" {\n  alias = "us"\n  region = "us-east-1"\n  profile = "x"\n}\n'
    (folder / "main.tf").write_text(BARE + alias)
    made = configuration(folder)
    asyncio.run(made.prepare())
    assert made.remarks[0] == "provider aws.us: not used here: profile"
    assert made.remarks[1].startswith("provider aws.us: what it makes in us-east-1 is in the AWS API")


def test_a_module_that_is_called_and_leads_away_is_refused(program: Program, folder: Path) -> None:
    module = folder / "modules" / "app"
    module.mkdir(parents=True)
    (module / "main.tf").write_text('provider "aws" {\n  profile = "production"\n}\n')
    manifest = json.dumps({"Modules": [{"Key": "", "Dir": "."}, {"Key": "app", "Dir": "modules/app"}]})
    program.does(f"mkdir -p $TF_DATA_DIR/modules; echo '{manifest}' > $TF_DATA_DIR/modules/modules.json")
    with pytest.raises(DeclarationError, match=f"{module} configures provider aws itself, with profile"):
        asyncio.run(configuration(folder).prepare())


def test_state_is_that_of_one_account(program: Program, folder: Path) -> None:
    one, other = configuration(folder, account="one"), configuration(folder, account="other")
    for made, content in ((one, "1"), (other, "2")):
        made._state.write_text(content)
    one.forget_state()
    assert not one._state.exists()
    assert other._state.read_text() == "2"


def test_the_stamp_changes_with_the_files_of_every_module_of_the_users(
    program: Program, folder: Path
) -> None:
    shared = folder.parent / "shared"
    shared.mkdir()
    (shared / "main.tf").write_text("")
    manifest = json.dumps({"Modules": [{"Key": "shared", "Dir": "../shared"}]})
    program.does(f"mkdir -p $TF_DATA_DIR/modules; echo '{manifest}' > $TF_DATA_DIR/modules/modules.json")
    made = configuration(folder)
    asyncio.run(made.prepare())
    stamps = [made.stamp()]
    assert made.stamp() == stamps[0]
    for changed in (folder / "main.tf", shared / "main.tf"):
        changed.write_text("changed")
        stamps.append(made.stamp())
    (folder / "terraform.tfstate").write_text("{}")
    assert made.stamp() == stamps[-1]
    assert len(set(stamps)) == 3


def test_what_was_applied_is_at_the_users_own_files_or_at_the_call_of_a_module_that_was_fetched(
    program: Program, folder: Path
) -> None:
    calls = 'module "own" {\n}\nmodule "shared" {\n}\nmodule "fetched" {\n}\n'
    (folder / "main.tf").write_text(calls)
    vpc = 'resource "aws_vpc" "this" {\n}\n'
    for module in (folder / "own", folder.parent / "shared"):
        module.mkdir()
        (module / "main.tf").write_text(vpc)
    made = configuration(folder)
    below = view(folder).parents[len(folder.parts) - 1]
    fetched = below / "providers" / "modules" / "fetched"
    fetched.mkdir(parents=True)
    (fetched / "main.tf").write_text(vpc)
    places = {"": ".", "own": "own", "shared": "../shared", "fetched": str(fetched)}
    modules = [{"Key": key, "Dir": place} for key, place in places.items()]
    (fetched.parent / "modules.json").write_text(json.dumps({"Modules": modules}))
    resource = {"mode": "managed", "type": "aws_vpc", "name": "this"}
    resources = [
        resource | {"module": f"module.{key}", "instances": [{"attributes": {"id": f"vpc-{key}"}}]}
        for key in places
        if key
    ]
    (below / "terraform.tfstate").write_text(json.dumps({"resources": resources}))
    blocks = made.blocks()
    assert {key: blocks.of("AWS::EC2::VPC", f"vpc-{key}") for key in places if key} == {
        "own": Block(folder / "own" / "main.tf", 1),
        "shared": Block(folder.parent / "shared" / "main.tf", 1),
        "fetched": Block(folder / "main.tf", 5),
    }
