from dataclasses import replace

import pytest
from tests.semantics.network.hubs import CLIENT_VPN, hub, laptops
from tests.topologies import FUNCTION_ARN, private_app

from landbridge.errors import DeclarationError
from landbridge.model.faults import FaultKind, Faults
from landbridge.semantics.fault_injection import names_of, refused_functions, with_fault


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (
            FaultKind.LINK,
            ("vpn", "vpn-0office", "vpn-0office/1", "vpn-0office/2", "198.51.100.1", "198.51.100.129"),
        ),
        (FaultKind.ZONE, ("eu-central-1a", "eu-central-1b")),
        (FaultKind.TARGET, ("10.20.1.20", "10.20.1.20:443", "10.20.2.20", "10.20.2.20:443")),
        (FaultKind.FUNCTION, ("orders",)),
    ],
)
def test_everything_that_can_be_broken_has_a_name(kind: FaultKind, names: tuple[str, ...]) -> None:
    assert names_of(private_app(), kind) == names


def test_direct_connect_and_client_vpn_can_be_broken_too() -> None:
    assert {"direct-connect", "dxa-0hub", "dxvif-0transit"} <= set(names_of(hub(), FaultKind.LINK))
    assert CLIENT_VPN in names_of(laptops(), FaultKind.LINK)


def test_a_fault_is_injected_and_taken_back_beside_others() -> None:
    one = with_fault(private_app(), FaultKind.ZONE, "eu-central-1a", broken=True)
    both = with_fault(replace(private_app(), faults=one), FaultKind.LINK, "vpn", broken=True)
    assert both == Faults(links=frozenset({"vpn"}), zones=frozenset({"eu-central-1a"}))
    again = with_fault(replace(private_app(), faults=both), FaultKind.ZONE, "eu-central-1a", broken=False)
    assert again == Faults(links=frozenset({"vpn"}))


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    with pytest.raises(DeclarationError) as caught:
        with_fault(private_app(), FaultKind.ZONE, "eu-central-1x", broken=True)
    assert caught.value.message == "There is no zone 'eu-central-1x'"
    assert caught.value.hint == "known are: eu-central-1a, eu-central-1b"


def test_a_fault_of_what_is_gone_can_still_be_taken_back() -> None:
    topology = replace(private_app(), faults=Faults(zones=frozenset({"eu-central-1z"})))
    assert with_fault(topology, FaultKind.ZONE, "eu-central-1z", broken=False) == Faults()


def test_lambda_refuses_the_functions_that_are_broken_and_no_others() -> None:
    assert refused_functions(private_app()) == {}
    topology = replace(private_app(), faults=Faults(functions=frozenset({"orders"})))
    refused = refused_functions(topology)[FUNCTION_ARN]
    assert (refused.error_type, refused.message) == (
        "ServiceException",
        "Function orders is down (injected fault)",
    )
