"""The environment variables that lead every AWS client to the local AWS API, and to nothing else."""

import os
from collections.abc import Iterable

CREDENTIAL = "landbridge"
"""Any will do, as the local AWS API checks no signatures; elsewhere these are the root user's."""
PREFIX = "AWS_"
HARMLESS = frozenset({"AWS_PAGER", "AWS_DEFAULT_OUTPUT", "AWS_CLI_AUTO_PROMPT"})
"""How a client looks, not what it talks to."""


NOTHING_OF_THE_USERS = {
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
"""With these, no profile, credential or endpoint is found outside the environment."""


def client_environment(endpoint_url: str, region: str) -> dict[str, str]:
    """What an AWS SDK, the AWS CLI and Terraform need to talk to this API and to find no other credentials.

    AWS: "Service-specific endpoints"
    """
    return NOTHING_OF_THE_USERS | {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
        "AWS_ACCESS_KEY_ID": CREDENTIAL,
        "AWS_SECRET_ACCESS_KEY": CREDENTIAL,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
    }


def leading_away(names: Iterable[str]) -> list[str]:
    """Those of these variables that could give an AWS client other credentials, profiles or endpoints."""
    return sorted(name for name in names if name.startswith(PREFIX) and name not in HARMLESS)


def isolate_this_process() -> None:
    """From now on nothing in this process finds the user's AWS credentials, profile or endpoints.

    moto makes sessions of its own, which would read them, or fail for want of the profile.
    """
    for name in leading_away(os.environ):
        del os.environ[name]
    os.environ.update(NOTHING_OF_THE_USERS)
