"""What AWS's own services answer: those that can stand behind a load balancer, too."""

from landbridge.semantics.doors import EndpointDoor, PublicApiDoor, ServiceDoor
from landbridge.semantics.journey.arrival import Answered, Arrival
from landbridge.semantics.journey.endpoint import at_endpoint
from landbridge.semantics.needs import Steps
from landbridge.semantics.world import World


def answer_service(world: World, door: ServiceDoor, arrival: Arrival) -> Steps[Answered]:
    """The response of the service behind a door that is no load balancer's."""
    match door:
        case EndpointDoor():
            return at_endpoint(world, door.endpoint, arrival)
        case PublicApiDoor():
            return at_endpoint(world, None, arrival)
