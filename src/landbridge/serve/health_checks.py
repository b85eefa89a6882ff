"""Real health checks: each load balancer node asks each target, by the same journey as a client's request."""

import asyncio
import time
from collections.abc import Iterator

from landbridge.model.identifiers import NetworkInterfaceId
from landbridge.model.load_balancing import ForwardAction, LoadBalancer, Target, TargetGroup
from landbridge.model.network import NetworkInterface
from landbridge.semantics.journey.answer import answer
from landbridge.semantics.journey.arrival import Arrival
from landbridge.semantics.journey.target import connect_to_target, node_as_client
from landbridge.semantics.load_balancing.health import (
    Answered,
    CheckResult,
    CheckTimedOut,
    ConnectionFailed,
    HealthState,
    TargetHealth,
    after_check,
    at_registration,
    check_request,
)
from landbridge.semantics.load_balancing.targets import TargetKey, target_key
from landbridge.semantics.world import World
from landbridge.serve.driver import Driver
from landbridge.serve.moments import Moments
from landbridge.trace.decision import TimedOut

Check = tuple[NetworkInterface, TargetGroup, Target]


class HealthChecks:
    """What each node knows of each target, kept up to date at each target group's interval.

    AWS: "Health checks for Application Load Balancer target groups"
    """

    def __init__(self, driver: Driver, moments: Moments) -> None:
        self._driver = driver
        self._moments = moments
        self.by_node: dict[NetworkInterfaceId, dict[TargetKey, TargetHealth]] = {}
        self._due: dict[tuple[NetworkInterfaceId, TargetKey], float] = {}

    def of_target(self, key: TargetKey) -> TargetHealth | None:
        """What ``describe-target-health`` says: the worst that any node knows."""
        # Asked in the threads of the AWS API, while the loop goes on checking.
        known = [targets.get(key) for targets in tuple(self.by_node.values())]
        told = [health for health in known if health is not None]
        return next(
            (health for health in told if health.state is not HealthState.HEALTHY),
            told[0] if told else None,
        )

    async def check_due(self, world: World) -> None:
        """Checks every target whose interval is over, all at once; a new target immediately."""
        now = time.monotonic()
        checks = list(_checks(world))
        self._forget(checks)
        due = []
        for node, group, target in checks:
            place = node.id, target_key(group, target)
            if self._due.get(place, 0) <= now:
                self._due[place] = now + group.health_check.interval_s
                due.append(self._check_target(world, node, group, target))
        await asyncio.gather(*due)

    async def _check_target(
        self, world: World, node: NetworkInterface, group: TargetGroup, target: Target
    ) -> None:
        key = target_key(group, target)
        result = await self._check(world, node, group, target)
        targets = self.by_node.setdefault(node.id, {})
        targets[key] = after_check(
            targets.get(key) or at_registration(group, True), group.health_check, result
        )

    async def _check(
        self, world: World, node: NetworkInterface, group: TargetGroup, target: Target
    ) -> CheckResult:
        connection = connect_to_target(world, node, group, target)
        if connection.door is None:
            return CheckTimedOut() if isinstance(connection.outcome, TimedOut) else ConnectionFailed()
        arrival = Arrival(node_as_client(node), check_request(group, target), self._moments.draw(), {})
        steps = answer(world, connection.door, arrival)
        try:
            answered = await asyncio.wait_for(self._driver.run(steps), group.health_check.timeout_s)
        except TimeoutError:
            return CheckTimedOut()
        return Answered(answered.response.status)

    def _forget(self, checks: list[Check]) -> None:
        """Drops what is no longer registered, so that a target that comes back starts anew."""
        current = {(node.id, target_key(group, target)) for node, group, target in checks}
        for node_id, key in [known for known in self._due if known not in current]:
            del self._due[node_id, key]
            targets = self.by_node.get(node_id, {})
            targets.pop(key, None)
            if not targets:
                self.by_node.pop(node_id, None)


def _checks(world: World) -> Iterator[Check]:
    topology = world.topology
    for balancer in topology.load_balancing.load_balancers:
        nodes = [
            interface
            for interface in topology.network.network_interfaces
            if interface.description == balancer.interface_description
        ]
        for group in _groups_in_use(world, balancer):
            for target in group.targets:
                for node in nodes:
                    yield node, group, target


def _groups_in_use(world: World, balancer: LoadBalancer) -> list[TargetGroup]:
    arns = {
        arn
        for listener in balancer.listeners
        for rule in listener.rules
        for action in rule.actions
        if isinstance(action, ForwardAction)
        for arn, _ in action.target_groups
    }
    groups = world.topology.load_balancing.target_group_by_arn
    return [groups[arn] for arn in sorted(arns) if arn in groups and groups[arn].health_check.enabled]
