from dataclasses import replace

import pytest

from landbridge.model.functions import Function
from landbridge.model.identifiers import Arn
from landbridge.serve.functions.runtimes import HERE, RuntimeFamily, find_family, find_notice

FUNCTION = Function(Arn("arn:f"), "orders", HERE, "app.handler", Arn("arn:r"), 128, 3, (), "")


@pytest.mark.parametrize(
    ("runtime", "package_type", "family", "notice"),
    [
        (HERE, "Zip", RuntimeFamily.PYTHON, ""),
        ("python3.8", "Zip", RuntimeFamily.PYTHON, f"orders declares python3.8 and runs on {HERE} here"),
        ("provided.al2023", "Zip", RuntimeFamily.PROVIDED, ""),
        (
            "nodejs20.x",
            "Zip",
            RuntimeFamily.UNSUPPORTED,
            "the runtime nodejs20.x of function orders; it runs python3.* and provided.*",
        ),
        (
            "",
            "Image",
            RuntimeFamily.UNSUPPORTED,
            "container images of function orders; it runs python3.* and provided.*",
        ),
    ],
)
def test_a_runtime_belongs_to_a_family_and_says_what_differs(
    runtime: str, package_type: str, family: RuntimeFamily, notice: str
) -> None:
    function = replace(FUNCTION, runtime=runtime, package_type=package_type)
    assert find_family(function) is family
    assert find_notice(function).endswith(notice)
    assert bool(find_notice(function)) == bool(notice)
