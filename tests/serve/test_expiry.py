import asyncio

import pytest
from tests.serve.functions.fleets import run

from landbridge.serve import expiry
from landbridge.serve.expiry import expire_regularly


def test_every_connection_looks_at_its_timeouts_regularly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiry, "SWEEP_INTERVAL_S", 0.001)

    async def trial() -> None:
        looked = asyncio.Event()

        class Connection:
            times: list[float] = []

            def expire(self, now: float) -> None:
                self.times.append(now)
                connections.add(Connection())
                if len(self.times) > 3:
                    looked.set()

        connections = {Connection()}
        task = asyncio.ensure_future(expire_regularly(connections))
        await asyncio.wait_for(looked.wait(), 10)
        task.cancel()
        assert Connection.times == sorted(Connection.times)

    run(trial())
