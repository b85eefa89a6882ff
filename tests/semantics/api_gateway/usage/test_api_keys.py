import pytest

from landbridge.model.api_gateway_usage import ApiKey, PlanStage, Usage, UsagePlan
from landbridge.model.identifiers import RestApiId
from landbridge.semantics.api_gateway.usage.api_keys import compile_plans, masked, plan_name

STAGE = PlanStage(RestApiId("a1"), "live")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("", ""),
        ("abcdef", "******"),
        ("abcdefg", "*bcdefg"),
        ("0123456789012345678F0yrv6", "*" * 19 + "F0yrv6"),
    ],
)
def test_execution_logs_show_the_last_six_characters_of_a_key(value: str, shown: str) -> None:
    assert masked(value) == shown


def test_a_key_s_value_is_in_no_representation_of_it() -> None:
    assert "secret" not in repr(ApiKey("k1", "secret"))


def test_of_two_plans_for_one_key_and_stage_the_first_counts() -> None:
    plans = tuple(UsagePlan(name, stages=(STAGE,), key_ids=("k1",)) for name in ("p1", "p2"))
    found = compile_plans(Usage(usage_plans=plans))
    assert found["k1", "a1", "live"] is plans[0]


@pytest.mark.parametrize(("name", "told"), [("gold", "gold (p1)"), ("", "p1")])
def test_a_plan_is_told_by_name_and_id(name: str, told: str) -> None:
    assert plan_name(UsagePlan("p1", name)) == told
