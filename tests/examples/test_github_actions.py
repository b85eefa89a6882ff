import shlex
from pathlib import Path
from typing import Any

import yaml

from landbridge.cli.check import check

WORKFLOW = Path(__file__).parents[2] / "examples" / "github-actions" / "landbridge-check.yml"


def steps() -> list[dict[str, Any]]:
    workflow = yaml.safe_load(WORKFLOW.read_text())
    found: list[dict[str, Any]] = workflow["jobs"]["check"]["steps"]
    return found


def test_the_workflow_calls_the_command_with_options_that_it_has() -> None:
    (words,) = (
        shlex.split(step["run"]) for step in steps() if step.get("run", "").startswith("landbridge check")
    )
    known = {option for parameter in check.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_the_workflow_uploads_the_file_that_the_command_writes_also_when_a_claim_is_broken() -> None:
    (words,) = (
        shlex.split(step["run"]) for step in steps() if step.get("run", "").startswith("landbridge check")
    )
    (upload,) = (step for step in steps() if "upload-sarif" in step.get("uses", ""))
    assert upload["with"]["sarif_file"] == words[words.index("--output") + 1]
    assert upload["if"] == "success() || failure()"
