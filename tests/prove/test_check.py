"""Several apps in one account, and what is taken for granted there."""

from dataclasses import replace

import pytest
from bench.accounts import Size, account
from tests import topologies as known

from landbridge.errors import DeclarationError
from landbridge.prove.case import NotUnderstood
from landbridge.prove.check import check
from landbridge.prove.verdict import Verdict
from landbridge.trace.decision import ResourceRef


def test_every_app_of_an_account_has_a_report_of_its_own() -> None:
    reports = check(account(Size(vpcs=3, apis=6, rules=150)))
    assert [report.app for report in reports] == [f"app{number}.corp.example" for number in range(3)]
    assert {report.verdict for report in reports} == {Verdict.HOLDS}


@pytest.mark.parametrize("name", ["app1.corp.example", "APP1.corp.example", "api0000001", "app1"])
def test_an_app_is_named_by_its_domain_its_api_or_its_load_balancer(name: str) -> None:
    [report] = check(account(Size(vpcs=2, apis=2, rules=100)), app=name)
    assert report.app == "app1.corp.example"


def test_an_unknown_app_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(DeclarationError) as caught:
        check(account(Size(vpcs=2, apis=2, rules=100)), app="shop")
    assert "app0.corp.example, app1.corp.example" in caught.value.hint


def test_what_is_not_understood_leaves_the_proof_unknown_and_breaks_nothing() -> None:
    seen = NotUnderstood(ResourceRef("AWS::EC2::VPC", known.VPC), "a thing")
    topology = account(Size(vpcs=1, apis=1, rules=50))
    [report] = check(topology, (seen,))
    assert report.verdict is Verdict.UNKNOWN
    [judgement] = [each for each in report.judgements if each.verdict is not Verdict.HOLDS]
    assert judgement.claim.id == "everything-understood"
    assert known.VPC in judgement.findings[0].what


def test_corporate_networks_that_nobody_declared_are_noted() -> None:
    topology = account(Size(vpcs=1, apis=1, rules=50))
    assert check(topology)[0].notes == ()
    [report] = check(replace(topology, corporate_networks=()))
    assert "192.168.0.0/16" in report.notes[0]
