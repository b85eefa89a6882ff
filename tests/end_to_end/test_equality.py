"""The blueprint's calls and the Terraform module make the same private app: one design, twice."""

from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from tests.end_to_end.runs.observing import PATIENCE_S
from tests.end_to_end.same_topology import differences, plain
from tests.topologies import private_app

IN_SYNC = 0


@pytest.mark.needs("terraform")
@pytest.mark.timeout(PATIENCE_S)
def test_the_blueprint_and_the_module_make_the_same_topology(equality_run: dict[str, Any]) -> None:
    assert not equality_run["differences"], "\n".join(equality_run["differences"])


@pytest.mark.needs("terraform")
@pytest.mark.timeout(PATIENCE_S)
def test_nothing_that_the_module_makes_is_outside_of_what_is_modelled(equality_run: dict[str, Any]) -> None:
    assert equality_run["notices of the module"] == equality_run["notices of the blueprint"]


@pytest.mark.needs("terraform")
@pytest.mark.timeout(PATIENCE_S)
def test_once_the_module_is_applied_there_is_nothing_to_change(equality_run: dict[str, Any]) -> None:
    code, said = equality_run["plan"]
    assert code == IN_SYNC, said


def test_a_difference_is_said_by_its_field() -> None:
    left = private_app()
    network = left.network
    other = replace(network, vpcs=(replace(network.vpcs[0], enable_dns_hostnames=False), *network.vpcs[1:]))
    assert differences(left, replace(left, network=other)) == [
        "network.vpcs[0].enable_dns_hostnames: True != False"
    ]


def test_a_topology_does_not_differ_from_itself_under_other_ids() -> None:
    topology = private_app()
    vpc_id = str(topology.network.vpcs[0].id)
    other = _renamed(topology, vpc_id, "vpc-0fedcba9876543210")
    assert other != topology
    assert differences(topology, other) == []
    assert vpc_id not in str(plain(topology))


def _renamed(value: Any, old: str, new: str) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _renamed(getattr(value, f.name), old, new) for f in fields(value)})
    if isinstance(value, tuple):
        return tuple(_renamed(item, old, new) for item in value)
    return value.replace(old, new) if type(value) is str else value
