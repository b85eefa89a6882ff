"""Each fault of a policy breaks its own claim, and none of the others that look at policies."""

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

import pytest
from tests import topologies
from tests.prove.example_app import DESIGNS, case_of
from tests.prove.mutation import Mutation
from tests.prove.mutations_policies import (
    MUTATIONS,
    MUTATIONS_OF_LAMBDA,
    OPEN,
    permission,
    public_with,
)
from tests.prove.policy_edits import (
    EVERYBODY,
    adding,
    edit_bucket,
    everybody_allowed,
    of_bucket,
    of_function,
)

from landbridge.model.topology import Topology
from landbridge.prove.claims import (
    address_conditions_apply,
    bucket_only_through_path,
    conditions_effective,
    endpoint_policy_limits,
    function_only_through_path,
)
from landbridge.prove.verdict import Finding, Verdict

CLAIMS = (
    function_only_through_path,
    bucket_only_through_path,
    conditions_effective,
    address_conditions_apply,
    endpoint_policy_limits,
)
Example = Callable[[str], Topology]
FAULTS = (
    *(("gateway", each) for each in MUTATIONS),
    *(("lambda", each) for each in MUTATIONS_OF_LAMBDA),
)


def found_by_claim(topology: Topology) -> dict[str, list[Finding]]:
    case = case_of(topology, "orders.corp.example")
    endpoints = tuple(each for each in case.app.endpoints if each.network_interface_ids)
    case = replace(case, app=replace(case.app, endpoints=endpoints))
    judged = {claim.CLAIM.id: list(claim.judge(case)) for claim in CLAIMS}
    return {claim: findings for claim, findings in judged.items() if findings}


@pytest.mark.parametrize("design", DESIGNS)
def test_the_example_app_holds_in_every_design(design: str, example_topology: Example) -> None:
    assert found_by_claim(example_topology(design)) == {}


def test_the_whole_path_of_the_article_has_an_endpoint_that_is_open_to_every_api() -> None:
    assert list(found_by_claim(topologies.private_app())) == ["endpoint-policy-limits"]


@pytest.mark.parametrize(("design", "mutation"), FAULTS, ids=str)
def test_a_fault_breaks_its_claim_and_no_other(
    design: str, mutation: Mutation, example_topology: Example
) -> None:
    found = found_by_claim(mutation.apply(example_topology(design)))
    assert set(found) == {mutation.claim_id} | (mutation.also & {claim.CLAIM.id for claim in CLAIMS})
    for finding in found[mutation.claim_id]:
        assert finding.verdict is Verdict.BROKEN
        assert finding.cited is not None
        assert finding.remedy
        assert not finding.what.endswith(".")


def _found(claim: ModuleType, topology: Topology) -> list[Finding]:
    return list(claim.judge(case_of(topology, "orders.corp.example")))


def _fault(name: str) -> Callable[[Topology], Topology]:
    return next(each.apply for _, each in FAULTS if each.name == name)


def test_a_function_url_is_called_from_the_internet(example_topology: Example) -> None:
    topology = _fault("a function URL without authorization on an alias")(example_topology("gateway"))
    [finding] = _found(function_only_through_path, topology)
    assert finding.what == (
        "anybody without credentials invokes orders-backend:live by its function URL "
        "abcdefghij.lambda-url.eu-central-1.on.aws"
    )
    assert finding.witness is not None
    assert finding.witness.vantage == "internet"
    assert finding.witness.url == "https://abcdefghij.lambda-url.eu-central-1.on.aws/"
    assert "--qualifier live" in finding.remedy


def test_a_public_object_is_read_from_an_address_that_gets_in(
    example_topology: Example,
) -> None:
    topology = _fault("the bucket asks for an address that anybody may have")(example_topology("gateway"))
    found = _found(bucket_only_through_path, topology)
    witness = found[0].witness
    assert witness is not None
    assert (witness.vantage, witness.request.target) == ("internet", "/index.html")
    other = of_bucket(public_with(("IpAddress", "aws:SourceIp", "198.51.100.0/24")))
    found = list(
        bucket_only_through_path.judge(case_of(other(example_topology("gateway")), "orders.corp.example"))
    )
    assert found[0].witness is not None
    assert found[0].witness.vantage == "198.51.100.10"


def test_api_gateway_without_a_source_acts_for_any_account(example_topology: Example) -> None:
    topology = _fault("a permission for API Gateway has no source")(example_topology("gateway"))
    [finding] = _found(function_only_through_path, topology)
    assert finding.what.startswith("the service apigateway.amazonaws.com may lambda:InvokeFunction on orders")
    assert finding.what.endswith("for whichever account it acts")
    [api] = topology.api_gateway.rest_apis
    assert f'"AWS:SourceArn": "arn:aws:execute-api:eu-central-1:123456789012:{api.id}/*"' in finding.remedy


UNKNOWN: tuple[tuple[str, ModuleType, Callable[[Topology], Topology]], ...] = (
    (
        "an operator that is not understood",
        function_only_through_path,
        of_function(permission(EVERYBODY, ("StringSoundsLike", "aws:PrincipalArn", "x"))),
    ),
    (
        "a variable that can be anything",
        function_only_through_path,
        of_function(permission(EVERYBODY, ("StringEquals", "aws:SourceVpc", "${aws:PrincipalTag/vpc}"))),
    ),
    (
        "ACLs of objects",
        bucket_only_through_path,
        lambda topology: edit_bucket(
            topology, lambda each: replace(each, acls_enabled=True, public_access_block=OPEN)
        ),
    ),
    (
        "access points",
        bucket_only_through_path,
        of_bucket(adding("Allow", EVERYBODY, "*", "*", ("StringLike", "s3:DataAccessPointArn", "*"))),
    ),
    (
        "requester pays",
        bucket_only_through_path,
        lambda topology: edit_bucket(topology, lambda each: replace(each, unsupported=("requester pays",))),
    ),
    (
        "an address that decides where API Gateway asks",
        address_conditions_apply,
        of_bucket(adding("Deny", EVERYBODY, "*", "*", ("NotIpAddress", "aws:SourceIp", "203.0.113.0/24"))),
    ),
)


@pytest.mark.parametrize(("claim", "edit"), [each[1:] for each in UNKNOWN], ids=[each[0] for each in UNKNOWN])
def test_what_is_not_understood_leaves_the_claim_unknown(
    claim: ModuleType, edit: Callable[[Topology], Topology], example_topology: Example
) -> None:
    found = _found(claim, edit(example_topology("gateway")))
    assert found
    assert {finding.verdict for finding in found} == {Verdict.UNKNOWN}


def test_block_public_access_shuts_out_whom_a_public_policy_lets_in_but_for_services(
    example_topology: Example,
) -> None:
    topology = of_bucket(everybody_allowed)(example_topology("gateway"))
    found = _found(bucket_only_through_path, topology)
    assert found
    assert all(finding.what.startswith("the service ") for finding in found)


def test_an_acl_does_not_count_where_a_policy_denies_everybody_else(example_topology: Example) -> None:
    deny = adding("Deny", EVERYBODY, "*", "*", ("StringNotLike", "aws:PrincipalArn", "*:role/orders-*"))
    topology = of_bucket(deny, acls_enabled=True, public_access_block=OPEN)(example_topology("gateway"))
    assert _found(bucket_only_through_path, topology) == []
