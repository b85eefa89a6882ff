"""A declared app whose state is kept: deployed once, resumed, begun anew, or refused."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from landbridge.blueprint.scaffold import scaffold
from landbridge.control.aws_api import AwsApi
from landbridge.errors import DeclarationError, HostError
from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.serve.deployment import Deployment
from landbridge.serve.kept_state import DEPLOYING, bring_back, deploy_or_resume, redeploy_changes

REGION = "eu-central-1"


class Folders:
    """An app, its authority, its state, and what was told."""

    def __init__(self, path: Path) -> None:
        self.app, self.state = path / "app", path / "state"
        for name, body in scaffold("orders", "orders.corp.example").items():
            (self.app / name).parent.mkdir(parents=True, exist_ok=True)
            (self.app / name).write_bytes(body)
        self.authority = CertificateAuthority(path)
        self.told: list[str] = []
        self.api = AwsApi(REGION)

    def start(self) -> Deployment:
        """A new process with what the folder says now."""
        self.api.close()
        self.api = AwsApi(REGION)
        self.told.clear()
        deployment = Deployment(self.app)
        deploy_or_resume(deployment, self.api, self.authority, self.state, self.told.append)
        return deployment

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.app / name).read_text()
        assert old in text
        (self.app / name).write_text(text.replace(old, new))

    @property
    def calls(self) -> str:
        return self.told[0].partition("brought back: ")[2]


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[Folders]:
    folders = Folders(tmp_path)
    yield folders
    folders.api.reset()


def test_an_app_is_deployed_once(folders: Folders) -> None:
    folders.start()
    assert folders.told == []
    size = (folders.state / "journal").stat().st_size
    deployment = folders.start()
    assert len(folders.told) == 1
    assert folders.calls.endswith(" calls")
    assert redeploy_changes(deployment, folders.api) == ()
    assert (folders.state / "journal").stat().st_size == size


def test_files_that_changed_while_nothing_ran_are_deployed_and_the_others_are_not(folders: Folders) -> None:
    folders.start()
    code = folders.api.material.function_code(function_arn(folders))
    (folders.app / "frontend" / "news.txt").write_text("new")
    (folders.app / "frontend" / "index.html").write_bytes(b"<p>changed")
    folders.start()
    assert folders.told[1:] == ["frontend redeployed"]
    assert folders.api.material.function_code(function_arn(folders)) == code
    bucket = folders.api.client("s3").list_buckets()["Buckets"][0]["Name"]
    for key, body in (("news.txt", b"new"), ("index.html", b"<p>changed")):
        found = folders.api.material.read_object(bucket, key)
        assert found is not None
        assert found[0] == body
    (folders.app / "frontend" / "news.txt").unlink()
    (folders.app / "backend" / "more.py").write_text("")
    folders.start()
    assert folders.told[1:] == ["backend redeployed", "frontend redeployed"]
    assert folders.api.material.read_object(bucket, "news.txt") is None
    folders.start()
    assert folders.told[1:] == []


def function_arn(folders: Folders) -> str:
    return str(folders.api.client("lambda").list_functions()["Functions"][0]["FunctionArn"])


def test_a_declaration_that_needs_other_resources_is_refused_by_name(folders: Folders) -> None:
    folders.start()
    folders.edit("landbridge.toml", "10.20.1.0/24", "10.20.3.0/24")
    with pytest.raises(DeclarationError, match="subnet-eu-central-1a would be different now") as refused:
        folders.start()
    assert "remove the state folder" in refused.value.hint
    folders.edit("landbridge.toml", "10.20.3.0/24", "10.20.1.0/24")
    folders.start()


def test_a_comment_in_the_declaration_makes_no_difference(folders: Folders) -> None:
    folders.start()
    folders.edit("landbridge.toml", "[network]", "[network]  # ours")
    folders.start()
    assert len(folders.told) == 1


def test_a_deployment_that_was_interrupted_begins_anew(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(
            Deployment,
            "deploy",
            lambda *_: folders.api.client("ec2").create_vpc(CidrBlock="10.0.0.0/16") and 1 / 0,
        )
        with pytest.raises(ZeroDivisionError):
            folders.start()
    folders.start()
    assert folders.told[1:] == [f"state of {folders.state}: the deployment was interrupted and begins anew"]
    cidrs = {vpc["CidrBlock"] for vpc in folders.api.client("ec2").describe_vpcs()["Vpcs"]}
    assert cidrs == {"172.31.0.0/16", "10.20.0.0/16"}
    folders.start()
    assert len(folders.told) == 1


def test_a_state_that_no_app_made_is_not_deployed_into(folders: Folders) -> None:
    assert bring_back(folders.api, folders.state, folders.told.append).calls == 0
    folders.api.client("sqs").create_queue(QueueName="mine")
    with pytest.raises(HostError, match="was not made by deploying an app"):
        folders.start()


def test_a_certificate_of_another_authority_is_not_served(folders: Folders, tmp_path: Path) -> None:
    folders.start()
    (tmp_path / "other").mkdir()
    folders.authority = CertificateAuthority(tmp_path / "other")
    with pytest.raises(DeclarationError, match="issued by another certificate authority"):
        folders.start()


def test_what_is_noted_is_json(folders: Folders) -> None:
    deployment = folders.start()
    assert json.loads(json.dumps(deployment.deployed)) == deployment.deployed
    assert bring_back(folders.api, folders.state, folders.told.append).notes[DEPLOYING] is True
