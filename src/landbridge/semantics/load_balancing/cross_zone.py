"""Whether a load balancer's nodes use the targets of every Availability Zone."""

from landbridge.model.load_balancing import LoadBalancer, TargetGroup

ATTRIBUTE = "load_balancing.cross_zone.enabled"
OF_LOAD_BALANCER = "use_load_balancer_configuration"


def crosses_zones(balancer: LoadBalancer, group: TargetGroup) -> bool:
    """The target group's own word, or the load balancer's: on for applications, off for networks.

    AWS: "Cross-zone load balancing for target groups";
    "Edit attributes for your Network Load Balancer"
    """
    own = group.attribute(ATTRIBUTE, OF_LOAD_BALANCER)
    if own != OF_LOAD_BALANCER:
        return own == "true"
    return balancer.type == "application" or balancer.attribute(ATTRIBUTE, "false") == "true"
