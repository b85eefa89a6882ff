"""The user's own Terraform or OpenTofu."""

import shutil
from pathlib import Path

from landbridge.errors import HostError

PROGRAMS = ("terraform", "tofu")


def find_program() -> Path:
    """The first of ``terraform`` and ``tofu`` on the PATH."""
    for name in PROGRAMS:
        found = shutil.which(name)
        if found:
            return Path(found).absolute()
    raise HostError(
        "Neither terraform nor tofu is on the PATH",
        "install Terraform or OpenTofu; landbridge runs yours and brings none of its own",
    )
