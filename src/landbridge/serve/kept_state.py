"""An app whose state is kept: deployed once, and afterwards only what changed."""

from collections.abc import Callable
from pathlib import Path

from landbridge.control.aws_api import AwsApi, Kept
from landbridge.errors import HostError
from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.serve.deployment import Deployment

DEPLOYING, DEPLOYED = "deploying", "deployed"
"""Notes beside the state: a deployment has begun; what has been deployed."""


def bring_back(api: AwsApi, folder: Path, tell: Callable[[str], None]) -> Kept:
    """What was kept in the folder is in the API again."""
    kept = api.keep_state(folder)
    if kept.calls:
        tell(f"state of {folder} brought back: {kept.calls} calls")
    for difference in kept.differences:
        tell(f"state of {folder}: {difference}")
    return kept


def deploy_or_resume(
    deployment: Deployment,
    api: AwsApi,
    authority: CertificateAuthority,
    folder: Path,
    tell: Callable[[str], None],
) -> None:
    """The app is as its folder says: deployed whole if the state is empty, else where it changed."""
    kept = bring_back(api, folder, tell)
    if DEPLOYED in kept.notes:
        deployment.resume(kept.notes[DEPLOYED], authority)
        for part in redeploy_changes(deployment, api):
            tell(f"{part} redeployed")
        return
    if DEPLOYING in kept.notes:
        tell(f"state of {folder}: the deployment was interrupted and begins anew")
        api.keep_state(folder, anew=True)
    elif kept.calls:
        raise HostError(
            f"The state in {folder} was not made by deploying an app",
            "run with --empty or --terraform as then, or choose another folder with --state FOLDER",
        )
    api.note(DEPLOYING, True)
    deployment.deploy(api, authority)
    api.note(DEPLOYED, deployment.deployed)


def redeploy_changes(deployment: Deployment, api: AwsApi) -> tuple[str, ...]:
    """Deploys files that changed since, and keeps word of it; what was deployed, in words."""
    done = deployment.redeploy_changes(api)
    if done:
        api.note(DEPLOYED, deployment.deployed)
    return done
