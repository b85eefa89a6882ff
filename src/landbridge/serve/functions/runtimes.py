"""Which runtimes can be run here, and what is to be said about those that run differently."""

import sys
from enum import Enum

from landbridge.model.functions import Function

HERE = f"python{sys.version_info.major}.{sys.version_info.minor}"
"""The runtime that the interpreter under landbridge stands for."""


class RuntimeFamily(Enum):
    """How a function's code is started.

    AWS: "Lambda runtimes"
    """

    PYTHON = "AWS's runtime client for Python, on the interpreter that landbridge runs on"
    PROVIDED = "the code's own executable bootstrap"
    UNSUPPORTED = "not at all"


def find_family(function: Function) -> RuntimeFamily:
    """The family of this function's runtime."""
    if function.package_type != "Zip":
        return RuntimeFamily.UNSUPPORTED
    if function.runtime.startswith("python3."):
        return RuntimeFamily.PYTHON
    if function.runtime == "provided" or function.runtime.startswith("provided."):
        return RuntimeFamily.PROVIDED
    return RuntimeFamily.UNSUPPORTED


def explain_unsupported(function: Function) -> str:
    """Why this function cannot run here."""
    what = f"the runtime {function.runtime}" if function.package_type == "Zip" else "container images"
    return f"landbridge does not run {what} of function {function.name}; it runs python3.* and provided.*"


def find_notice(function: Function) -> str:
    """What the user should know about how this function runs here; empty when it runs as on AWS."""
    match find_family(function):
        case RuntimeFamily.UNSUPPORTED:
            return explain_unsupported(function)
        case RuntimeFamily.PYTHON if function.runtime != HERE:
            return f"function {function.name} declares {function.runtime} and runs on {HERE} here"
    return ""
