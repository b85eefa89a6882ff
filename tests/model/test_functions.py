from dataclasses import replace

import pytest
from tests.topologies import FUNCTION_ARN, functions

from landbridge.model.functions import Alias, Function, Functions, FunctionUrl, qualifier_of, unqualified
from landbridge.model.identifiers import Arn
from landbridge.model.policy import PolicyDocument, Statement

ALIAS_POLICY = PolicyDocument((Statement("Allow", actions=("lambda:InvokeFunction",)),))
(LATEST,) = functions().functions
FIRST = replace(LATEST, arn=Arn(f"{FUNCTION_ARN}:1"), version="1", timeout_s=7, policy=None)
SECOND = replace(FIRST, arn=Arn(f"{FUNCTION_ARN}:2"), version="2")
LIVE = Alias("live", "1", (("2", 0.1), ("3", 0.0)), ALIAS_POLICY)


def invocable(*aliases: Alias) -> dict[str, Function]:
    function = replace(LATEST, versions=(FIRST, SECOND), aliases=aliases)
    found = Functions((function,)).by_invoked_arn
    return {arn.removeprefix(FUNCTION_ARN): invoked for arn, invoked in found.items()}


def test_a_function_can_be_invoked_by_itself_its_versions_and_its_aliases() -> None:
    found = invocable(LIVE, Alias("test", "$LATEST"))
    assert set(found) == {"", ":$LATEST", ":1", ":2", ":live", ":test"}
    assert found[":$LATEST"] is found[""]
    assert (found[":2"], found[":test"].version, found[":test"].policy) == (SECOND, "$LATEST", None)


def test_an_alias_runs_as_its_version_and_has_a_policy_of_its_own() -> None:
    live = invocable(LIVE)[":live"]
    assert (live.arn, live.version, live.timeout_s) == (f"{FUNCTION_ARN}:live", "1", 7)
    assert (live.policy, live.weights) == (ALIAS_POLICY, (("2", 0.1),))
    assert (live.qualifier, live.qualified_name, LATEST.qualified_name) == ("live", "orders:live", "orders")


def test_an_alias_of_a_version_that_is_gone_invokes_nothing() -> None:
    assert ":old" not in invocable(Alias("old", "7"))


def test_a_url_invokes_the_function_or_its_alias() -> None:
    hosts = (("a.on.aws", ""), ("b.on.aws", "live"), ("c.on.aws", "gone"))
    urls = tuple(FunctionUrl(host, "NONE", qualifier) for host, qualifier in hosts)
    function = replace(LATEST, versions=(FIRST,), aliases=(LIVE,), urls=urls)
    invoked = {host: found[1] for host, found in Functions((function,)).urls_by_host.items()}
    assert {host: found and found.qualifier for host, found in invoked.items()} == {
        "a.on.aws": "",
        "b.on.aws": "live",
        "c.on.aws": None,
    }


@pytest.mark.parametrize("qualifier", ["", "live", "7", "$LATEST"])
def test_an_arn_is_of_the_function_or_of_a_qualifier(qualifier: str) -> None:
    arn = f"{FUNCTION_ARN}:{qualifier}" if qualifier else FUNCTION_ARN
    assert (unqualified(arn), qualifier_of(arn)) == (FUNCTION_ARN, qualifier)
