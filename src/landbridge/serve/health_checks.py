"""Real health checks: each load balancer node asks each target, by the same journey as a client's request."""

import asyncio
import time

from landbridge.model.health import KnownHealth
from landbridge.model.identifiers import NetworkInterfaceId
from landbridge.model.load_balancing import TargetKey
from landbridge.semantics.journey.health_check import Check, check_target, health_checks
from landbridge.semantics.journey.known_health import known_health
from landbridge.semantics.load_balancing.health import (
    CheckResult,
    CheckTimedOut,
    HealthState,
    TargetHealth,
    after_check,
    at_registration,
    in_unused_zone,
)
from landbridge.semantics.load_balancing.targets import target_key
from landbridge.semantics.world import World
from landbridge.serve.background import in_background
from landbridge.serve.driver import Driver
from landbridge.serve.moments import Moments

PATIENCE_S = 0.5
"""How long to wait for checks that have begun: most end at once, and none holds up the others."""


class HealthChecks:
    """What each node knows of each target, kept up to date at each target group's interval.

    AWS: "Health checks for Application Load Balancer target groups"
    """

    def __init__(self, driver: Driver, moments: Moments) -> None:
        self._driver = driver
        self._moments = moments
        self.by_node: dict[NetworkInterfaceId, dict[TargetKey, TargetHealth]] = {}
        self._due: dict[tuple[NetworkInterfaceId, TargetKey], float] = {}
        self._running: set[asyncio.Task[None]] = set()

    def of_target(self, key: TargetKey) -> TargetHealth | None:
        """What ``describe-target-health`` says: the worst that any node knows."""
        # Asked in the threads of the AWS API, while the loop goes on checking.
        known = [targets.get(key) for targets in tuple(self.by_node.values())]
        told = [health for health in known if health is not None]
        return next(
            (health for health in told if health.state is not HealthState.HEALTHY),
            told[0] if told else None,
        )

    def known(self, world: World) -> KnownHealth:
        """What names and connections depend on."""
        return known_health(world, self.by_node)

    async def check_due(self, world: World) -> None:
        """Begins every check whose interval is over, a new target's at once, and waits a moment for them."""
        now = time.monotonic()
        checks = world.remember("health checks", lambda: health_checks(world))
        self._forget(checks)
        for check in checks:
            key = target_key(check.group, check.target)
            place = check.node.id, key
            if self._due.get(place, 0) > now:
                continue
            self._due[place] = now + check.group.health_check.interval_s
            if check.zone_is_enabled:
                self._begin(world, check)
            else:
                self.by_node.setdefault(check.node.id, {})[key] = in_unused_zone()
        if self._running:
            await asyncio.wait(self._running, timeout=PATIENCE_S)

    async def close(self) -> None:
        """Ends the checks that are still running."""
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)

    def _begin(self, world: World, check: Check) -> None:
        task = in_background("a health check", self._check(world, check), lambda: None)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _check(self, world: World, check: Check) -> None:
        group = check.group
        key = target_key(group, check.target)
        steps = check_target(world, check.node, group, check.target, self._moments.draw())
        result: CheckResult
        try:
            result = await asyncio.wait_for(self._driver.run(steps), group.health_check.timeout_s)
        except TimeoutError:
            result = CheckTimedOut()
        if (check.node.id, key) not in self._due:
            return  # deregistered meanwhile
        targets = self.by_node.setdefault(check.node.id, {})
        before = targets.get(key) or at_registration(group, True)
        targets[key] = after_check(before, group.health_check, result, self._moments.epoch_ms())

    def _forget(self, checks: tuple[Check, ...]) -> None:
        """Drops what is no longer registered, so that a target that comes back starts anew."""
        current = {(check.node.id, target_key(check.group, check.target)) for check in checks}
        for node_id, key in [known for known in self._due if known not in current]:
            del self._due[node_id, key]
            targets = self.by_node.get(node_id, {})
            targets.pop(key, None)
            if not targets:
                self.by_node.pop(node_id, None)
