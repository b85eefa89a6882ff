"""Every claim, in the order in which reports tell them."""

from collections.abc import Callable, Iterator
from types import ModuleType

from landbridge.prove.case import Case
from landbridge.prove.claims import (
    address_conditions_apply,
    bucket_only_through_path,
    conditions_effective,
    corporate_networks_private,
    deployed_equals_declared,
    endpoint_policy_limits,
    everything_understood,
    function_only_through_path,
    health_check_can_succeed,
    intended_authorization,
    it_works,
    names_stay_private,
    no_bypass,
    no_other_entrance,
    no_other_way_to_integration,
    only_corporate_clients,
    only_listed_endpoints,
    tls_everywhere,
)
from landbridge.prove.verdict import Claim, Finding

Judge = Callable[[Case], Iterator[Finding]]
_MODULES: tuple[ModuleType, ...] = (
    only_listed_endpoints,
    no_other_way_to_integration,
    no_bypass,
    no_other_entrance,
    only_corporate_clients,
    corporate_networks_private,
    function_only_through_path,
    bucket_only_through_path,
    endpoint_policy_limits,
    conditions_effective,
    address_conditions_apply,
    deployed_equals_declared,
    intended_authorization,
    tls_everywhere,
    names_stay_private,
    health_check_can_succeed,
    it_works,
    everything_understood,
)
JUDGES: tuple[tuple[Claim, Judge], ...] = tuple((module.CLAIM, module.judge) for module in _MODULES)
CLAIMS: tuple[Claim, ...] = tuple(claim for claim, _ in JUDGES)
