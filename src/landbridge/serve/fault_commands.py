"""``landbridge fault`` at the stack's end: injects faults, takes them back, lists them."""

from typing import Any

from landbridge.errors import DeclarationError
from landbridge.model.faults import FaultKind
from landbridge.semantics.fault_injection import faults_of, names_of, with_fault
from landbridge.serve.live_world import LiveWorld


class FaultCommands:
    """What the control port offers about the faults of a live world."""

    def __init__(self, live: LiveWorld) -> None:
        self._live = live

    async def inject(self, request: dict[str, Any]) -> dict[str, Any]:
        """Breaks one thing, or takes that back; says what is broken now."""
        world = await self._live.current()
        kind, name = _kind(request.get("kind")), str(request.get("name"))
        broken = bool(request.get("on"))
        self._live.break_on_purpose(with_fault(world.topology, kind, name, broken=broken))
        return {"broken": _broken(self._live)}

    async def tell(self, request: dict[str, Any]) -> dict[str, Any]:
        """Everything that can be broken, and what is."""
        topology = (await self._live.current()).topology
        return {
            "broken": _broken(self._live),
            "known": {kind.value: list(names_of(topology, kind)) for kind in FaultKind},
        }


def _kind(name: object) -> FaultKind:
    try:
        return FaultKind(str(name))
    except ValueError:
        known = ", ".join(kind.value for kind in FaultKind)
        raise DeclarationError(f"There is no fault of kind {name!r}", f"known are: {known}") from None


def _broken(live: LiveWorld) -> dict[str, list[str]]:
    faults = live.world.topology.faults
    return {kind.value: sorted(faults_of(faults, kind)) for kind in FaultKind}
