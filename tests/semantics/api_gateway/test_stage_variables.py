import pytest

from landbridge.semantics.api_gateway.stage_variables import with_stage_variables


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("function:${stageVariables.name}/x", "function:orders/x"),
        ("${stageVariables.unknown}", ""),
        ("${other.name}", "${other.name}"),
    ],
)
def test_stage_variables_are_replaced_and_unknown_ones_are_empty(text: str, expected: str) -> None:
    assert with_stage_variables(text, (("name", "orders"),)) == expected
