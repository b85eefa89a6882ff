"""How many healthy targets a group needs before DNS answers with a load balancer's node."""

from landbridge.model.load_balancing import TargetGroup

PREFIX = "target_group_health.dns_failover.minimum_healthy_targets."


def enough_for_dns(group: TargetGroup, healthy: int, registered: int) -> bool:
    """Whether neither minimum of the group is missed: one target, unless it is set, and no percentage.

    AWS: "Target group health"
    """
    count = group.attribute(PREFIX + "count", "1")
    percentage = group.attribute(PREFIX + "percentage", "off")
    if healthy < (int(count) if count.isdigit() else 1):
        return False
    return not percentage.isdigit() or healthy * 100 >= int(percentage) * registered
