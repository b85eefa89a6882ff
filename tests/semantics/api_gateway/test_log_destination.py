import pytest
from tests import topologies
from tests.semantics.api_gateway.logged import log_role, with_log_role

from landbridge.model.identity import Role
from landbridge.semantics.api_gateway.log_destination import may_log
from landbridge.semantics.world import World
from landbridge.trace.codes import Code, LambdaErrorType, LocalCode


@pytest.mark.parametrize(
    ("role", "code"),
    [
        (log_role(), None),
        (log_role(actions=("logs:CreateLogStream", "logs:PutLogEvents")), None),
        (log_role(actions=("logs:PutLogEvents",)), LambdaErrorType.ACCESS_DENIED),
        (log_role(actions=()), LambdaErrorType.ACCESS_DENIED),
        (log_role("lambda.amazonaws.com"), LocalCode.ROLE_NOT_ASSUMABLE),
    ],
)
def test_logs_are_written_in_the_account_s_role_or_not_at_all(role: Role, code: Code | None) -> None:
    decision = may_log(World(with_log_role(topologies.private_app(), role)), "access")
    assert decision.allowed == (code is None)
    assert decision.code in (code, None) if code is None else decision.code == code


def test_without_a_role_in_the_account_settings_nothing_is_written() -> None:
    decision = may_log(World(topologies.private_app()), "access")
    assert not decision.allowed
    assert "cloudwatchRoleArn" in decision.remedy
