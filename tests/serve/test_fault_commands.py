import pytest
from tests.serve.functions.fleets import run
from tests.serve.worlds import Bench
from tests.topologies import with_network

from landbridge.errors import DeclarationError
from landbridge.serve.fault_commands import FaultCommands


def test_a_fault_is_in_force_at_once_and_stays_when_the_account_is_captured_again() -> None:
    async def trial() -> None:
        bench = Bench()
        commands = FaultCommands(bench.live)
        told = await commands.inject({"kind": "zone", "name": "eu-central-1a", "on": True})
        assert told["broken"]["zone"] == ["eu-central-1a"]
        assert bench.live.world.topology.faults.zones == {"eu-central-1a"}
        bench.change(with_network(bench.live.captured.topology, vpn_connections=()))
        captured = (await bench.live.current()).topology
        assert captured.network.vpn_connections == ()
        assert captured.faults.zones == {"eu-central-1a"}
        assert not bench.live.captured.topology.faults.zones
        told = await commands.inject({"kind": "zone", "name": "eu-central-1a", "on": False})
        assert not any(told["broken"].values())

    run(trial())


def test_what_can_be_broken_is_listed_by_kind() -> None:
    async def trial() -> None:
        told = await FaultCommands(Bench().live).tell({})
        assert list(told["known"]) == ["link", "zone", "target", "function"]
        assert told["known"]["function"] == ["orders"]

    run(trial())


@pytest.mark.parametrize(
    ("kind", "name", "message"),
    [("zone", "mars-1a", "no zone 'mars-1a'"), ("planet", "mars", "no fault of kind 'planet'")],
)
def test_what_cannot_be_broken_is_refused(kind: str, name: str, message: str) -> None:
    async def trial() -> None:
        with pytest.raises(DeclarationError, match=message):
            await FaultCommands(Bench().live).inject({"kind": kind, "name": name, "on": True})

    run(trial())
